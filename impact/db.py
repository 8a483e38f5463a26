"""The database: declarative base, engines for SQLite and PostgreSQL, transactions.

SQLite needs the hooks below. Its driver sends no BEGIN before a SELECT, so two writers
would read the same value and one update would be lost; see docs/decisions/0002.
"""

from __future__ import annotations

import enum
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, tzinfo
from functools import cache
from itertools import islice, repeat
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects.postgresql import REGCLASS
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker
from sqlalchemy.types import TypeDecorator

BUSY_SECONDS = 15
AT_ONCE = 10_000  # rows in one statement
_ZONE = "zone"
# WAL loses data in older versions when a checkpoint races a commit (fixed in 3.51.3).
FIRST_SQLITE_WITH_SAFE_WAL = (3, 51, 3)

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: goes in with a zone, is kept in UTC, comes out in UTC."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """The instant in UTC; one without a zone is a programming error."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, _dialect: sa.Dialect) -> datetime | None:
        """The instant as it was kept, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _words(choices: type[enum.Enum]) -> list[str]:
    return [str(choice.value) for choice in choices]


# Sorted by code point on both engines; what goes in has been made sortable before.
SortKey = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


class Base(DeclarativeBase):
    """The parent of every table."""

    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar = {
        datetime: UtcDateTime(),
        enum.Enum: sa.Enum(enum.Enum, native_enum=False, length=40, values_callable=_words),
        str: sa.Text(),
        dict[str, Any]: sa.JSON(),
        list[dict[str, Any]]: sa.JSON(),
        list[str]: sa.JSON(),
        bytes: sa.LargeBinary(),
    }


class Identified:
    """A table with a number of its own for each row."""

    id: Mapped[int] = mapped_column(
        sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, sort_order=-10
    )


class Versioned:
    """A row that two people may edit: a lost race is a StaleDataError, told as Conflict."""

    version: Mapped[int] = mapped_column(sa.Integer(), default=1, sort_order=90)

    @sa.orm.declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


class Database:
    """One database: an engine that writes and one that only reads.

    Its sessions know the time zone of the installation, for :func:`local_day`.
    """

    def __init__(self, url: str, zone: tzinfo = UTC) -> None:
        self.url = sa.make_url(url)
        self.engine = _engine(self.url)
        self.reading_engine = self.engine.execution_options(read_only=True)
        self._writing = sessionmaker(self.engine, expire_on_commit=False, info={_ZONE: zone})
        self._reading = sessionmaker(
            self.reading_engine, expire_on_commit=False, autoflush=False, info={_ZONE: zone}
        )

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the one-machine database."""
        return self.url.get_backend_name() == "sqlite"

    def writing_session(self) -> Session:
        """A session that may write; whoever opens it commits once and closes it."""
        return self._writing()

    def reading_session(self) -> Session:
        """A session that only reads, as of one moment, and never waits for a writer."""
        return self._reading()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A writing session, committed at the end or rolled back on any error."""
        with self._writing.begin() as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A reading session, closed at the end."""
        with self._reading() as session:
            yield session

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def next_numbers(session: Session, table: sa.Table, n: int) -> list[int]:
    """Numbers for so many rows that nobody else gets: known before the rows are written.

    Rows whose numbers are asked back are put in one by one on SQLite, which takes ten times
    as long. There whoever writes is alone until the commit.
    """
    if not n:
        return []
    if session.get_bind().dialect.name == "sqlite":
        last = session.scalar(sa.select(sa.func.max(table.c.id))) or 0
        return list(range(last + 1, last + 1 + n))
    # Within a subquery the sequence is looked up once instead of for each number.
    sequence = sa.select(sa.cast(sa.func.pg_get_serial_sequence(table.name, "id"), REGCLASS))
    drawn = sa.func.nextval(sequence.scalar_subquery())
    return sorted(session.scalars(sa.select(drawn).select_from(sa.func.generate_series(1, n))))


def insert_rows(session: Session, n: int, *given: tuple[sa.Table, Mapping[str, Any]]) -> None:
    """So many rows at once, given by column: a list of values, or one value that all rows have.

    Nothing is filled in for a column that is not given. PostgreSQL takes each column as one
    array, SQLite row after row, both without an object for each row. Rows of several tables
    may point at each other, each first one at the others' first, and so on.
    """
    connection = session.connection()
    sets = [
        (table, {name: _stored(table.c[name], each, connection.dialect) for name, each in columns.items()})
        for table, columns in given
    ]
    if connection.dialect.name == "postgresql":
        # Keys are looked up when the statement has ended, so that all tables are filled in one.
        statement = _inserting(sets, connection.dialect)
        for start in range(0, n, AT_ONCE):
            pieces = [piece for _, columns in sets for piece in _pieces(columns, start)]
            connection.exec_driver_sql(statement, tuple(pieces))
        return
    if len(sets) > 1:
        # Until the commit, which looks whether all of them lead somewhere.
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    for table, columns in sets:
        into = f"INSERT INTO {table.name} ({', '.join(columns)})"
        places = ", ".join("?" * len(columns))
        said = (each if isinstance(each, list) else repeat(each, n) for each in columns.values())
        rows = zip(*said, strict=False)
        while some := list(islice(rows, AT_ONCE)):
            connection.exec_driver_sql(f"{into} VALUES ({places})", some)


def _inserting(sets: Sequence[tuple[sa.Table, Mapping[str, Any]]], dialect: sa.Dialect) -> str:
    """One statement of PostgreSQL for the rows of all these tables."""
    inserts = []
    for table, columns in sets:
        kinds = {name: f"%s::{table.c[name].type.compile(dialect)}" for name in columns}
        listed = [name for name, each in columns.items() if isinstance(each, list)]
        chosen = [name if name in listed else kinds[name] for name in columns]
        arrays = [f"{kinds[name]}[]" for name in listed]
        inserts.append(
            f"INSERT INTO {table.name} ({', '.join(columns)})"  # noqa: S608 - names of our own
            f" SELECT {', '.join(chosen)} FROM unnest({', '.join(arrays)}) AS given ({', '.join(listed)})"
        )
    first = ", ".join(f"put_{place} AS ({insert})" for place, insert in enumerate(inserts[:-1]))
    return f"WITH {first} {inserts[-1]}" if first else inserts[-1]


def _pieces(columns: Mapping[str, Any], start: int) -> Iterator[Any]:
    """What :func:`_inserting` has places for: first what all rows share, then a part of each list."""
    yield from (each for each in columns.values() if not isinstance(each, list))
    yield from (each[start : start + AT_ONCE] for each in columns.values() if isinstance(each, list))


def _stored(column: sa.Column[Any], said: Any, dialect: sa.Dialect) -> Any:
    """What the driver takes for a column's values, as the ORM would hand it over."""
    if isinstance(said, list) and 1 < said.count(said[0]) == len(said):
        said = said[0]
    bind = column.type.dialect_impl(dialect).bind_processor(dialect)
    if bind is None:
        return said
    if not isinstance(said, list):
        return bind(said)
    # Days and choices are few; what JSON is made of cannot be looked up.
    return list(map(bind if isinstance(column.type, sa.JSON) else cache(bind), said))


def local_day(session: Session, at: datetime) -> date:
    """The day that it is for the people of this installation at an instant.

    What is late, due or over is judged by it: in Sweden a day begins while it still is
    yesterday in UTC.
    """
    return at.astimezone(session.info.get(_ZONE, UTC)).date()


def _engine(url: sa.URL) -> sa.Engine:
    # What people typed, a password in the field of the name say, is in no error and no log.
    if url.get_backend_name() != "sqlite":
        return _postgresql_engine(url)
    engine = sa.create_engine(url, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)
    hook_sqlite(engine)
    return engine


def _postgresql_engine(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(url, pool_pre_ping=True, pool_size=5, max_overflow=10, hide_parameters=True)

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        if connection.get_execution_options().get("read_only"):
            # One moment for all that a page or a report reads, as on SQLite.
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")

    return engine


def hook_sqlite(engine: sa.Engine) -> None:
    """Make SQLite keep its promises: foreign keys, durable journal, BEGIN IMMEDIATE."""

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        safe_wal = sqlite3.sqlite_version_info >= FIRST_SQLITE_WITH_SAFE_WAL
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys=ON")
        # 16 MB instead of two: many rows at once do not go through the file twice.
        cursor.execute("PRAGMA cache_size=-16000")
        cursor.execute("PRAGMA journal_mode=" + ("WAL" if safe_wal else "DELETE"))
        cursor.execute("PRAGMA synchronous=FULL")
        # Without it INSERT OR REPLACE deletes rows behind the back of the history's triggers.
        cursor.execute("PRAGMA recursive_triggers=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        read_only = connection.get_execution_options().get("read_only")
        connection.exec_driver_sql("PRAGMA query_only=" + ("ON" if read_only else "OFF"))
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
