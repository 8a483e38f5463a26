"""The pace that a stored analysis gives, for a series against its target."""

from __future__ import annotations

import pytest

from impact.semantics.direction import Direction
from impact.semantics.pace import Pace
from impact.semantics.period import year_period
from impact.semantics.progress import Standing
from impact.semantics.series import Point, Series
from impact.semantics.unit import Kind, Unit
from impact.trend.pacing import progress_of, trend_pace
from impact.trend.verdict import Estimate, Level, TrendAnalysis, Verdict

SHARE = Unit(Kind.SHARE, "%", decimals=1)
COUNT = Unit(Kind.COUNT, "barn")
VALUES = (50, 53, 56, 59, 62, 61, 60, 59)


def series(*values: float, unit: Unit = SHARE, breaks: tuple[int, ...] = ()) -> Series:
    points = tuple(Point(year_period(2015 + n), float(value)) for n, value in enumerate(values))
    return Series(points, unit, Direction.INCREASE, tuple(map(year_period, breaks)))


def analysis(before: Estimate | None, after: Estimate | None = None, at: float = 2019.2) -> TrendAnalysis:
    verdict = Verdict.REVERSED_TO_WORSE if after else Verdict.IMPROVING
    turning = Estimate(at, at - 1, at + 1) if after else None
    level = Level.CLEAR if after else Level.NONE
    return TrendAnalysis(
        verdict, level, bool(after), 8, turning=turning, slope_before=before, slope_after=after
    )


def test_takes_the_slope_after_the_turn_when_the_trend_has_turned():
    """What held before the turn leads nowhere any more."""
    turned = analysis(Estimate(3.0, 2.5, 3.5), Estimate(-1.0, -1.5, -0.5))
    assert trend_pace(turned, series(*VALUES)) == Pace(-1.0, year_period(2019), -1.5, -0.5)
    told = progress_of(series(*VALUES), turned, (year_period(2015), 50.0), [(year_period(2026), 70.0)])
    assert told.standing is Standing.WRONG_WAY


def test_takes_the_slope_of_the_whole_when_nothing_has_turned():
    """It holds since the first value, or the first one under the newest definition."""
    straight = analysis(Estimate(3.0, 2.5, 3.5))
    assert trend_pace(straight, series(*VALUES)) == Pace(3.0, year_period(2015), 2.5, 3.5)
    assert trend_pace(straight, series(*VALUES, breaks=(2018,))).since == year_period(2018)


@pytest.mark.parametrize("said", [None, analysis(None)])
def test_gives_no_pace_when_the_analysis_has_none(said):
    """Too short to tell is no pace of zero."""
    assert trend_pace(said, series(*VALUES)) is None


@pytest.mark.parametrize(
    ("unit", "values", "slope", "low", "high"),
    [
        (COUNT, (0, 1, 0, 2, 0, 1, 0, 3), Estimate(0.16, -0.15, 0.47), -0.15, 0.25),
        (SHARE, (99.5, 99.4, 99.6, 99.5, 99.7, 99.5, 99.6, 99.5), Estimate(0.01, -0.2, 0.22), -0.132, 0.132),
        (SHARE, (0.2, 0, 0.4, 0.2, 0, 0.6, 0.2, 0.4), Estimate(0.03, -0.15, 0.21), -0.071, 0.071),
        (SHARE, (50, 52, 54, 56, 58, 60, 62, 64), Estimate(2.0, 1.5, 2.5), 1.5, 2.5),
        (SHARE, (98, 99, 100, 100, 100, 100, 100, 100), Estimate(0.3, 0.1, 0.5), 0.1, 0.3),
    ],
)
def test_keeps_the_interval_possible_when_values_lie_near_the_ends(unit, values, slope, low, high):
    """No line that starts below 0 or ends above 100 per cent is within the interval."""
    pace = trend_pace(analysis(slope), series(*values, unit=unit))
    assert (pace.low, pace.high) == pytest.approx((low, high), abs=0.001)
    assert pace.low <= pace.per_year <= pace.high
