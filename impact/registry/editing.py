"""Make and change planning rows from named facts, whoever asks: pages, API, command line.

``make(session, actor, Goal, {"project_id": 7, "title_sv": "Ökad trygghet"}, now=now)`` and
``change(session, actor, goal, version, {"title_sv": …}, now=now, reason="…")`` take the
columns' own types (days, choices, numbers); what is not named stays as it is. Rules are in
``plan_rules``, keys, history and audit in ``planning``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor, require_everywhere
from impact.db import Base
from impact.errors import Conflict, NotFound
from impact.language import mark
from impact.registry import access, planning
from impact.registry.plan_rules import judge
from impact.registry.project_tables import (
    Area,
    Category,
    Goal,
    Milestone,
    Organisation,
    Project,
    ProjectArea,
    ProjectDocument,
    ProjectEvent,
    ProjectOrganisation,
    ProjectStatus,
    StoryNote,
    Visibility,
)
from impact.registry.slugs import free_slug

# Where a project stands and who sees it as long as nobody says.
NEW_PROJECT = {"status": ProjectStatus.ONGOING, "visibility": Visibility.INTERNAL}
Row = TypeVar("Row", bound=Base)
CHANGED_MEANWHILE = mark("Somebody else changed this in between. Compare, and save again to replace theirs.")
# What nobody says of a row: it follows from how and when it was made.
OWN = frozenset({"id", "version", "withdrawn_at", "sort_key", "search_key", "name_key", "is_sample"})
# What is said once, when the row is made: where it belongs and who wrote it.
FIXED = frozenset({"project_id", "author_id", "slug", "file_sha256"})
KINDS = (
    Organisation, Area, Category, Project, ProjectOrganisation, ProjectArea, ProjectEvent, ProjectDocument,
    StoryNote, Goal, Milestone,
)  # fmt: skip


def make(
    session: Session,
    actor: Actor,
    kind: type[Row],
    facts: Mapping[str, Any],
    *,
    now: datetime,
    reason: str = "",
) -> Row:
    """A new planning row that says what the facts say.

    A slug is made from title or name where none is given, a goal and a category go last
    where no position is given, a note is the actor's. A link that was withdrawn (partner, area)
    is brought back instead of made twice.

    Raises:
        NotAllowed: the actor may not plan there.
        Invalid: a sentence that says what to change; ``field`` names the column.
    """
    _require(session, actor, kind, facts.get("project_id"))
    known = kind.__table__.columns.keys()
    given = {name: value for name, value in facts.items() if name in known and name not in OWN}
    if kind is StoryNote:
        given["author_id"] = actor.id
    row = _withdrawn_twin(session, kind, given) or kind(**given)
    _set(row, {**given, "withdrawn_at": None})
    with session.no_autoflush:
        _complete(session, row)
        judge(session, row)
    planning.save(session, actor, row, now=now, reason=reason)
    return row


def change(
    session: Session,
    actor: Actor,
    row: Row,
    version: int,
    facts: Mapping[str, Any],
    *,
    now: datetime,
    reason: str = "",
) -> Row:
    """The row with the facts that were named; the rest as it was.

    Args:
        version: the one that was looked at when the change was thought of.

    Raises:
        NotAllowed, Invalid: as when it is made.
        Conflict: somebody else changed or withdrew it in between.
    """
    _require(session, actor, type(row), getattr(row, "project_id", None), row)
    stored: Any = row
    # Whoever waited for another writer has to see what that one saved.
    session.refresh(stored, with_for_update=True)
    if stored.withdrawn_at is not None:
        raise Conflict("This has been withdrawn. Bring it back first.")
    if stored.version != version:
        raise Conflict(CHANGED_MEANWHILE)
    known = type(row).__table__.columns.keys()
    with session.no_autoflush:
        _set(
            row,
            {name: value for name, value in facts.items() if name in known and name not in OWN | FIXED},
        )
        _complete(session, row)
        judge(session, row)
    planning.save(session, actor, row, now=now, reason=reason)
    return row


def row_of_project(session: Session, kind: type[Row], project_id: int, row_id: int) -> Row:
    """A planning row of a project, withdrawn ones included.

    Raises:
        NotFound: the project has none of that number.
    """
    columns: Any = kind
    found = session.scalars(
        select(kind).where(columns.id == row_id, columns.project_id == project_id)
    ).first()
    if found is None:
        raise NotFound("There is no such thing in this plan.")
    return found


def row_of_installation(session: Session, kind: type[Row], slug: str) -> Row:
    """An organisation, area or category by the name in its address, withdrawn ones included.

    Raises:
        NotFound: there is none of that name.
    """
    columns: Any = kind
    found = session.scalars(select(kind).where(columns.slug == slug)).first()
    if found is None:
        raise NotFound("There is no such thing in this plan.")
    return found


def _require(
    session: Session, actor: Actor, kind: type[Any], project_id: int | None, row: Any = None
) -> None:
    if kind is Project and row is not None:
        project_id = row.id
    if project_id is None:
        require_everywhere(actor, Action.PLAN)
    else:
        action = planning.action_for(kind, is_new=row is None)
        access.require_in_project(session, actor, project_id, action)


def _set(row: Any, facts: Mapping[str, Any]) -> None:
    for name, value in facts.items():
        column = row.__table__.columns[name]
        if value is None and not column.nullable and column.default is not None:
            value = "" if column.type.python_type is str else row.__dict__.get(name)
        setattr(row, name, value.strip() if type(value) is str else value)


def _complete(session: Session, row: Any) -> None:
    """What follows from the rest where nobody said it."""
    if isinstance(row, Project):
        row.short_sv = row.short_sv or (row.title_sv or "")[:60].strip()
        row.currency = (row.currency or "SEK").upper()
    if isinstance(row, Project | Organisation | Area | Category) and not row.slug:
        said = row.name if isinstance(row, Organisation | Area) else ""
        said = said or getattr(row, "short_sv", None) or getattr(row, "name_sv", None) or ""
        row.slug = free_slug(session, type(row), said)
    if isinstance(row, Goal) and row.position is None:
        of_project = session.scalars(select(Goal.position).where(Goal.project_id == row.project_id))
        row.position = max(of_project, default=0) + 1
    elif isinstance(row, Category) and row.position is None:
        row.position = max(session.scalars(select(Category.position)), default=0) + 1
    elif isinstance(row, ProjectOrganisation) and row.position is None:
        row.position = 0


def _withdrawn_twin(session: Session, kind: type[Row], facts: Mapping[str, Any]) -> Row | None:
    """The withdrawn link that says the same; the database keeps each link once."""
    twins: dict[type[Any], tuple[str, ...]] = {
        ProjectOrganisation: ("project_id", "organisation_id", "part"),
        ProjectArea: ("project_id", "area_id"),
    }
    names = twins.get(kind)
    if names is None:
        return None
    columns: Any = kind
    same = [getattr(columns, name) == facts.get(name) for name in names]
    return session.scalars(select(kind).where(*same, columns.withdrawn_at.is_not(None))).first()
