"""Where in a sheet the header stands, however many rows it has and whatever lies above it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from impact.exchange.cells import Cell, Sheet
from impact.exchange.marks import mark_in
from impact.exchange.number_cells import looks_like_a_number
from impact.exchange.number_columns import EVERY_OTHER, MOSTLY, columns_with_values, valued_columns
from impact.exchange.period_cells import period_within, periods_in
from impact.exchange.rows import NEEDED, Column, column_named
from impact.exchange.table_layout import text_of

LOOKED_AT: Final = 40
SAMPLE: Final = 60
MOST_HEADER_ROWS: Final = 5
_MOST_DIGITS: Final = 4
_CODE: Final = re.compile(r"0\d+")
_DATE: Final = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")
_MARKS_OF_VALUES: Final = frozenset("~<>≤≥≈.")
_FIGURE: Final = re.compile(r"-?\d+[.,]\d+ ?%?|#[A-ZÅÄÖ/]+[!?]")


@dataclass(frozen=True)
class Header:
    """The rows of the header by their places in the sheet, both ends included."""

    first: int
    last: int


def find_header(sheet: Sheet) -> Header | None:
    """The header of the first table of values; None where nothing looks like one.

    The last row of it is the one below which most named columns are filled and some hold
    numbers; the rows above belong to it while they name columns of values.
    """
    rows = [[text_of(cell) for cell in cells] for _, cells in sheet.rows[: LOOKED_AT + SAMPLE + 1]]
    own = next((place for place, row in enumerate(rows[:LOOKED_AT]) if names_own_form(row)), None)
    if own is not None:
        return Header(own, own)
    best = _best_row(sheet, rows)
    if best is None:
        return None
    valued = columns_with_values(rows[best + 1 :][:SAMPLE])
    last = best
    while _is_below(rows, last, valued):
        last += 1
    first = best
    while best - first + 1 < MOST_HEADER_ROWS and _is_above(sheet, rows, first, valued):
        first -= 1
    return Header(first, last)


def _best_row(sheet: Sheet, rows: list[list[str]]) -> int | None:
    """The row that names most columns of values; None if none does.

    Where nothing else does, a row that counts may: ages, say. So may one above few numbers.
    """
    for least, may_count in ((MOSTLY, False), (MOSTLY, True), (EVERY_OTHER, False)):
        best, most = None, (0, 0)
        for last in range(min(LOOKED_AT, len(rows) - 1)):
            if may_count and not _counts(rows[last]):
                continue
            named = _named_columns(sheet, rows, last, least=least, may_count=may_count)
            if named > most:
                best, most = last, named
        if best is not None:
            return best
    return None


def header_at(sheet: Sheet, lines: tuple[int, int]) -> Header | None:
    """The header on these lines, None where the sheet has nothing there."""
    places = [place for place, (line, _) in enumerate(sheet.rows) if lines[0] <= line <= lines[1]]
    return Header(places[0], places[-1]) if places else None


def names_of(sheet: Sheet, header: Header, width: int) -> list[tuple[str, ...]]:
    """What stands above each column, from the top; a group's name holds until the next one.

    Groups that were typed a column too far to the left (the one above the rows' names, so that two
    columns of values share a name) are taken for those to their right.
    """
    rows = [
        [_in_a_line(text_of(cell)) for cell in _padded(cells, width)]
        for _, cells in sheet.rows[header.first : header.last + 1]
    ]
    below = [[text_of(cell) for cell in cells] for _, cells in sheet.rows[header.last + 1 :][:SAMPLE]]
    valued = columns_with_values(below)
    found = _held(rows, valued)
    groups = [row for row in rows[:-1] if row[0] and not row[-1]]
    if groups and 0 not in valued and not rows[-1][0] and _are_shared(found, valued):
        moved = _held([["", *row[:-1]] if row in groups else row for row in rows], valued)
        return found if _are_shared(moved, valued) else moved
    return found


def _held(rows: Sequence[Sequence[str]], valued: set[int]) -> list[tuple[str, ...]]:
    """The names with each group's held over the columns of values to its right."""
    held = [list(row) for row in rows]
    for row in held[:-1]:
        for place in range(1, len(row)):
            if not row[place] and place in valued and place - 1 in valued:
                row[place] = row[place - 1]
    return [tuple(dict.fromkeys(filter(None, column))) for column in zip(*held, strict=True)]


def _are_shared(names: Sequence[tuple[str, ...]], valued: set[int]) -> bool:
    """Whether two columns of values are called the same."""
    said = [names[place] for place in sorted(valued) if place < len(names)]
    return len(set(said)) < len(said)


def names_own_form(names: Iterable[str]) -> bool:
    """Whether these are the names of the columns that a tidy file must have."""
    known = set(map(column_named, names))
    return bool(known & {Column.INDICATOR, Column.INDICATOR_ID}) and known >= set(NEEDED)


def _in_a_line(name: str) -> str:
    """A name as it is said, however it was broken to fit its cell."""
    return " ".join(name.replace("\N{SOFT HYPHEN}", "").split())


def _padded(cells: tuple[Cell, ...], width: int) -> tuple[Cell, ...]:
    return cells[:width] + ("",) * (width - len(cells))


def _named_columns(
    sheet: Sheet, rows: list[list[str]], last: int, *, least: float, may_count: bool
) -> tuple[int, int]:
    """How many columns of values have a name, in the row or above it, and how many the row names.

    Nothing if it is no header.
    """
    header, below = rows[last], rows[last + 1 :][:SAMPLE]
    valued = valued_columns(below, least=least)
    if not any(header[place] for place in valued if place < len(header)) or any(map(_is_figure, header)):
        return 0, 0
    if not may_count and _holds_numbers(header, valued):
        return 0, 0
    filled = {place for row in below for place, text in enumerate(row) if text}
    named = {place for place, text in enumerate(header) if text and place in filled}
    n_named = len(named)
    first = last
    while last - first + 1 < MOST_HEADER_ROWS and _is_above(sheet, rows, first, valued):
        first -= 1
        named |= {place for place, text in enumerate(rows[first]) if text}
    return len(named & valued), n_named


def _holds_numbers(row: Sequence[str], among: set[int] | None = None) -> bool:
    """Whether a row holds numbers, which a header does not; years and "2020 antal" are none."""
    periods = periods_in(row)
    return any(
        looks_like_a_number(text) and not _CODE.fullmatch(text) and period is None and not period_within(text)
        for place, (text, period) in enumerate(zip(row, periods, strict=True))
        if text and (among is None or place in among)
    )


def _is_figure(text: str) -> bool:
    """Whether a cell can only be a value: it has a decimal mark, or stands for one."""
    return bool(_FIGURE.fullmatch(text)) or (text[:1] in _MARKS_OF_VALUES and mark_in(text) is not None)


def _counts(row: Sequence[str]) -> bool:
    """Whether a row holds whole numbers that follow one another."""
    numbers = [int(text) for text in row if text.isdecimal() and len(text) < _MOST_DIGITS]
    return len(numbers) > 2 and all(after == before + 1 for before, after in pairwise(numbers))


def _is_above(sheet: Sheet, rows: list[list[str]], first: int, valued: set[int]) -> bool:
    """Whether the row above names columns of values too."""
    if first == 0 or sheet.rows[first - 1][0] != sheet.rows[first][0] - 1:
        return False
    row = rows[first - 1]
    if _holds_numbers(row):
        return False
    return any(text and place in valued and place > 0 for place, text in enumerate(row))


def _is_below(rows: list[list[str]], last: int, valued: set[int]) -> bool:
    """Whether the row below belongs to the header too: units, say."""
    if last + 2 >= len(rows):
        return False
    row = rows[last + 1]
    said = [row[place] for place in valued if place < len(row) and row[place]]
    return bool(said) and not any(_is_said_in_figures(text) or mark_in(text) is not None for text in said)


def _is_said_in_figures(text: str) -> bool:
    """Whether a text is a number, or nothing but figures and signs, but no date: (12), 5-10."""
    is_bare = any(map(str.isdecimal, text)) and not any(map(str.isalpha, text))
    return looks_like_a_number(text) or (is_bare and not _DATE.fullmatch(text))
