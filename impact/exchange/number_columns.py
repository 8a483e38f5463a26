"""Which columns of a table hold numbers, as a sample of its rows shows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from impact.exchange.cells import Cell
from impact.exchange.marks import mark_in
from impact.exchange.number_cells import looks_like_a_number
from impact.exchange.table_layout import text_of

SAMPLE: Final = 400
MOSTLY: Final = 0.8
EVERY_OTHER: Final = 0.5
# No number is written with a zero before it.
_CODE: Final = re.compile(r"0\d+")


def sample_of(rows: Sequence[tuple[int, tuple[Cell, ...]]]) -> list[list[str]]:
    """Rows that look like data, as text: as many cells as most, or numbers among them.

    The first rows, and some of all the others.
    """
    half = SAMPLE // 2
    spread = [*rows[:half], *rows[half :: max(1, (len(rows) - half) // half)]]
    texts = [[text_of(cell) for cell in cells] for _, cells in spread]
    return [row for row in texts if sum(map(bool, row)) > 2 or any(map(looks_like_a_number, row))] or texts


def valued_columns(rows: Sequence[Sequence[str]], *, least: float = MOSTLY) -> set[int]:
    """The columns that hold numbers, marks for none, and hardly anything else.

    Rows without any number are names or headings, and do not count where others have some.
    """
    rows = [row for row in rows if any(map(looks_like_a_number, row))] or rows
    width = max((len(row) for row in rows), default=0)
    found = set()
    for place in range(width):
        texts = [row[place] for row in rows if place < len(row) and row[place]]
        numbers = sum(map(looks_like_a_number, texts))
        # A formula that was never worked out would have been a number.
        # So would a mark; but letters alone may as well be names.
        marks = [text for text in texts if mark_in(text) is not None or text.startswith("=")]
        fitting = numbers + len(marks)
        is_told = numbers or not all(map(str.isalpha, marks))
        if any(map(_CODE.fullmatch, texts)):
            continue
        if fitting and is_told and fitting >= least * len(texts):
            found.add(place)
    return found


def columns_with_values(rows: Sequence[Sequence[str]]) -> set[int]:
    """The columns of values, and those to their right in which every other cell has a number.

    Names stand to the left: what is no number behind the first values is a problem to be told.
    """
    valued = valued_columns(rows)
    first = min(valued, default=-1)
    return valued | {place for place in valued_columns(rows, least=EVERY_OTHER) if place > first}
