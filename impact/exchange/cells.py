"""What every reader of a format gives: the filled rows of a sheet, and how much is read.

Imports next to nothing: the child process in which files are read starts in no time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from impact.errors import Invalid

Cell = str | float | None

MOST_BYTES: Final = 25_000_000
MOST_ROWS: Final = 200_000
MOST_COLUMNS: Final = 200
MOST_CELLS: Final = 2_000_000  # in all sheets together
LONGEST_CELL: Final = 32_767  # of a spreadsheet's cell


@dataclass(frozen=True)
class Sheet:
    """The filled rows of a file or of one sheet, each with the line it begins on."""

    rows: tuple[tuple[int, tuple[Cell, ...]], ...]
    delimiter: str = ""
    encoding: str = ""
    name: str = ""


def column_of(rows: Sequence[tuple[int, tuple[Cell, ...]]], place: int) -> Iterator[Cell]:
    """The cells of a column, from the top."""
    return (cells[place] for _, cells in rows if place < len(cells))


def column_letters(place: int) -> str:
    """What a spreadsheet calls the column at a place: A for 0, AA for 26."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def refuse_beyond(n_rows: int, n_columns: int, n_cells: int = 0) -> None:
    """Return if so much is read.

    Raises:
        Invalid: the file has more.
    """
    if n_rows > MOST_ROWS or n_columns > MOST_COLUMNS:
        raise Invalid(
            "The file has more than %(rows)s rows or %(columns)s columns.",
            field="file",
            rows=MOST_ROWS,
            columns=MOST_COLUMNS,
        )
    if n_cells > MOST_CELLS:
        raise Invalid("The file has more than %(n)s cells; divide it.", field="file", n=MOST_CELLS)
