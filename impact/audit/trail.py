"""What was changed by whom and why: written by the verbs, read by pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.audit.digests import plain
from impact.audit.sealing import add_history
from impact.audit.tables import ActorKind, ActorRow, AuditEntry

REQUEST_ID = "request_id"


def add_actor(session: Session, kind: ActorKind, *, now: datetime) -> ActorRow:
    """A new actor; whoever it belongs to keeps its number."""
    actor = ActorRow(kind=kind, created_at=now)
    session.add(actor)
    session.flush()
    return actor


def actor_for(session: Session, kind: ActorKind, *, now: datetime) -> ActorRow:
    """The installation's own clock, system or import actor, made when first needed."""
    found = session.scalars(
        select(ActorRow).where(ActorRow.kind == kind).order_by(ActorRow.id).limit(1)
    ).first()
    return found or add_actor(session, kind, now=now)


@dataclass(frozen=True)
class Change:
    """What somebody did to one thing; ``before`` is empty for something new."""

    actor_id: int
    verb: str
    object_type: str
    object_id: int
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    project_id: int | None = None
    reason: str = ""


def record_change(
    session: Session,
    actor_id: int,
    verb: str,
    object_type: str,
    object_id: int,
    *,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    now: datetime,
    project_id: int | None = None,
    reason: str = "",
) -> AuditEntry | None:
    """Write down what really changed; nothing where nothing did.

    ``before`` is empty for something new. Only the fields that differ are kept. The
    request's id is taken from ``session.info`` where a face put it.
    """
    change = Change(actor_id, verb, object_type, object_id, before, after, project_id, reason)
    values = _values(session, change, now)
    if values is None:
        return None
    entry = AuditEntry(**values)
    session.add(entry)
    return entry


def record_changes(session: Session, changes: Iterable[Change], *, now: datetime) -> None:
    """Write down many changes at once, each as :func:`record_change` does."""
    found = [values for change in changes if (values := _values(session, change, now))]
    columns = {name: [values[name] for values in found] for name in found[0]} if found else {}
    add_history(session, AuditEntry, len(found), columns)


def trail_of(session: Session, object_type: str, object_id: int) -> list[AuditEntry]:
    """All entries about one thing, newest first."""
    return list(
        session.scalars(
            select(AuditEntry)
            .where(AuditEntry.object_type == object_type, AuditEntry.object_id == object_id)
            .order_by(AuditEntry.id.desc())
        )
    )


def _values(session: Session, change: Change, now: datetime) -> dict[str, Any] | None:
    before, after = change.before, change.after
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    if not changed:
        return None
    return {
        "recorded_at": now,
        "actor_id": change.actor_id,
        "verb": change.verb,
        "object_type": change.object_type,
        "object_id": change.object_id,
        "project_id": change.project_id,
        "before": plain({name: before[name] for name in changed if name in before}),
        "after": plain({name: after[name] for name in changed if name in after}),
        "reason": change.reason,
        "request_id": session.info.get(REQUEST_ID, ""),
        "digest": "",
    }
