"""Files of series as people send them: separated text or a workbook, told by their bytes."""

from __future__ import annotations

from dataclasses import dataclass

from impact.errors import Invalid
from impact.exchange.book import Book, Kind
from impact.exchange.cells import Sheet
from impact.exchange.csv_text import INTERNATIONAL, SWEDISH, Form
from impact.exchange.limited_reading import read_book
from impact.exchange.series_table import SeriesTable, TableOptions, series_of_sheet


@dataclass(frozen=True)
class SeriesFile:
    """The series of a file and how the file is written; ``form`` is None for a workbook."""

    table: SeriesTable
    form: Form | None


def read_series(content: bytes, sheet: str | None = None, options: TableOptions | None = None) -> SeriesFile:
    """The series of a file; of a workbook those of one sheet.

    Args:
        content: the file's bytes.
        sheet: the name of a workbook's sheet; None takes the first that holds series.
        options: what a table cannot say of itself.

    Raises:
        Invalid: no file of series, with the line or sheet where that shows.
    """
    book = read_book(content)
    if book.kind in (Kind.WORKBOOK, Kind.OPEN_DOCUMENT):
        return SeriesFile(_from_workbook(book, sheet, options), None)
    if sheet is not None:
        raise Invalid("The file has no sheets.", field="sheet")
    (text,) = book.sheets
    form = INTERNATIONAL if text.delimiter == "," else SWEDISH
    return SeriesFile(series_of_sheet(text, options), form)


def _from_workbook(book: Book, name: str | None, options: TableOptions | None) -> SeriesTable:
    for sheet in book.sheets:
        if name is not None and sheet.name != name:
            continue
        try:
            return series_of_sheet(sheet, options)
        except Invalid as error:
            # Where there are series, what cannot be read in them must be told.
            if name is not None or error.field != "table":
                raise _of_sheet(sheet, error) from error
    sheets = ", ".join(sheet.name for sheet in book.sheets)
    if name is not None:
        raise Invalid("There is no sheet %(name)s; there are: %(sheets)s.", name=name, sheets=sheets)
    raise Invalid("No sheet holds a table of series; there are: %(sheets)s.", sheets=sheets)


def _of_sheet(sheet: Sheet, error: Invalid) -> Invalid:
    return Invalid("Sheet %(sheet)s: %(problem)s", field=error.field, sheet=sheet.name, problem=str(error))
