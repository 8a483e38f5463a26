"""The door of the detector for one series; the engine is ``screening``."""

from __future__ import annotations

from math import isnan

from impact.semantics.direction import Direction
from impact.semantics.series import Series
from impact.trend.screening import Screening, screen
from impact.trend.settings import DetectorSettings
from impact.trend.verdict import Estimate, Level, TrendAnalysis, Verdict

DETECTOR_VERSION = "2 rival models"


def analyse_series(series: Series, settings: DetectorSettings | None = None) -> TrendAnalysis:
    """The detector's answer for one series: a batch of one.

    Args:
        series: ordered points with unit, direction and declared breaks.
        settings: the limits; None takes the calibrated defaults.

    Notes:
        A band counts as "higher is better" while every value lies below it and as "lower
        is better" while every value lies above it, otherwise as context.
    """
    arrays = series.to_arrays()
    if not len(arrays.times):
        return TrendAnalysis(Verdict.TOO_SHORT, Level.NONE, False, 0, detector_version=DETECTOR_VERSION)
    result = screen(
        arrays.times[None, :],
        arrays.values[None, :],
        standard_errors=arrays.standard_errors[None, :],
        n_observed=arrays.n_observed[None, :],
        breaks=[arrays.breaks],
        direction=str(judged_direction(series)),
        kind=str(series.unit.kind),
        bounds=[series.unit.range],
        periods_per_year=series.periods_per_year,
        settings=settings,
    )
    return first_analysis(result)


def judged_direction(series: Series) -> Direction:
    """Which way is better for the values that the series has; a band becomes one side."""
    if series.direction is not Direction.BAND or series.band is None:
        return series.direction
    values = [point.value for point in series.measured if point.value is not None]
    if values and max(values) < series.band[0]:
        return Direction.INCREASE
    if values and min(values) > series.band[1]:
        return Direction.DECREASE
    return Direction.CONTEXT


def first_analysis(result: Screening) -> TrendAnalysis:
    """What a screening says of its first series."""
    return TrendAnalysis(
        verdict=Verdict(str(result.verdict[0])),
        level=Level(str(result.level[0])),
        reversed=bool(result.reversed[0]),
        n_points=int(result.n_points[0]),
        p=_number(float(result.p[0])),
        probability=_number(float(result.probability[0])),
        turning=_estimate(result, "turning"),
        slope_before=_estimate(result, "slope_before"),
        slope_after=_estimate(result, "slope_after"),
        smallest_change=_number(float(result.smallest_change[0])),
        early=bool(result.early[0]),
        earlier_turns=tuple(float(at) for at in result.earlier_turns[0] if not isnan(at)),
        detector_version=DETECTOR_VERSION,
    )


def _estimate(result: Screening, name: str) -> Estimate | None:
    value, low, high = (float(getattr(result, f"{name}{end}")[0]) for end in ("", "_low", "_high"))
    return None if isnan(value) else Estimate(value, low, high)


def _number(number: float) -> float | None:
    return None if isnan(number) else number
