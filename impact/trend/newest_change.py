"""The newest changes of a series as facts, without calling them a trend."""

from __future__ import annotations

from impact.language import Voice, mark
from impact.semantics.series import Point, Series
from impact.trend.phrases import when

_FIRST = {
    1: mark("Higher %(when)s than %(before)s (%(change)s)"),
    -1: mark("Lower %(when)s than %(before)s (%(change)s)"),
    0: mark("Unchanged %(when)s from %(before)s"),
}
# By the sign of the change before and of the newest.
_SECOND = {
    (1, 1): mark("%(first)s, and higher again %(when)s (%(change)s)"),
    (-1, -1): mark("%(first)s, and lower again %(when)s (%(change)s)"),
    (1, -1): mark("%(first)s, but lower %(when)s (%(change)s)"),
    (-1, 1): mark("%(first)s, but higher %(when)s (%(change)s)"),
    (0, 1): mark("%(first)s, then higher %(when)s (%(change)s)"),
    (0, -1): mark("%(first)s, then lower %(when)s (%(change)s)"),
    (1, 0): mark("%(first)s, and unchanged %(when)s"),
    (-1, 0): mark("%(first)s, and unchanged %(when)s"),
    (0, 0): mark("%(first)s, and unchanged %(when)s"),
}
# By the sign of the newest change and of both together, where the two go opposite ways.
_TOGETHER = {
    (1, 1): mark("%(changes)s, and so higher than %(before)s too"),
    (1, -1): mark("%(changes)s, still lower than %(before)s"),
    (-1, 1): mark("%(changes)s, still higher than %(before)s"),
    (-1, -1): mark("%(changes)s, and so lower than %(before)s too"),
    (1, 0): mark("%(changes)s, as much as %(before)s"),
    (-1, 0): mark("%(changes)s, as much as %(before)s"),
}


def newest_changes(series: Series, voice: Voice) -> str:
    """The newest two changes under one definition in a sentence; empty with one value."""
    points = series.newest_definition
    if len(points) < 2:
        return ""
    if len(points) == 2:
        return f"{_first(points[-2], points[-1], series, voice)}."
    before, middle, newest = points[-3:]
    text = voice.gettext(
        _SECOND[_sign(before, middle, series), _sign(middle, newest, series)],
        first=_first(before, middle, series, voice),
        when=when(newest.period, voice),
        change=_change(middle, newest, series, voice),
    )
    return f"{_against_before(text, points, series, voice)}."


def _first(earlier: Point, later: Point, series: Series, voice: Voice) -> str:
    return voice.gettext(
        _FIRST[_sign(earlier, later, series)],
        when=when(later.period, voice),
        before=when(earlier.period, voice),
        change=_change(earlier, later, series, voice),
    )


def _against_before(text: str, points: tuple[Point, ...], series: Series, voice: Voice) -> str:
    """The newest value against all before it, or against that two measurements ago."""
    newest = points[-1]
    against = {_sign(point, newest, series) for point in points[:-1]}
    if against == {1}:
        return voice.gettext("%(changes)s, the highest so far", changes=text)
    if against == {-1}:
        return voice.gettext("%(changes)s, the lowest so far", changes=text)
    before, middle = points[-3], points[-2]
    if _sign(before, middle, series) * _sign(middle, newest, series) != -1:
        return text
    place = _sign(middle, newest, series), _sign(before, newest, series)
    return voice.gettext(_TOGETHER[place], changes=text, before=when(before.period, voice))


def _sign(earlier: Point, later: Point, series: Series) -> int:
    """Which way a change goes as readers see it, rounded as the values are."""
    change = _difference(earlier, later, series)
    return (change > 0) - (change < 0)


def _difference(earlier: Point, later: Point, series: Series) -> float:
    return round((later.value or 0.0) - (earlier.value or 0.0), series.unit.decimals)


def _change(earlier: Point, later: Point, series: Series, voice: Voice) -> str:
    return series.unit.change_text(_difference(earlier, later, series), voice)
