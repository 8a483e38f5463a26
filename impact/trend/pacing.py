"""The pace that the stored analysis found, and how it stands against a target."""

from __future__ import annotations

from collections.abc import Sequence

from impact.semantics.limits import steepest
from impact.semantics.pace import Pace
from impact.semantics.progress import Progress, judge_progress
from impact.semantics.promise import Stated
from impact.semantics.series import Series
from impact.trend.findings import find, period_near
from impact.trend.verdict import TrendAnalysis


def trend_pace(analysis: TrendAnalysis | None, series: Series) -> Pace | None:
    """The slope that holds now, with its interval: after the turn, else of the whole.

    It is said to hold since the measured period nearest to the turn, or since the first one
    that a sentence on the whole series names. The interval holds no pace at which a line
    through those measurements would leave the possible range.
    """
    if analysis is None or analysis.slope_before is None or not series.measured:
        return None
    slope, since = analysis.slope_before, find(analysis, series).first.period
    if analysis.turning is not None and analysis.slope_after is not None:
        slope, since = analysis.slope_after, period_near(series, analysis.turning.value)
    stretch = [(p.period.position, p.value or 0.0) for p in series.measured if p.period >= since]
    most = steepest(stretch, series.unit)
    low, high = min(slope.value, max(slope.low, -most)), max(slope.value, min(slope.high, most))
    return Pace(slope.value, since, low, high)


def progress_of(
    series: Series, analysis: TrendAnalysis | None, baseline: Stated | None, targets: Sequence[Stated]
) -> Progress | None:
    """How a series with its stored analysis stands against its next target."""
    return judge_progress(series, baseline, targets, trend_pace(analysis, series))
