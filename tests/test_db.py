"""The database's promises: transactions, keys, instants, readers and writers."""

import multiprocessing
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from multiprocessing.synchronize import Barrier
from typing import Any

import pytest
import sqlalchemy as sa

from impact.accounts.tables import SignInAttempt
from impact.audit.tables import ActorKind, ActorRow
from impact.audit.trail import add_actor
from impact.db import FIRST_SQLITE_WITH_SAFE_WAL, Database

NOW = datetime(2026, 11, 23, 9, 30, 0, 123456, tzinfo=UTC)
STOCKHOLM_SUMMER = timezone(timedelta(hours=2))
METERS = ("DROP TABLE IF EXISTS meter", "CREATE TABLE meter (n integer)", "INSERT INTO meter VALUES (0)")
# Spawned, because a forked child would share the parent's connections.
SPAWN = multiprocessing.get_context("spawn")


def with_meter(database: Database) -> None:
    with database.engine.begin() as connection:
        for statement in METERS:
            connection.exec_driver_sql(statement)


def metered(database: Database) -> int:
    with database.reading_engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT n FROM meter").scalar_one())


def increment(url: str, n_times: int, start: Barrier) -> None:
    """Read, add one, write: each time in a transaction of its own."""
    database = Database(url)
    start.wait(60)
    lock = "" if database.is_sqlite else " FOR UPDATE"
    for _ in range(n_times):
        with database.engine.begin() as connection:
            n = connection.exec_driver_sql(f"SELECT n FROM meter{lock}").scalar_one()
            connection.exec_driver_sql(f"UPDATE meter SET n = {n + 1}")
    database.dispose()


def test_instant_comes_back_in_utc_when_given_in_another_zone(database: Database) -> None:
    """An instant is the same instant afterwards, told in UTC, to the microsecond."""
    with database.transaction() as session:
        session.add(ActorRow(kind=ActorKind.SYSTEM, created_at=NOW.astimezone(STOCKHOLM_SUMMER)))
    with database.reading() as session:
        (found,) = session.scalars(sa.select(ActorRow.created_at))
    assert found == NOW
    assert found.utcoffset() == timedelta(0)


def test_instants_are_compared_by_time_when_given_in_different_zones(database: Database) -> None:
    """A condition in one zone finds what was written in another."""
    with database.transaction() as session:
        session.add(ActorRow(kind=ActorKind.SYSTEM, created_at=NOW))
    later = (NOW + timedelta(minutes=1)).astimezone(STOCKHOLM_SUMMER)
    with database.reading() as session:
        assert session.scalars(sa.select(ActorRow).where(ActorRow.created_at < later)).one()
        assert session.scalars(sa.select(ActorRow).where(ActorRow.created_at > later)).all() == []


def test_instant_is_refused_when_it_has_no_zone(database: Database) -> None:
    """A time that could mean two instants is not kept."""
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(sa.exc.StatementError, match="time zone"), database.transaction() as session:
        session.add(ActorRow(kind=ActorKind.SYSTEM, created_at=naive))


def test_foreign_keys_hold_when_a_row_points_nowhere(database: Database) -> None:
    """A row cannot refer to one that is not there."""
    with pytest.raises(sa.exc.IntegrityError), database.transaction() as session:
        session.execute(sa.text("INSERT INTO membership (user_id, role) VALUES (99, 'viewer')"))


def test_settings_of_sqlite_are_those_that_lose_nothing(sqlite_database: Database) -> None:
    """Each connection is durable, watches keys and fires triggers on REPLACE."""
    with sqlite_database.engine.connect() as connection:

        def pragma(name: str) -> Any:
            return connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()

        assert pragma("foreign_keys") == 1
        assert pragma("synchronous") == 2
        assert pragma("recursive_triggers") == 1
        version = tuple(
            map(int, connection.exec_driver_sql("SELECT sqlite_version()").scalar_one().split("."))
        )
        assert pragma("journal_mode") == ("wal" if version >= FIRST_SQLITE_WITH_SAFE_WAL else "delete")


def test_transaction_takes_its_turn_before_reading_when_writing(sqlite_database: Database) -> None:
    """A second writer waits from its first statement on, so that it reads what the first wrote."""
    with_meter(sqlite_database)
    started, order = threading.Event(), []

    def second() -> None:
        started.wait()
        with sqlite_database.engine.begin() as connection:
            order.append(f"second reads {connection.exec_driver_sql('SELECT n FROM meter').scalar_one()}")

    thread = threading.Thread(target=second)
    thread.start()
    with sqlite_database.engine.begin() as connection:
        connection.exec_driver_sql("SELECT n FROM meter")
        started.set()
        time.sleep(0.3)
        connection.exec_driver_sql("UPDATE meter SET n = 7")
        order.append("first is done")
    thread.join()
    assert order == ["first is done", "second reads 7"]


def test_reader_does_not_wait_when_a_writer_is_at_work(database: Database) -> None:
    """Pages are read while somebody saves; they show what was there before."""
    with_meter(database)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE meter SET n = 1")
        began = time.monotonic()
        with database.reading() as session:
            assert session.scalar(sa.text("SELECT n FROM meter")) == 0
        assert time.monotonic() - began < 5
    assert metered(database) == 1


def test_reading_session_cannot_write_when_on_postgresql(postgresql_database: Database) -> None:
    """A page that only reads cannot change anything by mistake."""
    with pytest.raises(sa.exc.InternalError, match="read-only"), postgresql_database.reading() as session:
        session.execute(sa.text("DELETE FROM sign_in_attempt"))


def test_nothing_is_kept_when_a_transaction_fails(database: Database) -> None:
    """A transaction is there as a whole or not at all, table definitions included."""
    with suppress(RuntimeError), database.transaction() as session:
        session.execute(sa.text("CREATE TABLE half (n integer)"))
        session.add(SignInAttempt(name_key="a", address="b", attempted_at=NOW, succeeded=False))
        session.flush()
        raise RuntimeError
    assert not sa.inspect(database.engine).has_table("half")
    with database.reading() as session:
        assert session.scalars(sa.select(SignInAttempt)).all() == []


def test_no_increment_is_lost_when_several_processes_add(
    database: Database, database_url: str, trials: Callable[[int], int]
) -> None:
    """What each process added is in the sum; without the hooks of SQLite it is not."""
    with_meter(database)
    n_times, start = trials(1000), SPAWN.Barrier(4)
    adding = [SPAWN.Process(target=increment, args=(database_url, n_times, start)) for _ in range(4)]
    for process in adding:
        process.start()
    for process in adding:
        process.join()
    assert [process.exitcode for process in adding] == [0, 0, 0, 0]
    assert metered(database) == 4 * n_times


def test_an_increment_is_lost_when_the_hooks_are_off(sqlite_database: Database, sqlite_url: str) -> None:
    """The trial above can fail: without the hooks two transactions read the same value."""
    with_meter(sqlite_database)
    bare = sa.create_engine(sqlite_url)
    with bare.connect() as first, bare.connect() as second:
        reads = [
            connection.exec_driver_sql("SELECT n FROM meter").scalar_one() for connection in (first, second)
        ]
        for connection, n in zip((first, second), reads, strict=True):
            connection.exec_driver_sql(f"UPDATE meter SET n = {n + 1}")
            connection.commit()
    bare.dispose()
    assert metered(sqlite_database) == 1


def test_reads_one_moment_when_others_write(postgresql_database: Database) -> None:
    """What a reading session saw it sees until it ends, on PostgreSQL as on SQLite."""
    count = sa.select(sa.func.count()).select_from(ActorRow)
    with postgresql_database.reading() as reading:
        before = reading.scalar(count)
        with postgresql_database.transaction() as session:
            add_actor(session, ActorKind.PERSON, now=NOW)
        assert reading.scalar(count) == before
    with postgresql_database.reading() as reading:
        assert reading.scalar(count) != before
