"""Values that rest on few people: hidden where everybody may look."""

from __future__ import annotations

from dataclasses import replace

from impact.semantics.series import Missing, Point, Series


def without_small_bases(series: Series, least_n: int) -> Series:
    """The series without the values that fewer than so many people stand behind."""
    return replace(series, points=tuple(_hidden(point, least_n) for point in series.points))


def _hidden(point: Point, least_n: int) -> Point:
    if point.value is None or point.n_observed is None or point.n_observed >= least_n:
        return point
    return Point(point.period, missing=Missing.TOO_SMALL_A_BASE)
