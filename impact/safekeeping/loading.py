"""Put the rows of a backup into empty tables, the way each engine takes many."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

import sqlalchemy as sa

from impact.audit.plain_rows import Sort, sort_of
from impact.errors import Invalid

AT_ONCE = 1000

_KEYS = """
SELECT quote_ident(r.relname), quote_ident(c.conname), pg_get_constraintdef(c.oid)
FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
WHERE c.contype = 'f' AND r.relnamespace = current_schema()::regnamespace
ORDER BY r.relname, c.conname
"""
_SEQUENCES = """
SELECT quote_ident(table_name), quote_ident(column_name),
       pg_get_serial_sequence(quote_ident(table_name), column_name)
FROM information_schema.columns
WHERE table_schema = current_schema()
  AND pg_get_serial_sequence(quote_ident(table_name), column_name) IS NOT NULL
"""


@contextmanager
def keys_put_aside(connection: sa.Connection) -> Iterator[None]:
    """Rows may come in any order; every key is checked at the end, and stands as before.

    SQLite is migrated without keys and checks them itself before the commit.
    """
    if connection.dialect.name == "sqlite":
        yield
        return
    keys = connection.exec_driver_sql(_KEYS).all()
    for table, name, _definition in keys:
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    yield
    for table, name, definition in keys:
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


def load(
    connection: sa.Connection, table: sa.Table, columns: Sequence[str], rows: Iterator[list[Any]]
) -> None:
    """All rows into the table.

    Raises:
        Invalid: the table has other columns than the backup.
    """
    if {column.name for column in table.columns} != set(columns):
        raise Invalid(
            "The backup's table %(table)s has other columns than its revision; nothing was restored.",
            table=table.name,
        )
    sorts = [sort_of(table.columns[name]) for name in columns]
    if connection.dialect.name == "sqlite":
        _insert(connection, table, columns, _with_bytes(rows, sorts))
    else:
        _copy(connection, table, columns, _with_zones(_with_bytes(rows, sorts), sorts))


def set_sequences(connection: sa.Connection) -> None:
    """New rows get numbers beyond those that were loaded; SQLite does so by itself."""
    if connection.dialect.name == "sqlite":
        return
    for table, column, sequence in connection.exec_driver_sql(_SEQUENCES).all():
        connection.execute(
            sa.text(
                f"SELECT setval(:sequence, coalesce(max({column}), 1), max({column}) IS NOT NULL) "  # noqa: S608 - quoted by the engine
                f"FROM {table}"
            ),
            {"sequence": sequence},
        )


def _insert(
    connection: sa.Connection, table: sa.Table, columns: Sequence[str], rows: Iterator[list[Any]]
) -> None:
    quote = connection.dialect.identifier_preparer.quote
    named = ", ".join(map(quote, columns))
    places = ", ".join("?" * len(columns))
    statement = f"INSERT INTO {quote(table.name)} ({named}) VALUES ({places})"  # noqa: S608 - quoted
    while some := [tuple(row) for row in islice(rows, AT_ONCE)]:
        connection.exec_driver_sql(statement, some)


def _copy(
    connection: sa.Connection, table: sa.Table, columns: Sequence[str], rows: Iterator[list[Any]]
) -> None:
    quote = connection.dialect.identifier_preparer.quote
    named = ", ".join(map(quote, columns))
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101 - it is open
    with driver.cursor() as cursor, cursor.copy(f"COPY {quote(table.name)} ({named}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _with_bytes(rows: Iterator[list[Any]], sorts: Sequence[Sort]) -> Iterator[list[Any]]:
    places = [at for at, sort in enumerate(sorts) if sort is Sort.BYTES]
    for row in rows:
        for at in places:
            if row[at] is not None:
                row[at] = base64.b64decode(row[at])
        yield row


def _with_zones(rows: Iterator[list[Any]], sorts: Sequence[Sort]) -> Iterator[list[Any]]:
    places = [at for at, sort in enumerate(sorts) if sort is Sort.INSTANT]
    for row in rows:
        for at in places:
            if row[at] is not None:
                row[at] += "+00"
        yield row
