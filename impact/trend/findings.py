"""What of a series an analysis speaks about: its first, turning and newest points."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from impact.semantics.period import ReportingPeriod
from impact.semantics.series import Point, Series
from impact.trend.settings import DEFAULT_SETTINGS
from impact.trend.verdict import Level, TrendAnalysis


@dataclass(frozen=True)
class Finding:
    """The points a sentence names; values are plain numbers.

    Attributes:
        first, turning, last: measured points; ``turning`` is ``last`` where no turn is
            spoken of.
        rising: which way the series went, before its turn if it has one.
        run: how many changes in a row, to the newest, went the way after the turn.
        opposed: whether a value contradicts the trend so that naming it would confuse.
    """

    first: Point
    turning: Point
    last: Point
    rising: bool
    run: int
    opposed_before: bool
    opposed_after: bool


def find(analysis: TrendAnalysis, series: Series) -> Finding:
    """The finding of an analysis on its series, which has at least one value."""
    points = _newest_definition(series) or series.measured
    rising = (
        analysis.slope_before.value > 0 if analysis.slope_before else _value(points[-1]) > _value(points[0])
    )
    turning = _turning_point(analysis, points, rising=rising)
    before = _value(turning) - _value(points[0])
    after = _value(points[-1]) - _value(turning)
    return Finding(
        first=points[0],
        turning=turning,
        last=points[-1],
        rising=rising,
        run=_run(points, rising=not rising),
        opposed_before=before == 0 or (before > 0) != rising,
        opposed_after=after == 0 or (after > 0) == rising,
    )


def points_needed(series: Series) -> int:
    """How many measurements this series needs before anything can be said."""
    measured = series.measured
    inside = {
        sum(point.period.first_day < period.first_day for point in measured) for period in series.breaks
    } - {0, len(measured)}
    season = series.periods_per_year
    least = DEFAULT_SETTINGS.least_points + len(inside) + season - 1
    return max(least, 2 * season) if season > 1 else least


def periods_between(
    analysis: TrendAnalysis, series: Series
) -> tuple[ReportingPeriod, ReportingPeriod] | None:
    """The measured periods at both ends of the turning point's interval."""
    if analysis.turning is None:
        return None
    points = series.measured
    low = _nearest(points, analysis.turning.low)
    high = _nearest(points, analysis.turning.high)
    return low.period, high.period


def _value(point: Point) -> float:
    return point.value if point.value is not None else 0.0


def _newest_definition(series: Series) -> tuple[Point, ...]:
    """Values before a series break cannot stand beside those after it."""
    started = [period for period in series.breaks if period <= series.measured[-1].period]
    if not started:
        return series.measured
    first_day = max(started).first_day
    return tuple(point for point in series.measured if point.period.first_day >= first_day)


def _turning_point(analysis: TrendAnalysis, points: tuple[Point, ...], *, rising: bool) -> Point:
    if analysis.turning is not None:
        return _nearest(points, analysis.turning.value)
    if analysis.level is Level.EARLY_WARNING:
        newest = points[-3:]
        return max(newest, key=_value) if rising else min(newest, key=_value)
    return points[-1]


def _nearest(points: tuple[Point, ...], position: float) -> Point:
    return min(points, key=lambda point: abs(point.period.position - position))


def _run(points: tuple[Point, ...], *, rising: bool) -> int:
    n = 0
    for later, earlier in pairwise(reversed(points)):
        change = _value(later) - _value(earlier)
        if change == 0 or (change > 0) != rising:
            break
        n += 1
    return n
