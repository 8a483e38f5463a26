"""Workbooks of spreadsheets (.xlsx): the cells of their sheets, read without trust.

Sheets are read as a stream, whatever size they claim. Styles are read for one thing only,
to tell dates from numbers.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from posixpath import join, normpath
from typing import Final
from xml.parsers import expat

from impact.errors import Invalid
from impact.exchange.csv_text import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, Sheet
from impact.exchange.packed_parts import open_parts, parse
from impact.exchange.rows import Cell

_DATES: Final = frozenset({*range(14, 18), 22, *range(27, 37), *range(50, 59)})
_NO_FORMAT = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_DAMAGES: Final = (
    *(LookupError, ValueError, EOFError, RuntimeError),
    *(expat.ExpatError, zipfile.BadZipFile, zlib.error),
)
_PLACE = re.compile(r"([A-Z]{1,3})\d+")
_SPELLED = re.compile(r"_x(?![Dd][89A-Fa-f])([0-9A-Fa-f]{4})_")
_EPOCHS: Final = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}  # noqa: DTZ001 - a cell has no zone


@dataclass
class _Book:
    """What all sheets of a workbook share."""

    archive: zipfile.ZipFile
    texts: list[str] = field(default_factory=list)
    date_styles: set[int] = field(default_factory=set)
    counts_from_1904: bool = False


def read_workbook(content: bytes) -> Iterator[Sheet]:
    """The visible sheets of a workbook, one after the other as they are asked for.

    Raises:
        Invalid: no workbook, damaged, too large, or made to harm.
    """
    archive = open_parts(content)
    try:
        book = _Book(archive)
        for name, part in _parts_of(book):
            yield Sheet(tuple(_SheetReader(book, name).rows(part)), name=name)
    except _DAMAGES as error:
        raise Invalid(
            "The workbook is damaged; open it, save it anew, and try again.", field="file"
        ) from error


def _parts_of(book: _Book) -> list[tuple[str, str]]:
    """Name and part of each visible sheet, with what sheets share read into the book."""
    main = next(
        (target for kind, target, _ in _relations(book, "", "_rels/.rels") if kind == "officeDocument"),
        "xl/workbook.xml",
    )
    folder, _, base = main.rpartition("/")
    related = list(_relations(book, folder, join(folder, "_rels", f"{base}.rels")))
    found: list[tuple[str, str]] = []

    def begin(name: str, facts: dict[str, str]) -> None:
        if name == "workbookPr":
            book.counts_from_1904 = facts.get("date1904") in {"1", "true"}
        if name == "sheet" and facts.get("state", "visible") == "visible":
            found.append((facts["name"], facts.get("id", "")))

    parse(book.archive, main, begin)
    for kind, target, _ in related:
        if kind == "sharedStrings":
            book.texts = list(_shared_texts(book, target))
        if kind == "styles":
            book.date_styles = _date_styles(book, target)
    # A sheet may be of charts alone; those have no cells.
    sheets = {key: target for kind, target, key in related if kind == "worksheet"}
    return [(name, sheets[key]) for name, key in found if key in sheets]


def _relations(book: _Book, folder: str, part: str) -> Iterator[tuple[str, str, str]]:
    """Kind, target and key of what a part refers to."""
    found: list[tuple[str, str, str]] = []

    def begin(name: str, facts: dict[str, str]) -> None:
        if name == "Relationship" and facts.get("TargetMode") != "External":
            target = facts["Target"]
            place = target.lstrip("/") if target.startswith("/") else normpath(join(folder, target))
            found.append((facts["Type"].rpartition("/")[2], place, facts["Id"]))

    parse(book.archive, part, begin)
    return iter(found)


def _shared_texts(book: _Book, part: str) -> Iterator[str]:
    texts: list[str] = []
    state = {"in_text": False, "in_reading": False}

    def begin(name: str, _: dict[str, str]) -> None:
        if name == "si":
            texts.append("")
        state["in_reading"] |= name == "rPh"  # how a name is pronounced
        state["in_text"] = name == "t"

    def end(name: str) -> None:
        state["in_text"] = False
        state["in_reading"] &= name != "rPh"

    def say(text: str) -> None:
        if state["in_text"] and not state["in_reading"]:
            texts[-1] += text

    parse(book.archive, part, begin, end, say)
    return map(_as_meant, texts)


def _as_meant(text: str) -> str:
    """A text with the signs that XML cannot hold and workbooks spell out, such as _x000D_."""
    return _SPELLED.sub(lambda found: chr(int(found[1], 16)), text)


def _date_styles(book: _Book, part: str) -> set[int]:
    """The numbers of the cell styles that show a number as a date."""
    own: dict[int, str] = {}
    styles: list[int] = []
    inside = [""]

    def begin(name: str, facts: dict[str, str]) -> None:
        if name in {"cellXfs", "cellStyleXfs", "dxfs"}:
            inside[0] = name
        if name == "numFmt":
            own[int(facts["numFmtId"])] = facts.get("formatCode", "")
        if name == "xf" and inside[0] == "cellXfs":
            styles.append(int(facts.get("numFmtId", "0")))

    parse(book.archive, part, begin)
    dates = {key for key, code in own.items() if re.search("[yd]", _NO_FORMAT.sub("", code.lower()))}
    return {place for place, key in enumerate(styles) if key in dates or (key in _DATES and key not in own)}


class _SheetReader:
    """The rows of one sheet, from its elements as they come by."""

    def __init__(self, book: _Book, name: str) -> None:
        self._book, self._name = book, name
        self._found: list[tuple[int, tuple[Cell, ...]]] = []
        self._cells: dict[int, Cell] = {}
        self._line = self._place = 0
        self._kind = self._text = self._formula = self._inside = ""
        self._style = 0

    def rows(self, part: str) -> list[tuple[int, tuple[Cell, ...]]]:
        """The filled rows with the numbers that the spreadsheet shows."""
        parse(self._book.archive, part, self._begin, self._end, self._say)
        return self._found

    def _begin(self, name: str, facts: dict[str, str]) -> None:
        if name == "row":
            self._line = int(facts.get("r", self._line + 1))
            self._cells, self._place = {}, 0
        elif name == "c":
            spelled = _PLACE.fullmatch(facts.get("r", ""))
            self._place = _column_of(spelled.group(1)) if spelled else self._place + 1
            self._kind, self._style = facts.get("t", "n"), int(facts.get("s", "0"))
            self._text = self._formula = ""
        elif name in {"v", "t", "f"}:
            self._inside = name

    def _end(self, name: str) -> None:
        if name in {"v", "t", "f"}:
            self._inside = ""
        elif name == "c":
            cell = self._cell()
            if cell is not None and cell != "":
                self._keep(cell)
        elif name == "row" and self._cells:
            width = max(self._cells)
            self._found.append((self._line, tuple(self._cells.get(n, "") for n in range(1, width + 1))))

    def _say(self, text: str) -> None:
        if self._inside == "f":
            self._formula += text
        elif self._inside:
            self._text += text

    def _keep(self, cell: Cell) -> None:
        if len(self._found) >= MOST_ROWS or self._place > MOST_COLUMNS:
            raise Invalid(
                "The file has more than %(rows)s rows or %(columns)s columns.",
                field="file",
                rows=MOST_ROWS,
                columns=MOST_COLUMNS,
            )
        if isinstance(cell, str) and len(cell) > LONGEST_CELL:
            raise Invalid("A cell holds more than %(n)s characters.", field="file", n=LONGEST_CELL)
        self._cells[self._place] = cell

    def _cell(self) -> Cell:
        text = self._text
        if self._kind == "s" and text:
            return self._book.texts[int(text)]
        if self._kind in {"str", "inlineStr", "e", "d"}:
            return _as_meant(text)
        if self._kind == "b":
            return {"1": "TRUE", "0": "FALSE"}.get(text, text)
        if not text.strip():
            # A formula that was never worked out has no value, and must not look like a gap.
            return f"={self._formula}" if self._formula else None
        number = float(f"{float(text):.15g}")
        if self._style in self._book.date_styles:
            return _date_text(number, counts_from_1904=self._book.counts_from_1904)
        return number


def _date_text(days: float, *, counts_from_1904: bool) -> Cell:
    try:
        return (_EPOCHS[counts_from_1904] + timedelta(days=days)).date().isoformat()
    except OverflowError:
        return days


def _column_of(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
