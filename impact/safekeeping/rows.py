"""All rows of a database as lines, and a checksum for each table."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from impact.audit.plain_rows import bytes_at, ordered, packed, plain_select

AT_ONCE = 1000
# Rows with files in them: a few at a time, so that memory stays flat.
LARGE_AT_ONCE = 4
# What a database knows of itself, and what ends with the place that was backed up: sign-ins
# and links that open it, answers kept for programs (one may hold a token that was just made),
# pictures that are drawn anew where they are asked for,
# and the clocks that run there.
LEFT_OUT = frozenset(
    {
        "alembic_version",
        "trigger_pass",
        "sign_in_session",
        "sign_in_attempt",
        "one_time_link",
        "kept_answer",
        "drawn_picture",
        "clock_heartbeat",
    }
)


@dataclass(frozen=True)
class TableSum:
    """What a table held: its columns, the number of its rows and the SHA-256 of its lines."""

    name: str
    columns: tuple[str, ...]
    n_rows: int
    sha256: str


class Lines:
    """The rows of one table as lines of JSON, counted and hashed while they are read."""

    def __init__(self, connection: sa.Connection, table: sa.Table) -> None:
        self._connection = connection
        self._table = table
        self._sha256 = hashlib.sha256()
        self._n_rows = 0

    def __iter__(self) -> Iterator[bytes]:
        """Some lines at a time, each with its end."""
        places = bytes_at(self._table)
        at_once = LARGE_AT_ONCE if places else AT_ONCE
        result = self._connection.execute(
            plain_select(self._table, self._connection.dialect.name),
            execution_options={"stream_results": True, "yield_per": at_once},
        )
        for rows in result.partitions(at_once):
            piece = "".join(f"{line}\n" for line in packed(rows, places)).encode()
            self._n_rows += len(rows)
            self._sha256.update(piece)
            yield piece

    @property
    def total(self) -> TableSum:
        """What was read until now."""
        columns = tuple(column.name for column in ordered(self._table))
        return TableSum(self._table.name, columns, self._n_rows, self._sha256.hexdigest())


def kept_tables(connection: sa.Connection) -> list[sa.Table]:
    """The tables that a backup holds, as they are in this database, by name."""
    metadata = reflected(connection)
    return [metadata.tables[name] for name in sorted(metadata.tables) if name not in LEFT_OUT]


def reflected(connection: sa.Connection) -> sa.MetaData:
    """The tables as they are, at whatever revision the database stands."""
    metadata = sa.MetaData()
    metadata.reflect(connection)
    return metadata


def sums(connection: sa.Connection) -> dict[str, TableSum]:
    """Number of rows and checksum of every table that a backup holds."""
    totals = {}
    for table in kept_tables(connection):
        lines = Lines(connection, table)
        for _ in lines:
            pass
        totals[table.name] = lines.total
    return totals


def has_rows(connection: sa.Connection) -> bool:
    """Whether anything but the clock's heartbeat stands in the database."""
    tables: list[Any] = [
        table
        for table in reflected(connection).tables.values()
        if table.name not in {"alembic_version", "clock_heartbeat"}
    ]
    return any(connection.execute(sa.select(sa.literal(1)).select_from(t).limit(1)).first() for t in tables)
