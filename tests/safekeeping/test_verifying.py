"""What was changed past Impact is found, and nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from impact import triggers
from impact.db import Database
from impact.delivery.tables import MessageKind, OutboxMessage
from impact.monitoring.analysing import refresh_series
from impact.registry.project_tables import StoredFile
from impact.safekeeping.verifying import findings
from tests.builders import NOW, PEAK_2018, Ground, fill, make_ground
from tests.safekeeping.conftest import address

FILE = hashlib.sha256(b"evidence").hexdigest()
MAIL = b"Subject: Report\r\n\r\nText\r\n"


@pytest.fixture
def ground(database: Database) -> Ground:
    """A project with an analysed series, a stored file and a mail."""
    with database.transaction() as session:
        ground = make_ground(session)
        fill(session, ground.planner, ground.series.id, PEAK_2018)
        refresh_series(session, ground.series.id, now=NOW)
        session.add(
            StoredFile(sha256=FILE, media_type="text/plain", n_bytes=8, content=b"evidence", stored_at=NOW)
        )
        session.add(
            OutboxMessage(
                dedupe_key="report",
                kind=MessageKind.REPORT,
                subject="Report",
                message_id="<1@example.se>",
                mime=b"Reply-To: somebody@example.se\r\n" + MAIL,
                checksum=hashlib.sha256(MAIL).hexdigest(),
                created_at=NOW,
                next_attempt_at=NOW,
            )
        )
    return ground


# Each tampering, and how the one sentence about it begins.
TAMPERINGS: dict[str, tuple[str, str]] = {
    "a target row": ("UPDATE goal SET title_sv = 'another'", "Row 1 of goal is not what its history says."),
    "a withdrawal": (
        "UPDATE project_organisation SET withdrawn_at = NULL, part = 'partner'",
        "Row 1 of project_organisation is not what its history says.",
    ),
    "a summary": (
        "UPDATE series_summary SET latest_value = latest_value + 1",
        "The summary of series 1 is not what its measurements say.",
    ),
    "a pointer": (
        "UPDATE measurement SET approved_revision_id = NULL WHERE id = 1",
        "Measurement 1 does not point at its newest approved revision.",
    ),
    "the newest": (
        "UPDATE measurement SET newest_revision_id = 2 WHERE id = 1",
        "Measurement 1 does not point at its newest revision.",
    ),
    "a file": (
        "UPDATE stored_file SET n_bytes = 9",
        f"The stored file {FILE} holds other bytes than its name says.",
    ),
    "a mail": (
        "UPDATE outbox_message SET checksum = 'other'",
        "Mail 1 holds other bytes than its checksum says.",
    ),
}


def found(database: Database, tmp_path: Path) -> list[str]:
    return list(findings(address(database), tmp_path / "copy"))


def test_finds_nothing_when_nothing_was_touched(database: Database, ground: Ground, tmp_path: Path) -> None:
    """A database that only Impact wrote to is in order, and no copy of it is left."""
    assert found(database, tmp_path) == []
    assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize("what", TAMPERINGS)
def test_finds_what_was_changed_by_hand(
    database: Database, ground: Ground, tmp_path: Path, what: str
) -> None:
    """One statement past Impact, one sentence that names the row."""
    statement, sentence = TAMPERINGS[what]
    with database.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    assert sentence in found(database, tmp_path)


def test_finds_a_value_that_was_changed_when_the_triggers_were_dropped(
    database: Database, ground: Ground, tmp_path: Path
) -> None:
    """History is compared with its seals; a trigger that is gone is named too."""
    with database.engine.begin() as connection:
        triggers.unguard(connection, "revision")
        connection.exec_driver_sql("UPDATE revision SET value = value + 1 WHERE id = 3")
    sentences = found(database, tmp_path)
    assert "The trigger tr_revision_refuse_update is missing; history can be changed." in sentences
    assert any(each.startswith("Something in revision was changed") for each in sentences)
    assert "The summary of series 1 is not what its measurements say." in sentences


def test_finds_an_orphan_when_a_key_points_nowhere(sqlite_database: Database, tmp_path: Path) -> None:
    """A row whose other half is gone is counted by table and column."""
    with sqlite_database.transaction() as session:
        make_ground(session)
    with sqlite_database.engine.connect() as connection:
        driver = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys=OFF")
        driver.execute("UPDATE indicator SET responsible_id = 4711")
        driver.execute("PRAGMA foreign_keys=ON")
    sentence = "Rows of indicator whose responsible_id refers to a row of actor that is not there: 1."
    assert sentence in found(sqlite_database, tmp_path)


def test_command_ends_with_zero_only_when_all_is_right(
    command: Callable[..., object], database: Database, tmp_path: Path
) -> None:
    """Cron can rely on it."""
    with database.transaction() as session:
        make_ground(session)
    result = command("verify")
    assert (result.exit_code, result.output) == (0, "All is as it was recorded.\n"), result.output
    with database.engine.begin() as connection:
        connection.execute(sa.text("UPDATE goal SET position = 9"))
    result = command("verify")
    assert (result.exit_code, result.output) == (1, "Row 1 of goal is not what its history says.\n")


def test_commands_back_up_and_restore(
    command: Callable[..., object], database: Database, tmp_path: Path
) -> None:
    """What the how-to says, as it says it."""
    with database.transaction() as session:
        make_ground(session)
    out, place = tmp_path / "impact.zip", f"sqlite:///{tmp_path / 'new.sqlite'}"
    result = command("backup", str(out))
    assert result.exit_code == 0, result.output
    result = command("restore", str(out))
    assert (result.exit_code, result.output) == (
        1,
        "Error: There is something in the database already; nothing was restored.\n",
    )
    result = command("restore", str(out), IMPACT_DATABASE_URL=place)
    assert result.exit_code == 0, result.output
    assert "Everybody signs in anew." in result.output
    assert command("verify", IMPACT_DATABASE_URL=place).exit_code == 0
