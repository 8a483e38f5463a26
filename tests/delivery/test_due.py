"""Due dates: six years of simulated calendar, both time changes, month ends."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from impact.delivery.due import Due, DuePlan, due_dates, newest_due, next_dues
from impact.delivery.tables import Rhythm

STOCKHOLM = ZoneInfo("Europe/Stockholm")
NEW_YEAR = date(2026, 1, 1)


def plan(rhythm: Rhythm, **changed: object) -> DuePlan:
    chosen: dict[str, object] = {"day": 1, "month": 1, "hour": 7, "zone": STOCKHOLM, "starts_on": NEW_YEAR}
    return DuePlan(rhythm=rhythm, **(chosen | changed))  # type: ignore[arg-type]


def first(wanted: DuePlan, n_dates: int) -> list[str]:
    dates = due_dates(wanted)
    return [next(dates).isoformat() for _ in range(n_dates)]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (plan(Rhythm.MONTHLY, day=31), ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
        (plan(Rhythm.MONTHLY, day=29, starts_on=date(2028, 1, 30)), ["2028-02-29", "2028-03-29"]),
        (plan(Rhythm.MONTHLY, day=30, starts_on=date(2027, 2, 1)), ["2027-02-28", "2027-03-30"]),
        (plan(Rhythm.YEARLY, month=2, day=29), ["2026-02-28", "2027-02-28", "2028-02-29", "2029-02-28"]),
        (plan(Rhythm.QUARTERLY, month=3, day=31), ["2026-03-31", "2026-06-30", "2026-09-30", "2026-12-31"]),
        (plan(Rhythm.QUARTERLY, month=1, day=15), ["2026-01-15", "2026-04-15", "2026-07-15"]),
        (plan(Rhythm.WEEKLY, day=1), ["2026-01-05", "2026-01-12", "2026-01-19"]),
        (plan(Rhythm.WEEKLY, day=4), ["2026-01-01", "2026-01-08"]),
    ],
)
def test_dates_fall_on_the_chosen_day_when_months_differ(wanted: DuePlan, expected: list[str]) -> None:
    """The month's last day stands in for days it does not have."""
    assert first(wanted, len(expected)) == expected


def test_dates_end_when_the_subscription_does() -> None:
    """The last day counts, the day after it does not."""
    ending = plan(Rhythm.MONTHLY, ends_on=date(2026, 3, 1))
    assert list(due_dates(ending)) == [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]


def test_there_are_no_dates_when_a_closed_round_decides() -> None:
    """A subscription to closed rounds has no calendar."""
    assert list(due_dates(plan(Rhythm.ROUND_CLOSED))) == []


@pytest.mark.parametrize(
    ("day", "hour", "instant"),
    [
        (date(2027, 3, 28), 2, datetime(2027, 3, 28, 1, tzinfo=UTC)),
        (date(2027, 10, 31), 2, datetime(2027, 10, 31, 0, tzinfo=UTC)),
        (date(2027, 7, 1), 7, datetime(2027, 7, 1, 5, tzinfo=UTC)),
        (date(2027, 12, 1), 7, datetime(2027, 12, 1, 6, tzinfo=UTC)),
    ],
)
def test_instant_is_single_when_the_hour_is_missing_or_double(
    day: date, hour: int, instant: datetime
) -> None:
    """An hour left out is the next one, of a double hour the first counts."""
    assert plan(Rhythm.MONTHLY, hour=hour).becomes_due_at(day) == instant


def test_the_newest_is_due_when_the_clock_stood_still() -> None:
    """Ten weeks down: one report, and the missed dates are named."""
    weekly = plan(Rhythm.WEEKLY, day=1)
    now = datetime(2026, 3, 11, 12, tzinfo=UTC)
    due = newest_due(weekly, date(2026, 2, 16), now)
    assert due == Due(date(2026, 3, 9), (date(2026, 2, 23), date(2026, 3, 2)))


def test_nothing_is_due_when_the_hour_has_not_come() -> None:
    """A minute before the hour there is nothing, at the hour there is."""
    monthly = plan(Rhythm.MONTHLY, starts_on=date(2026, 7, 1))
    hour = datetime(2026, 7, 1, 5, tzinfo=UTC)
    assert newest_due(monthly, None, hour - timedelta(minutes=1)) is None
    assert newest_due(monthly, None, hour) == Due(date(2026, 7, 1))
    assert newest_due(monthly, date(2026, 7, 1), hour) is None


def test_next_dates_leave_out_today_when_its_hour_has_passed() -> None:
    """What a page shows begins with the first report still to come."""
    shown = next_dues(plan(Rhythm.MONTHLY), datetime(2026, 3, 1, 6, 30, tzinfo=UTC), 2)
    assert [day for day, _ in shown] == [date(2026, 4, 1), date(2026, 5, 1)]


PLANS = [
    plan(rhythm, day=day, month=month, hour=hour, zone=ZoneInfo(zone))
    for rhythm, days, months in (
        (Rhythm.WEEKLY, (1, 4, 7), (1,)),
        (Rhythm.MONTHLY, (1, 15, 29, 30, 31), (1,)),
        (Rhythm.QUARTERLY, (1, 31), (1, 2, 3)),
        (Rhythm.YEARLY, (29, 31), (2, 12)),
    )
    for day in days
    for month in months
    for hour, zone in ((2, "Europe/Stockholm"), (3, "Europe/London"), (23, "America/New_York"))
]


def test_each_date_is_handled_once_when_a_clock_ticks_for_six_years() -> None:
    """50 schedules, a look every hour or so, one pause of ten days: one run a date."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    pause = (datetime(2027, 3, 24, tzinfo=UTC), datetime(2027, 4, 3, tzinfo=UTC))
    last = datetime(2032, 1, 3, tzinfo=UTC)
    assert len(PLANS) >= 50
    for one in PLANS:
        handled: list[date] = []
        missed: list[date] = []
        now = start
        while now < last:
            if not pause[0] <= now < pause[1]:
                due = newest_due(one, max(handled, default=None), now)
                if due:
                    missed += due.missed
                    handled.append(due.newest)
                    assert due.missed == () or now - pause[1] < timedelta(days=1)
            now += timedelta(hours=23)
        expected = _until(one, date(2032, 1, 1))
        assert Counter(handled + missed) == Counter(expected)


def _until(one: DuePlan, last: date) -> list[date]:
    """An oracle: every day looked at by itself."""
    found, day = [], one.starts_on
    while day <= last:
        tomorrow = day + timedelta(days=1)
        on_day = day.day == one.day or (tomorrow.month != day.month and day.day < one.day)
        in_month = {
            Rhythm.WEEKLY: day.isoweekday() == one.day,
            Rhythm.MONTHLY: on_day,
            Rhythm.QUARTERLY: on_day and (day.month - 1) % 3 + 1 == one.month,
            Rhythm.YEARLY: on_day and day.month == one.month,
        }[one.rhythm]
        if in_month:
            found.append(day)
        day = tomorrow
    return found
