"""The sheet on the import page, as it was understood: cells, columns, marks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from impact.exchange.cells import Cell, Sheet, column_letters
from impact.exchange.columns import Role, TableColumn
from impact.exchange.importing import Preview
from impact.exchange.mapping import Mapping
from impact.exchange.marks import LEFT_OUT, PROPOSED, ZERO, mark_in
from impact.exchange.number_cells import looks_like_a_number
from impact.exchange.table_layout import text_of
from impact.exchange.understanding import Understood
from impact.language import Voice, mark
from impact.semantics.series import Missing
from impact.web.measurement_words import missing_words

SHOWN_ROWS: Final = 50
SHOWN_COLUMNS: Final = 40
FOLDED_FROM: Final = 6
MOST_CHOICES: Final = 400
MOST_UNKNOWN: Final = 20
LONGEST_MARK: Final = 40

ROLES: Final = {
    Role.LABEL: mark("name of a row"),
    Role.CODE: mark("code, not used"),
    Role.PERIOD: mark("period of a row"),
    Role.QUARTER: mark("quarter or half-year"),
    Role.MONTH: mark("month"),
    Role.VALUE: mark("values"),
    Role.MISSING: mark("why a value is missing"),
    Role.STATUS: mark("status of a value"),
    Role.N_OBSERVED: mark("number of answers"),
    Role.STANDARD_ERROR: mark("standard error"),
    Role.RESPONSE_RATE: mark("response rate"),
    Role.NUMERATOR: mark("numerator"),
    Role.DENOMINATOR: mark("denominator"),
    Role.COMMENT: mark("comment"),
    Role.EVIDENCE_LEVEL: mark("how well a value is supported"),
    Role.EVIDENCE_ADDRESS: mark("link to evidence"),
    Role.ASIDE: mark("not used"),
}


def excerpt(sheet: Sheet, understood: Understood, voice: Voice) -> dict[str, Any]:
    """The sheet's first rows, each cell with what it was taken for, numbers as the reader writes them."""
    shown = sheet.rows[:SHOWN_ROWS]
    width = min(SHOWN_COLUMNS, max((len(cells) for _, cells in shown), default=0))
    kinds = [_kinds(table, width) for table in understood.tables]
    rows = []
    for line, cells in shown:
        texts = [typed(cell, voice) for cell in cells[:width]]
        texts += [""] * (width - len(texts))
        said = [
            next((kind for kind in each if kind), "note")
            for each in zip(*(of(line) for of in kinds), strict=True)
        ]
        rows.append({"line": line, "cells": list(zip(texts, said, strict=True))})
    return {
        "letters": [column_letters(place) for place in range(width)],
        "rows": rows,
        "n_more": max(0, len(sheet.rows) - SHOWN_ROWS),
    }


def _kinds(table: Understood, width: int) -> Callable[[int], list[str]]:
    """What each cell of a line is taken for in a table, empty outside it."""
    rows = table.sheet.rows
    first, head, last = (rows[place][0] for place in (table.header.first, table.header.last, table.last))
    of_rows = [""] * width
    of_header = [""] * width
    for column in table.columns[:width]:
        is_there = column.parts or column.role is not Role.ASIDE
        of_rows[column.place] = _kind(column.role) if is_there else ""
        of_header[column.place] = "head" if is_there else ""

    def of(line: int) -> list[str]:
        if first <= line <= head:
            return of_header
        return of_rows if head < line <= last else [""] * width

    return of


def typed(cell: Cell, voice: Voice) -> str:
    """What stands in a cell, a number that the file holds as one in the reader's form."""
    text = text_of(cell)
    return text.replace(".", ",") if isinstance(cell, float) and voice.language == "sv" else text


def columns(understood: Understood, mapping: Mapping, voice: Voice) -> list[dict[str, Any]]:
    """The columns with their roles, and which rows of them are wanted."""
    choices = [(role.value, voice.gettext(ROLES[role])) for role in ROLES]
    texts: dict[int, set[str]] = {}
    for _, row, _ in understood.rows():
        for column in understood.of(Role.LABEL):
            texts.setdefault(column.place, set()).add(row[column.place])
    periodic = [column.place for column in understood.columns if column.period]
    return [
        {
            "place": column.place,
            "is_folded": len(periodic) >= FOLDED_FROM and column.place in periodic,
            "letters": column_letters(column.place),
            "name": column.name or voice.gettext("without a name"),
            "role": column.role.value,
            "roles": choices,
            "period": _period_unless_named(column, voice),
            "is_label": column.role is Role.LABEL,
            "wanted": mapping.rows.get(column.name, ""),
            "choices": _choices(texts.get(column.place, set()), mapping.rows.get(column.name, ""), voice),
        }
        for column in understood.columns
    ]


def _period_unless_named(column: TableColumn, voice: Voice) -> str:
    label = column.period.label(voice) if column.period else ""
    return "" if label in column.parts else label


def signs(preview: Preview, mapping: Mapping, voice: Voice) -> list[dict[str, Any]]:
    """The marks that stand instead of numbers, words that might be some, and what each is taken to mean."""
    counts: dict[str, int] = {}
    unknown: dict[str, int] = {}
    for each in preview.entries:
        value = each.entry.value
        sign = mark_in(value.typed)
        if sign is not None and value.number is None:
            counts[sign] = counts.get(sign, 0) + 1
        elif value.typed in mapping.marks:
            counts[value.typed] = counts.get(value.typed, 0) + 1
        elif value.problem is not None and _may_be_a_mark(value.typed):
            unknown[value.typed] = unknown.get(value.typed, 0) + 1
    often = dict(sorted(unknown.items(), key=lambda item: -item[1])[:MOST_UNKNOWN])
    choices = [
        (LEFT_OUT, voice.gettext("says nothing")),
        (ZERO, voice.gettext("zero")),
        *((missing.value, missing_words(missing, voice)) for missing in Missing),
    ]
    return [
        {
            "sign": sign,
            "text": sign or voice.gettext("empty"),
            "count": voice.number(n, 0),
            "meaning": mapping.marks.get(sign, str(PROPOSED.get(sign, LEFT_OUT))),
            "meanings": choices,
        }
        for sign, n in sorted(counts.items())
    ] + [
        {
            "sign": text,
            "text": text,
            "count": voice.number(n, 0),
            "meaning": "",
            "meanings": [("", voice.gettext("no mark: the cell is refused")), *choices],
        }
        for text, n in often.items()
    ]


def _may_be_a_mark(text: str) -> bool:
    """Whether a text that is no number is as short as marks are, and no formula."""
    return len(text) <= LONGEST_MARK and not text.startswith("=") and not looks_like_a_number(text)


def _kind(role: Role | None) -> str:
    if role is Role.VALUE:
        return "value"
    if role in (Role.PERIOD, Role.QUARTER, Role.MONTH):
        return "period"
    return "label" if role is Role.LABEL else "aside"


def _choices(texts: Iterable[str], wanted: str, voice: Voice) -> list[tuple[str, str]]:
    """The rows that can be wanted, none where there are too many to choose from."""
    found = sorted({*texts, wanted} - {""})
    if len(found) > MOST_CHOICES:
        return []
    return [("", voice.gettext("all")), *((text, text) for text in found)]
