"""History is sealed when it is written, whoever writes it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from impact import triggers
from impact.audit.removal import removing_history
from impact.audit.sealing import SEALED
from impact.audit.tables import ActorKind, AuditEntry, HistorySeal
from impact.audit.trail import add_actor, record_change
from impact.db import Database
from impact.safekeeping.seals import broken_seals
from impact.schema import metadata
from tests.builders import NOW, fill, make_ground

LATER = NOW + timedelta(days=1)


def broken(database: Database) -> list[str]:
    with database.reading_engine.connect() as connection:
        return list(broken_seals(connection))


def past_the_triggers(database: Database, table: str, statement: sa.Executable) -> None:
    """What somebody who owns the database can do."""
    with database.engine.begin() as connection:
        triggers.unguard(connection, table)
        connection.execute(statement)
        triggers.guard(connection, table)


@pytest.fixture
def history(database: Database) -> Database:
    """Two transactions' worth of plans and values."""
    with database.transaction() as session:
        ground = make_ground(session)
    with database.transaction() as session:
        fill(session, ground.planner, ground.series.id, {2011: 1.5, 2012: 2.5, 2013: 3.5})
    return database


def test_every_row_is_sealed_when_committed(history: Database) -> None:
    """One seal a table and transaction holds all rows of it."""
    assert broken(history) == []
    with history.reading() as session:
        seals = session.scalars(select(HistorySeal).order_by(HistorySeal.id)).all()
        for name in ("audit_entry", "plan_version", "definition_version", "revision", "revision_state"):
            ids = set(session.scalars(select(metadata.tables[name].c.id)))
            sealed = [
                number
                for seal in seals
                if seal.table_name == name
                for first, last in seal.ranges
                for number in range(first, last + 1)
            ]
            assert sorted(sealed) == sorted(ids), name
            assert ids


OTHERS = {sa.Integer: 7, sa.Float: 77.5, sa.Boolean: True, sa.JSON: {"other": 1}, sa.String: "other"}
WRITTEN = ("audit_entry", "plan_version", "definition_version", "revision", "revision_state")


def test_change_of_any_column_is_seen_when_made_past_the_triggers(history: Database) -> None:
    """An UPDATE of any one column is found, in each table of history that was written to."""
    with history.engine.connect() as connection, connection.begin() as transaction:
        for name in WRITTEN:
            triggers.unguard(connection, name)
            for column in metadata.tables[name].columns:
                if (
                    column.foreign_keys
                    or isinstance(column.type, sa.Enum)
                    or column.name in ("id", "missing")
                ):
                    continue
                other = next(
                    (value for kind, value in OTHERS.items() if isinstance(column.type, kind)), LATER
                )
                with connection.begin_nested() as attempt:
                    changed = connection.execute(
                        sa.update(column.table).where(column.table.c.id == 1).values({column.name: other})
                    )
                    assert changed.rowcount == 1
                    found = list(broken_seals(connection))
                    attempt.rollback()
                assert found[0].startswith(f"Something in {name} was changed"), column
        transaction.rollback()
    assert broken(history) == []


def test_row_is_missed_when_taken_away(history: Database) -> None:
    """A DELETE past the triggers is found."""
    table = metadata.tables["audit_entry"]
    past_the_triggers(history, "audit_entry", sa.delete(table).where(table.c.id == 2))
    (sentence,) = broken(history)
    assert sentence.startswith("Something in audit_entry was changed or taken away")


def test_row_is_seen_when_put_in_past_impact(history: Database) -> None:
    """An INSERT by hand has no seal."""
    with history.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO revision_state (id, revision_id, state, remark, actor_id, recorded_at) "
            "SELECT 4711, revision_id, state, remark, actor_id, recorded_at FROM revision_state WHERE id = 1"
        )
    assert broken(history) == ["Rows of revision_state were not put in by Impact: 4711."]


def failing(session: Session, actor_id: int) -> None:
    """A savepoint with one entry that could be kept and a row that cannot."""
    with session.begin_nested():
        record_change(session, actor_id, "try", "thing", 9, before={}, after={"a": 9}, now=NOW)
        session.flush()
        session.add(HistorySeal(table_name=None, first_id=1, ranges=[], digest=""))


def test_rows_are_sealed_when_a_savepoint_fails_in_between(database: Database) -> None:
    """What was written before and after a failure that was dealt with is sealed, nothing else."""
    with database.transaction() as session:
        actor = add_actor(session, ActorKind.SYSTEM, now=NOW)
        for number in range(4):
            record_change(session, actor.id, "try", "thing", number, before={}, after={"a": number}, now=NOW)
            session.flush()
            with pytest.raises(IntegrityError):
                failing(session, actor.id)
    with database.reading() as session:
        assert len(session.scalars(select(AuditEntry)).all()) == 4
    assert broken(database) == []


def test_nothing_is_sealed_when_rolled_back(database: Database) -> None:
    """The next transaction of a session does not seal what the one before did not keep."""
    with database.writing_session() as session:
        actor = add_actor(session, ActorKind.SYSTEM, now=NOW)
        record_change(session, actor.id, "try", "thing", 1, before={}, after={"a": 1}, now=NOW)
        session.flush()
        session.rollback()
        add_actor(session, ActorKind.SYSTEM, now=NOW)
        session.commit()
        assert session.scalars(select(HistorySeal)).all() == []


def test_what_is_left_is_sealed_anew_when_history_was_removed(history: Database) -> None:
    """Removing a part of what one seal holds leaves the rest sealed."""
    with history.transaction() as session:
        actor = add_actor(session, ActorKind.SYSTEM, now=NOW)
        with removing_history(session, actor.id, "thing", 1, reason="test", now=NOW):
            session.execute(sa.delete(AuditEntry).where(AuditEntry.id.in_([2, 4])))
    assert broken(history) == []
    table = metadata.tables["audit_entry"]
    past_the_triggers(history, "audit_entry", sa.update(table).where(table.c.id == 3).values(verb="other"))
    assert len(broken(history)) == 1


def test_history_that_stood_there_before_is_let_be(history: Database) -> None:
    """A seal without a digest says nothing but that the rows were there."""
    seals = metadata.tables["history_seal"]
    past_the_triggers(history, "history_seal", sa.update(seals).values(digest=""))
    assert broken(history) == []


def test_every_table_of_history_is_sealed() -> None:
    """No table of history is forgotten."""
    assert set(SEALED) <= set(metadata.tables)
