"""Workbooks written: sheets that open as meant, their headers frozen.

Text is written as text in its cell, so that nothing in it can become a formula, a link or
markup, and a number as the number it is, to its last digit.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from itertools import chain, islice
from math import ceil
from typing import IO, Any, Final

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from impact.exchange.cells import LONGEST_CELL, Cell
from impact.exchange.csv_text import n_decimals

WIDEST: Final = 60
NARROWEST: Final = 9
LOOKED_AT: Final = 200
MOST_DECIMALS: Final = 10
LINE_HEIGHT: Final = 15.0
MOST_LINES: Final = 25  # a row can be no higher
LONGEST_NAME: Final = 31

_OPTIONS: Final = {
    # Rows go to the disk as they come, so that a long file needs no more memory than a short one.
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_MADE_AT: Final = datetime(1980, 1, 1, tzinfo=UTC)
_SPELLED: Final = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
_NOT_IN_NAMES: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
TEXT: Final = {"num_format": "@", "valign": "top"}
HEADER: Final = {"num_format": "@", "bold": True, "valign": "top"}


class Sheet(Worksheet):  # type: ignore[misc]
    """A sheet whose cells are what they are given as: text or a number, nothing else."""

    def put(self, row: int, column: int, cell: Cell, style: Format | None = None) -> None:
        """Write one cell; rows are written from the first to the last."""
        if cell is None or cell == "":
            if style is not None:
                self.write_blank(row, column, None, style)
        elif isinstance(cell, str):
            self.write_string(row, column, cell[:LONGEST_CELL], style)
        else:
            self.write_number(row, column, cell, style)

    def make_room(self, row: int, texts: Iterable[tuple[str, float]], line: float = LINE_HEIGHT) -> None:
        """Give the row the height that wrapped texts need in columns of these widths.

        Not every program does so by itself. Called before the row is written.
        """
        n_lines = max((_n_lines(text, width) for text, width in texts), default=1)
        self.set_row(row, line * min(n_lines, MOST_LINES))

    def _xml_rich_inline_string(self, string: str, attributes: Any = ()) -> None:
        """Text that looks like the library's own markup, and is somebody's text all the same."""
        self._xml_inline_string(string, True, attributes)

    def _xml_number_element(self, number: float, attributes: Any = ()) -> None:
        """A number with as many digits as tell it from every other; the library writes sixteen."""
        places = "".join(f' {key}="{value}"' for key, value in attributes)
        self.fh.write(f"<c{places}><v>{number!r}</v></c>")

    @staticmethod
    def _escape_control_characters(data: Any) -> Any:
        """Signs that XML cannot hold, and what looks like one spelled out, as workbooks spell them."""
        return _SPELLED.sub(_spelled, data) if isinstance(data, str) else data


class Styles:
    """The looks of a workbook's cells, each made once."""

    def __init__(self, book: Workbook, **always: Any) -> None:
        self._book, self._always = book, always
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def __call__(self, **look: Any) -> Format:
        """The format of a look, besides what all cells have."""
        key = tuple(sorted(look.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({**self._always, **look})
        return self._made[key]


@contextmanager
def written_to(out: IO[bytes], title: str = "") -> Iterator[Workbook]:
    """A workbook to add sheets to, which stands in ``out`` afterwards.

    The same contents are the same bytes.
    """
    with tempfile.TemporaryDirectory() as folder:
        book = Workbook(out, {**_OPTIONS, "tmpdir": folder})
        book.set_properties({"title": title, "created": _MADE_AT, "author": "Impact"})
        try:
            yield book
            book.close()
        except BaseException:
            for sheet in book.worksheets():
                sheet._opt_close()  # the file in which its rows waited
            raise


def add_sheet(book: Workbook, name: str) -> Sheet:
    """A new sheet under a name that spreadsheets take, made different from those there are."""
    bare = _NOT_IN_NAMES.sub(" ", name).strip("' ")[:LONGEST_NAME].strip("' ") or "1"
    taken = {sheet.get_name().casefold() for sheet in book.worksheets()}
    free, n = bare, 1
    while free.casefold() in taken:
        n += 1
        free = f"{bare[: LONGEST_NAME - len(f' {n}')]} {n}"
    sheet: Sheet = book.add_worksheet(free, Sheet)
    return sheet


def write_table_sheet(
    book: Workbook, rows: Iterable[Sequence[Cell]], name: str, formats: Mapping[int, str] | None = None
) -> Sheet:
    """A sheet with a table: the first row is the header, frozen, with a filter on it.

    Args:
        book: where it is added.
        rows: header and rows.
        name: of the sheet.
        formats: how the numbers of a column are shown, where not as they are.
    """
    sheet = add_sheet(book, name)
    header, text = book.add_format(HEADER), book.add_format(TEXT)
    numbers = {
        place: book.add_format({"num_format": form, "valign": "top"})
        for place, form in (formats or {}).items()
    }
    waiting = iter(rows)
    first = list(islice(waiting, LOOKED_AT))
    for place, width in enumerate(_widths(first)):
        sheet.set_column(place, place, width)
    sheet.freeze_panes(1, 0)
    n_rows = 0
    for line, row in enumerate(chain(first, waiting)):
        n_rows = line
        for place, cell in enumerate(row):
            style = header if line == 0 else text if isinstance(cell, str) else numbers.get(place)
            if cell is not None and cell != "":
                sheet.put(line, place, cell, style)
    if first and first[0] and n_rows:
        sheet.autofilter(0, 0, n_rows, len(first[0]) - 1)
    return sheet


def write_workbook(rows: Iterable[Sequence[Cell]], sheet_name: str) -> bytes:
    """A workbook (.xlsx) with one sheet; the first row is the header.

    The same rows give the same bytes.
    """
    out = BytesIO()
    with written_to(out, sheet_name) as book:
        write_table_sheet(book, rows, sheet_name)
    return out.getvalue()


def number_format(decimals: int, number: float | None = None) -> str:
    """How numbers show with so many decimals, or with as many more as this one has."""
    shown = max(decimals, min(n_decimals(number), MOST_DECIMALS)) if number is not None else decimals
    return "#,##0" + ("." + "0" * shown if shown else "")


def _n_lines(text: str, width: float) -> int:
    """How many lines a text takes in a column; words that end a line early counted in."""
    return sum(max(1, ceil(len(each) * 1.06 / width)) for each in text.split("\n"))


def _widths(rows: Sequence[Sequence[Cell]]) -> list[int]:
    """Wide enough for what stands in the first rows, within limits."""
    longest = [
        max((len(_shown(row[place])) for row in rows if place < len(row)), default=0)
        for place in range(max(map(len, rows), default=0))
    ]
    return [min(max(width + 2, NARROWEST), WIDEST) for width in longest]


def _spelled(found: re.Match[str]) -> str:
    sign = found.group()
    return f"_x{ord(sign[0]):04X}_{sign[1:]}"


def _shown(cell: Cell) -> str:
    return cell if isinstance(cell, str) else "" if cell is None else f"{cell:.6g}"
