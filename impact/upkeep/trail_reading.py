"""The audit trail as administrators read it: filtered, newest first, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor, require_everywhere
from impact.accounts.tables import User
from impact.audit.tables import AuditEntry


@dataclass(frozen=True)
class Wanted:
    """Which entries to show; whatever is None is not asked."""

    actor_id: int | None = None
    verb: str | None = None
    object_type: str | None = None
    since: datetime | None = None
    older_than: int | None = None


@dataclass(frozen=True)
class TrailPage:
    """Entries of the trail, newest first, and the number behind which older ones follow."""

    entries: list[AuditEntry]
    older_than: int | None


@dataclass(frozen=True)
class TrailChoices:
    """What the trail can be filtered by: people, verbs, kinds of things."""

    people: list[tuple[int, str]]
    verbs: list[str]
    object_types: list[str]


def trail_page(session: Session, actor: Actor, wanted: Wanted, *, limit: int = 50) -> TrailPage:
    """The newest entries that are wanted.

    Raises:
        NotAllowed: the actor does not administer the installation.
    """
    require_everywhere(actor, Action.ADMINISTER)
    rows = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit + 1)
    for column, value in (
        (AuditEntry.actor_id, wanted.actor_id),
        (AuditEntry.verb, wanted.verb),
        (AuditEntry.object_type, wanted.object_type),
    ):
        rows = rows if value is None else rows.where(column == value)
    if wanted.since is not None:
        rows = rows.where(AuditEntry.recorded_at >= wanted.since)
    if wanted.older_than is not None:
        rows = rows.where(AuditEntry.id < wanted.older_than)
    found = list(session.scalars(rows))
    return TrailPage(found[:limit], found[limit - 1].id if len(found) > limit else None)


def trail_choices(session: Session, actor: Actor) -> TrailChoices:
    """What stands in the trail, for the filters; erased people are nobody's choice.

    Raises:
        NotAllowed: the actor does not administer the installation.
    """
    require_everywhere(actor, Action.ADMINISTER)
    people = session.execute(
        select(User.actor_id, User.name).where(User.erased_at.is_(None)).order_by(User.name_key)
    )
    return TrailChoices(
        people=[(actor_id, name) for actor_id, name in people],
        verbs=list(session.scalars(select(AuditEntry.verb).distinct().order_by(AuditEntry.verb))),
        object_types=list(
            session.scalars(select(AuditEntry.object_type).distinct().order_by(AuditEntry.object_type))
        ),
    )
