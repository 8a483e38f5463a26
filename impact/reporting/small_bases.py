"""Values that rest on few people: hidden where everybody may look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from impact.monitoring.cards import SeriesCard
from impact.semantics.series import Missing, Point, Series


def without_small_bases(series: Series, least_n: int | None) -> Series:
    """The series without the values that fewer than so many people stand behind; None hides none."""
    if not least_n:
        return series
    return replace(series, points=tuple(_hidden(point, least_n) for point in series.points))


def hide_small_bases(cards: Sequence[SeriesCard], least_n: int | None) -> None:
    """Take such values out of the series of these cards."""
    for card in cards if least_n else ():
        card.series = without_small_bases(card.series, least_n)


def _hidden(point: Point, least_n: int) -> Point:
    if point.value is None or point.n_observed is None or point.n_observed >= least_n:
        return point
    return Point(point.period, missing=Missing.TOO_SMALL_A_BASE)
