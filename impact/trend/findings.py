"""What of a series an analysis speaks about: its first, turning and newest points."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from impact.semantics.period import ReportingPeriod
from impact.semantics.series import Point, Series
from impact.trend.settings import DEFAULT_SETTINGS
from impact.trend.verdict import REVERSALS, TrendAnalysis, Verdict

# Newest points among which an early warning's turn lies: two new ones and two old ones.
NEWEST = 4


@dataclass(frozen=True)
class Finding:
    """The points a sentence names; values are plain numbers.

    Attributes:
        first, turning, last: measured points; ``turning`` is ``last`` where no turn is
            spoken of, ``first`` the turn before it in a series with several.
        rising: which way the series went, before its turn if it has one.
        run: how many measurements there are since the turn, if every one went the way after
            it, otherwise 0.
        opposed_before, opposed_after: whether a value contradicts the trend before or
            after the turn, or cannot be compared, so that naming it would confuse.
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
    points = _spoken_of(analysis, series)
    rising = _rising(analysis, points)
    turning = _turning_point(analysis, points, rising=rising)
    before = _value(turning) - _value(points[0])
    after = _value(points[-1]) - _value(turning)
    crosses = any(points[0].period < new <= points[-1].period for new in series.breaks)
    since = sum(point.period > turning.period for point in points)
    return Finding(
        first=points[0],
        turning=turning,
        last=points[-1],
        rising=rising,
        run=since if _run(points, rising=not rising) >= since else 0,
        opposed_before=crosses or before == 0 or (before > 0) != rising,
        opposed_after=crosses or after == 0 or (after > 0) == rising,
    )


def judged_points(analysis: TrendAnalysis, points: tuple[Point, ...]) -> tuple[Point, ...]:
    """The points that the slopes speak about: in a series with several turns the newest ones."""
    if not analysis.earlier_turns or analysis.verdict in (Verdict.TOO_SHORT, Verdict.NOT_COMPARABLE):
        return points
    newest_turn = _nearest(points, max(analysis.earlier_turns)).period
    since = tuple(point for point in points if point.period >= newest_turn)
    return since if len(since) > 2 else points


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


def period_near(series: Series, position: float) -> ReportingPeriod:
    """The measured period nearest to a time of an analysis."""
    return _nearest(series.measured, position).period


def _value(point: Point) -> float:
    return point.value if point.value is not None else 0.0


def _spoken_of(analysis: TrendAnalysis, series: Series) -> tuple[Point, ...]:
    """The values a sentence may name: under the newest definition, since the turn before."""
    points = series.newest_definition
    if analysis.turning is not None and analysis.turning.value < points[0].period.position:
        points = series.measured
    return judged_points(analysis, points)


def _rising(analysis: TrendAnalysis, points: tuple[Point, ...]) -> bool:
    if analysis.is_warning:
        return _rising_until_lately(points)
    if analysis.slope_before is not None:
        return analysis.slope_before.value > 0
    return _value(points[-1]) > _value(points[0])


def _rising_until_lately(points: tuple[Point, ...]) -> bool:
    """Which way an early warning's old trend goes: against it lies the newest value, or two."""
    for n_new in (1, 2):
        old = points[-DEFAULT_SETTINGS.early_old_points - n_new : -n_new]
        if len(old) < 2:
            break
        middle = len(old) // 2
        rose = _mean(old[-middle:]) > _mean(old[:middle])
        if (_mean(old[-2:]) > _mean(points[-n_new:])) == rose:
            return rose
    return len(points) > 1 and _value(points[-2]) > _value(points[-1])


def _mean(points: tuple[Point, ...]) -> float:
    return sum(map(_value, points)) / len(points)


def _turning_point(analysis: TrendAnalysis, points: tuple[Point, ...], *, rising: bool) -> Point:
    """The measurement that a reader sees as the turn: the extreme one where it may lie."""
    extreme = max if rising else min
    if analysis.is_warning:
        return extreme(points[-NEWEST:], key=_value)
    if analysis.turning is not None and analysis.verdict in REVERSALS:
        turn = analysis.turning
        # Between the periods that are told, which lie up to half a period outside the interval.
        low, high = (_nearest(points, at).period.position for at in (turn.low, turn.high))
        return extreme((point for point in points if low <= point.period.position <= high), key=_value)
    if analysis.turning is not None:
        return _nearest(points, analysis.turning.value)
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
