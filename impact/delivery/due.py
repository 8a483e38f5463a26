"""When a report is due: calendar arithmetic only, no clock and no database.

A due date is a *local* date in the subscription's time zone. It becomes due at an instant
of that day, so an hour that summer time leaves out or repeats moves the instant and never
drops or doubles the date.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from impact.delivery.tables import Rhythm

LAST_YEAR = 9000


@dataclass(frozen=True)
class DuePlan:
    """When a subscription wants its report, as people chose it.

    ``day`` is 1-31 (the month's last day stands in), or 1-7 from Monday for weeks;
    ``month`` is 1-3 of the quarter or 1-12 of the year; ``hour`` is on the wall clock.
    ``closed_at`` is when rounds were closed, for a report that follows them: it goes out at
    the next such hour, one for all that were closed until then.
    """

    rhythm: Rhythm
    day: int
    month: int
    hour: int
    zone: ZoneInfo
    starts_on: date
    ends_on: date | None = None
    closed_at: tuple[datetime, ...] = ()

    def becomes_due_at(self, day: date) -> datetime:
        """The instant, in UTC, from which the report of a due date may go out.

        Of an hour that comes twice the first counts; one left out counts as the next.
        """
        return datetime.combine(day, time(self.hour), self.zone).astimezone(UTC)

    def today(self, now: datetime) -> date:
        """The local date at an instant."""
        return now.astimezone(self.zone).date()


@dataclass(frozen=True)
class Due:
    """The newest due date not yet handled, and older ones that were missed."""

    newest: date
    missed: tuple[date, ...] = ()


def due_dates(plan: DuePlan, after: date | None = None) -> Iterator[date]:
    """The local due dates after a date, oldest first, from the plan's start to its end."""
    first = plan.starts_on if after is None else max(plan.starts_on, after + timedelta(days=1))
    for day in _dates_near(plan, first):
        if plan.ends_on is not None and day > plan.ends_on:
            return
        if day >= first:
            yield day


def newest_due(plan: DuePlan, after: date | None, now: datetime) -> Due | None:
    """What is due now, given the newest date already handled; None if nothing is.

    After a pause of the clock the newest date is made once; the missed ones are skipped.
    """
    waiting: list[date] = []
    for day in due_dates(plan, after):
        if plan.becomes_due_at(day) > now:
            break
        waiting.append(day)
    return Due(waiting[-1], tuple(waiting[:-1])) if waiting else None


def next_dues(plan: DuePlan, now: datetime, n_dates: int = 5) -> list[tuple[date, datetime]]:
    """The next due dates, each with the instant at which it becomes due."""
    yesterday = plan.today(now) - timedelta(days=1)
    coming = ((day, plan.becomes_due_at(day)) for day in due_dates(plan, yesterday))
    return list(islice(((day, at) for day, at in coming if at > now), n_dates))


def _dates_near(plan: DuePlan, first: date) -> Iterator[date]:
    """All dates of the rhythm, from a little before ``first`` on."""
    match plan.rhythm:
        case Rhythm.WEEKLY:
            yield from _weekdays(first, plan.day)
        case Rhythm.MONTHLY:
            yield from _months(first, range(1, 13), plan.day)
        case Rhythm.QUARTERLY:
            yield from _months(first, range(plan.month, 13, 3), plan.day)
        case Rhythm.YEARLY:
            yield from _months(first, (plan.month,), plan.day)
        case Rhythm.ROUND_CLOSED:
            yield from sorted({_day_after(plan, closed_at) for closed_at in plan.closed_at})


def _day_after(plan: DuePlan, closed_at: datetime) -> date:
    """The date whose hour is the next after a round was closed."""
    day = plan.today(closed_at)
    return day if plan.becomes_due_at(day) >= closed_at else day + timedelta(days=1)


def _weekdays(first: date, weekday: int) -> Iterator[date]:
    day = first + timedelta(days=(weekday - first.isoweekday()) % 7)
    while day.year < LAST_YEAR:
        yield day
        day += timedelta(days=7)


def _months(first: date, months: range | tuple[int, ...], day: int) -> Iterator[date]:
    for year in range(first.year, LAST_YEAR):
        for month in months:
            yield date(year, month, min(day, monthrange(year, month)[1]))
