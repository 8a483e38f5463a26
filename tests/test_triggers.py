"""History is append-only, and there is one way past that."""

import pytest
import sqlalchemy as sa

from impact import triggers
from impact.db import Database
from impact.migrating import downgrade, upgrade
from impact.schema import APPEND_ONLY, metadata
from tests.filled import fill

PASS = "INSERT INTO trigger_pass (id, never_id, reason) VALUES (1, 2, 'test')"


@pytest.fixture
def history(database: Database) -> Database:
    """A database with rows in every table."""
    with database.engine.begin() as connection:
        fill(connection, 3)
    return database


def run(database: Database, *statements: str) -> None:
    with database.engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def n_rows(database: Database, table: str) -> int:
    with database.engine.connect() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(sa.table(table))) or 0


def assert_history_stays(database: Database, table: str) -> None:
    """Each way to change or lose a row is refused, and the rows are there."""
    before = n_rows(database, table)
    assert before
    with pytest.raises(sa.exc.IntegrityError, match=f"history is append-only: UPDATE of {table} refused"):
        run(database, f"UPDATE {table} SET id = id + 1000")
    with pytest.raises(sa.exc.IntegrityError, match=f"history is append-only: DELETE of {table} refused"):
        run(database, f"DELETE FROM {table}")
    if not database.is_sqlite:
        with pytest.raises(sa.exc.IntegrityError, match="history is append-only: TRUNCATE of"):
            run(database, f"TRUNCATE {table} CASCADE")
    assert n_rows(database, table) == before


def test_history_refuses_every_change_when_just_migrated(history: Database) -> None:
    """UPDATE, DELETE and TRUNCATE are refused on each table of history."""
    for table in APPEND_ONLY:
        assert_history_stays(history, table)


def test_history_refuses_every_change_when_migrated_back_and_forth(database_url: str) -> None:
    """The triggers come back with the tables."""
    downgrade(database_url, "base")
    upgrade(database_url)
    database = Database(database_url)
    with database.engine.begin() as connection:
        fill(connection, 3)
    for table in APPEND_ONLY:
        assert_history_stays(database, table)
    database.dispose()


def test_history_refuses_replacing_when_on_sqlite(sqlite_database: Database) -> None:
    """INSERT OR REPLACE, which is a hidden DELETE, is refused as well."""
    with sqlite_database.engine.begin() as connection:
        fill(connection, 3)
    with pytest.raises(sa.exc.IntegrityError, match="DELETE of revision refused"):
        run(
            sqlite_database,
            "CREATE TEMP TABLE copy AS SELECT * FROM revision WHERE id = 1",
            "UPDATE copy SET value = 99",
            "INSERT OR REPLACE INTO revision SELECT * FROM copy",
        )


def test_history_can_be_deleted_but_not_updated_when_the_pass_is_held(history: Database) -> None:
    """The pass lets rows go as a whole; no pass lets them say something else."""
    run(history, PASS, "DELETE FROM delivery", "DELETE FROM trigger_pass")
    assert n_rows(history, "delivery") == 0
    with pytest.raises(sa.exc.IntegrityError, match="UPDATE of revision refused"):
        run(history, PASS, "UPDATE revision SET value = 99", "DELETE FROM trigger_pass")
    assert_history_stays(history, "revision")


def test_truncate_is_refused_when_the_pass_is_held_on_postgresql(postgresql_database: Database) -> None:
    """Nobody empties a table of history at one stroke."""
    with pytest.raises(sa.exc.IntegrityError, match="TRUNCATE of delivery refused"):
        run(postgresql_database, PASS, "TRUNCATE delivery")


def test_pass_cannot_be_kept_when_left_in_place(history: Database) -> None:
    """A commit with the pass still there fails, and nothing was deleted."""
    with pytest.raises(sa.exc.IntegrityError):
        run(history, PASS, "DELETE FROM delivery")
    assert n_rows(history, "delivery") == 1
    assert n_rows(history, "trigger_pass") == 0


@pytest.mark.parametrize("values", ["(1, 1, '')", "(2, 2, '')"])
def test_pass_is_refused_when_it_could_be_kept(database: Database, values: str) -> None:
    """A pass that points at itself does not exist."""
    with pytest.raises(sa.exc.IntegrityError):
        run(database, f"INSERT INTO trigger_pass (id, never_id, reason) VALUES {values}")


def test_pass_is_of_no_use_to_others_when_held_on_postgresql(postgresql_database: Database) -> None:
    """Another connection does not see the pass; on SQLite it could not write at all."""
    with postgresql_database.engine.begin() as connection:
        fill(connection, 3)
    with postgresql_database.engine.connect() as holder, holder.begin() as held:
        holder.exec_driver_sql(PASS)
        with pytest.raises(sa.exc.IntegrityError, match="DELETE of delivery refused"):
            run(postgresql_database, "DELETE FROM delivery")
        held.rollback()


def test_missing_names_the_triggers_when_a_guard_was_taken_away(database: Database) -> None:
    """A lost trigger is found by name; an empty answer means that all is guarded."""
    with database.engine.begin() as connection:
        assert triggers.missing(connection, APPEND_ONLY) == []
        triggers.unguard(connection, "edition")
        names = triggers.missing(connection, APPEND_ONLY)
        assert names == [
            triggers.trigger_name("edition", operation)
            for operation in triggers.REFUSED[connection.dialect.name]
        ]
        triggers.guard(connection, "edition")
        assert triggers.missing(connection, APPEND_ONLY) == []


def test_missing_names_the_trigger_when_it_was_disabled_on_postgresql(postgresql_database: Database) -> None:
    """A trigger that sleeps guards nothing."""
    with postgresql_database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE edition DISABLE TRIGGER tr_edition_refuse_update")
        assert triggers.missing(connection, APPEND_ONLY) == ["tr_edition_refuse_update"]


def test_append_only_names_tables_that_exist() -> None:
    """A misspelt table would be guarded by nothing."""
    assert set(APPEND_ONLY) <= set(metadata.tables)
