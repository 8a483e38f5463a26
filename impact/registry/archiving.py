"""Take planning rows out of use with a reason, list what was taken, bring it back.

Nothing is deleted. A goal takes its indicators and milestones with it, and brings back those
that went with it; a project as a whole leaves boards, lists and reports.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor, require_everywhere
from impact.audit.tables import PlanVersion
from impact.errors import Conflict, Invalid, NotFound
from impact.registry import access, planning
from impact.registry.indicator_tables import (
    Baseline,
    Definition,
    Indicator,
    IndicatorSeries,
    ReferenceLink,
    SeriesBreak,
    Target,
)
from impact.registry.library_access import require_in_library
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
    StoryNote,
)
from impact.registry.schedules import period_of
from impact.registry.series_plan import refuse_second

OF_A_PROJECT: tuple[type[Any], ...] = (
    Goal, Milestone, Indicator, ProjectOrganisation, ProjectArea, ProjectEvent, ProjectDocument, StoryNote,
)  # fmt: skip
OF_A_SERIES: tuple[type[Any], ...] = (Target, Baseline, SeriesBreak, ReferenceLink)
OF_THE_INSTALLATION: tuple[type[Any], ...] = (Project, Organisation, Area, Category, Definition)
KINDS = {kind.__tablename__: kind for kind in (*OF_A_PROJECT, *OF_A_SERIES, *OF_THE_INSTALLATION)}
# What a row is still needed by: it cannot go before they do.
USED_BY: dict[type[Any], tuple[Any, ...]] = {
    Organisation: (ProjectOrganisation.organisation_id,),
    Area: (ProjectArea.area_id, Indicator.area_id, Area.parent_id),
    Category: (Project.category_id, Project.subtype_id, Category.parent_id),
    Definition: (Indicator.definition_id,),
}


@dataclass(frozen=True)
class Withdrawn:
    """A planning row that is out of use: what it is, since when, by whom, why."""

    entity: str
    row: Any
    at: datetime
    actor_id: int
    reason: str


def withdraw_row(
    session: Session, actor: Actor, row: Any, version: int, *, now: datetime, reason: str
) -> None:
    """Take a planning row out of use, a goal with its indicators and milestones.

    Raises:
        NotAllowed: the actor may not plan there.
        Invalid: no reason was given, or something in use still needs the row.
        Conflict: somebody else changed or withdrew it in between.
    """
    _require(session, actor, row)
    session.refresh(row, with_for_update=True)
    if row.withdrawn_at is not None:
        raise Conflict("Somebody else has withdrawn this already.")
    if row.version != version:
        raise Conflict("Somebody else changed this in between. Look at it again before you withdraw it.")
    if not reason.strip():
        raise Invalid("Say why, so that others understand it later.", field="withdraw_reason")
    _refuse_if_used(session, row)
    for one in (row, *_going_with(session, row, None)):
        planning.withdraw(session, actor, one, now=now, reason=reason.strip())


def bring_back(session: Session, actor: Actor, row: Any, *, now: datetime, reason: str = "") -> None:
    """Take a withdrawn planning row into use again, with what went together with it.

    Raises:
        NotAllowed: the actor may not plan there.
        Conflict: it is in use, or what it belongs to is withdrawn.
        Invalid: another target, baseline or break of its period took its place.
    """
    _require(session, actor, row)
    session.refresh(row, with_for_update=True)
    if row.withdrawn_at is None:
        raise Conflict("This is in use already.")
    for above in _above(session, row):
        if above is not None and above.withdrawn_at is not None:
            raise Conflict("What this belongs to is withdrawn. Bring that back first.")
    if isinstance(row, Target | Baseline | SeriesBreak):
        refuse_second(session, type(row), row.series_id, period_of(row), row.id)
    went_with = _going_with(session, row, row.withdrawn_at)
    for one in (row, *went_with):
        one.withdrawn_at = None
        planning.save(session, actor, one, now=now, reason=reason.strip())


def withdrawn_in_project(session: Session, project_id: int) -> list[Withdrawn]:
    """What is out of use in a project's plan, newest first; a fixed number of statements."""
    found: list[Any] = []
    for kind in OF_A_PROJECT:
        found += session.scalars(
            select(kind).where(kind.project_id == project_id, kind.withdrawn_at.is_not(None))
        )
    for kind in OF_A_SERIES:
        found += session.scalars(
            select(kind)
            .join(IndicatorSeries, IndicatorSeries.id == kind.series_id)
            .join(Indicator, Indicator.id == IndicatorSeries.indicator_id)
            .where(Indicator.project_id == project_id, kind.withdrawn_at.is_not(None))
        )
    return _told(session, found)


def withdrawn_in_installation(session: Session) -> list[Withdrawn]:
    """Projects, organisations, areas, categories and definitions out of use, newest first."""
    found: list[Any] = []
    for kind in OF_THE_INSTALLATION:
        found += session.scalars(select(kind).where(kind.withdrawn_at.is_not(None)))
    return _told(session, found)


def withdrawn_row(session: Session, entity: str, row_id: int, project_id: int | None) -> Any:
    """A planning row by kind and number, in a project's plan or (None) of the installation.

    Raises:
        NotFound: there is none there.
    """
    kind = KINDS.get(entity)
    row = session.get(kind, row_id) if kind is not None else None
    if row is None or project_id != (None if kind in OF_THE_INSTALLATION else _project_of(session, row)):
        raise NotFound("There is no such thing in this plan.")
    return row


def _told(session: Session, rows: list[Any]) -> list[Withdrawn]:
    keys = {(row.__tablename__, row.id): row for row in rows}
    newest = (
        select(sa.func.max(PlanVersion.id))
        .where(
            PlanVersion.entity.in_({entity for entity, _ in keys}),
            PlanVersion.entity_id.in_({number for _, number in keys}),
        )
        .group_by(PlanVersion.entity, PlanVersion.entity_id)
    )
    kept = {
        (version.entity, version.entity_id): version
        for version in session.scalars(select(PlanVersion).where(PlanVersion.id.in_(newest)))
    }
    told = [
        Withdrawn(key[0], row, row.withdrawn_at, kept[key].actor_id, kept[key].reason)
        for key, row in keys.items()
        if key in kept
    ]
    return sorted(told, key=lambda one: (one.at, one.entity, one.row.id), reverse=True)


def _require(session: Session, actor: Actor, row: Any) -> None:
    if isinstance(row, Definition):
        require_in_library(session, actor, row.id)
        return
    project_id = _project_of(session, row)
    if project_id is None or isinstance(row, Project):
        require_everywhere(actor, Action.PLAN)
    else:
        access.require_in_project(session, actor, project_id, Action.PLAN)


def _project_of(session: Session, row: Any) -> int | None:
    if isinstance(row, OF_A_SERIES):
        return session.scalar(
            select(Indicator.project_id)
            .join(IndicatorSeries, IndicatorSeries.indicator_id == Indicator.id)
            .where(IndicatorSeries.id == row.series_id)
        )
    number: int | None = row.id if isinstance(row, Project) else getattr(row, "project_id", None)
    return number


def _refuse_if_used(session: Session, row: Any) -> None:
    for column in USED_BY.get(type(row), ()):
        user = column.class_
        if session.scalar(
            select(sa.func.count()).select_from(user).where(column == row.id, user.withdrawn_at.is_(None))
        ):
            raise Invalid(
                "This is still in use in the plans. Withdraw or change what uses it first.",
                field="withdraw_reason",
            )


def _going_with(session: Session, row: Any, since: datetime | None) -> Iterator[Any]:
    """What hangs on a goal: that in use, or that withdrawn at the same instant."""
    if not isinstance(row, Goal):
        return
    for kind in (Indicator, Milestone):
        state = kind.withdrawn_at.is_(None) if since is None else kind.withdrawn_at == since
        yield from session.scalars(select(kind).where(kind.goal_id == row.id, state)).all()


def _above(session: Session, row: Any) -> Iterator[Any]:
    if isinstance(row, OF_A_SERIES):
        series = session.get_one(IndicatorSeries, row.series_id)
        yield session.get(Indicator, series.indicator_id)
    elif isinstance(row, Indicator | Milestone) and row.goal_id is not None:
        yield session.get(Goal, row.goal_id)
    elif isinstance(row, ProjectOrganisation):
        yield session.get(Organisation, row.organisation_id)
    elif isinstance(row, ProjectArea):
        yield session.get(Area, row.area_id)
