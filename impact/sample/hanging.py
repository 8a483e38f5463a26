"""What hangs on rows by foreign keys, however far, and how to take all of it away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.audit.tables import AuditEntry, PlanVersion
from impact.db import Base
from impact.registry.measurement_tables import Measurement
from impact.registry.project_tables import StoredFile

Rows = dict[sa.Table, set[int]]
Key = TypeVar("Key", int, str)
# Few enough for the parameters of one statement on either database.
AT_ONCE = 5000


def hanging_on(session: Session, table: sa.Table, ids: Collection[int]) -> Rows:
    """These rows and all rows that refer to them, directly or over others."""
    found: Rows = defaultdict(set)
    found[table] |= set(ids)
    new: Rows = {table: set(ids)}
    while new:
        wider: Rows = {}
        for parent, parent_ids in new.items():
            for column in _referring_to(parent):
                rows = _rows_where(session, column, parent_ids) - found[column.table]
                if rows:
                    found[column.table] |= rows
                    wider.setdefault(column.table, set()).update(rows)
        new = wider
    return found


def still_referred_to(
    session: Session, table: sa.Table, ids: Collection[Key], own: Collection[str]
) -> set[Key]:
    """Those of the rows that something refers to, tables that are their own left aside."""
    kept: set[Key] = set()
    for column in _referring_to(table):
        if column.table.name not in own:
            for some in _portions(ids):
                kept |= set(session.scalars(select(column).where(column.in_(some))))
    return kept


def take_away(session: Session, doomed: Rows) -> None:
    """Delete the rows with the history and the trail of each, referring rows first.

    Stored files that nothing refers to afterwards go with them. Needs leave to delete history
    (``audit.removal``).
    """
    session.flush()
    _forget(session, doomed)
    files = _files_of(session, doomed)
    # A measurement and its revisions refer to each other.
    for some in _portions(doomed.get(_table(Measurement), ())):
        session.execute(
            sa.update(_table(Measurement))
            .where(Measurement.id.in_(some))
            .values(newest_revision_id=None, approved_revision_id=None)
        )
    for table in reversed(Base.metadata.sorted_tables):
        for some in _portions(doomed.get(table, ())):
            for history, kind, number in _OF_A_ROW:
                session.execute(sa.delete(history).where(kind == table.name, number.in_(some)))
            session.execute(sa.delete(table).where(_key(table).in_(some)))
    unused = files - still_referred_to(session, _table(StoredFile), files, ())
    session.execute(sa.delete(StoredFile).where(StoredFile.sha256.in_(unused)))


def _files_of(session: Session, doomed: Rows) -> set[str]:
    """The stored files to which the rows refer, by the hash of their bytes."""
    found = (
        select(column).where(_key(column.table).in_(some), column.is_not(None))
        for column in _referring_to(_table(StoredFile))
        for some in _portions(doomed.get(column.table, ()))
    )
    return {sha256 for rows in found for sha256 in session.scalars(rows)}


def _forget(session: Session, doomed: Rows) -> None:
    """Let the session forget the rows: SQLite gives their numbers to others afterwards."""
    for instance in list(session):
        state = sa.inspect(instance)
        (number,) = state.identity
        if isinstance(instance, PlanVersion | AuditEntry) or number in doomed.get(
            state.mapper.local_table, ()
        ):
            session.expunge(instance)


def _table(kind: type[Base]) -> sa.Table:
    return Base.metadata.tables[kind.__tablename__]


# What is kept about a row without a foreign key to it.
_OF_A_ROW = (
    (_table(PlanVersion), PlanVersion.entity, PlanVersion.entity_id),
    (_table(AuditEntry), AuditEntry.object_type, AuditEntry.object_id),
)


def _referring_to(table: sa.Table) -> Iterator[sa.Column[Any]]:
    for other in Base.metadata.sorted_tables:
        for key in other.foreign_keys:
            if key.column.table is table:
                yield key.parent


def _rows_where(session: Session, column: sa.Column[int], ids: Collection[int]) -> set[int]:
    key = _key(column.table)
    return {
        number for some in _portions(ids) for number in session.scalars(select(key).where(column.in_(some)))
    }


def _key(table: sa.Table) -> sa.Column[int]:
    (column,) = table.primary_key.columns
    return column


def _portions(ids: Collection[Key]) -> Iterator[list[Key]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), AT_ONCE):
        yield ordered[start : start + AT_ONCE]
