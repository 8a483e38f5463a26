"""A table of series for the detector: tidy (a row a value) or wide (a row a series).

A wide table has a column for each period; whatever its other columns say names the series
and comes out beside its verdict.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from impact.errors import Invalid
from impact.exchange.csv_text import Table
from impact.exchange.rows import Cell
from impact.exchange.screening_lines import TimedSeries, series_from
from impact.semantics.numbers import AmbiguousNumber, NumberError, parse_number
from impact.semantics.period import PeriodError, parse_period

_NAMES: Final = {
    "period": ("period", "year", "år", "t"),
    "value": ("value", "värde", "y"),
    "se": ("standard error", "medelfel", "se"),
    "n": ("n", "antal svar"),
    "better": ("better", "direction", "riktning", "bäst"),
    "kind": ("kind", "slag"),
}
_ASIDE: Final = ("missing", "saknas", "status", "comment", "kommentar")
_BETTER: Final = {
    **dict.fromkeys(("up", "higher", "increase", "högre", "högre är bättre", "upp"), "up"),
    **dict.fromkeys(("down", "lower", "decrease", "lägre", "lägre är bättre", "ner"), "down"),
}
_NEITHER: Final = ("", "band", "context", "inom ett intervall", "ingen riktning")
_GAPS: Final = ("", ".", "..", "-", "–")
COLUMNS: Final = (
    "n_points",
    "verdict",
    "level",
    "reversed",
    "p",
    "probability",
    "turning",
    "turning_low",
    "turning_high",
    "slope_before",
    "slope_after",
    "smallest_change",
    "early",
)


def series_of_table(table: Table, decimal_mark: str | None = None) -> tuple[list[str], list[TimedSeries]]:
    """The names of the columns that name a series, and the series, ``id`` their cells.

    Raises:
        Invalid: neither tidy nor wide, or a cell that is no number.
    """
    places = {name: _place_of(table.header, names) for name, names in _NAMES.items()}
    if places["period"] is not None and places["value"] is not None:
        return _tidy(table, places, decimal_mark)
    return _wide(table, places, decimal_mark)


def verdict_rows(names: Sequence[str], answers: Sequence[dict[str, Any]]) -> Iterator[list[Cell]]:
    """A header and a row for each answer: what names the series, then the verdict."""
    yield [*names, *COLUMNS]
    for answer in answers:
        yield [*answer["id"], *(_cell(answer[column]) for column in COLUMNS)]


def _tidy(
    table: Table, places: dict[str, int | None], decimal_mark: str | None
) -> tuple[list[str], list[TimedSeries]]:
    naming = _naming(table.header, {place for place in places.values() if place is not None})
    given: dict[tuple[str, ...], dict[str, Any]] = {}
    for line, cells in table.rows:
        row = [*cells, *[""] * len(table.header)]
        one = given.setdefault(
            tuple(row[place].strip() for place in naming), {"t": [], "y": [], "se": [], "n": []}
        )
        one["t"].append(_time(row[places["period"] or 0], line))
        for key, name in (("y", "value"), ("se", "se"), ("n", "n")):
            place = places[name]
            if place is not None:
                one[key].append(_value(row[place], line, decimal_mark))
        _say(one, places, row)
    return [table.header[place] for place in naming], [_built(key, one) for key, one in given.items()]


def _wide(
    table: Table, places: dict[str, int | None], decimal_mark: str | None
) -> tuple[list[str], list[TimedSeries]]:
    times = {
        place: time for place, name in enumerate(table.header) if (time := _header_time(name)) is not None
    }
    if not times:
        raise Invalid("The table has neither a column period and a column value nor periods as headers.")
    naming = [place for place, name in enumerate(table.header) if place not in times and name]
    found = []
    for line, cells in table.rows:
        row = [*cells, *[""] * len(table.header)]
        one: dict[str, Any] = {
            "t": list(times.values()),
            "y": [_value(row[place], line, decimal_mark) for place in times],
        }
        _say(one, places, row)
        found.append(_built(tuple(row[place].strip() for place in naming), one))
    return [table.header[place] for place in naming], found


def _say(one: dict[str, Any], places: dict[str, int | None], row: Sequence[str]) -> None:
    if places["better"] is not None:
        one["better"] = _better(row[places["better"]])
    if places["kind"] is not None:
        one["kind"] = _key(row[places["kind"]]) or None


def _better(text: str) -> str | None:
    if _key(text) not in (*_BETTER, *_NEITHER):
        raise Invalid("%(text)s is not a direction; choose up, down or none.", text=text)
    return _BETTER.get(_key(text))


def _built(key: tuple[str, ...], one: dict[str, Any]) -> TimedSeries:
    try:
        return series_from(
            {"id": key, **{name: cell for name, cell in one.items() if cell not in ([], None)}}
        )
    except Invalid as error:
        raise Invalid("%(series)s: %(problem)s", series=", ".join(key), problem=str(error)) from error


def _naming(header: Sequence[str], measured: set[int]) -> list[int]:
    """The columns that name a series: one called id, or all that measure nothing."""
    ids = [
        place
        for place, name in enumerate(header)
        if re.fullmatch(r"(series?|serie)?[ _-]?id|serie", _key(name))
    ]
    if ids:
        return ids[:1]
    aside = [place for place, name in enumerate(header) if _key(name) in _ASIDE or not name]
    return [place for place in range(len(header)) if place not in measured and place not in aside]


def _place_of(header: Sequence[str], names: Sequence[str]) -> int | None:
    return next((place for place, name in enumerate(header) if _key(name) in names), None)


def _header_time(name: str) -> float | None:
    try:
        return parse_period(name).position
    except PeriodError:
        return None


def _time(text: str, line: int) -> float:
    time = _header_time(text)
    if time is not None:
        return time
    try:
        return parse_number(text)
    except NumberError as error:
        raise Invalid("Line %(line)s: %(text)s is not a period.", line=line, text=text) from error


def _value(text: str, line: int, decimal_mark: str | None) -> float | None:
    if text.strip() in _GAPS:
        return None
    try:
        return parse_number(text, ("%",))
    except AmbiguousNumber as error:
        if decimal_mark is None:
            raise Invalid(
                "Line %(line)s: %(text)s can be read in two ways; say which decimal mark the file has.",
                line=line,
                text=text,
            ) from error
        return error.readings[decimal_mark not in text]
    except NumberError as error:
        raise Invalid("Line %(line)s: %(problem)s", line=line, problem=str(error)) from error


def _cell(content: object) -> Cell:
    if isinstance(content, bool):
        return "yes" if content else "no"
    return f"{content}" if isinstance(content, str) else _short(content)


def _short(number: object) -> float | None:
    return float(f"{number:.6g}") if isinstance(number, int | float) else None


def _key(text: str) -> str:
    return " ".join(text.casefold().replace("_", " ").split())
