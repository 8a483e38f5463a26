"""What the clock does: values become analyses, flags, notices, reports and sent mails."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from hashlib import sha256

import pytest
from sqlalchemy import select

from impact.accounts.tables import Role
from impact.clock import jobs
from impact.clock.jobs import JOBS
from impact.clock.ticking import Tick
from impact.db import Database
from impact.delivery import subscribing
from impact.delivery.subscription_plans import SubscriptionPlan
from impact.delivery.tables import MessageState, OutboxMessage, Rhythm
from impact.exchange.staging import begin_batch, stage_upload
from impact.language import Language
from impact.monitoring import reviewing
from impact.monitoring.reviewing import Decision
from impact.monitoring.tables import DismissalCause, Flag, FlagAct, FlagState, ScreeningRun
from impact.registry.indicator_tables import Indicator, IndicatorSeries
from impact.registry.measurement_tables import StagedUpload
from impact.registry.project_tables import StoredFile
from impact.settings import Settings
from tests.builders import PEAK_2018, fill, make_ground
from tests.conftest import MailServer
from tests.people import add_person

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
Look = Callable[[datetime], None]


@pytest.fixture
def look(database: Database, settings: Settings, smtp_server: MailServer) -> Look:
    """One look of the clock at everything."""
    ours = replace(settings, smtp_url=smtp_server.url)

    def once(now: datetime) -> None:
        for job in JOBS:
            job.work(Tick(database, ours, now, "clock", NOW))

    return once


def test_one_look_brings_the_notice_when_values_turned(
    database: Database, look: Look, smtp_server: MailServer
) -> None:
    """Recorded values are analysed, flagged, told and sent without a face helping."""
    with database.transaction() as session:
        ground = make_ground(session)
        fill(session, ground.planner, ground.series.id, PEAK_2018)
        add_person(session, "manager", Role.MANAGER, project_id=ground.project.id)
    look(NOW)
    look(NOW + timedelta(minutes=1))
    (received,) = smtp_server.mails
    assert received.recipients == ["manager@example.se"]
    assert "Trygga hyresgäster" in received.message["Subject"]


def test_one_look_weighs_what_turned_before_it_is_told(database: Database, look: Look) -> None:
    """What was analysed is controlled among all indicators, once, and before the notices."""
    with database.transaction() as session:
        ground = make_ground(session)
        fill(session, ground.planner, ground.series.id, PEAK_2018)
    look(NOW)
    look(NOW + timedelta(minutes=1))
    with database.reading() as session:
        (run,) = session.scalars(select(ScreeningRun)).all()
        assert list(run.outcome) == [str(ground.series.id)]
    names = [job.name for job in JOBS]
    assert names.index("analyse") < names.index("control") < names.index("announce")


def test_one_look_brings_the_report_when_it_is_due(
    database: Database, look: Look, smtp_server: MailServer
) -> None:
    """The report comes in the hour that was asked for, once."""
    with database.transaction() as session:
        ground = make_ground(session)
        fill(session, ground.planner, ground.series.id, {2023: 50.0, 2024: 51.0})
        viewer = add_person(session, "viewer", Role.VIEWER, project_id=ground.project.id)
        plan = SubscriptionPlan(
            "Rapport",
            Rhythm.WEEKLY,
            date(2026, 11, 1),
            "Europe/Stockholm",
            Language.SWEDISH,
            (viewer.user_id,),
        )
        subscribing.make(session, viewer.actor, plan, now=NOW)
    for hours in (0, 24 * 7 - 4, 24 * 7 - 3, 24 * 7):
        look(NOW + timedelta(hours=hours))
    (received,) = smtp_server.mails
    assert received.message["Date"] == "Mon, 30 Nov 2026 06:00:00 +0000"


def test_flag_comes_back_when_its_day_has_come(database: Database, look: Look) -> None:
    """Nobody has to type a value for a flag to return that was put aside until a day."""
    with database.transaction() as session:
        ground = make_ground(session)
        fill(session, ground.planner, ground.series.id, PEAK_2018)
    look(NOW)
    aside = Decision(FlagAct.DISMISSED, "Rebuilding", DismissalCause.KNOWN_EXCEPTION, date(2026, 12, 1))
    with database.transaction() as session:
        flag = session.scalars(select(Flag)).one()
        reviewing.decide(session, ground.planner, flag.id, flag.version, aside, now=NOW)
    seen = []
    for days in (1, 8, 9):
        look(NOW + timedelta(days=days))
        with database.reading() as session:
            seen.append((session.get_one(Flag, flag.id).state, len(reviewing.events_of(session, flag.id))))
    assert seen == [(FlagState.DISMISSED, 2), (FlagState.OPEN, 3), (FlagState.OPEN, 3)]


def test_other_series_are_analysed_when_one_fails(
    database: Database, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken one stays stale and is tried again; nobody else waits for it."""
    with database.transaction() as session:
        broken, sound = (make_ground(session, slug).series.id for slug in ("broken", "sound"))

    def refresh(session: object, series_id: int, *, now: datetime) -> None:
        if series_id == broken:
            raise ValueError("no analysis today")
        real(session, series_id, now=now)  # type: ignore[arg-type]

    real = jobs.refresh_series
    monkeypatch.setattr(jobs, "refresh_series", refresh)
    look(NOW)
    with database.reading() as session:
        stale = select(IndicatorSeries.id).where(IndicatorSeries.stale_since.is_not(None))
        assert session.scalars(stale).all() == [broken]
    assert sound != broken


def test_addresses_are_forgotten_when_a_year_has_passed(
    database: Database, look: Look, smtp_server: MailServer
) -> None:
    """What was sent can be read for ever; to whom cannot."""
    with database.transaction() as session:
        ground = make_ground(session)
        fill(session, ground.planner, ground.series.id, PEAK_2018)
        manager = add_person(session, "manager", Role.MANAGER, project_id=ground.project.id)
        session.get_one(Indicator, ground.indicator.id).responsible_id = manager.actor.id
    look(NOW)
    assert smtp_server.mails[0].message["Reply-To"] == "manager <manager@example.se>"
    look(NOW + timedelta(days=364))
    with database.reading() as session:
        assert session.scalars(select(OutboxMessage.address).order_by(OutboxMessage.id)).all()[0] is not None
    look(NOW + timedelta(days=366))
    with database.reading() as session:
        notice = select(OutboxMessage).where(OutboxMessage.flag_id.is_not(None)).order_by(OutboxMessage.id)
        message = session.scalars(notice).all()[0]
    assert (message.state, message.address) == (MessageState.SENT, None)
    assert b"manager@example.se" not in message.mime
    assert sha256(message.mime).hexdigest() == message.checksum
    kept = message_from_bytes(message.mime, policy=policy.default)
    assert kept["Message-ID"] == smtp_server.mails[0].message["Message-ID"]


def test_uploads_are_forgotten_when_nobody_imports_them(database: Database, look: Look) -> None:
    """After a week row and bytes are gone, but for bytes that something else holds."""
    with database.transaction() as session:
        ground = make_ground(session)
        planner, number = ground.planner, ground.project.id
        for content in (b"a", b"b"):
            stage_upload(session, planner, number, "x.csv", content, "text/csv", now=NOW)
        batch = stage_upload(session, planner, number, "x.csv", b"b", "text/csv", now=NOW)
        begin_batch(session, planner, batch, n_new=1, n_changed=0, now=NOW)
        stage_upload(session, planner, number, "x.csv", b"c", "text/csv", now=NOW + timedelta(days=1))
    look(NOW + timedelta(days=7))
    look(NOW + timedelta(days=7, seconds=1))
    with database.reading() as session:
        assert [row.content for row in session.scalars(select(StoredFile).order_by(StoredFile.content))] == [
            b"b",
            b"c",
        ]
        assert len(session.scalars(select(StagedUpload)).all()) == 1
