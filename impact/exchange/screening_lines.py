"""Many series through the detector: JSON lines in, one verdict a line out.

    {"id": 1, "t": [2015, …], "y": [61.5, null, …], "better": "up", "kind": "percent"}

Beside those a line may have ``se`` and ``n`` (one a value), ``breaks`` (times),
``bounds`` (lowest and highest possible) and ``periods_per_year``, which is otherwise read
off the times. An answer has the fields of ``Screening``: null is "does not exist", and
``earlier_turns`` a list of times, oldest first, empty where there are none.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import islice, pairwise
from typing import Any, Final

from impact.errors import Invalid
from impact.semantics.direction import Direction
from impact.semantics.unit import Kind
from impact.trend.screening import Screening, screen

AT_ONCE: Final = 5_000
BETTER: Final[dict[str | None, Direction]] = {
    None: Direction.CONTEXT,
    "up": Direction.INCREASE,
    "down": Direction.DECREASE,
}
KINDS: Final[dict[str | None, Kind]] = {
    None: Kind.NUMBER,
    "value": Kind.NUMBER,
    "percent": Kind.SHARE,
    **{str(kind): kind for kind in Kind},
}
SEASONS: Final = (1, 2, 4, 12)


@dataclass(frozen=True)
class TimedSeries:
    """A series as a file gives it: times in years, NaN for gaps, options of its own."""

    id: Any
    times: list[float]
    values: list[float]
    standard_errors: list[float] | None = None
    n_observed: list[float] | None = None
    breaks: tuple[float, ...] = ()
    bounds: tuple[float | None, float | None] = (None, None)
    direction: Direction = Direction.CONTEXT
    kind: Kind = Kind.NUMBER
    periods_per_year: int = 1


def screen_lines(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The answers to JSON lines, in their order; a line that is no series gets ``error``."""
    filled = (line for line in lines if line.strip())
    while some := list(islice(filled, AT_ONCE)):
        read = [_read_or_refused(line) for line in some]
        answers = iter(screen_series([each for each in read if isinstance(each, TimedSeries)]))
        for each in read:
            yield next(answers) if isinstance(each, TimedSeries) else each


def read_line(line: str) -> TimedSeries:
    """The series of one JSON line.

    Raises:
        Invalid: no JSON, or nothing that the detector could make sense of.
    """
    try:
        given = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Invalid("The line is not JSON.") from error
    if not isinstance(given, dict):
        raise Invalid("The line is not a JSON object.")
    return series_from(given)


def series_from(given: Mapping[str, Any]) -> TimedSeries:
    """The series that a mapping with the keys of a JSON line describes.

    Raises:
        Invalid: what is missing or wrong.
    """
    times = _numbers(given, "t")
    values = _numbers(given, "y")
    if times is None or values is None:
        raise Invalid("A series needs t and y.")
    if any(map(math.isnan, times)):
        raise Invalid("Every value needs a time.")
    beside = {name: _numbers(given, name) for name in ("se", "n")}
    if {len(column) for column in (times, values, *beside.values()) if column is not None} != {len(times)}:
        raise Invalid("t, y, se and n must have the same length.")
    order = sorted(range(len(times)), key=times.__getitem__)
    ordered = [times[place] for place in order]
    if any(later == earlier for earlier, later in pairwise(ordered)):
        raise Invalid("A time occurs twice.")
    return TimedSeries(
        id=given.get("id"),
        times=ordered,
        values=[values[place] for place in order],
        standard_errors=_in_order(beside["se"], order),
        n_observed=_in_order(beside["n"], order),
        breaks=tuple(_numbers(given, "breaks") or ()),
        bounds=_bounds(given),
        direction=_choice(given, "better", BETTER),
        kind=_choice(given, "kind", KINDS),
        periods_per_year=_periods_per_year(given, ordered),
    )


def screen_series(many: Sequence[TimedSeries]) -> list[dict[str, Any]]:
    """The detector's answer to each series, in their order; None is "does not exist"."""
    answers: list[dict[str, Any]] = [{}] * len(many)
    alike: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for place, series in enumerate(many):
        alike[_sort_of(series)].append(place)
    for places in alike.values():
        group = [many[place] for place in places]
        # Of no value nothing can be asked; the answer is that of one gap.
        result = _screened(group) if group[0].times else screen([0.0], [[math.nan]] * len(group))
        for place, answer in zip(places, _answers(group, result), strict=True):
            answers[place] = answer
    return answers


def _sort_of(series: TimedSeries) -> tuple[object, ...]:
    """What the engine works on together: as long, with the same options given."""
    return (
        len(series.times),
        series.periods_per_year,
        *(bool(option) for option in (series.standard_errors, series.n_observed, series.breaks)),
        series.bounds != (None, None),
    )


def _screened(group: Sequence[TimedSeries]) -> Screening:
    first = group[0]
    shared = all(series.times == first.times for series in group)

    def given(name: str, example: object) -> Any:
        return [getattr(series, name) for series in group] if example else None

    return screen(
        first.times if shared else [series.times for series in group],
        [series.values for series in group],
        standard_errors=given("standard_errors", first.standard_errors),
        n_observed=given("n_observed", first.n_observed),
        breaks=given("breaks", first.breaks),
        direction=[str(series.direction) for series in group],
        kind=[str(series.kind) for series in group],
        bounds=given("bounds", first.bounds != (None, None)),
        periods_per_year=first.periods_per_year,
    )


def _answers(group: Sequence[TimedSeries], result: Screening) -> Iterator[dict[str, Any]]:
    names = [field.name for field in fields(Screening)]
    columns = [getattr(result, name).tolist() for name in names]
    for series, *cells in zip(group, *columns, strict=True):
        yield {"id": series.id, **{name: _plain(cell) for name, cell in zip(names, cells, strict=True)}}


def _plain(cell: object) -> object:
    if isinstance(cell, list):
        return [each for each in cell if not math.isnan(each)]
    return None if isinstance(cell, float) and math.isnan(cell) else cell


def _read_or_refused(line: str) -> TimedSeries | dict[str, Any]:
    try:
        return read_line(line)
    except Invalid as error:
        return {"id": _id_of(line), "error": str(error)}


def _id_of(line: str) -> Any:
    try:
        return json.loads(line).get("id")
    except (ValueError, AttributeError, RecursionError):
        return None


def _numbers(given: Mapping[str, Any], name: str) -> list[float] | None:
    cells = given.get(name)
    if cells is None:
        return None
    if not isinstance(cells, list):
        raise Invalid("%(name)s must be a list of numbers.", name=name)
    return [math.nan if cell is None else _number(cell, name) for cell in cells]


def _number(cell: object, name: str) -> float:
    try:
        number = float(cell) if isinstance(cell, int | float) and not isinstance(cell, bool) else math.inf
    except OverflowError:
        number = math.inf
    if math.isinf(number):
        raise Invalid("%(name)s must be a list of numbers.", name=name)
    return number


def _in_order(column: list[float] | None, order: list[int]) -> list[float] | None:
    return None if column is None else [column[place] for place in order]


def _bounds(given: Mapping[str, Any]) -> tuple[float | None, float | None]:
    pair = given.get("bounds")
    if pair is None:
        return None, None
    if not isinstance(pair, list) or len(pair) != 2:
        raise Invalid("bounds are the lowest and the highest possible value.")
    low, high = (None if end is None else _number(end, "bounds") for end in pair)
    return low, high


def _choice(given: Mapping[str, Any], name: str, choices: Mapping[Any, Any]) -> Any:
    word = given.get(name)
    if not isinstance(word, str | None) or word not in choices:
        known = ", ".join(filter(None, choices))
        raise Invalid("%(name)s must be one of %(known)s.", name=name, known=known)
    return choices[word]


def _periods_per_year(given: Mapping[str, Any], times: Sequence[float]) -> int:
    asked = given.get("periods_per_year")
    if asked is not None:
        if asked not in SEASONS:
            raise Invalid("periods_per_year is 1, 2, 4 or 12.")
        return int(asked)
    step = min((later - earlier for earlier, later in pairwise(times)), default=1.0)
    return next((n for n in SEASONS if abs(step * n - 1) < 0.1), 1)
