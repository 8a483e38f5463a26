"""What follows a notice: reminders with an end, decisions in its thread, notices gathered."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from impact.accounts.tables import Membership, Role, User
from impact.db import Database
from impact.delivery import gathered_notices
from impact.delivery.flag_digest import FlagDigest, flag_digest
from impact.delivery.flag_threads import remind_of_flags, tell_decisions
from impact.delivery.gathered_notices import gather_notices
from impact.delivery.letters import Letterhead
from impact.delivery.notice_wishes import choose_notice_pace
from impact.delivery.notices import announce_flags
from impact.delivery.outbox import deliver_next
from impact.delivery.tables import MessageKind, MessageState, NoticePace, OutboxMessage
from impact.monitoring import reviewing
from impact.monitoring.analysing import refresh_series
from impact.monitoring.tables import Flag, FlagAct
from impact.registry.indicator_tables import Indicator
from tests.builders import PEAK_2018, fill, make_ground, make_indicator, make_version
from tests.conftest import ReceivedMail
from tests.delivery.conftest import NOW, Turned, bodies
from tests.fakes import MemoryTransport

MONDAY = datetime(2026, 11, 30, 6, tzinfo=UTC)


def newest(database: Database) -> OutboxMessage:
    with database.reading() as session:
        return session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc())).all()[0]


def delivered(database: Database, head: Letterhead, now: datetime) -> MemoryTransport:
    transport = MemoryTransport()
    while deliver_next(database, transport, head, now=now):
        """Until nothing waits."""
    return transport


def gathered(database: Database, turned: Turned, pace: NoticePace) -> None:
    """The manager wants notices gathered, from before the flag was raised."""
    with database.transaction() as session:
        actor = turned.manager.actor
        choose_notice_pace(session, actor, pace, now=NOW - timedelta(days=1))


def test_reminders_come_and_end_when_nobody_decides(
    database: Database, head: Letterhead, turned: Turned
) -> None:
    """After 14, 28 and 56 days, each once; the last says so; after a decision none."""
    announce_flags(database, head, now=NOW)
    delivered(database, head, NOW)
    first = newest(database)
    days = [day for day in range(120) if remind_of_flags(database, head, now=NOW + timedelta(days=day))]
    assert days == [14, 28, 56]
    last = newest(database)
    text, _, _ = bodies(last.mime)
    assert last.subject.startswith("Still undecided: Centre: Safe tenants.")
    assert "Nobody has decided on this for 56 days. This is the last reminder" in text
    mail = ReceivedMail("", [], last.mime).message
    assert mail["In-Reply-To"] == mail["References"] == first.message_id
    assert remind_of_flags(database, head, now=NOW + timedelta(days=400)) == 0


def test_newest_reminder_alone_comes_when_clocks_stood_still(
    database: Database, head: Letterhead, turned: Turned
) -> None:
    """After a month without a clock one reminder speaks, not two."""
    announce_flags(database, head, now=NOW)
    delivered(database, head, NOW)
    assert remind_of_flags(database, head, now=NOW + timedelta(days=30)) == 1
    assert "for 28 days" in bodies(newest(database).mime)[0]
    assert remind_of_flags(database, head, now=NOW + timedelta(days=31)) == 0


def test_decision_closes_the_thread_when_somebody_decided(
    database: Database, head: Letterhead, turned: Turned
) -> None:
    """Whoever was told of the flag hears once what was decided, by whom and why, in the thread."""
    announce_flags(database, head, now=NOW)
    delivered(database, head, NOW)
    notice, decided_at = newest(database), NOW + timedelta(days=2)
    with database.transaction() as session:
        flag = session.get_one(Flag, turned.flag_id)
        reviewing.decide(
            session,
            turned.manager.actor,
            flag.id,
            flag.version,
            reviewing.Decision(FlagAct.CONFIRMED, note="Two courtyards stand empty."),
            now=decided_at,
        )
    assert tell_decisions(database, head, now=decided_at) == 1
    assert tell_decisions(database, head, now=decided_at) == 0
    message = newest(database)
    assert (message.kind, message.address) == (MessageKind.DECISION, "manager@example.se")
    mail = ReceivedMail("", [], message.mime).message
    assert mail["References"] == notice.message_id
    text, html, _ = bodies(message.mime)
    assert "The flag was confirmed (manager, 25 November 2026)." in text
    assert "Two courtyards stand empty." in text
    assert "Two courtyards stand empty." in html
    assert len(delivered(database, head, decided_at).sent) == 1
    assert remind_of_flags(database, head, now=NOW + timedelta(days=20)) == 0


def test_notices_are_gathered_when_somebody_chose_so(
    database: Database, head: Letterhead, turned: Turned
) -> None:
    """Nothing at once; on Monday at seven one mail, and none where nothing is new."""
    gathered(database, turned, NoticePace.WEEKLY)
    announce_flags(database, head, now=NOW)
    assert gather_notices(database, head, now=MONDAY - timedelta(minutes=1)) == 1
    with database.reading() as session:
        assert session.scalars(select(OutboxMessage)).all() == []
    assert gather_notices(database, head, now=MONDAY) == 1
    assert gather_notices(database, head, now=MONDAY + timedelta(days=1)) == 0
    message = newest(database)
    text, html, pictures = bodies(message.mime)
    assert "Turned for the worse\n===" in text
    assert "once a week" in text
    assert set(re.findall(r'src="cid:([^"]+)"', html)) == set(pictures)
    assert message.subject.startswith("Centre: Safe tenants. Rose until 2018")
    assert gather_notices(database, head, now=MONDAY + timedelta(days=7)) == 1
    assert newest(database).id == message.id


def test_gathered_notice_stays_short_when_many_turned(
    database: Database, head: Letterhead, turned: Turned, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mail programs cut what is too long: the first are told, the rest is counted and stands on the board."""

    def many(*asked: Any) -> FlagDigest | None:
        digest = flag_digest(*asked)
        if digest is not None:
            digest.worse *= 61
        return digest

    monkeypatch.setattr(gathered_notices, "flag_digest", many)
    gathered(database, turned, NoticePace.WEEKLY)
    assert gather_notices(database, head, now=MONDAY) == 1
    message = newest(database)
    text, html, _ = bodies(message.mime)
    assert message.subject.endswith("And 60 more.")
    told = {len(re.findall(r"/flags/\d+", part)) for part in (text, html)}
    assert len(told) == 1
    n_more = 61 - told.pop()
    assert f"And {n_more} more. https://impact.example.se/\n" in text
    assert f"And {n_more} more. <a" in html
    assert len(html.encode()) < 100_000


def test_early_warning_is_told_only_in_gathered_notices(
    database: Database, head: Letterhead, turned: Turned
) -> None:
    """An indicator that may have turned stands there once, in the last list, and in no mail of its own."""
    gathered(database, turned, NoticePace.DAILY)
    with database.transaction() as session:
        ground = turned.ground
        version = make_version(session, ground.planner, "early", name_en="Safe way home")
        _, series = make_indicator(session, ground.planner, ground.goal, version)
        values = {2010 + n: 50.0 + 1.5 * n + 0.2 * (-1) ** n for n in range(14)} | {2024: 62.0}
        fill(session, ground.planner, series.id, values)
        refresh_series(session, series.id, now=NOW)
    announce_flags(database, head, now=NOW)
    assert gather_notices(database, head, now=NOW + timedelta(days=1)) == 1
    text = bodies(newest(database).mime)[0]
    assert text.count("Centre: Safe way home") == 1
    assert text.index("May have turned") > text.index("Turned for the worse")


def test_reminder_stands_in_the_gathered_notice_when_nobody_decides(
    database: Database, head: Letterhead, turned: Turned
) -> None:
    """A flag told of before comes again after two weeks, as one that still waits."""
    gathered(database, turned, NoticePace.WEEKLY)
    weeks = [week for week in range(12) if _has_news(database, head, MONDAY + timedelta(weeks=week))]
    assert weeks == [0, 2, 4, 8]
    text = bodies(newest(database).mime)[0]
    assert "Still waits for a decision" in text
    assert "This is the last reminder" in text


@pytest.mark.parametrize("is_all_lost", [False, True])
def test_gathered_notice_is_made_anew_when_its_reader_lost_a_project(
    database: Database, head: Letterhead, turned: Turned, *, is_all_lost: bool
) -> None:
    """What was made is not sent; what is left is, once and without a word of the rest."""
    with database.transaction() as session:
        secret = make_ground(session, "secret")
        fill(session, secret.planner, secret.series.id, PEAK_2018)
        refresh_series(session, secret.series.id, now=NOW)
        wider = Membership(user_id=turned.manager.user_id, role=Role.MANAGER, project_id=secret.project.id)
        session.add(wider)
    gathered(database, turned, NoticePace.DAILY)
    announce_flags(database, head, now=NOW)
    gather_notices(database, head, now=MONDAY)
    assert "Secret: " in bodies(newest(database).mime)[0]
    with database.transaction() as session:
        kept = Membership.user_id == turned.manager.user_id
        lost = kept if is_all_lost else Membership.id == wider.id
        session.execute(delete(Membership).where(lost))
    sent = delivered(database, head, MONDAY + timedelta(hours=1)).sent
    assert delivered(database, head, MONDAY + timedelta(days=1)).sent == []
    assert gather_notices(database, head, now=MONDAY + timedelta(hours=2)) == 0
    with database.reading() as session:
        states = session.scalars(select(OutboxMessage.state).order_by(OutboxMessage.id)).all()
    assert states == [MessageState.CANCELLED, *([] if is_all_lost else [MessageState.SENT])]
    assert len(sent) == (0 if is_all_lost else 1)
    for mail, _, address in sent:
        assert (address, b"Secret" in mail) == ("manager@example.se", False)
        assert "Centre: Safe tenants" in bodies(mail)[0]


def test_gathered_notice_is_withheld_when_its_reader_was_shut_out(
    database: Database, head: Letterhead, turned: Turned
) -> None:
    """A person who can no longer sign in gets nothing of it."""
    gathered(database, turned, NoticePace.DAILY)
    gather_notices(database, head, now=NOW + timedelta(days=1))
    with database.transaction() as session:
        session.get_one(User, turned.manager.user_id).disabled_at = NOW
    assert delivered(database, head, NOW + timedelta(days=1)).sent == []
    assert newest(database).state is MessageState.CANCELLED


def test_answers_go_to_the_responsible_person_when_there_is_one(
    database: Database, head: Letterhead, turned: Turned
) -> None:
    """Whoever answers for the indicator gets the answers to its notice."""
    with database.transaction() as session:
        indicator = session.get_one(Indicator, turned.ground.indicator.id)
        indicator.responsible_id = turned.viewer.actor.id
    announce_flags(database, head, now=NOW)
    mail = ReceivedMail("", [], newest(database).mime).message
    assert mail["Reply-To"] == "viewer <viewer@example.se>"


@pytest.mark.parametrize(
    ("responsible", "answers_to"), [("viewer", "viewer <viewer@example.se>"), ("manager", None), ("", None)]
)
def test_answers_to_gathered_notice_go_to_one_person_when_that_is_another(
    database: Database, head: Letterhead, turned: Turned, responsible: str, answers_to: str | None
) -> None:
    """One person is responsible for all that is told; nobody writes to themselves or to nobody."""
    gathered(database, turned, NoticePace.DAILY)
    people = {"viewer": turned.viewer.actor.id, "manager": turned.manager.actor.id, "": None}
    with database.transaction() as session:
        indicator = session.get_one(Indicator, turned.ground.indicator.id)
        indicator.responsible_id = people[responsible]
    announce_flags(database, head, now=NOW)
    assert gather_notices(database, head, now=NOW + timedelta(days=1)) == 1
    assert ReceivedMail("", [], newest(database).mime).message["Reply-To"] == answers_to


def _has_news(database: Database, head: Letterhead, now: datetime) -> bool:
    with database.reading() as session:
        before = len(session.scalars(select(OutboxMessage)).all())
    gather_notices(database, head, now=now)
    with database.reading() as session:
        return len(session.scalars(select(OutboxMessage)).all()) > before
