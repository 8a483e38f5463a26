"""The library read: definitions looked up by words, their versions, who measures by them."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor
from impact.errors import NotFound
from impact.registry import access
from impact.registry.indicator_tables import Definition, DefinitionVersion, Indicator
from impact.registry.project_tables import Area, Goal, Project
from impact.registry.sorting import search_key, sort_key


@dataclass(frozen=True)
class LibraryEntry:
    """A definition with what it says now, and how many indicators in sight use it."""

    definition: Definition
    version: DefinitionVersion
    n_indicators: int


@dataclass(frozen=True)
class Use:
    """An indicator that is measured by a definition, and where it belongs."""

    indicator: Indicator
    version: DefinitionVersion
    project: Project | None
    goal: Goal | None
    area: Area | None


def search_library(
    session: Session, actor: Actor, words: str = "", *, withdrawn: bool = False
) -> list[LibraryEntry]:
    """Definitions in use, or those withdrawn, whose names hold all the words, in Swedish order.

    The library is shared: everybody sees it. Indicators are counted that the actor may see.
    """
    newest = select(sa.func.max(DefinitionVersion.id)).group_by(DefinitionVersion.definition_id)
    n_indicators = (
        select(sa.func.count())
        .where(
            Indicator.definition_id == Definition.id,
            Indicator.withdrawn_at.is_(None),
            access.indicators_within_reach(actor, Action.SEE),
        )
        .correlate(Definition)
        .scalar_subquery()
    )
    is_withdrawn = Definition.withdrawn_at.is_not(None)
    rows = session.execute(
        select(Definition, DefinitionVersion, n_indicators)
        .join(DefinitionVersion, DefinitionVersion.definition_id == Definition.id)
        .where(
            DefinitionVersion.id.in_(newest),
            is_withdrawn if withdrawn else sa.not_(is_withdrawn),
            *(DefinitionVersion.search_key.contains(word, autoescape=True) for word in _words(words)),
        )
    )
    entries = [LibraryEntry(*row) for row in rows]
    return sorted(entries, key=lambda entry: (sort_key(entry.version.name_sv), entry.definition.id))


def definition_by_slug(session: Session, slug: str) -> Definition:
    """The definition of that name in its address, withdrawn ones too.

    Raises:
        NotFound: there is none.
    """
    found = session.scalars(select(Definition).where(Definition.slug == slug)).first()
    if found is None:
        raise NotFound("There is no such definition.")
    return found


def versions_of(session: Session, definition_id: int) -> list[DefinitionVersion]:
    """Everything that a definition has said, newest first."""
    return list(
        session.scalars(
            select(DefinitionVersion)
            .where(DefinitionVersion.definition_id == definition_id)
            .order_by(DefinitionVersion.number.desc())
        )
    )


def uses_of(session: Session, actor: Actor, definition_id: int, action: Action = Action.SEE) -> list[Use]:
    """The indicators in use that are measured by a definition, those within reach alone."""
    rows = session.execute(
        select(Indicator, DefinitionVersion, Project, Goal, Area)
        .join(DefinitionVersion, DefinitionVersion.id == Indicator.definition_version_id)
        .outerjoin(Project, Project.id == Indicator.project_id)
        .outerjoin(Goal, Goal.id == Indicator.goal_id)
        .outerjoin(Area, Area.id == Indicator.area_id)
        .where(
            Indicator.definition_id == definition_id,
            Indicator.withdrawn_at.is_(None),
            access.indicators_within_reach(actor, action),
        )
        .order_by(Project.sort_key, Area.name_key, Indicator.id)
    )
    return [Use(*row) for row in rows]


def area_by_id(session: Session, area_id: int) -> Area:
    """The area of that number, for whoever gives it an indicator.

    Raises:
        NotFound: there is none in use.
    """
    found = session.get(Area, area_id)
    if found is None or found.withdrawn_at is not None:
        raise NotFound("There is no such area.")
    return found


def _words(text: str) -> list[str]:
    return [word for word in search_key(text).replace("\0", " ").split() if word]
