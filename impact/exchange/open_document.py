"""Spreadsheets of LibreOffice and others (.ods): the cells of their shown sheets."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from impact.errors import Invalid
from impact.exchange.cells import LONGEST_CELL, MOST_COLUMNS, Cell, Sheet, refuse_beyond
from impact.exchange.packed_parts import open_parts

_TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE: Final = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_NUMBERS: Final = frozenset({"float", "percentage", "currency"})
_DAMAGES: Final = (
    *(LookupError, ValueError, EOFError, RuntimeError, OSError),
    *(ParseError, zipfile.BadZipFile, zlib.error),
)


def read_open_document(content: bytes) -> Iterator[Sheet]:
    """The shown sheets of a spreadsheet, in their order.

    Raises:
        Invalid: no spreadsheet, damaged, behind a password, too large, or made to harm.
    """
    archive = open_parts(content)
    if "content.xml" not in archive.namelist():
        raise Invalid("The file is no workbook of the kind .xlsx; save it as .xlsx or CSV.", field="file")
    try:
        with archive.open("content.xml") as part:
            yield from _sheets(part)
    except DefusedXmlException as error:
        raise Invalid(
            "The workbook holds a document type, which no spreadsheet writes.", field="file"
        ) from error
    except _DAMAGES as error:
        raise Invalid(
            "The workbook is damaged; open it, save it anew, and try again.", field="file"
        ) from error


@dataclass
class _Table:
    """A sheet as its rows come by."""

    name: str
    rows: list[tuple[int, tuple[Cell, ...]]] = field(default_factory=list)
    line: int = 1

    def add(self, row: Element) -> None:
        """Take in a row, as often as it is said to stand there."""
        n_times = int(row.get(f"{_TABLE}number-rows-repeated", "1"))
        cells = _cells_of(row)
        if cells:
            for line in range(self.line, self.line + n_times):
                self.rows.append((line, cells))
                refuse_beyond(len(self.rows), len(cells), len(self.rows) * len(cells))
        self.line += n_times


def _sheets(part: Any) -> Iterator[Sheet]:
    hidden: set[str | None] = set()
    table: _Table | None = None
    depth, n_cells = 0, 0
    for happened, element in iterparse(part, events=("start", "end"), forbid_dtd=True):
        if element.tag == f"{_TABLE}table":
            depth += 1 if happened == "start" else -1
            if happened == "start" and depth == 1:
                is_hidden = element.get(f"{_TABLE}style-name") in hidden
                table = None if is_hidden else _Table(element.get(f"{_TABLE}name", ""))
            elif happened == "end" and depth == 0 and table is not None:
                n_cells += sum(len(cells) for _, cells in table.rows)
                refuse_beyond(len(table.rows), 0, n_cells)
                yield Sheet(tuple(table.rows), name=table.name)
        elif happened == "end" and element.tag == f"{_TABLE}table-row" and depth == 1:
            if table is not None:
                table.add(element)
            element.clear()
        elif happened == "end" and element.tag == f"{_STYLE}style" and _is_hiding(element):
            hidden.add(element.get(f"{_STYLE}name"))


def _is_hiding(style: Element) -> bool:
    return any(each.get(f"{_TABLE}display") == "false" for each in style)


def _cells_of(row: Element) -> tuple[Cell, ...]:
    """The cells of a row up to the last that says something."""
    cells: list[Cell] = []
    n_empty = 0
    for each in row:
        if each.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        n_times = int(each.get(f"{_TABLE}number-columns-repeated", "1"))
        cell = _cell(each)
        if cell == "":
            n_empty += n_times
            continue
        refuse_beyond(0, len(cells) + n_empty + n_times)
        cells += [""] * n_empty + [cell] * n_times
        n_empty = 0
    return tuple(cells[:MOST_COLUMNS])


def _cell(element: Element) -> Cell:
    kind = element.get(f"{_OFFICE}value-type")
    value = element.get(f"{_OFFICE}value")
    if kind in _NUMBERS and value is not None:
        return float(f"{float(value):.15g}")
    if kind == "date":
        return element.get(f"{_OFFICE}date-value", "")[:10]
    if kind == "boolean":
        return element.get(f"{_OFFICE}boolean-value", "").upper()
    text = "\n".join("".join(_spoken(each)) for each in element if each.tag == f"{_TEXT}p")
    if len(text) > LONGEST_CELL:
        raise Invalid("A cell holds more than %(n)s characters.", field="file", n=LONGEST_CELL)
    if not text and (formula := element.get(f"{_TABLE}formula")):
        # A formula that was never worked out has no value, and must not look like a gap.
        return formula if formula.startswith("=") else f"={formula}"
    return text


def _spoken(element: Element) -> Iterator[str]:
    """The text of a paragraph; several blanks are written as one element."""
    yield element.text or ""
    for each in element:
        if each.tag == f"{_TEXT}s":
            yield " " * min(int(each.get(f"{_TEXT}c", "1")), LONGEST_CELL)
        elif not each.tag.endswith("}annotation"):
            yield from _spoken(each)
        yield each.tail or ""
