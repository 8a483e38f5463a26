"""Huge values in thousands, millions or billions, with the unit saying so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import floor, log10

from impact.language import Voice, mark
from impact.semantics.promise import Stated
from impact.semantics.series import Series
from impact.semantics.unit import Kind, Unit
from impact.trend.verdict import Estimate, TrendAnalysis

# From what on, and by what.
MAGNITUDES = ((1e9, 1e9), (1e6, 1e6), (3e5, 1e3))
_WORDS = {
    1e9: mark("billion %(unit)s"),
    1e6: mark("million %(unit)s"),
    1e3: mark("thousand %(unit)s"),
}
DIGITS, MOST_DECIMALS = 3, 4


def magnitude_of(values: Sequence[float], unit: Unit, voice: Voice) -> tuple[float, Unit]:
    """What to divide values of a unit by so that they can be read, and the unit they then have."""
    largest = max((abs(value) for value in values), default=0.0)
    if unit.kind in (Kind.SHARE, Kind.CLASS):
        return 1.0, unit
    for least, divisor in MAGNITUDES:
        if largest >= least:
            name = voice.gettext(_WORDS[divisor], unit=unit.name(voice)).strip()
            return divisor, _unit(unit, values, divisor, name)
    return 1.0, unit


def _unit(unit: Unit, values: Sequence[float], divisor: float, name: str) -> Unit:
    largest = max(abs(value) for value in values) / divisor
    span = (max(values) - min(values)) / divisor
    digits = [DIGITS - 1 - floor(log10(largest)), 1 - floor(log10(span)) if span else 0]
    natural = unit.range[0]
    return Unit(
        Kind.NUMBER,
        name,
        name,
        decimals=min(max(0, *digits), MOST_DECIMALS),
        lowest=natural / divisor if natural > float("-inf") else None,
        highest=None if unit.highest is None else unit.highest / divisor,
    )


def series_in(series: Series, divisor: float, unit: Unit) -> Series:
    """The series with every value divided, in the unit that it then has."""

    def less(value: float | None) -> float | None:
        return None if value is None else value / divisor

    points = tuple(
        replace(point, value=less(point.value), standard_error=less(point.standard_error))
        for point in series.points
    )
    band = (series.band[0] / divisor, series.band[1] / divisor) if series.band else None
    return replace(series, points=points, unit=unit, band=band)


def stated_in(stated: Stated | None, divisor: float) -> Stated | None:
    """A baseline or target whose value was divided."""
    return (stated[0], stated[1] / divisor) if stated else None


def analysis_in(analysis: TrendAnalysis | None, divisor: float) -> TrendAnalysis | None:
    """The analysis of a series whose values were divided."""
    if analysis is None:
        return None

    def less(slope: Estimate | None) -> Estimate | None:
        return Estimate(slope.value / divisor, slope.low / divisor, slope.high / divisor) if slope else None

    change = analysis.smallest_change
    return replace(
        analysis,
        slope_before=less(analysis.slope_before),
        slope_after=less(analysis.slope_after),
        smallest_change=None if change is None else change / divisor,
    )
