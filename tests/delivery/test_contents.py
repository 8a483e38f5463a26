"""What a report holds: a summary, all, what changed, the year's PDF; and when rounds close."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import select

from impact.accounts.tables import Membership, Role
from impact.db import Database
from impact.delivery import subscribing
from impact.delivery.letters import Letterhead
from impact.delivery.outbox import deliver_next
from impact.delivery.reports import make_due_reports
from impact.delivery.tables import Content, DueOccurrence, MessageState, OutboxMessage, Rhythm
from impact.delivery.trying_out import preview, send_test
from impact.errors import NotFound
from impact.monitoring.analysing import refresh_series
from impact.registry import recording
from impact.registry.judging import Draft
from impact.registry.measurement_tables import ReportingRound, RoundState
from impact.registry.series_view import stored_measurement
from impact.semantics.period import Frequency, year_period
from tests.builders import fill, make_ground
from tests.conftest import ReceivedMail
from tests.delivery.conftest import NOW, Turned, bodies, turn
from tests.delivery.test_reports import DUE, plan, subscribe
from tests.fakes import MemoryTransport
from tests.people import add_person

JANUARY = datetime(2027, 1, 1, 6, tzinfo=UTC)


def newest(database: Database) -> OutboxMessage:
    with database.reading() as session:
        return session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc())).all()[0]


def correct(database: Database, turned: Turned, at: datetime) -> None:
    """The value of 2023 becomes 60.1, because it was counted twice."""
    with database.transaction() as session:
        series_id, period = turned.ground.series.id, year_period(2023)
        stored = stored_measurement(session, series_id, period)
        assert stored is not None
        recording.revise_measurement(
            session,
            turned.ground.planner,
            series_id,
            stored.measurement_id,
            stored.version,
            Draft(60.1, text_as_typed="60,1"),
            reason="Counted twice",
            now=at,
        )
        refresh_series(session, series_id, now=at)


def files(mime: bytes) -> dict[str, bytes]:
    parts = ReceivedMail("", [], mime).message.iter_attachments()
    return {part.get_filename() or "": part.get_content() for part in parts if isinstance(part, EmailMessage)}


def test_nothing_is_said_to_have_changed_when_nothing_did(
    database: Database, head: Letterhead, turned: Turned
) -> None:
    """Silence would leave open whether the report was lost; the next one tells the change alone."""
    subscribe(database, turned.manager, plan(turned.manager, content=Content.CHANGES))
    make_due_reports(database, head, now=DUE)
    message = newest(database)
    assert message.subject == "Impact: Nothing has changed since 23 November 2026."
    text, html, pictures = bodies(message.mime)
    assert "1 indicator, as known on" in text
    assert "Safe tenants" not in html
    assert pictures == {}
    later = DUE + timedelta(days=1)
    with database.transaction() as session:
        fill(session, turned.ground.planner, turned.ground.series.id, {2025: 57.4}, now=later)
        refresh_series(session, turned.ground.series.id, now=later)
    make_due_reports(database, head, now=JANUARY)
    text, _, pictures = bodies(newest(database).mime)
    assert "1 indicator has changed since 1 December 2026." in text
    assert len(pictures) == 1


def test_revisions_are_told_when_a_value_was_corrected_since(
    database: Database, head: Letterhead, turned: Turned
) -> None:
    """The next report says which value was revised, from what to what and why, in text and HTML."""
    subscribe(database, turned.manager, plan(turned.manager))
    make_due_reports(database, head, now=DUE)
    assert "Revised since" not in bodies(newest(database).mime)[0]
    correct(database, turned, DUE + timedelta(days=3))
    make_due_reports(database, head, now=JANUARY)
    text, html, _ = bodies(newest(database).mime)
    assert "Revised since your last report (1 December 2026)" in text
    assert "60.5% -> 60.1%; Counted twice" in text.replace("\N{NO-BREAK SPACE}", " ")
    assert "Counted twice" in html


def test_pdf_is_attached_when_the_impact_report_is_subscribed_to(
    sqlite_database: Database, head: Letterhead
) -> None:
    """The year's report as a tagged PDF of the project; the findings stand in the mail itself."""
    turned = turn(sqlite_database)
    project_id = turned.ground.project.id
    wanted = plan(turned.manager, content=Content.IMPACT_REPORT, project_id=project_id)
    subscribe(sqlite_database, turned.manager, wanted)
    make_due_reports(sqlite_database, head, now=DUE)
    message = newest(sqlite_database)
    (name, pdf), *others = files(message.mime).items()
    assert (name, others) == ("impact-report-centre-2026.pdf", [])
    assert pdf.startswith(b"%PDF-1.7")
    assert message.subject.startswith("Impact report: Centre: Safe tenants. Rose until 2018")
    text = bodies(message.mime)[0]
    assert "attached as PDF: impact-report-centre-2026.pdf" in text
    assert "Safe tenants rose 2010" in text


def test_report_comes_at_the_next_hour_when_rounds_are_closed(
    database: Database, head: Letterhead, turned: Turned
) -> None:
    """One report for all that was closed until then, and none for a round that was not."""
    subscribe(database, turned.manager, plan(turned.manager, rhythm=Rhythm.ROUND_CLOSED))
    closed_at = datetime(2026, 12, 3, 12, tzinfo=UTC)
    with database.transaction() as session:
        for year, state in ((2023, RoundState.CLOSED), (2024, RoundState.CLOSED), (2025, RoundState.OPEN)):
            session.add(
                ReportingRound(
                    project_id=turned.ground.project.id,
                    first_day=date(year, 1, 1),
                    last_day=date(year, 12, 31),
                    frequency=Frequency.YEAR,
                    state=state,
                    changed_by_id=turned.ground.planner.id,
                    changed_at=closed_at + timedelta(hours=year - 2023),
                )
            )
    assert make_due_reports(database, head, now=closed_at + timedelta(hours=2)) == 0
    assert make_due_reports(database, head, now=datetime(2026, 12, 4, 6, tzinfo=UTC)) == 1
    assert make_due_reports(database, head, now=datetime(2026, 12, 9, 6, tzinfo=UTC)) == 0
    with database.reading() as session:
        assert [row.due_on for row in session.scalars(select(DueOccurrence))] == [date(2026, 12, 4)]
    assert "when a reporting round is closed" in bodies(newest(database).mime)[0]


def test_report_is_made_anew_when_part_of_it_may_no_longer_be_seen(
    database: Database, head: Letterhead, turned: Turned
) -> None:
    """What was made is not sent; what the reader may still see is, without a word of the rest."""
    with database.transaction() as session:
        secret = make_ground(session, "secret")
        fill(session, secret.planner, secret.series.id, {2010: 50.0, 2011: 51.0})
        refresh_series(session, secret.series.id, now=NOW)
        owner = add_person(session, "administrator", Role.ADMINISTRATOR)
        wider = Membership(user_id=turned.viewer.user_id, role=Role.VIEWER, project_id=secret.project.id)
        session.add(wider)
    subscribe(database, owner, plan(turned.viewer))
    make_due_reports(database, head, now=DUE)
    assert "Secret" in bodies(newest(database).mime)[0]
    with database.transaction() as session:
        session.delete(wider)
    transport = MemoryTransport()
    while deliver_next(database, transport, head, now=DUE):
        """Until nothing waits."""
    ((mail, _, address),) = transport.sent
    assert address == "viewer@example.se"
    assert b"Secret" not in mail
    assert "Safe tenants" in bodies(mail)[0]
    with database.reading() as session:
        states = session.scalars(select(OutboxMessage.state).order_by(OutboxMessage.id)).all()
    assert states == [MessageState.CANCELLED, MessageState.SENT]


def test_report_is_withheld_when_its_recipient_was_taken_off_meanwhile(
    database: Database, head: Letterhead, turned: Turned
) -> None:
    """A wrong address that is taken off while its mail waits gets nothing; whoever is left gets theirs."""
    wrong = plan(turned.viewer, turned.manager, addresses=("wrong@example.se",))
    number = subscribe(database, turned.manager, wrong)
    make_due_reports(database, head, now=DUE)
    with database.transaction() as session:
        subscribing.change(session, turned.manager.actor, number, 1, plan(turned.manager), now=DUE)
    transport = MemoryTransport()
    while deliver_next(database, transport, head, now=DUE):
        """Until nothing waits."""
    assert [address for _, _, address in transport.sent] == ["manager@example.se"]


def test_own_projects_alone_are_told_when_asked_for(
    database: Database, head: Letterhead, turned: Turned
) -> None:
    """A public project of others is in the portfolio, not in one's own projects."""
    with database.transaction() as session:
        public = make_ground(session, "open", visibility="public")
        fill(session, public.planner, public.series.id, {2010: 50.0, 2011: 51.0})
        refresh_series(session, public.series.id, now=NOW)
    subscribe(database, turned.manager, plan(turned.manager, content=Content.FULL))
    subscribe(database, turned.manager, plan(turned.manager, content=Content.FULL, own_projects=True))
    make_due_reports(database, head, now=DUE)
    with database.reading() as session:
        texts = [bodies(row.mime)[0] for row in session.scalars(select(OutboxMessage))]
    assert ["/projects/open" in text for text in texts] == [True, False]


def test_trial_counts_for_nothing_when_a_report_is_tried_out(
    database: Database, head: Letterhead, turned: Turned
) -> None:
    """A preview writes nothing; a test goes to its asker alone and is no report before the next."""
    wanted = replace(plan(turned.viewer), addresses=("bank@example.se",))
    number = subscribe(database, turned.manager, wanted)
    shown = preview(database, head, turned.manager.actor, number, now=NOW)
    send_test(database, head, turned.manager.actor, number, now=NOW)
    message = newest(database)
    assert message.address == "manager@example.se"
    assert re.sub("^Test: ", "", message.subject) == shown.letter.subject.strip()
    with pytest.raises(NotFound):
        preview(database, head, turned.viewer.actor, number, now=NOW)
    with database.transaction() as session:
        subscribing.set_paused(session, turned.manager.actor, number, paused=False, now=NOW)
    correct(database, turned, NOW + timedelta(days=1))
    make_due_reports(database, head, now=DUE)
    assert "Revised since" not in bodies(newest(database).mime)[0]
