"""What was changed by whom and why: written by the verbs, read by pages."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

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


def digest_of(content: Mapping[str, Any], previous: str = "") -> str:
    """SHA-256 over a row's content and the digest before it."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str, separators=(",", ":"))
    return hashlib.sha256((previous + text).encode()).hexdigest()


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
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    if not changed:
        return None
    content = {
        "recorded_at": now.isoformat(),
        "actor_id": actor_id,
        "verb": verb,
        "object": f"{object_type}:{object_id}",
        "before": plain({name: before[name] for name in changed if name in before}),
        "after": plain({name: after[name] for name in changed if name in after}),
        "reason": reason,
    }
    entry = AuditEntry(
        recorded_at=now,
        actor_id=actor_id,
        verb=verb,
        object_type=object_type,
        object_id=object_id,
        project_id=project_id,
        before=content["before"],
        after=content["after"],
        reason=reason,
        request_id=session.info.get(REQUEST_ID, ""),
        digest=digest_of(content),
    )
    session.add(entry)
    return entry


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as JSON holds them: days and instants as text, choices as words."""
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else getattr(value, "value", value)
        for name, value in values.items()
    }


def trail_of(session: Session, object_type: str, object_id: int) -> list[AuditEntry]:
    """All entries about one thing, newest first."""
    return list(
        session.scalars(
            select(AuditEntry)
            .where(AuditEntry.object_type == object_type, AuditEntry.object_id == object_id)
            .order_by(AuditEntry.id.desc())
        )
    )
