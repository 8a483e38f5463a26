"""A database with rows in every table, made from what is found in it.

Works on any schema, so that each released revision can be filled as it was then.
"""

import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

FIRST_DAY = date(1900, 1, 1)
INSTANT = datetime(2026, 11, 23, 9, tzinfo=UTC)
# Tables that hold no rows of users.
WITHOUT_ROWS = {"alembic_version", "trigger_pass"}
# Of columns that exclude each other one stays empty.
LEFT_EMPTY = {
    ("indicator", "goal_id"),
    ("indicator", "project_id"),
    ("membership", "organisation_id"),
    ("revision", "missing"),
    ("subscription_recipient", "user_id"),
}


def reflected(connection: sa.Connection) -> sa.MetaData:
    """The tables as they are in the database."""
    metadata = sa.MetaData()
    metadata.reflect(connection)
    return metadata


def fill(connection: sa.Connection, n_measurements: int = 1000) -> None:
    """Give each table a row and the series many measurements with a revision each."""
    metadata = reflected(connection)
    pointers = {"newest_revision_id": None, "approved_revision_id": None}
    for name in _in_order(metadata):
        row = _row(metadata.tables[name])
        connection.execute(sa.insert(metadata.tables[name]), row | pointers if name == "measurement" else row)
    measurement, revision = metadata.tables["measurement"], metadata.tables["revision"]
    numbers = range(2, n_measurements + 1)
    connection.execute(sa.insert(measurement), [_measurement(measurement, n) | pointers for n in numbers])
    one_revision = _row(revision)
    connection.execute(
        sa.insert(revision),
        [one_revision | {"id": n, "measurement_id": n, "value": n / 7} for n in numbers],
    )
    connection.execute(
        sa.update(measurement).values(
            newest_revision_id=measurement.c.id, approved_revision_id=measurement.c.id
        )
    )


def contents(connection: sa.Connection, columns: dict[str, list[str]]) -> dict[str, tuple[int, str]]:
    """For each table the number of its rows and a checksum over the named columns."""
    metadata = reflected(connection)
    result = {}
    for name, wanted in columns.items():
        table = metadata.tables[name]
        rows = connection.execute(sa.select(*(table.c[column] for column in wanted))).all()
        text = "\n".join(sorted(repr(tuple(row)) for row in rows))
        result[name] = (len(rows), hashlib.sha256(text.encode()).hexdigest())
    return result


def columns_of(connection: sa.Connection) -> dict[str, list[str]]:
    """The names of all columns of all tables that hold rows of users."""
    metadata = reflected(connection)
    return {
        table.name: [column.name for column in table.columns]
        for table in metadata.tables.values()
        if table.name not in WITHOUT_ROWS
    }


def _in_order(metadata: sa.MetaData) -> list[str]:
    """Each table after those it refers to; measurements before their revisions."""
    waiting = {
        table.name: {key.column.table.name for key in table.foreign_keys} - {table.name}
        for table in metadata.tables.values()
        if table.name not in WITHOUT_ROWS
    }
    waiting["measurement"].discard("revision")
    order: list[str] = []
    while waiting:
        ready = sorted(name for name, others in waiting.items() if others.isdisjoint(waiting))
        assert ready, f"these refer to each other: {sorted(waiting)}"
        order += ready
        waiting = {name: others for name, others in waiting.items() if name not in ready}
    return order


def _row(table: sa.Table) -> dict[str, Any]:
    return {column.name: _value(table.name, column) for column in table.columns}


def _measurement(table: sa.Table, number: int) -> dict[str, Any]:
    day = FIRST_DAY + timedelta(days=number)
    return _row(table) | {"id": number, "first_day": day, "last_day": day}


def _value(table: str, column: sa.Column[Any]) -> Any:
    if (table, column.name) in LEFT_EMPTY:
        return None
    kind = column.type
    if isinstance(kind, sa.String):
        key = "sha256" if column.foreign_keys else column.name
        return key[: kind.length] if kind.length else key
    values: list[tuple[Any, Any]] = [
        (sa.Boolean, True),
        (sa.Integer, 1),
        (sa.Float, 0.1),
        (sa.DateTime, INSTANT),
        (sa.Date, FIRST_DAY),
        (sa.LargeBinary, b"\x00\xff"),
        (sa.JSON, {"åäö": [1, None]}),
    ]
    return next(value for known, value in values if isinstance(kind, known))
