"""The one history of plans: every planning row as it stood, and as it was known.

A planning row (project, goal, target, …) is written by :func:`keep`, which stores a whole
snapshot beside the row. Reading as known on a date takes the newest snapshot of each row
recorded until then. Triggers in the database refuse to change what was kept.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.audit.digests import plain
from impact.audit.tables import PlanVersion
from impact.audit.trail import record_change
from impact.db import Base

Row = TypeVar("Row", bound=Base)
NOT_PLANNED = frozenset({"id", "version"})


def keep(
    session: Session,
    actor_id: int,
    row: Any,
    *,
    root: str,
    root_id: int | None = None,
    now: datetime,
    reason: str = "",
    project_id: int | None = None,
) -> None:
    """Flush a new or changed planning row and keep what it says from now on.

    Args:
        row: a planning row with ``id`` and ``version``.
        root: the kind of thing whose plan the row belongs to (project, area, …).
        root_id: its number; the row's own where the row is the root.

    A row that is as it was leaves no trace.
    """
    session.add(row)
    session.flush()
    entity = row.__tablename__
    before = _newest(session, entity, row.id)
    snapshot = plain(contents(row))
    if before is not None and before.snapshot == snapshot:
        return
    number = before.version + 1 if before else 1
    session.add(
        PlanVersion(
            entity=entity,
            entity_id=row.id,
            version=number,
            root=root,
            root_id=row.id if root_id is None else root_id,
            recorded_at=now,
            actor_id=actor_id,
            reason=reason,
            withdrawn=row.withdrawn_at is not None,
            snapshot=snapshot,
        )
    )
    record_change(
        session,
        actor_id,
        "change" if before else "create",
        entity,
        row.id,
        before=before.snapshot if before else {},
        after=snapshot,
        now=now,
        project_id=project_id,
        reason=reason,
    )


def contents(row: Any) -> dict[str, Any]:
    """What a planning row says, column by column."""
    columns = sa.inspect(type(row)).column_attrs
    return {column.key: getattr(row, column.key) for column in columns if column.key not in NOT_PLANNED}


def as_known(session: Session, kind: type[Row], root: str, root_id: int, known_at: datetime) -> list[Row]:
    """The rows of one kind under a root as they were known then, withdrawn ones left out.

    They are detached copies for reading; adding them to a session is an error.
    """
    return _rebuilt(session, kind, known_at, PlanVersion.root == root, PlanVersion.root_id == root_id)


def rows_as_known(session: Session, kind: type[Row], ids: Collection[int], known_at: datetime) -> list[Row]:
    """The rows of these numbers as they were known then, withdrawn ones left out."""
    return _rebuilt(session, kind, known_at, PlanVersion.entity_id.in_(ids))


def rows_over_time(
    session: Session, kind: type[Row], ids: Collection[int]
) -> Callable[[datetime], list[Row]]:
    """The rows of these numbers at any instant, read once: a function of when they were known."""
    versions = session.scalars(
        select(PlanVersion)
        .where(PlanVersion.entity == kind.__tablename__, PlanVersion.entity_id.in_(ids))
        .order_by(PlanVersion.id)
    ).all()
    rows = [(version, _row_of(kind, version)) for version in versions]

    def known(at: datetime) -> list[Row]:
        newest = {kept.entity_id: (kept, row) for kept, row in rows if kept.recorded_at <= at}
        return [row for kept, row in newest.values() if not kept.withdrawn]

    return known


def _rebuilt(
    session: Session, kind: type[Row], known_at: datetime, *conditions: sa.ColumnElement[bool]
) -> list[Row]:
    newest = (
        select(sa.func.max(PlanVersion.id))
        .where(PlanVersion.entity == kind.__tablename__, PlanVersion.recorded_at <= known_at, *conditions)
        .group_by(PlanVersion.entity_id)
    )
    versions = session.scalars(
        select(PlanVersion)
        .where(PlanVersion.id.in_(newest), PlanVersion.withdrawn.is_(False))
        .order_by(PlanVersion.entity_id)
    )
    return [_row_of(kind, version) for version in versions]


def _row_of(kind: type[Row], kept: PlanVersion) -> Row:
    row = kind(**{name: _typed(kind, name, value) for name, value in kept.snapshot.items()})
    row.id, row.version = kept.entity_id, kept.version  # type: ignore[attr-defined]
    return row


def _newest(session: Session, entity: str, entity_id: int) -> PlanVersion | None:
    return session.scalars(
        select(PlanVersion)
        .where(PlanVersion.entity == entity, PlanVersion.entity_id == entity_id)
        .order_by(PlanVersion.version.desc())
        .limit(1)
    ).first()


def _typed(kind: type[Any], name: str, value: Any) -> Any:
    """A snapshot's value as the column has it: JSON keeps days and choices as text."""
    if value is None:
        return None
    column = kind.__table__.columns[name].type
    if isinstance(column, sa.Enum) and column.enum_class is not None:
        return column.enum_class(value)
    if isinstance(column, sa.Date):
        return date.fromisoformat(value)
    if isinstance(getattr(column, "impl", column), sa.DateTime):
        return datetime.fromisoformat(value)
    return value
