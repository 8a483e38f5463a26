"""The filled-in workbook read: each row with its stamp and what it says now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from impact.errors import Invalid
from impact.exchange.book import Book
from impact.exchange.cells import Cell, Sheet
from impact.exchange.csv_text import number_text
from impact.exchange.fill_in import MARKER, Content, Stamp, stamp_of
from impact.exchange.fill_in_words import Place
from impact.exchange.number_cells import number_in
from impact.exchange.rows import missing_of, status_of
from impact.semantics.numbers import AmbiguousNumber, NumberError

_PLACES: Final = {place: number for number, place in enumerate(Place)}


@dataclass(frozen=True)
class FilledRow:
    """One row of the workbook: where it stands, what it is about, what it says.

    ``label`` and ``period`` are as they stand in the sheet, for those who look it up there.
    """

    line: int
    label: str
    period: str
    typed: str
    stamp: Stamp | None = None
    content: Content | None = None
    problem: Invalid | None = None

    @property
    def is_touched(self) -> bool:
        """Whether it says anything else than it did when it was downloaded."""
        if self.stamp is None or self.content is None:
            return True
        return self.content != self.stamp.stored and not (self.stamp.stored is None and self.content.is_empty)


def read_fill_in(book: Book, project_id: int) -> list[FilledRow]:
    """The rows of the workbook, in their order.

    Raises:
        Invalid: the file is no such workbook.
    """
    for sheet in book.sheets:
        found = _head(sheet)
        if found is not None:
            return list(_rows(sheet, *found, project_id))
    raise Invalid(
        "The file is not the workbook of this page. Download it here, fill it in and upload it; "
        "other files are imported on the import page.",
        field="file",
    )


def _head(sheet: Sheet) -> tuple[int, int] | None:
    """The line of the head, and how far the table was moved to the right."""
    for line, cells in sheet.rows:
        if MARKER in cells:
            shift = cells.index(MARKER) - _PLACES[Place.STAMP]
            return (line, shift) if shift >= 0 else None
    return None


def _rows(sheet: Sheet, head: int, shift: int, project_id: int) -> Iterator[FilledRow]:
    for line, cells in sheet.rows:
        if line > head and any(cell not in (None, "") for cell in cells):
            yield _row(line, _cells(cells, shift), project_id)


def _cells(cells: Sequence[Cell], shift: int) -> dict[Place, Cell]:
    return {
        place: cells[number + shift] if number + shift < len(cells) else ""
        for place, number in _PLACES.items()
    }


def _row(line: int, cells: dict[Place, Cell], project_id: int) -> FilledRow:
    label = ", ".join(filter(None, (_text(cells[Place.INDICATOR]), _text(cells[Place.GROUP]))))
    stamp = None
    typed = _text(cells[Place.VALUE])
    try:
        stamp = stamp_of(_text(cells[Place.STAMP]), project_id)
        content = _content(cells, _text(cells[Place.UNIT])).settled(stamp.stored)
    except Invalid as error:
        return FilledRow(line, label, _text(cells[Place.PERIOD]), typed, stamp, problem=error)
    return FilledRow(line, label, _text(cells[Place.PERIOD]), typed, stamp, content)


def _content(cells: dict[Place, Cell], unit: str) -> Content:
    return Content(
        value=_number(cells, Place.VALUE, unit),
        missing=missing_of(_text(cells[Place.MISSING])),
        status=status_of(_text(cells[Place.STATUS])),
        n_observed=_number(cells, Place.N_OBSERVED, ""),
        standard_error=_number(cells, Place.STANDARD_ERROR, unit),
        response_rate=_number(cells, Place.RESPONSE_RATE, "%"),
        numerator=_number(cells, Place.NUMERATOR, ""),
        denominator=_number(cells, Place.DENOMINATOR, ""),
        comment=_text(cells[Place.COMMENT]),
    )


def _number(cells: dict[Place, Cell], place: Place, unit: str) -> float | None:
    """The number of a cell: as it is where the cell has one, read where it is text."""
    text = _text(cells[place])
    if not text:
        return None
    try:
        return number_in(text, (unit,) if unit else (), None)[0]
    except AmbiguousNumber as error:
        raise Invalid(
            "%(text)s can be read in two ways; type it as a number.", field=place.value, text=text
        ) from error
    except NumberError as error:
        raise Invalid(error.message, field=place.value, **error.facts) from error


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    return cell.strip() if isinstance(cell, str) else number_text(cell, ".")
