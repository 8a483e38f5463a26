"""Years of reports on a database: each due date one edition, whatever clocks and calendars do."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import UTC, date, datetime, timedelta
from itertools import cycle, islice, takewhile
from random import Random

import pytest
from sqlalchemy import select

from impact.accounts.tables import Role
from impact.db import Database
from impact.delivery import subscribing
from impact.delivery.due import DuePlan, due_dates
from impact.delivery.letters import Letterhead
from impact.delivery.reports import make_due_reports
from impact.delivery.schedules import due_plan
from impact.delivery.subscription_plans import SubscriptionPlan
from impact.delivery.tables import (
    Content,
    DueOccurrence,
    OccurrenceState,
    OutboxMessage,
    Rhythm,
    Subscription,
)
from impact.language import Language, speak
from impact.monitoring.analysing import refresh_series
from impact.reporting.tables import Edition
from tests.builders import fill, make_ground
from tests.delivery.conftest import NOW, bodies
from tests.people import add_person

# First and last date and how many subscriptions: 29 February and a change of the clocks lie in either.
WHOLE = (date(2027, 1, 1), date(2032, 12, 31), 50)
SHORT = (date(2028, 2, 14), date(2028, 3, 31), 5)
DOWN = (datetime(2028, 2, 21, tzinfo=UTC), datetime(2028, 3, 2, tzinfo=UTC))
RHYTHMS = (
    (Rhythm.MONTHLY, 31, 1), (Rhythm.WEEKLY, 3, 1), (Rhythm.YEARLY, 29, 2), (Rhythm.QUARTERLY, 30, 1),
    (Rhythm.MONTHLY, 29, 1), (Rhythm.QUARTERLY, 31, 3), (Rhythm.YEARLY, 26, 3), (Rhythm.MONTHLY, 28, 1),
    (Rhythm.YEARLY, 31, 10), (Rhythm.QUARTERLY, 15, 2), (Rhythm.YEARLY, 28, 3),
)  # fmt: skip
# The hours that a change of the clocks leaves out or doubles, in three parts of the world.
HOURS = ((2, "Europe/Stockholm"), (3, "Europe/Helsinki"), (1, "America/New_York"), (7, "Europe/Stockholm"))


@pytest.mark.parametrize(("engine_name", "n_clocks"), [("sqlite", 1), ("postgresql", 3)])
def test_each_due_date_has_one_edition_when_years_pass(
    database: Database, database_url: str, head: Letterhead, trials: Callable[[int], int], n_clocks: int
) -> None:
    """Clocks that race, pause and once stand still for ten days: then one report that names the rest."""
    first, last, n_subscriptions = WHOLE if trials(10) == 10 else SHORT
    plans = _subscribe(database, first, n_subscriptions)
    n_made = 0
    with ExitStack() as open_until_the_end:
        clocks = [open_until_the_end.enter_context(closing(_Clock(database_url))) for _ in range(n_clocks)]
        pool = open_until_the_end.enter_context(ThreadPoolExecutor(n_clocks))
        luck = Random(29)
        for now in _moments(plans.values(), last):
            if not DOWN[0] <= now < DOWN[1]:
                # Some are late or busy, but one is there; who collided has its turn at the next tick.
                there = luck.sample(clocks, luck.randint(1, n_clocks))
                n_made += sum(pool.map(lambda clock, at=now: clock.tick(head, at), there))
                n_made += clocks[0].tick(head, now + timedelta(seconds=30))
    n_skipped = _assert_each_once(database, plans, last)
    print(f"{n_subscriptions} subscriptions, {n_made} editions, {n_skipped} skipped while down")
    assert n_skipped > 0


class _Clock:
    def __init__(self, url: str) -> None:
        self._database = Database(url)

    def tick(self, head: Letterhead, now: datetime) -> int:
        return make_due_reports(self._database, head, now=now)

    def close(self) -> None:
        self._database.dispose()


def _subscribe(database: Database, first: date, n_subscriptions: int) -> dict[int, DuePlan]:
    """So many subscriptions of all rhythms, hours and zones, to a project with a few values."""
    with database.transaction() as session:
        ground = make_ground(session)
        fill(session, ground.planner, ground.series.id, {2024: 61.0, 2025: 62.5})
        refresh_series(session, ground.series.id, now=NOW)
        manager = add_person(session, "manager", Role.MANAGER)
        before = datetime(first.year, first.month, first.day, tzinfo=UTC) - timedelta(days=2)
        kinds = islice(zip(cycle(RHYTHMS), cycle(HOURS), cycle(Content), strict=False), n_subscriptions)
        made = []
        for number, ((rhythm, day, month), (hour, zone), content) in enumerate(kinds):
            plan = SubscriptionPlan(
                f"Number {number}",
                rhythm,
                starts_on=first,
                time_zone=zone,
                language=Language.ENGLISH,
                content=Content.DIGEST if content is Content.IMPACT_REPORT else content,
                day=day,
                month=month,
                hour=hour,
                user_ids=(manager.user_id,),
            )
            made.append(subscribing.make(session, manager.actor, plan, now=before))
        return {row.id: due_plan(session, row) for row in made}


def _days(plan: DuePlan, last: date) -> list[date]:
    return list(takewhile(lambda day: day <= last, due_dates(plan)))


def _moments(plans: object, last: date) -> Iterator[datetime]:
    """Whenever something becomes due, a minute before it, and when the clocks come back."""
    hours = {plan.becomes_due_at(day) for plan in plans for day in _days(plan, last)}  # type: ignore[attr-defined]
    yield from sorted(hours | {hour - timedelta(minutes=1) for hour in hours} | {DOWN[1]})


def _assert_each_once(database: Database, plans: dict[int, DuePlan], last: date) -> int:
    """How many dates were skipped, all while down and named; the others were sent in their minute, once."""
    with database.reading() as session:
        occurrences = session.scalars(select(DueOccurrence)).all()
        editions = session.scalars(select(Edition)).all()
        texts = {
            edition_id: bodies(mime)[0]
            for edition_id, mime in session.execute(select(OutboxMessage.edition_id, OutboxMessage.mime))
        }
        assert len(session.scalars(select(Subscription)).all()) == len(plans)
    due = {
        (number, day): plan.becomes_due_at(day) for number, plan in plans.items() for day in _days(plan, last)
    }
    assert Counter((row.subscription_id, row.due_on) for row in occurrences) == Counter(due.keys())
    sent = {
        (row.subscription_id, row.due_on): row for row in occurrences if row.state is OccurrenceState.SENT
    }
    assert Counter((row.subscription_id, row.occurrence_on) for row in editions) == Counter(sent.keys())
    assert {row.edition_id for row in sent.values()} == set(texts) == {row.id for row in editions}
    caught_up: dict[int, list[date]] = defaultdict(list)
    for key, at in due.items():
        was_down = DOWN[0] <= at < DOWN[1]
        if key in sent:
            late = sent[key].recorded_at - (DOWN[1] if was_down else at)
            assert timedelta(0) <= late <= timedelta(minutes=1)
            named = ", ".join(speak("en").day(day) for day in caught_up.pop(key[0], []))
            said = re.findall("Not sent on (.+), because Impact", texts[sent[key].edition_id])
            assert said == ([named] if named else [])
        else:
            assert was_down
            caught_up[key[0]].append(key[1])
    assert caught_up == {}
    return len(due) - len(sent)
