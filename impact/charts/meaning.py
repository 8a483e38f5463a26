"""What a stretch of a trend means: better, worse or neither."""

from __future__ import annotations

from impact.charts.style import Meaning
from impact.language import mark
from impact.semantics.direction import Direction, is_improvement
from impact.semantics.series import Series
from impact.trend.verdict import Estimate, TrendAnalysis, Verdict

# What colour says is said by a sign too.
SIGNS = {
    Meaning.BETTER: "\N{BLACK UP-POINTING TRIANGLE}",
    Meaning.WORSE: "\N{BLACK DOWN-POINTING TRIANGLE}",
}
MEANINGS = {Meaning.BETTER: mark("better"), Meaning.WORSE: mark("worse")}
AFTER_REVERSAL = {
    Verdict.REVERSED_TO_WORSE: Meaning.WORSE,
    Verdict.REVERSED_TO_BETTER: Meaning.BETTER,
    Verdict.TURNED: Meaning.NEITHER,
}
BEFORE_REVERSAL = {
    Verdict.REVERSED_TO_WORSE: Meaning.BETTER,
    Verdict.REVERSED_TO_BETTER: Meaning.WORSE,
    Verdict.TURNED: Meaning.NEITHER,
}
WHOLE = {Verdict.IMPROVING: Meaning.BETTER, Verdict.WORSENING: Meaning.WORSE}


def meaning_of_change(series: Series, before: float, after: float) -> Meaning:
    """What it means that a value went from one to another."""
    if series.direction is Direction.BAND and series.band is None:
        return Meaning.NEITHER
    better = is_improvement(series.direction, before, after, series.band)
    if better is None:
        return Meaning.NEITHER
    return Meaning.BETTER if better else Meaning.WORSE


def meaning_of_newest(series: Series) -> Meaning:
    """What the newest change would mean if it lasts."""
    values = [point.value for point in series.measured if point.value is not None]
    return meaning_of_change(series, values[-2], values[-1]) if len(values) > 1 else Meaning.NEITHER


def meaning_before(analysis: TrendAnalysis, series: Series) -> Meaning:
    """What the trend up to the turning point means, or that of the whole series."""
    if analysis.verdict in BEFORE_REVERSAL:
        return BEFORE_REVERSAL[analysis.verdict]
    if analysis.verdict is Verdict.LEVELLED_OFF and analysis.slope_before is not None:
        return _meaning_of_slope(series, analysis.slope_before)
    return WHOLE.get(analysis.verdict, Meaning.NEITHER)


def meaning_after(analysis: TrendAnalysis) -> Meaning:
    """What the trend after the turning point means."""
    return AFTER_REVERSAL.get(analysis.verdict, Meaning.NEITHER)


def _meaning_of_slope(series: Series, slope: Estimate) -> Meaning:
    start = series.measured[0].value if series.measured else None
    if start is None or slope.low <= 0 <= slope.high:
        return Meaning.NEITHER
    return meaning_of_change(series, start, start + slope.value)
