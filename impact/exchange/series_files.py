"""Files of series as people send them: separated text or a workbook, told by their bytes."""

from __future__ import annotations

from dataclasses import dataclass

from impact.errors import Invalid
from impact.exchange.csv_text import INTERNATIONAL, SWEDISH, Form, Sheet, read_sheet
from impact.exchange.series_table import SeriesTable, TableOptions, series_of_sheet
from impact.exchange.workbook import read_workbook

_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


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
    if content.startswith(_OLD_EXCEL):
        raise Invalid(
            "The workbook is in the old form .xls or has a password; save it as .xlsx or CSV without one.",
            field="file",
        )
    if content.startswith(_ZIP):
        return SeriesFile(_from_workbook(content, sheet, options), None)
    if sheet is not None:
        raise Invalid("The file has no sheets.", field="sheet")
    text = read_sheet(content)
    form = INTERNATIONAL if text.delimiter == "," else SWEDISH
    return SeriesFile(series_of_sheet(text, options), form)


def _from_workbook(content: bytes, name: str | None, options: TableOptions | None) -> SeriesTable:
    names: list[str] = []
    for sheet in read_workbook(content):
        names.append(sheet.name)
        if name is not None and sheet.name != name:
            continue
        try:
            return series_of_sheet(sheet, options)
        except Invalid as error:
            # Where there are series, what cannot be read in them must be told.
            if name is not None or error.field != "table":
                raise _of_sheet(sheet, error) from error
    sheets = ", ".join(names)
    if name is not None:
        raise Invalid("There is no sheet %(name)s; there are: %(sheets)s.", name=name, sheets=sheets)
    raise Invalid("No sheet holds a table of series; there are: %(sheets)s.", sheets=sheets)


def _of_sheet(sheet: Sheet, error: Invalid) -> Invalid:
    return Invalid("Sheet %(sheet)s: %(problem)s", field=error.field, sheet=sheet.name, problem=str(error))
