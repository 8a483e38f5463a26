"""Rows as plain values, the same from both engines: what is hashed and what a backup holds.

A value is a text, a number or None, as SQLite keeps it: an instant in UTC without its zone,
a day, JSON as it was written, 0 and 1 for no and yes. Bytes are written in base 64.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

INSTANT = "YYYY-MM-DD HH24:MI:SS.US"
DAY = "YYYY-MM-DD"


class Sort(StrEnum):
    """What a column holds, as far as the engines keep it differently."""

    INSTANT = "instant"
    DAY = "day"
    TRUTH = "truth"
    JSON = "json"
    BYTES = "bytes"
    PLAIN = "plain"


_SORTS: tuple[tuple[type[sa.types.TypeEngine[Any]], Sort], ...] = (
    (sa.DateTime, Sort.INSTANT),
    (sa.Date, Sort.DAY),
    (sa.Boolean, Sort.TRUTH),
    (sa.JSON, Sort.JSON),
    (sa.LargeBinary, Sort.BYTES),
)


def sort_of(column: sa.Column[Any]) -> Sort:
    """What the column holds."""
    kind = column.type
    if isinstance(kind, sa.TypeDecorator):
        kind = kind.impl_instance
    return next((sort for known, sort in _SORTS if isinstance(kind, known)), Sort.PLAIN)


def plain_select(table: sa.Table, engine: str) -> sa.Select[Any]:
    """Every row of a table, ordered by its key, each column as a plain value."""
    key = [_by_code_point(column, engine) for column in table.primary_key]
    values = (_plain(column, engine).label(column.name) for column in ordered(table))
    return sa.select(*values).order_by(*key)


def ordered(table: sa.Table) -> list[sa.Column[Any]]:
    """The columns by name: their order in the table differs where one engine rebuilt it."""
    return sorted(table.columns, key=lambda column: column.name)


def packed(rows: Iterable[Sequence[Any]], bytes_at: Sequence[int]) -> Iterator[str]:
    """Each row as one line of JSON; what stands at ``bytes_at`` is bytes."""
    for row in rows:
        values = list(row)
        for at in bytes_at:
            if values[at] is not None:
                values[at] = base64.b64encode(values[at]).decode("ascii")
        yield json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def bytes_at(table: sa.Table) -> list[int]:
    """The places of the columns that hold bytes."""
    return [at for at, column in enumerate(ordered(table)) if sort_of(column) is Sort.BYTES]


def _plain(column: sa.Column[Any], engine: str) -> sa.ColumnElement[Any]:
    sort = sort_of(column)
    if sort is Sort.BYTES:
        return sa.type_coerce(column, sa.LargeBinary())
    raw = sa.type_coerce(column, sa.types.NullType())
    if engine == "sqlite":
        return raw
    if sort is Sort.INSTANT:
        return sa.func.to_char(sa.func.timezone("UTC", raw), INSTANT)
    if sort is Sort.DAY:
        return sa.func.to_char(raw, DAY)
    if sort is Sort.TRUTH:
        return sa.cast(raw, sa.Integer())
    return sa.cast(raw, sa.Text()) if sort is Sort.JSON else raw


def _by_code_point(column: sa.Column[Any], engine: str) -> sa.ColumnElement[Any]:
    is_text = isinstance(column.type, sa.String)
    return sa.collate(column, "C") if is_text and engine == "postgresql" else column
