"""Define and change what is planned: projects, goals, indicators, targets, breaks.

Every planning row goes through :func:`save`: permission, keys, history, audit, and the
stale mark where the detector reads what was changed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor, require_everywhere
from impact.audit import history
from impact.registry import access
from impact.registry.indicator_tables import (
    TOTAL,
    Baseline,
    Definition,
    DefinitionVersion,
    Indicator,
    IndicatorSeries,
    ReferenceLink,
    SeriesBreak,
    Target,
)
from impact.registry.library_access import require_in_library
from impact.registry.marking import mark_changed
from impact.registry.project_tables import Area, Category, Goal, Organisation, Project, StoryNote
from impact.registry.sorting import search_key, sort_key

OF_THE_INSTALLATION = (Organisation, Area, Category, Definition)
OF_A_SERIES = (Target, Baseline, SeriesBreak, ReferenceLink)


def save(session: Session, actor: Actor, row: Any, *, now: datetime, reason: str = "") -> None:
    """Store a new or changed planning row, with its history and its audit entry.

    Raises:
        NotAllowed: the actor may not plan there.
        StaleDataError: somebody else changed the row in between.
    """
    _set_keys(row)
    root, root_id, project_id = _root_of(session, row)
    _require(session, actor, row, project_id)
    if isinstance(row, Project) and row.id is None:
        # A new project gets its number first, so that its first entry is filed under it.
        session.add(row)
        session.flush()
        project_id = row.id
    history.keep(
        session, actor.id, row, root=root, root_id=root_id, now=now, reason=reason, project_id=project_id
    )
    if isinstance(row, OF_A_SERIES):
        # Baseline and target change the picture only, not what the detector reads.
        stale = isinstance(row, SeriesBreak | ReferenceLink)
        mark_changed(session, row.series_id, now=now, stale=stale)
    elif isinstance(row, Indicator):
        for series_id in session.scalars(
            select(IndicatorSeries.id).where(IndicatorSeries.indicator_id == row.id)
        ):
            mark_changed(session, series_id, now=now, stale=True)


def withdraw(session: Session, actor: Actor, row: Any, *, now: datetime, reason: str) -> None:
    """Take a planning row out of use; its history stays and it can be brought back."""
    row.withdrawn_at = now
    save(session, actor, row, now=now, reason=reason)


def add_definition_version(
    session: Session, actor: Actor, definition: Definition, version: DefinitionVersion, *, now: datetime
) -> DefinitionVersion:
    """What a definition means from now on; earlier versions stay as they were."""
    require_in_library(session, actor, definition.id)
    numbers = session.scalars(
        select(DefinitionVersion.number).where(DefinitionVersion.definition_id == definition.id)
    )
    version.definition_id = definition.id
    version.number = max(numbers, default=0) + 1
    version.search_key = search_key(version.name_sv, version.name_en)
    version.recorded_at, version.actor_id = now, actor.id
    session.add(version)
    session.flush()
    return version


def add_indicator(
    session: Session,
    actor: Actor,
    indicator: Indicator,
    *,
    now: datetime,
    disaggregations: tuple[str, ...] = (),
    reason: str = "",
) -> IndicatorSeries:
    """Store an indicator with its total series and one per disaggregation.

    Args:
        disaggregations: sorted ``dimension=category`` pairs, comma between several.

    Returns:
        The total series.
    """
    save(session, actor, indicator, now=now, reason=reason.strip())
    series = [
        IndicatorSeries(indicator_id=indicator.id, disaggregation=key, stale_since=now, revision_count=0)
        for key in (TOTAL, *disaggregations)
    ]
    session.add_all(series)
    session.flush()
    return series[0]


def action_for(kind: type[Any], *, is_new: bool) -> Action:
    """What an actor has to be allowed in the project: who records figures tells their story too."""
    return Action.RECORD if issubclass(kind, StoryNote) and is_new else Action.PLAN


def _set_keys(row: Any) -> None:
    if isinstance(row, Project):
        row.sort_key = sort_key(row.short_sv)
        row.search_key = search_key(row.title_sv, row.title_en, row.short_sv, row.short_en)
    elif isinstance(row, Organisation | Area):
        row.name_key = sort_key(row.name)
    elif isinstance(row, Goal):
        row.search_key = search_key(row.title_sv, row.title_en)


def _root_of(session: Session, row: Any) -> tuple[str, int | None, int | None]:
    """The thing whose plan the row belongs to, its number, and the project if any."""
    if isinstance(row, (*OF_THE_INSTALLATION, Project)):
        return row.__tablename__, row.id, row.id if isinstance(row, Project) else None
    if isinstance(row, OF_A_SERIES):
        indicator = session.scalars(
            select(Indicator)
            .join(IndicatorSeries, IndicatorSeries.indicator_id == Indicator.id)
            .where(IndicatorSeries.id == row.series_id)
        ).one()
        return _root_of(session, indicator)
    if isinstance(row, Indicator) and row.project_id is None:
        return "area", row.area_id, None
    return "project", row.project_id, row.project_id


def _require(session: Session, actor: Actor, row: Any, project_id: int | None) -> None:
    if isinstance(row, Definition):
        require_in_library(session, actor, row.id)
        return
    is_new_project = isinstance(row, Project) and row.id is None
    if project_id is None or is_new_project:
        require_everywhere(actor, Action.PLAN)
        return
    action = action_for(type(row), is_new=row.id is None)
    access.require_in_project(session, actor, project_id, action)
