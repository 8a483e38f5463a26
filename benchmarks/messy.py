"""Whether files as people send them are understood: every value that is known, by preview.

    python -m benchmarks.messy FOLDER [--json]

FOLDER holds the files and ``expected.json``: for each file values that a correct reader must
get, told by line or cell, or by what the row and the column are called. Each is compared with
what ``impact import --dry-run`` would take from that cell; what differs or cannot be found is
told with the reason. For each value a project with an indicator of that value's period is made
and the cell's name mapped to it, so that the preview judges it as it would judge a real one.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from impact import migrating
from impact.db import Database
from impact.errors import Invalid
from impact.exchange.book import Book
from impact.exchange.cells import Sheet, column_letters
from impact.exchange.entries import Entry, entries_of
from impact.exchange.importing import Outcome, preview_sheet
from impact.exchange.limited_reading import read_book
from impact.exchange.mapping import Mapping
from impact.exchange.period_cells import periods_in
from impact.exchange.table_layout import text_of
from impact.exchange.understanding import Understood, understand
from impact.registry.indicator_tables import IndicatorSeries
from impact.semantics.period import Frequency
from impact.semantics.unit import Kind
from tests.builders import Ground, make_ground, make_indicator, make_version, person

NOW = datetime.now(UTC)


@dataclass(frozen=True)
class Answer:
    """What became of one expected value."""

    file: str
    asked: str
    is_right: bool
    got: str = ""


def main() -> int:
    """Tell of every value, and how many were right."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true", help="Tell it as JSON.")
    options = parser.parse_args()
    expected = json.loads((options.folder / "expected.json").read_text("utf-8"))["files"]
    answers = [answer for name, told in expected.items() for answer in _answers(options.folder, name, told)]
    if options.json:
        print(json.dumps([vars(answer) for answer in answers], ensure_ascii=False, indent=1))
    else:
        for answer in answers:
            print("right" if answer.is_right else "WRONG", answer.file, answer.asked, answer.got, sep=" | ")
    n_right = sum(answer.is_right for answer in answers)
    print(f"{n_right} of {len(answers)} values are right.", file=sys.stderr)
    return 0 if n_right == len(answers) else 1


def _answers(folder: Path, name: str, told: dict[str, Any]) -> Iterator[Answer]:
    try:
        book = read_book((folder / name).read_bytes())
    except Invalid as error:
        for value in told.get("values", []):
            yield Answer(name, _asked(value), False, str(error))
        return
    with tempfile.TemporaryDirectory() as place:
        url = f"sqlite:///{place}/messy.sqlite"
        migrating.upgrade(url)
        database = Database(url)
        sheets = dict(_understood(book))
        for value in told.get("values", []):
            yield _answer(database, name, sheets, value)
        database.dispose()


def _understood(book: Book) -> Iterator[tuple[str, tuple[Sheet, Understood, list[Entry]] | str]]:
    for sheet in book.sheets:
        try:
            understood = understand(sheet)
        except Invalid as error:
            yield sheet.name, str(error)
            continue
        yield sheet.name, (sheet, understood, list(entries_of(understood, Mapping())))


def _answer(database: Database, name: str, sheets: dict[str, Any], value: dict[str, Any]) -> Answer:
    asked = _asked(value)
    found = [each for key, each in sheets.items() if value.get("sheet") in (None, key)]
    reasons = []
    for each in found:
        if isinstance(each, str):
            reasons.append(each)
            continue
        sheet, understood, entries = each
        matching = [entry for entry in entries if _is_it(value, entry, understood)]
        if not matching:
            labels = _label_cell(value, sheet, understood)
            if labels is not None:
                return Answer(
                    name, asked, labels == value.get("value"), f"a part of a name or period: {labels}"
                )
            reasons.append("no such cell")
            continue
        got, outcome = _previewed(database, sheet, matching[0])
        wanted = None if value.get("missing") else value["value"]
        is_gap = wanted is None and got is None and outcome is not Outcome.REFUSED
        is_right = is_gap or (wanted is not None and got == float(wanted))
        return Answer(name, asked, is_right, f"{got} ({outcome}) at line {matching[0].line}")
    return Answer(name, asked, False, "; ".join(reasons) or "no such sheet")


def _is_it(value: dict[str, Any], entry: Entry, understood: Understood) -> bool:
    """Whether the entry stands where, or is called what, the expected value says."""
    understood = understood.holding(entry.line, entry.place)
    column = understood.columns[entry.place]
    if "cell" in value:
        letters, line = re.fullmatch(r"([A-Z]+)(\d+)", value["cell"]).groups()  # type: ignore[union-attr]
        return entry.line == int(line) and column_letters(entry.place) == letters
    if "line" in value and entry.line != value["line"]:
        return False
    if "column_index" in value and entry.place != value["column_index"]:
        return False
    if "column" in value and _in_a_line(value["column"]) not in (*column.parts, column.name):
        return False
    if "group_header" in value and _in_a_line(value["group_header"]) not in column.parts:
        return False
    if "year" in value and entry.period != str(value["year"]):
        return False
    texts = _texts(understood, entry.line)
    return all(_says(understood, texts, name, text) for name, text in value.get("row", {}).items())


def _says(understood: Understood, texts: list[str], name: str, text: str) -> bool:
    return any(
        _in_a_line(texts[column.place]) == _in_a_line(str(text))
        for column in understood.columns
        if _in_a_line(name) in (*column.parts, column.name) or (not name and not column.parts)
    )


def _in_a_line(text: str) -> str:
    """A name however it is broken to fit its cell."""
    return " ".join(text.split())


def _texts(understood: Understood, line: int) -> list[str]:
    for each, texts, _ in understood.rows():
        if each == line:
            return texts
    return [""] * len(understood.columns)


def _label_cell(value: dict[str, Any], sheet: Sheet, understood: Understood) -> float | None:
    """The number of a cell that names a row's period: no value, but understood all the same."""
    if "cell" not in value:
        return None
    letters, line = re.fullmatch(r"([A-Z]+)(\d+)", value["cell"]).groups()  # type: ignore[union-attr]
    for each, cells in sheet.rows:
        for column in understood.columns:
            if each == int(line) and column_letters(column.place) == letters and column.place < len(cells):
                text = text_of(cells[column.place])
                return float(text) if text.isdecimal() else None
    return None


def _previewed(database: Database, sheet: Sheet, entry: Entry) -> tuple[float | None, Outcome]:
    """What the preview makes of the entry, for an indicator made to fit its period."""
    with database.writing_session() as session:
        actor = person(session)
        series = _series_for(session, make_ground(session), entry)
        mapping = Mapping(series={entry.name: series.id})
        preview = preview_sheet(session, actor, "centre", sheet, mapping, now=NOW)
        ours = [each for each in preview.entries if each.entry[:3] == entry[:3]]
        session.rollback()
    outcome = ours[0].outcome
    draft = ours[0].draft
    return (draft.value if draft else None), outcome


def _series_for(session: Session, ground: Ground, entry: Entry) -> IndicatorSeries:
    """A series of numbers without bounds, whose schedule begins with the entry's period."""
    (period,) = periods_in([entry.period])
    first_day = period.first_day if period else date(2000, 1, 1)
    version = make_version(
        session,
        ground.planner,
        "messy",
        name_sv="Provmått",
        name_en="",
        kind=Kind.NUMBER,
        unit_sv=entry.value.unit or "tal",
        lowest=None,
        highest=None,
        decimals=6,
    )
    frequency = period.frequency if period else Frequency.YEAR
    n_years = period.n_months // 12 if period and frequency is Frequency.WINDOW else 1
    _, series = make_indicator(
        session,
        ground.planner,
        ground.goal,
        version,
        frequency=frequency,
        first_day=first_day,
        n_window_years=n_years,
    )
    return series


def _asked(value: dict[str, Any]) -> str:
    names = ("sheet", "cell", "line", "row", "group_header", "column", "year")
    said = ", ".join(str(value[name]) for name in names if name in value)
    return f"{said}: {value.get('value')}"


if __name__ == "__main__":
    sys.exit(main())
