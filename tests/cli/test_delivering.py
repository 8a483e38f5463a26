"""``impact report``: a subscription's mails as files, or sent now."""

from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from impact.accounts.tables import Role
from impact.app import create_app
from impact.cli import main
from impact.clock.jobs import show_life
from impact.clock.ticking import Tick
from impact.db import Database
from impact.delivery import subscribing
from impact.delivery.heartbeat import beat
from impact.delivery.subscription_plans import SubscriptionPlan
from impact.delivery.tables import OutboxMessage, Rhythm, Suppression
from impact.language import Language
from impact.monitoring.analysing import refresh_series
from impact.settings import Settings
from tests.builders import PEAK_2018, fill, make_ground
from tests.people import add_person

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def number(
    sqlite_database: Database, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> str:
    """A subscription in the database that the environment names."""
    monkeypatch.setenv("IMPACT_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("IMPACT_DATA_DIR", str(tmp_path / "var"))
    with sqlite_database.transaction() as session:
        ground = make_ground(session)
        fill(session, ground.planner, ground.series.id, PEAK_2018)
        refresh_series(session, ground.series.id, now=NOW)
        owner = add_person(session, "owner", Role.MANAGER)
        plan = SubscriptionPlan(
            "Rapport", Rhythm.YEARLY, date(2026, 1, 1), "Europe/Stockholm", Language.SWEDISH, (owner.user_id,)
        )
        return str(subscribing.make(session, owner.actor, plan, now=NOW).id)


def test_preview_writes_files_and_sends_nothing(
    number: str, sqlite_database: Database, tmp_path: Path
) -> None:
    """The mail as it would go out, and its HTML with the pictures inside."""
    result = CliRunner().invoke(main, ["report", "preview", number, "--out", str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    mail = message_from_bytes((tmp_path / "out" / "report-1-1.eml").read_bytes(), policy=policy.default)
    assert mail["To"] == "owner@example.se"
    assert "data:image/png;base64," in (tmp_path / "out" / "report-1-1.html").read_text(encoding="utf-8")
    with sqlite_database.reading() as session:
        assert session.scalars(select(OutboxMessage)).all() == []


def test_send_puts_mails_into_the_folder_when_there_is_no_server(number: str, tmp_path: Path) -> None:
    """Sent now: without a mail server the mail lies in var/mail."""
    result = CliRunner().invoke(main, ["report", "send", number])
    assert result.exit_code == 0, result.output
    assert result.output.startswith("1 email was put into the outbox;")
    (mail,) = (tmp_path / "var" / "mail").iterdir()
    assert mail.suffix == ".eml"


def test_links_lead_to_the_service_when_the_command_runs_elsewhere(
    number: str, sqlite_database: Database, tmp_path: Path
) -> None:
    """What the service's clock tells counts, not the environment of whoever types the command."""
    with sqlite_database.transaction() as session:
        beat(session, "service", started_at=NOW, public_url="https://impact.example.se", now=NOW)
    result = CliRunner().invoke(main, ["report", "send", number])
    assert result.exit_code == 0, result.output
    (mail,) = (tmp_path / "var" / "mail").iterdir()
    content = mail.read_bytes()
    assert b"https://impact.example.se/unsubscribe/" in content
    assert b"localhost" not in content.replace(b"impact@localhost", b"")


def test_link_of_a_sent_mail_stops_it_in_the_service_or_nothing_is_sent(
    number: str, sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One click works for mails of the command too; with another key than the service's none goes."""
    service = replace(Settings.from_environment(), smtp_url="")
    show_life(Tick(sqlite_database, service, NOW, "service", NOW))
    monkeypatch.setenv("IMPACT_SECRET_KEY", "another-key-of-somebody-elses-shell-0123456789")
    result = CliRunner().invoke(main, ["report", "send", number])
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: The clock sends mails with other settings")
    with sqlite_database.reading() as session:
        assert session.scalars(select(OutboxMessage)).all() == []
    monkeypatch.delenv("IMPACT_SECRET_KEY")
    result = CliRunner().invoke(main, ["report", "send", number])
    assert result.exit_code == 0, result.output
    (mail,) = (tmp_path / "var" / "mail").iterdir()
    ways = message_from_bytes(mail.read_bytes(), policy=policy.default)["List-Unsubscribe"]
    path = urlsplit(ways.partition(">")[0].strip("<")).path
    page = create_app(service).test_client().post(path, data={"List-Unsubscribe": "One-Click"})
    assert page.status_code == 200
    with sqlite_database.reading() as session:
        assert len(session.scalars(select(Suppression)).all()) == 1


def test_mail_that_asks_to_unsubscribe_stops_the_report(
    number: str, sqlite_database: Database, tmp_path: Path
) -> None:
    """What a mail program sends for List-Unsubscribe is understood, twice; other mails and keys are not."""
    assert CliRunner().invoke(main, ["report", "send", number]).exit_code == 0
    (file,) = (tmp_path / "var" / "mail").iterdir()
    ways = message_from_bytes(file.read_bytes(), policy=policy.default)["List-Unsubscribe"]
    subject = parse_qs(urlsplit(ways.rpartition("<")[2].rstrip(">")).query)["subject"][0]
    asking = f"From: owner@example.se\r\nSubject: Re: {subject}\r\n\r\n"
    for wrong in ("Subject: Hello\r\n\r\n", asking.replace(subject, f"{subject[:-1]}~")):
        result = CliRunner().invoke(main, ["report", "unsubscribe"], input=wrong)
        assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    for _ in range(2):
        assert CliRunner().invoke(main, ["report", "unsubscribe"], input=asking).exit_code == 0
    with sqlite_database.reading() as session:
        assert len(session.scalars(select(Suppression)).all()) == 1


def test_command_fails_in_one_sentence_when_there_is_no_such_subscription(number: str) -> None:
    """Exit code 1 and a plain sentence."""
    result = CliRunner().invoke(main, ["report", "send", "4711"])
    assert result.exit_code == 1
    assert result.stderr == "Error: There is no such subscription.\n"
