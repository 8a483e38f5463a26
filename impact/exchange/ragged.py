"""Separated text whose rows have more cells than its header: shifted by one, or broken."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

from impact.errors import Invalid
from impact.exchange.cells import Cell, Sheet
from impact.exchange.sheet_header import Header
from impact.exchange.table_layout import text_of


def squared(sheet: Sheet, header: Header) -> Sheet:
    """The sheet, its header moved above its columns where the rows begin with their numbers.

    Statistics programs number the rows, and name no column for that.

    Raises:
        Invalid: most rows have numbers beyond the header, as 1,5 becomes two cells between commas.
    """
    if not sheet.delimiter:
        return sheet
    width = max(len(cells) for _, cells in sheet.rows[header.first : header.last + 1])
    below = sheet.rows[header.last + 1 :]
    longer = [
        (line, cells) for line, cells in below if len(cells) > width and any(map(_has_figure, cells[width:]))
    ]
    if len(longer) * 2 <= len(below):
        return sheet
    is_counted = all(text_of(cells[0]) == str(n) for (_, cells), n in zip(below, count(1), strict=False))
    if not is_counted or any(len(cells) != width + 1 for _, cells in below):
        raise Invalid("Line %(line)s has more cells than the header.", field="file", line=longer[0][0])
    line, names = sheet.rows[header.last]
    rows = (*sheet.rows[: header.last], (line, ("", *names)), *below)
    return replace(sheet, rows=rows)


def _has_figure(cell: Cell) -> bool:
    return any(map(str.isdecimal, text_of(cell)))
