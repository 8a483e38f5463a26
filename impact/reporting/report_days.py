"""Which year a report is about, as of when it is read, and since when revisions are told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from impact.errors import Invalid

FIRST_YEAR = 1900


@dataclass(frozen=True)
class ReportDay:
    """The year of a report with the instants as of which it and the one before are read.

    Attributes:
        year: the year that the report is named after.
        known_on: the day as of which everything is told.
        known_at: the end of that day; None where that day is not over, which reads what stands now.
        since_on: the day of the report before, from which on revisions are told.
        since_at: the end of that day.
    """

    year: int
    known_on: date
    known_at: datetime | None
    since_on: date
    since_at: datetime


def report_day(
    year: int | None = None,
    known_on: date | None = None,
    since_on: date | None = None,
    *,
    today: date,
    zone: tzinfo,
) -> ReportDay:
    """The day of a year's report: the last of that year, or today while the year lasts.

    Without anything it is this year's, as known now. The report before is that of the last
    day of the year before, unless its day is named.

    Raises:
        Invalid: a year or day that has not come, or a report before that is not before.
    """
    if year is not None and not FIRST_YEAR <= year <= today.year:
        raise Invalid("There is no report for that year.", field="year")
    named = year or (known_on or today).year
    day = known_on or min(date(named, 12, 31), today)
    if day > today:
        raise Invalid("That day has not come yet.", field="known_at")
    since = since_on or date(day.year - 1, 12, 31)
    if since >= day:
        raise Invalid("The report before has to be of an earlier day.", field="since")
    known_at = None if day == today else end_of_day(day, zone)
    return ReportDay(named, day, known_at, since, end_of_day(since, zone))


def end_of_day(day: date, zone: tzinfo) -> datetime:
    """The last instant of a day as the installation's clocks show it."""
    return datetime.combine(day + timedelta(days=1), time(), zone) - timedelta(microseconds=1)
