"""Where in a sheet the series stand: the header's row, and what each column says.

Three forms are known: *tidy* (a row a value), *wide* (a column a period) and *across* (a
row a period, a column a series). Lines above the header say what the table is and are
passed over.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from impact.errors import Invalid
from impact.exchange.cells import Cell, Sheet
from impact.exchange.number_cells import is_gap
from impact.exchange.period_cells import periods_in
from impact.semantics.numbers import AmbiguousNumber, NumberError, parse_number
from impact.semantics.period import ReportingPeriod

LOOKED_AT: Final = 40
_NAMES: Final = {
    "period": (
        *("period", "year", "quarter", "month", "date", "t", "time", "time period"),
        *("år", "kalenderår", "läsår", "kvartal", "månad", "datum"),
    ),
    "value": ("value", "värde", "y", "obs value"),
    "se": ("standard error", "medelfel", "se"),
    "n": ("n", "antal svar"),
    "beside": ("standard error or n", "medelfel eller n"),
    "better": ("better", "direction", "riktning", "bäst"),
    "kind": ("kind", "slag"),
    "unit": ("unit", "enhet"),
    "source": ("source", "källa"),
    "breaks": ("breaks", "break", "brott", "seriebrott"),
}
_ASIDE: Final = ("missing", "saknas", "status", "comment", "kommentar", "licence", "license", "licens")
_OF_ID = re.compile(r"(series?|serie)?[ _-]?id|serie")
_OF_CODE = re.compile(r".*(kod|code|nr|nummer|number|[ _-]id)")


@dataclass(frozen=True)
class Layout:
    """What the columns of a table of series say, by their places.

    Attributes:
        header: the header's cells as text, and the line on which it stands.
        first: which of the sheet's rows is the first below the header.
        places: columns that say something known: period, value, se, n, better, kind, …
        periods: the columns of a wide table, each with its period.
        measures: the columns that are series of their own in a table across.
        ids: the column by which series are told apart where one is called so.
        naming: the columns whose cells name a series.
    """

    header: tuple[str, ...]
    line: int
    first: int
    places: Mapping[str, int]
    periods: Mapping[int, ReportingPeriod]
    measures: tuple[int, ...]
    ids: tuple[int, ...]
    naming: tuple[int, ...]

    @property
    def is_tidy(self) -> bool:
        """Whether each row has one value of one series."""
        return not self.periods and not self.measures


def layout_of(sheet: Sheet) -> Layout:
    """The layout of the first table of series in a sheet.

    Raises:
        Invalid: nothing in the first lines looks like a header of one.
    """
    for row in range(min(LOOKED_AT, len(sheet.rows))):
        layout = _tidy(sheet, row) or _wide(sheet, row, least=3) or _across(sheet, row)
        if layout is not None:
            return layout
    layout = _wide(sheet, 0, least=1) if sheet.rows else None
    if layout is not None:
        return layout
    raise Invalid(
        "No table of series was found: it needs columns period and value, or a column or row a period.",
        field="table",
    )


def text_of(cell: Cell) -> str:
    """A cell as text: 2015 for the number 2015, blanks around it left out."""
    if isinstance(cell, float):
        return f"{cell:.15g}"
    return "" if cell is None else cell.replace("\N{NO-BREAK SPACE}", " ").strip()


def _tidy(sheet: Sheet, row: int) -> Layout | None:
    header, places = _header(sheet, row)
    if "period" not in places or "value" not in places:
        return None
    return _layout(sheet, row, header, places)


def _wide(sheet: Sheet, row: int, *, least: int) -> Layout | None:
    header, places = _header(sheet, row)
    found = {
        place: period
        for place, period in enumerate(periods_in(header))
        if period is not None and header[place]
    }
    # In a row of values some may look like years, but hardly all of them.
    beside = any(_is_number(text) for place, text in enumerate(header) if place not in found)
    if len(found) < least or beside:
        return None
    return _layout(sheet, row, header, places, periods=found)


def _across(sheet: Sheet, row: int) -> Layout | None:
    header, places = _header(sheet, row)
    below = sheet.rows[row + 1 : row + 1 + LOOKED_AT]
    if "period" not in places or not below:
        return None
    measures = [
        place
        for place, name in enumerate(header)
        if name and place not in places.values() and not _is_naming(_key(name)) and _is_measured(below, place)
    ]
    stated = periods_in([_at(cells, places["period"]) for _, cells in below])
    if not measures or stated[0] is None:
        return None
    return _layout(sheet, row, header, places, measures=tuple(measures))


def _layout(
    sheet: Sheet,
    row: int,
    header: tuple[str, ...],
    places: dict[str, int],
    periods: Mapping[int, ReportingPeriod] | None = None,
    measures: tuple[int, ...] = (),
) -> Layout:
    taken = {*places.values(), *(periods or {}), *measures}
    naming = [
        place for place, name in enumerate(header) if name and place not in taken and _key(name) not in _ASIDE
    ]
    ids = [place for place in naming if _OF_ID.fullmatch(_key(header[place]))]
    return Layout(
        header, sheet.rows[row][0], row + 1, places, periods or {}, measures, tuple(ids[:1]), tuple(naming)
    )


def _header(sheet: Sheet, row: int) -> tuple[tuple[str, ...], dict[str, int]]:
    header = tuple(text_of(cell) for cell in sheet.rows[row][1])
    keys = [_key(name) for name in header]
    places = {
        column: place
        for column, names in _NAMES.items()
        if (place := next((place for place, key in enumerate(keys) if key in names), None)) is not None
    }
    return header, places


def _is_naming(key: str) -> bool:
    return key in (*_ASIDE, *_NAMES["period"]) or bool(_OF_ID.fullmatch(key) or _OF_CODE.fullmatch(key))


def _is_measured(rows: Sequence[tuple[int, Sequence[Cell]]], place: int) -> bool:
    texts = [text for _, cells in rows if not is_gap(text := _at(cells, place))]
    return bool(texts) and all(map(_is_number, texts))


def _is_number(text: str) -> bool:
    try:
        parse_number(text.lstrip("~"), ("%",))
    except AmbiguousNumber:
        return True
    except NumberError as error:
        return "most" in error.facts
    return True


def _at(cells: Sequence[Cell], place: int) -> str:
    return text_of(cells[place]) if place < len(cells) else ""


def _key(text: str) -> str:
    return " ".join(text.casefold().replace("_", " ").split())
