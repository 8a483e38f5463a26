"""Seals on history: whatever is changed past Impact, in any column, is seen.

When a transaction commits, the rows of history that it added are read back and a SHA-256
over all they say is kept beside them, one for each table. A session does so by itself: a
verb that forgot it would leave rows that nobody guards. See docs/decisions/0015.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event, select
from sqlalchemy.orm import Session, SessionTransaction

from impact.audit.plain_rows import plain_select
from impact.audit.seal_lines import column_names, digest_lines
from impact.collecting import without_collecting
from impact.db import AT_ONCE, Base, insert_rows, next_numbers

SEALED: Final = (
    "audit_entry",
    "plan_version",
    "definition_version",
    "revision",
    "revision_state",
    "analysis",
    "screening_run",
    "flag_event",
    "edition",
    "delivery",
)
SEAL: Final = "history_seal"
UNSEALED: Final = "unsealed"
RANGES_AT_ONCE: Final = 200

Range = tuple[int, int]


def add_history(session: Session, kind: type[Base], n: int, columns: Mapping[str, Any]) -> list[int]:
    """Many rows of history put in at once, to be sealed with the others; their numbers in order.

    Args:
        columns: as :func:`impact.db.insert_rows` takes them, without the number.
    """
    if not n:
        return []
    table = Base.metadata.tables[kind.__tablename__]
    ids = next_numbers(session, table, n)
    insert_rows(session, n, (table, {"id": ids, **columns}))
    seal_later(session, kind, ids)
    return ids


def seal_later(session: Session, kind: type[Base], ids: Collection[int]) -> None:
    """Have rows that were put in by their columns sealed with the others when this commits."""
    session.info.setdefault(UNSEALED, {}).setdefault(kind.__tablename__, set()).update(ids)


@without_collecting()
def seal_rows(session: Session, name: str, ids: Collection[int]) -> None:
    """Seal those of the rows that are there."""
    table, engine = Base.metadata.tables[name], session.get_bind().dialect.name
    names = column_names(table)
    at = names.index("id")
    digest, found = hashlib.sha256(), []
    for which in within(table.c.id, ids):
        rows = session.execute(plain_select(table, engine).where(which))
        for some in rows.partitions(AT_ONCE):
            found += [row[at] for row in some]
            digest.update(digest_lines(names, some))
    if found:
        held = {"table_name": name, "first_id": found[0], "ranges": _ranges(found)}
        session.execute(sa.insert(Base.metadata.tables[SEAL]).values(**held, digest=digest.hexdigest()))


def within(column: sa.ColumnElement[int], numbers: Collection[int]) -> Iterator[sa.ColumnElement[bool]]:
    """Conditions that together find all these numbers, as few as can be asked at once."""
    ranges = _ranges(numbers)
    for start in range(0, len(ranges), RANGES_AT_ONCE):
        yield sa.or_(*(column.between(*each) for each in ranges[start : start + RANGES_AT_ONCE]))


def seal_what_is_left(session: Session) -> None:
    """After a removal: what stands under a seal with rows that are gone is sealed anew."""
    seals = Base.metadata.tables[SEAL]
    for name in SEALED:
        there = set(session.scalars(select(Base.metadata.tables[name].c.id)))
        for row in session.execute(select(seals).where(seals.c.table_name == name)).all():
            sealed = {number for first, last in row.ranges for number in range(first, last + 1)}
            if not sealed <= there:
                session.execute(sa.delete(seals).where(seals.c.id == row.id))
                if sealed & there:
                    seal_rows(session, name, sealed & there)


def _ranges(ids: Collection[int]) -> list[Range]:
    """The numbers as first and last of each run."""
    numbers = sorted(ids)
    gaps = [pair for pair in pairwise(numbers) if pair[1] != pair[0] + 1]
    starts, ends = [each[1] for each in gaps], [each[0] for each in gaps]
    return list(zip([*numbers[:1], *starts], [*ends, *numbers[-1:]], strict=True))


@event.listens_for(Session, "after_flush")
def _remember(session: Session, _context: Any) -> None:
    for row in session.new:
        name = getattr(row, "__tablename__", None)
        if name in SEALED:
            session.info.setdefault(UNSEALED, {}).setdefault(name, set()).add(row.id)


@event.listens_for(Session, "before_commit")
def _seal_new_rows(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()
    for name, ids in sorted(session.info.pop(UNSEALED, {}).items()):
        seal_rows(session, name, ids)


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, previous: SessionTransaction) -> None:
    if previous.parent is None:
        session.info.pop(UNSEALED, None)
