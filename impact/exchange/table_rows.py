"""What the rows of a table say together: names merged down, headings between them, where they end."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final

from impact.exchange.cells import Cell, Sheet, column_of
from impact.exchange.columns import Role, TableColumn
from impact.exchange.marks import mark_in
from impact.exchange.number_cells import decimal_mark_of, looks_like_a_number
from impact.exchange.period_cells import period_within, periods_in
from impact.exchange.sheet_header import Header
from impact.exchange.table_layout import text_of

SAMPLE: Final = 400
FILLED_DOWN: Final = 0.25
_TELLING: Final = (Role.LABEL, Role.CODE, Role.PERIOD, Role.QUARTER, Role.MONTH)
# When a file was made says nothing of what its values are about.
_OF_THE_FILE: Final = re.compile(
    r"uttag|uppdater|hämta|skapad|utskri|publice|extract|updat|download|retriev|release|version",
    re.IGNORECASE,
)

_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")


def decimal_marks_of(
    columns: Sequence[TableColumn], rows: Sequence[tuple[int, tuple[Cell, ...]]], said: str
) -> dict[int, str | None]:
    """The decimal mark of each column of values: its own, or that of the same measure's other periods."""
    values = [column for column in columns if column.role is Role.VALUE]
    marks = {column.place: said or decimal_mark_of(column_of(rows, column.place)) for column in values}
    shown = {(column.measure, marks[column.place]) for column in values if column.period}
    for column in values:
        if column.period and marks[column.place] is None:
            alike = [mark for measure, mark in shown if measure == column.measure and mark]
            marks[column.place] = alike[0] if len(alike) == 1 else None
    return marks


def title_period_of(sheet: Sheet, header: Header) -> str:
    """The one period that is named above the table, or else in the sheet's name."""
    above = [
        text_of(cell)
        for _, cells in sheet.rows[: header.first]
        if not any(_OF_THE_FILE.search(text_of(cell)) for cell in cells)
        for cell in cells
        if cell != "" and not text_of(cell).startswith("http") and not _DAY.fullmatch(text_of(cell))
    ]
    for texts in (above, [sheet.name]):
        found = {period.key() for period in periods_in(texts) if period}
        found |= {within[0].key() for text in texts if (within := period_within(text))}
        if len(found) == 1:
            return found.pop()
    return ""


def filled_down_of(columns: Sequence[TableColumn], rows: Sequence[Sequence[str]]) -> frozenset[int]:
    """The columns of merged cells: filled above, empty in rows that another column tells apart."""
    telling = [column.place for column in columns if column.role in _TELLING]
    found = set()
    for place in telling:
        later = [other for other in telling if other > place]
        cells = [(row[place] if place < len(row) else "", row) for row in rows]
        if not later or not cells or not cells[0][0]:
            continue
        empty = [row for text, row in cells if not text]
        told_apart = all(any(other < len(row) and row[other] for other in later) for row in empty)
        if told_apart and len(empty) >= FILLED_DOWN * len(cells):
            found.add(place)
    return frozenset(found)


def parts_of(
    sheet: Sheet, first: int, last: int, columns: Sequence[TableColumn], filled_down: Collection[int]
) -> dict[int, str]:
    """Rows with a name alone, where rows below are called alike and only such a row tells them apart."""
    labels = [column.place for column in columns if column.role is Role.LABEL]
    telling = [column.place for column in columns if column.role in _TELLING]
    rows = sheet.rows[first : last + 1]
    if not labels or not any(_stands_alone(cells, labels[0]) for _, cells in rows[:SAMPLE]):
        return {}
    parts: dict[int, str] = {}
    alone, together = [], []
    part, above = "", dict.fromkeys(filled_down, "")
    for place, (_, cells) in enumerate(rows, first):
        texts = {each: text_of(cells[each]) if each < len(cells) else "" for each in telling}
        for each in above:
            texts[each] = above[each] = texts[each] or above[each]
        if _stands_alone(cells, labels[0]):
            part = parts[place] = texts[labels[0]]
        elif any(cells):
            key = tuple(texts.values())
            alone.append(key)
            together.append((part, *key))
    return parts if len(set(alone)) < len(alone) and len(set(together)) == len(together) else {}


def _stands_alone(cells: Sequence[Cell], place: int) -> bool:
    filled = [each for each, cell in enumerate(cells) if cell is not None and cell != ""]
    return filled == [place] and not looks_like_a_number(text_of(cells[place]))


def last_row_of(sheet: Sheet, header: Header, values: Sequence[int]) -> int:
    """The last row that has a value, or words in place of all of them; what stands below are notes."""
    for place in range(len(sheet.rows) - 1, header.last, -1):
        cells = sheet.rows[place][1]
        texts = [text for each in values if each < len(cells) and (text := text_of(cells[each]))]
        is_filled = len(texts) == len(values) > 1
        if is_filled or any(
            looks_like_a_number(text) or text.startswith("=") or mark_in(text) is not None for text in texts
        ):
            return place
    return len(sheet.rows) - 1
