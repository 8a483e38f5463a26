"""Paces of a series: change per year in the unit, since a period that is named."""

from __future__ import annotations

from dataclasses import dataclass

from impact.semantics.period import ReportingPeriod
from impact.semantics.series import Point, Series

NEWEST_MEASUREMENTS = 3
NEWEST_YEARS = 3
NEARLY = 1e-6


@dataclass(frozen=True)
class Pace:
    """A change per year since a period, with its 90 % interval where one is known."""

    per_year: float
    since: ReportingPeriod
    low: float | None = None
    high: float | None = None

    def holds(self, per_year: float) -> bool:
        """Whether a change per year lies within the interval; nothing does where none is known."""
        return self.low is not None and self.high is not None and self.low <= per_year <= self.high


def same_part_of_year(series: Series, one: ReportingPeriod, other: ReportingPeriod) -> bool:
    """Whether no season stands between two periods: summer is not compared with winter."""
    apart = one.position - other.position
    return series.periods_per_year == 1 or abs(apart - round(apart)) < NEARLY


def pace_since(series: Series, period: ReportingPeriod, value: float, now: Point) -> Pace | None:
    """The plain change per year from a value to a measurement.

    None in less than a year, and between different parts of the year. A break is not looked for.
    """
    years = now.period.position - period.position
    if now.value is None or years < 1 - NEARLY or not same_part_of_year(series, period, now.period):
        return None
    return Pace((now.value - value) / years, period)


def newest_pace(series: Series, now: Point) -> Pace | None:
    """The plain change per year over three measurements, the last of them ``now``.

    Of a series with several periods a year: over up to three years, in the same part of
    the year. It starts no earlier than the newest definition.
    """
    points = [
        point
        for point in series.newest_definition
        if point.period <= now.period and same_part_of_year(series, point.period, now.period)
    ]
    if series.periods_per_year > 1:
        start = now.period.position - NEWEST_YEARS - NEARLY
        points = [point for point in points if point.period.position >= start]
    else:
        points = points[-NEWEST_MEASUREMENTS:]
    if not points:
        return None
    first = points[0]
    return pace_since(series, first.period, first.value or 0.0, now)


def telling_pace(plain: Pace | None, trend: Pace | None, newest: Pace | None) -> Pace | None:
    """The pace that a target is compared with.

    The trend's, which knows its error. The plain change since the baseline stands in where
    the trend reaches back before the baseline and its interval does not hold what was
    measured since; the newest change where there is nothing else.
    """
    if trend is None:
        return plain or newest
    if plain is None or trend.since >= plain.since or trend.holds(plain.per_year):
        return trend
    return plain
