"""What the clock does about mails: no faster than asked, and without a word of them in a log."""

import io
import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import structlog

from impact import logs
from impact.accounts.tables import Role
from impact.charts.content import IndicatorChart
from impact.clock.jobs import JOBS
from impact.clock.mail_jobs import deliver
from impact.clock.ticking import Tick
from impact.db import Database
from impact.delivery import picturing
from impact.settings import Settings
from tests.builders import PEAK_2018, fill, make_ground
from tests.conftest import MailServer
from tests.people import add_person

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def log(settings: Settings) -> Iterator[io.StringIO]:
    """All that the program and its libraries log, down to the least weight."""
    root, stream = logging.getLogger(), io.StringIO()
    kept = root.handlers, root.level
    logs.set_up(replace(settings, log_level="DEBUG"), stream)
    yield stream
    root.handlers, level = kept
    root.setLevel(level)
    for name in logs.TALKATIVE:
        logging.getLogger(name).setLevel(logging.NOTSET)
    structlog.reset_defaults()


@pytest.fixture
def ours(settings: Settings, smtp_server: MailServer) -> Settings:
    """Settings under which mails go to the server."""
    return replace(settings, smtp_url=smtp_server.url)


def prepare(database: Database, n_managers: int, slug: str = "centre") -> None:
    with database.transaction() as session:
        ground = make_ground(session, slug)
        fill(session, ground.planner, ground.series.id, PEAK_2018)
        for number in range(n_managers):
            add_person(session, f"{slug}-{number}", Role.MANAGER, project_id=ground.project.id)


def look(database: Database, settings: Settings, now: datetime) -> None:
    for job in JOBS:
        job.work(Tick(database, settings, now, "clock", NOW))


def test_mails_go_no_faster_than_asked(
    sqlite_database: Database, ours: Settings, smtp_server: MailServer
) -> None:
    """Four mails at 600 a minute take a tenth of a second each."""
    prepare(sqlite_database, 4)
    smtp_server.answers += ["451 later"] * 4
    look(sqlite_database, replace(ours, mails_a_minute=0), NOW)
    assert smtp_server.mails == []
    began = time.monotonic()
    later = NOW + timedelta(minutes=3)
    deliver(Tick(sqlite_database, replace(ours, mails_a_minute=600), later, "clock", NOW))
    assert len(smtp_server.mails) == 4
    assert time.monotonic() - began >= 0.4


def test_no_word_of_a_mail_is_logged_whatever_becomes_of_it(
    sqlite_database: Database,
    ours: Settings,
    smtp_server: MailServer,
    log: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Sent, put off, refused or not made: no sentence, number, subject or address of it stands in a log."""

    def broken(chart: IndicatorChart) -> str:
        raise ValueError(f"no words for {len(chart.indicator)} letters")

    prepare(sqlite_database, 3)
    smtp_server.answers += ["451 later", "550 no"]
    look(sqlite_database, ours, NOW)
    look(sqlite_database, ours, NOW + timedelta(minutes=2))
    assert len(smtp_server.mails) == 2
    prepare(sqlite_database, 1, "second")
    monkeypatch.setattr(picturing, "alt_text", broken)
    look(sqlite_database, ours, NOW + timedelta(minutes=4))
    # The mail server of the tests, in this same process, tells what it hears.
    said = "\n".join(line for line in log.getvalue().splitlines() if not line.endswith("[mail.log]"))
    assert "notice not made" in said
    words = ("Trygga hyresgäster", "@example.se", "Ökade till", "67,2", "/unsubscribe/")
    assert [word for word in words if word in said] == []
