"""The same indicator of the library in several projects, to be compared."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor
from impact.errors import NotFound
from impact.monitoring.cards import SeriesCard, cards
from impact.registry import access
from impact.registry.indicator_tables import Definition, DefinitionVersion, Indicator
from impact.registry.project_tables import Project
from impact.registry.promised import promises_of
from impact.semantics.progress import Progress
from impact.semantics.promise import Stated
from impact.trend.pacing import progress_of


@dataclass(frozen=True)
class SharedDefinition:
    """A definition that more than one project measures by, as it is called now."""

    slug: str
    name_sv: str
    name_en: str
    n_projects: int


@dataclass(frozen=True)
class Compared:
    """One project's series of the definition, with what was promised of it."""

    card: SeriesCard
    baseline: Stated | None
    target: Stated | None
    progress: Progress | None


def shared_definitions(session: Session, actor: Actor, *, at_least: int = 2) -> list[SharedDefinition]:
    """The definitions by which several projects in sight measure, most projects first."""
    newest = select(sa.func.max(DefinitionVersion.id)).group_by(DefinitionVersion.definition_id)
    n_projects = sa.func.count(sa.distinct(Indicator.project_id))
    rows = session.execute(
        select(Definition.slug, DefinitionVersion.name_sv, DefinitionVersion.name_en, n_projects)
        .join(DefinitionVersion, DefinitionVersion.definition_id == Definition.id)
        .join(Indicator, Indicator.definition_id == Definition.id)
        .join(Project, Project.id == Indicator.project_id)
        .where(
            DefinitionVersion.id.in_(newest),
            Indicator.withdrawn_at.is_(None),
            Project.withdrawn_at.is_(None),
            access.within_reach(actor, Action.SEE),
        )
        .group_by(Definition.slug, DefinitionVersion.name_sv, DefinitionVersion.name_en)
        .having(n_projects >= at_least)
        .order_by(n_projects.desc(), DefinitionVersion.name_sv)
    )
    return [SharedDefinition(*row) for row in rows]


def compared_projects(
    session: Session, actor: Actor, definition_slug: str
) -> tuple[DefinitionVersion, list[Compared]]:
    """The definition as it is now, and its series in the projects in sight, by project.

    Raises:
        NotFound: there is no such definition.
    """
    version = session.scalars(
        select(DefinitionVersion)
        .join(Definition, Definition.id == DefinitionVersion.definition_id)
        .where(Definition.slug == definition_slug)
        .order_by(DefinitionVersion.id.desc())
        .limit(1)
    ).first()
    if version is None:
        raise NotFound("There is no such definition.")
    found = cards(
        session,
        Indicator.definition_id == version.definition_id,
        Indicator.project_id.in_(access.project_ids(actor, Action.SEE)),
    )
    promises = promises_of(session, [card.summary.series_id for card in found])
    return version, [_compared(card, *promises.get(card.summary.series_id, (None, ()))) for card in found]


def _compared(card: SeriesCard, baseline: Stated | None, targets: tuple[Stated, ...]) -> Compared:
    progress = progress_of(card.series, card.analysis, baseline, targets)
    target = progress.promise.target if progress else (targets[-1] if targets else None)
    return Compared(card, baseline, target, progress)
