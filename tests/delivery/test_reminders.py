"""Reminders of measurements: before, on and after the day, until handed in; returned; silent."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from impact.accounts.tables import Membership, Role, User
from impact.db import Database
from impact.delivery import reminders
from impact.delivery.errand_letters import errand_letter
from impact.delivery.errands import Errand
from impact.delivery.letters import Letter, Letterhead
from impact.delivery.outbox import deliver_next
from impact.delivery.reminder_plans import Reminders, plan_reminders
from impact.delivery.reminders import remind_of_measurements, tell_returned
from impact.delivery.tables import MessageKind, MessageState, OutboxMessage
from impact.delivery.unsubscribing import token_of_reminders, unsubscribe, unsubscribing
from impact.errors import Conflict, Invalid
from impact.language import Language, Voice
from impact.registry import rounds
from impact.registry.indicator_tables import SourceLink
from impact.registry.rounds import RoundAct, Seen, newest_revision_of
from impact.semantics.period import year_period
from tests.builders import fill, make_ground
from tests.conftest import ReceivedMail
from tests.delivery.conftest import Turned, bodies
from tests.fakes import MemoryTransport
from tests.people import Person, add_person

# The year 2025 is due 90 days after its end.
DUE_ON = date(2026, 3, 31)


def morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 6, tzinfo=UTC)


def mails(database: Database) -> list[OutboxMessage]:
    with database.reading() as session:
        return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def reminded(database: Database, head: Letterhead, days: range) -> list[int]:
    """On which days, counted from the due date, somebody was reminded."""
    return [
        n for n in days if remind_of_measurements(database, head, now=morning(DUE_ON + timedelta(days=n)))
    ]


@pytest.fixture
def analyst(database: Database, turned: Turned) -> Person:
    """The project's analyst, in English."""
    with database.transaction() as session:
        return add_person(session, "analyst", Role.ANALYST, project_id=turned.ground.project.id)


def test_reminders_come_before_on_and_after_the_due_date(
    database: Database, head: Letterhead, turned: Turned, analyst: Person
) -> None:
    """As the project says, once each and with an end; to the analyst where nobody is responsible."""
    assert reminded(database, head, range(-30, 40)) == [-14, 0, 14]
    first, _, last = mails(database)
    assert (first.kind, first.address) == (MessageKind.REMINDER, "analyst@example.se")
    assert "ska vara klar den 31 mars 2026" in first.subject
    assert "skulle ha varit klar den 31 mars 2026" in last.subject
    text, html, _ = bodies(last.mime)
    assert "Trygga hyresgäster" in text
    assert "/series/1/periods/2025" in html
    with database.transaction() as session:
        slug, planner = turned.ground.project.slug, turned.ground.planner
        plan_reminders(session, planner, slug, Reminders(None, False, 30), 0, now=morning(DUE_ON))
        with pytest.raises(Conflict):
            plan_reminders(session, planner, slug, Reminders(), 0, now=morning(DUE_ON))
        with pytest.raises(Invalid):
            plan_reminders(session, planner, slug, Reminders(0), 1, now=morning(DUE_ON))
    assert reminded(database, head, range(15, 40)) == [30]


def test_reminders_stop_when_the_value_is_handed_in(
    database: Database, head: Letterhead, turned: Turned, analyst: Person
) -> None:
    """What was recorded in between is not asked for again, and whoever stopped them gets none."""
    assert reminded(database, head, range(-14, -13)) == [-14]
    with database.transaction() as session:
        fill(session, turned.ground.planner, turned.ground.series.id, {2025: 57.4}, now=morning(DUE_ON))
    assert reminded(database, head, range(-13, 30)) == []
    with database.transaction() as session:
        other = make_ground(session, "other", first_year=2025)
        person = add_person(session, "other analyst", Role.ANALYST, project_id=other.project.id)
        token = token_of_reminders(head.secret_key, person.user_id)
        assert not unsubscribing(session, head.secret_key, token).is_stopped
        for _ in range(2):
            assert unsubscribe(session, head.secret_key, token, now=morning(DUE_ON)).is_stopped
    assert reminded(database, head, range(-14, 30)) == []


def test_reminder_is_made_anew_when_its_reader_lost_a_project(
    database: Database, head: Letterhead, turned: Turned, analyst: Person
) -> None:
    """What is left is sent once, without a word of the rest; the next one comes on its day."""
    with database.transaction() as session:
        secret = make_ground(session, "secret", first_year=2025)
        wider = Membership(user_id=analyst.user_id, role=Role.ANALYST, project_id=secret.project.id)
        session.add(wider)
    assert reminded(database, head, range(-14, -13)) == [-14]
    (first,) = mails(database)
    assert "Secret" in bodies(first.mime)[0]
    with database.transaction() as session:
        session.delete(wider)
    transport = MemoryTransport()
    while deliver_next(database, transport, head, now=morning(DUE_ON - timedelta(days=13))):
        """Until nothing waits."""
    ((mail, _, address),) = transport.sent
    assert (address, b"Secret" in mail) == ("analyst@example.se", False)
    assert "Trygga hyresgäster" in bodies(mail)[0]
    assert [row.state for row in mails(database)] == [MessageState.CANCELLED, MessageState.SENT]
    assert reminded(database, head, range(-14, 1)) == [0]


def test_missed_reminder_comes_when_the_clock_is_back(
    database: Database, head: Letterhead, turned: Turned, analyst: Person
) -> None:
    """A clock that was away on the day reminds within the week, once; not before seven."""
    with database.transaction() as session:
        project, planner = turned.ground.project, turned.ground.planner
        plan_reminders(session, planner, project.slug, Reminders(None, True, None), 0, now=morning(DUE_ON))
    early = morning(DUE_ON + timedelta(days=3)) - timedelta(hours=2)
    assert remind_of_measurements(database, head, now=early) == 0
    assert reminded(database, head, range(3, 20)) == [3]


def test_approver_and_recorder_are_told_when_values_wait_or_come_back(
    database: Database, head: Letterhead, turned: Turned, analyst: Person
) -> None:
    """The manager hears the morning after; the analyst at once, with the remark."""
    at, period = morning(date(2026, 2, 2)), year_period(2025)
    with database.transaction() as session:
        project = session.merge(turned.ground.project)
        project.needs_approval = True
        session.flush()
        fill(session, analyst.actor, turned.ground.series.id, {2025: 57.4}, now=at)
        seen = Seen(0, newest_revision_of(session, project.id, period))
        row = rounds.move(session, analyst.actor, project.slug, period, RoundAct.SUBMIT, seen=seen, now=at)
        version = row.round.version
    assert remind_of_measurements(database, head, now=at) == 0
    assert remind_of_measurements(database, head, now=at + timedelta(days=1)) == 1
    (told,) = mails(database)
    assert (told.address, told.subject) == ("manager@example.se", "Centre: 2025 waits for your approval")
    with database.transaction() as session:
        seen = Seen(version, newest_revision_of(session, project.id, period))
        manager = turned.manager.actor
        rounds.move(
            session,
            manager,
            project.slug,
            period,
            RoundAct.RETURN,
            seen=seen,
            remark="Two zeros too many",
            now=at + timedelta(days=2),
        )
    assert tell_returned(database, head, now=at + timedelta(days=2)) == 1
    assert tell_returned(database, head, now=at + timedelta(days=2)) == 0
    returned = mails(database)[-1]
    assert returned.address == "analyst@example.se"
    assert ReceivedMail("", [], returned.mime).message["Reply-To"] == "manager <manager@example.se>"
    text = bodies(returned.mime)[0]
    assert "manager skickade tillbaka det med den här kommentaren:\nTwo zeros too many" in text
    assert "eftersom du har fört in värdet." in text


def test_reminder_that_cannot_be_made_is_told_and_stops_no_other(
    database: Database, head: Letterhead, turned: Turned, analyst: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The administrator hears what stopped one person's mail, once a day; the others get theirs."""

    def broken(found: list[Errand], today: date, voice: Voice, *rest: object) -> Letter:
        if voice.language is Language.ENGLISH:
            raise ValueError("the ink is out")
        return errand_letter(found, today, voice, *rest)  # type: ignore[arg-type]

    with database.transaction() as session:
        second = add_person(session, "second", Role.ANALYST, project_id=turned.ground.project.id)
        add_person(session, "administrator", Role.ADMINISTRATOR)
        session.get_one(User, analyst.user_id).language = "en"
        assert session.get_one(User, second.user_id).language == "sv"
    monkeypatch.setattr(reminders, "errand_letter", broken)
    due = morning(DUE_ON)
    assert remind_of_measurements(database, head, now=due) == 1
    assert remind_of_measurements(database, head, now=due) == 0
    with database.reading() as session:
        rows = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
    told = {row.kind: row for row in rows}
    assert len(rows) == 2
    assert told[MessageKind.REMINDER].address == "second@example.se"
    assert told[MessageKind.TROUBLE].address == "administrator@example.se"
    assert "ValueError: the ink is out" in bodies(told[MessageKind.TROUBLE].mime)[0]


def test_nothing_arrived_is_told_when_an_automatic_source_is_silent(
    database: Database, head: Letterhead, turned: Turned, analyst: Person
) -> None:
    """Nobody is reminded of what comes by itself; the day after it should have, somebody is told."""
    with database.transaction() as session:
        session.add(
            SourceLink(series_id=turned.ground.series.id, source="kolada", key_figure="N1", entity="0581")
        )
    assert reminded(database, head, range(-30, 40)) == [1]
    (told,) = mails(database)
    assert "inget har kommit för Trygga hyresgäster, 2025" in told.subject
