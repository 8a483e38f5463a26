"""Separated text: bytes to cells, and cells to bytes that a spreadsheet opens as meant.

Encoding and delimiter are found out, because nobody who saves a file from a spreadsheet
knows them. What goes out is UTF-8 with its mark, in the Swedish form (semicolon, decimal
comma) or the international one (comma, decimal point).
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from impact.errors import Invalid
from impact.exchange.cells import (
    LONGEST_CELL,
    MOST_BYTES,
    Cell,
    Sheet,
    refuse_beyond,
)

DELIMITERS: Final = (";", "\t", ",", "|")
LOOKED_AT: Final = 20

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# What spreadsheets take for a formula, full-width forms included, blanks before it or not.
_FORMULA = re.compile(r"'*(\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n\0])")
# 1,234 could be read as thousands; 1,2340 cannot.
_LIKE_THOUSANDS = re.compile(r"-?\d{1,3}\.\d{3}")


@dataclass(frozen=True)
class Form:
    """How a file is written: delimiter, decimal mark, and the language of its words."""

    delimiter: str
    decimal_mark: str
    language: str


SWEDISH: Final = Form(";", ",", "sv")
INTERNATIONAL: Final = Form(",", ".", "en")


@dataclass(frozen=True)
class Table:
    """A file's cells as text: the header, and the rows with the lines they begin on."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    delimiter: str
    encoding: str


def read_table(content: bytes) -> Table:
    """The cells of a file of separated text whose first row is the header.

    Raises:
        Invalid: as :func:`read_sheet`.
    """
    sheet = read_sheet(content)
    rows = [(line, tuple(map(str, cells))) for line, cells in sheet.rows]
    return Table(tuple(cell.strip() for cell in rows[0][1]), tuple(rows[1:]), sheet.delimiter, sheet.encoding)


def read_sheet(content: bytes) -> Sheet:
    """The cells of a file of separated text; empty rows are left out.

    Raises:
        Invalid: no text, too large, or quotes that never end.
    """
    if len(content) > MOST_BYTES:
        raise Invalid("The file is larger than %(n)s MB.", field="file", n=MOST_BYTES // 1_000_000)
    text, encoding = _decoded(content)
    told = re.match(r"sep=(.)\r?\n", text)
    delimiter = told.group(1) if told else _delimiter_of(text)
    rows = list(_rows(text[told.end() :] if told else text, delimiter, 1 if told else 0))
    if not rows:
        raise Invalid("The file is empty.", field="file")
    return Sheet(tuple(rows), delimiter, encoding)


def write_table(rows: Iterable[Sequence[Cell]], form: Form, *, marked: bool = True) -> Iterator[bytes]:
    """The rows as separated text, a piece at a time.

    Numbers stay numbers. Text that a spreadsheet would take for a formula gets an
    apostrophe in front; :func:`read_table` takes it off again. A file wants the ``marked``
    beginning by which a spreadsheet knows UTF-8; another program does not.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=form.delimiter, lineterminator="\r\n")
    if marked:
        yield codecs.BOM_UTF8
    for number, row in enumerate(rows, start=1):
        writer.writerow([_written(cell, form) for cell in row])
        if number % 1000 == 0:
            yield _emptied(buffer)
    yield _emptied(buffer)


def number_text(number: float, decimal_mark: str) -> str:
    """A number written out, exactly, and in one way only to be read."""
    text = format(Decimal(repr(number)).normalize() + 0, "f")
    if _LIKE_THOUSANDS.fullmatch(text):
        text += "0"
    return text.replace(".", decimal_mark)


def n_decimals(number: float) -> int:
    """How many decimals a number has, written out exactly."""
    return len(number_text(number, ".").partition(".")[2].rstrip("0"))


def _written(cell: Cell, form: Form) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return "'" + cell if _FORMULA.match(cell) else cell
    return number_text(cell, form.decimal_mark)


def _unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def _emptied(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode("utf-8")


def _decoded(content: bytes) -> tuple[str, str]:
    marked = [encoding for mark, encoding in _MARKS if content.startswith(mark)]
    for encoding in marked or _unmarked_utf16(content) or ["utf-8", "cp1252"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, encoding
    raise Invalid("The file is not a text file; save it as CSV.", field="file")


def _unmarked_utf16(content: bytes) -> list[str]:
    """UTF-16 without its mark: every other byte of Western text is zero."""
    start = content[:LONGEST_CELL]
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if start[first::2].count(0) * 2 > len(start[first::2]) and start[1 - first :: 2].count(0) == 0:
            return [encoding]
    return []


def _delimiter_of(text: str) -> str:
    """The delimiter that most lines have as often as one before them, the header.

    The header may stand below lines that say what the table is.
    """
    # Where all is quoted, nothing but tabs may be left of a line.
    lines = [line for line in _without_quoted(text).splitlines() if line.strip(" ")]
    counts = [_counted(line) for line in lines[:LOOKED_AT]]

    def fit(delimiter: str) -> tuple[int, int]:
        column = [line[delimiter] for line in counts]
        return max(((column[row:].count(n), n) for row, n in enumerate(column) if n), default=(0, 0))

    return max(DELIMITERS, key=fit) if counts else ","


def _without_quoted(text: str) -> str:
    """The beginning of the text, with nothing left between quotes."""
    return re.sub(r'"[^"]*"', "", text[: LOOKED_AT * LONGEST_CELL])


def _counted(line: str) -> dict[str, int]:
    return {delimiter: line.count(delimiter) for delimiter in DELIMITERS}


def _rows(text: str, delimiter: str, n_lines_before: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    n_rows, n_cells, line = 0, 0, n_lines_before + 1
    is_guarded = "'" in text
    try:
        for cells in reader:
            said = "".join(cells)
            if said and not said.isspace():
                n_rows, n_cells = n_rows + 1, n_cells + len(cells)
                refuse_beyond(n_rows, len(cells), n_cells)
                if len(said) > LONGEST_CELL and max(map(len, cells)) > LONGEST_CELL:
                    raise Invalid("A cell holds more than %(n)s characters.", field="file", n=LONGEST_CELL)
                yield line, tuple(map(_unguarded, cells) if is_guarded else cells)
            line = n_lines_before + reader.line_num + 1
    except csv.Error as error:
        raise Invalid(
            "Line %(line)s: the quotation marks do not match.", field="file", line=reader.line_num
        ) from error
