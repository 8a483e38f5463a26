"""One project as its page shows it: plan, goals with indicators, milestones, events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Actor
from impact.monitoring.cards import SeriesCard, cards
from impact.monitoring.past_cards import past_cards
from impact.monitoring.promises import progress_of_cards
from impact.registry import lookup
from impact.registry.documents import documents_of
from impact.registry.project_tables import (
    Area,
    Category,
    Goal,
    Milestone,
    Organisation,
    Part,
    Project,
    ProjectArea,
    ProjectDocument,
    ProjectEvent,
    ProjectOrganisation,
    StoryNote,
)
from impact.semantics.progress import Progress


@dataclass(frozen=True)
class GoalView:
    """A goal with its indicators and milestones; progress towards targets by series."""

    goal: Goal
    cards: list[SeriesCard]
    progress: dict[int, Progress]
    milestones: list[Milestone]


@dataclass(frozen=True)
class ProjectView:
    """All that a project's page shows."""

    project: Project
    category: Category | None
    subtype: Category | None
    organisations: dict[Part, list[Organisation]]
    areas: list[Area]
    goals: list[GoalView]
    milestones: list[Milestone]
    events: list[ProjectEvent]
    documents: list[ProjectDocument]
    notes: list[StoryNote]

    @property
    def has_invented_figures(self) -> bool:
        """Whether any indicator shows figures that were made up."""
        return any(card.indicator.is_invented for view in self.goals for card in view.cards)


def project_view(session: Session, actor: Actor, slug: str, known_at: datetime | None = None) -> ProjectView:
    """What a project's page shows, now or as known at an instant.

    Raises:
        NotFound: there is no such project, or was none then, or the actor may not see it.
    """
    project = lookup.project(session, actor, slug, known_at=known_at)
    goals = lookup.plan_rows(session, Goal, project.id, known_at)
    milestones = lookup.plan_rows(session, Milestone, project.id, known_at)
    if known_at is None:
        found = cards(session, Project.id == project.id)
    else:
        found = past_cards(session, [project.id], known_at)
    progress = progress_of_cards(session, found, known_at)
    categories = {row.id: row for row in session.scalars(select(Category))}
    return ProjectView(
        project=project,
        category=categories.get(project.category_id or 0),
        subtype=categories.get(project.subtype_id or 0),
        organisations=_organisations(session, project.id, known_at),
        areas=_areas(session, project.id, known_at),
        goals=[
            GoalView(
                goal,
                [card for card in found if card.indicator.goal_id == goal.id],
                progress,
                [milestone for milestone in milestones if milestone.goal_id == goal.id],
            )
            for goal in sorted(goals, key=lambda goal: (goal.position, goal.id))
        ],
        milestones=[milestone for milestone in milestones if milestone.goal_id is None],
        events=sorted(
            lookup.plan_rows(session, ProjectEvent, project.id, known_at), key=lambda event: event.happened_on
        ),
        documents=documents_of(session, actor, project.id, known_at),
        notes=lookup.plan_rows(session, StoryNote, project.id, known_at),
    )


def _organisations(
    session: Session, project_id: int, known_at: datetime | None
) -> dict[Part, list[Organisation]]:
    links = lookup.plan_rows(session, ProjectOrganisation, project_id, known_at)
    ids = {link.organisation_id for link in links}
    found = {row.id: row for row in session.scalars(select(Organisation).where(Organisation.id.in_(ids)))}
    ordered = sorted(links, key=lambda link: (link.position, link.id))
    return {part: [found[link.organisation_id] for link in ordered if link.part is part] for part in Part}


def _areas(session: Session, project_id: int, known_at: datetime | None) -> list[Area]:
    links = lookup.plan_rows(session, ProjectArea, project_id, known_at)
    ids = {link.area_id for link in links}
    return list(session.scalars(select(Area).where(Area.id.in_(ids)).order_by(Area.name_key)))
