"""Workbooks of spreadsheets (.xlsx): the cells of their visible sheets, read without trust.

openpyxl reads them as a stream, whatever size they claim; defusedxml refuses what unfolds.
Formulas are never worked out: the value counts that the spreadsheet kept beside them.
"""

from __future__ import annotations

import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from xml.etree.ElementTree import ParseError

import openpyxl
from defusedxml.common import DefusedXmlException
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser

from impact.errors import Invalid
from impact.exchange.cells import LONGEST_CELL, Cell, Sheet, refuse_beyond
from impact.exchange.packed_parts import open_parts

if not openpyxl.DEFUSEDXML:  # Without it a small file could be made to unfold.
    raise ImportError("openpyxl has to read by way of defusedxml")

_DAMAGES: Final = (
    *(LookupError, ValueError, EOFError, RuntimeError, TypeError, AttributeError, OSError, AssertionError),
    *(ParseError, zipfile.BadZipFile, zlib.error, InvalidFileException),
)
_SPELLED = re.compile(r"_x(?![Dd][89A-Fa-f])([0-9A-Fa-f]{4})_")


def read_workbook(content: bytes) -> Iterator[Sheet]:
    """The visible sheets of a workbook, one after the other as they are asked for.

    Raises:
        Invalid: no workbook, damaged, too large, or made to harm.
    """
    archive = open_parts(content)
    names = set(archive.namelist())
    if "xl/workbook.xml" not in names and "_rels/.rels" not in names:
        raise Invalid("The file is no workbook of the kind .xlsx; save it as .xlsx or CSV.", field="file")
    try:
        yield from _sheets(archive)
    except _DAMAGES as error:
        if _unfolds(error):
            raise Invalid(
                "The workbook holds a document type, which no spreadsheet writes.", field="file"
            ) from error
        raise Invalid(
            "The workbook is damaged; open it, save it anew, and try again.", field="file"
        ) from error


def _unfolds(error: BaseException | None) -> bool:
    """Whether defusedxml refused it; openpyxl wraps some errors in its own."""
    return error is not None and (isinstance(error, DefusedXmlException) or _unfolds(error.__context__))


class _Cells(WorkSheetParser):  # type: ignore[misc]
    """The rows of a sheet as they are written, none filled up.

    openpyxl's own rows are as long as the farthest cell and as many as the farthest row.
    """

    def parse_cell(self, element: Any) -> dict[str, Any]:
        """A cell; a formula that was never worked out must not look like a gap."""
        cell: dict[str, Any] = super().parse_cell(element)
        if cell["value"] is None and (formula := element.find(FORMULA_TAG)) is not None:
            cell["value"] = f"={formula.text or ''}"
        return cell


def _sheets(archive: zipfile.ZipFile) -> Iterator[Sheet]:
    with warnings.catch_warnings():
        # openpyxl warns of styles and rules that it leaves out; nobody asked for them.
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(archive.fp, read_only=True, data_only=True, keep_links=False)
        n_cells = 0
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                rows = tuple(_rows(sheet, book))
                n_cells += sum(len(cells) for _, cells in rows)
                refuse_beyond(len(rows), 0, n_cells)
                yield Sheet(rows, name=sheet.title)


def _rows(sheet: Any, book: Any) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    found = 0
    with sheet._get_source() as source:
        parser = _Cells(
            source,
            sheet._shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for line, row in parser.parse():
            kept = {each["column"]: cell for each in row if (cell := _cell(each["value"])) != ""}
            if kept:
                found, width = found + 1, max(kept)
                refuse_beyond(found, width)
                yield line, tuple(kept.get(place, "") for place in range(1, width + 1))


def _cell(value: Any) -> Cell:
    """A cell as a person sees it: days as text, numbers with the digits that are shown."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return float(f"{value:.15g}")
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date | time | timedelta):
        return str(value)
    text = _SPELLED.sub(lambda found: chr(int(found[1], 16)), str(value))
    if len(text) > LONGEST_CELL:
        raise Invalid("A cell holds more than %(n)s characters.", field="file", n=LONGEST_CELL)
    return text
