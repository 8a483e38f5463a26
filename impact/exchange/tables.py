"""Several tables on one sheet: below one another with headers of their own, or side by side."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Final

from impact.exchange.cells import Cell, Sheet
from impact.exchange.marks import mark_in
from impact.exchange.number_cells import looks_like_a_number
from impact.exchange.number_columns import valued_columns
from impact.exchange.period_cells import periods_in
from impact.exchange.sheet_header import (
    MOST_HEADER_ROWS,
    SAMPLE,
    Header,
    find_header,
    names_own_form,
)
from impact.exchange.table_layout import text_of

MOST_TABLES: Final = 50
_TITLE_ROWS: Final = 3


def tables_of(sheet: Sheet, header: Header, *, is_only: bool) -> Iterator[tuple[Sheet, Header]]:
    """The tables of a sheet with their headers; only the first where somebody said which."""
    rest: Header | None = header
    for _ in range(MOST_TABLES):
        if rest is None or rest.last + 1 >= len(sheet.rows):
            return
        if names_own_form(text_of(cell) for cell in sheet.rows[rest.last][1]):
            yield sheet, rest
            return
        end = _next_table(sheet, rest)
        whole = sheet if end is None else replace(sheet, rows=sheet.rows[:end])
        yield from ((table, rest) for table in _side_by_side(whole, rest))
        if end is None or is_only:
            return
        sheet = replace(sheet, rows=sheet.rows[end:])
        rest = find_header(sheet)


def _next_table(sheet: Sheet, header: Header) -> int | None:
    """The place of the row at which another table begins, its titles with it; None if none does.

    A table begins below an empty row or a row with a title alone, with a row that names columns of
    numbers below it in another way than this header does.
    """
    valued = valued_columns(_texts(sheet, header.last + 1, SAMPLE))
    named = {text for row in _texts(sheet, header.first, header.last - header.first + 1) for text in row}
    rows = sheet.rows
    before, cells_before = rows[header.last]
    for place in range(header.last + 1, len(rows)):
        line, cells = rows[place]
        is_apart = line != before + 1 or _is_alone(cells_before)
        before, cells_before = line, cells
        if is_apart and place > header.last + 1 and _names_columns(sheet, place, named, valued):
            return _with_titles(sheet, place, header.last + 2)
    return None


def _side_by_side(sheet: Sheet, header: Header) -> Iterator[Sheet]:
    """The sheet once for each table that stands beside others, all other cells left empty.

    Tables stand side by side where an empty column parts them and the rows are named anew behind it.
    """
    blocks = _blocks(sheet, header)
    if len(blocks) < 2:
        yield sheet
        return
    first_row = max(0, header.first - 1)
    for first, after in blocks:
        rows = tuple(
            (line, cells if place < first_row else ("",) * first + cells[first:after])
            for place, (line, cells) in enumerate(sheet.rows)
        )
        yield replace(sheet, rows=rows)


def title_of(sheet: Sheet, header: Header) -> str:
    """What stands alone above the header, nearest to it; empty for nothing."""
    for _, cells in reversed(sheet.rows[max(0, header.first - _TITLE_ROWS) : header.first]):
        if _is_alone(cells):
            return next(filter(None, map(text_of, cells)))
    return ""


def _blocks(sheet: Sheet, header: Header) -> list[tuple[int, int]]:
    """From which column to before which each table goes; one or none where they are not several."""
    below = _texts(sheet, header.last + 1, SAMPLE)
    above = [[text_of(cell) for cell in cells] for _, cells in sheet.rows[header.first : header.last + 1]]
    width = max(map(len, (*below, *above)), default=0)
    filled = {place for row in (*below, *above) for place, text in enumerate(row) if text}
    valued = valued_columns(below)
    edges = [place for place in range(width) if place in filled and place - 1 not in filled]
    blocks = [(first, after) for first, after in zip(edges, [*edges[1:], width], strict=True)]
    names = {first: [row[first] for row in above if first < len(row) and row[first]] for first, _ in blocks}
    alike = [
        names[first] == names[blocks[0][0]]
        and first not in valued
        and any(place in valued for place in range(first, after))
        for first, after in blocks
    ]
    return blocks if blocks and all(alike) else []


def _names_columns(sheet: Sheet, place: int, named: set[str], valued: set[int]) -> bool:
    """Whether the row is the first of another header, with numbers below what it names."""
    row = _texts(sheet, place, 1)[0]
    said = {each: text for each, text in enumerate(row) if text}
    if len(said) < 2 or any(mark_in(text) is not None for text in said.values()):
        return False
    is_repeated = all(text in named for each, text in said.items() if each in valued)
    if is_repeated and not _is_alone(sheet.rows[place - 1][1]):
        return False
    numbers = {each for each, text in said.items() if looks_like_a_number(text)}
    if numbers and not _are_periods_alone(row, numbers, named):
        return False
    if not numbers and not _are_names(said.values(), is_titled=_is_alone(sheet.rows[place - 1][1])):
        return False
    for below in _texts(sheet, place + 1, MOST_HEADER_ROWS):
        found = {each for each, text in enumerate(below) if text and looks_like_a_number(text)}
        if found:
            return bool(found & set(said)) and (not numbers or numbers & found != set())
    return False


def _are_names(texts: Collection[str], *, is_titled: bool) -> bool:
    """Whether these are names of columns; words instead of numbers are written small, or alike."""
    return is_titled or (len(set(texts)) == len(texts) and not any(text[:1].islower() for text in texts))


def _are_periods_alone(row: Sequence[str], numbers: set[int], named: set[str]) -> bool:
    """Whether the numbers of a row are periods in their order, and all else is as in the header."""
    periods = periods_in([row[place] for place in sorted(numbers)])
    starts = [period.first_day for period in periods if period]
    others = {
        text
        for place, text in enumerate(row)
        if text and place not in numbers and not any(periods_in([text]))
    }
    return len(starts) == len(periods) and starts == sorted(set(starts)) and others <= named


def _with_titles(sheet: Sheet, place: int, least: int) -> int:
    """The first of the rows with a title alone that stand right above a header."""
    first = place
    while first > max(least, place - _TITLE_ROWS) and _is_alone(sheet.rows[first - 1][1]):
        first -= 1
    return first


def _is_alone(cells: Sequence[Cell]) -> bool:
    return len(cells) - cells.count("") == 1


def _texts(sheet: Sheet, first: int, n_rows: int) -> list[list[str]]:
    return [[text_of(cell) for cell in cells] for _, cells in sheet.rows[first : first + n_rows]]
