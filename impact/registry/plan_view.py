"""What is planned, read for whoever edits it: choices, names, and a project's whole plan."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor
from impact.db import Base
from impact.registry import access, lookup
from impact.registry.goals import goals_in_order
from impact.registry.indicator_tables import DefinitionVersion, Indicator, IndicatorSeries
from impact.registry.measurement_tables import Measurement
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
from impact.registry.shared_plans import organisations_in_sight

Row = TypeVar("Row", bound=Base)
Names = dict[tuple[str, int], tuple[str, str]]


@dataclass(frozen=True)
class GoalPlan:
    """A goal with what hangs on it: indicators in order, milestones."""

    goal: Goal
    indicators: list[Indicator]
    milestones: list[Milestone]


@dataclass(frozen=True)
class ProjectPlan:
    """All that is planned in a project; ``names`` says what each row is called."""

    project: Project
    goals: list[GoalPlan]
    milestones: list[Milestone]
    partners: list[ProjectOrganisation]
    areas: list[ProjectArea]
    events: list[ProjectEvent]
    notes: list[StoryNote]
    documents: list[ProjectDocument]
    names: Names
    n_measurements: int

    @property
    def n_indicators(self) -> int:
        """How many indicators its goals have."""
        return sum(len(goal.indicators) for goal in self.goals)


def project_plan(session: Session, project: Project) -> ProjectPlan:
    """The plan of a project in use, in the order in which readers see it."""
    indicators = sorted(
        lookup.plan_rows(session, Indicator, project.id), key=lambda one: (one.position, one.id)
    )
    milestones = lookup.plan_rows(session, Milestone, project.id)
    partners = lookup.plan_rows(session, ProjectOrganisation, project.id)
    areas = lookup.plan_rows(session, ProjectArea, project.id)
    return ProjectPlan(
        project=project,
        goals=[
            GoalPlan(
                goal,
                [one for one in indicators if one.goal_id == goal.id],
                [one for one in milestones if one.goal_id == goal.id],
            )
            for goal in goals_in_order(session, project.id)
        ],
        milestones=[one for one in milestones if one.goal_id is None],
        partners=sorted(partners, key=lambda link: (link.part, link.position, link.id)),
        areas=areas,
        events=sorted(lookup.plan_rows(session, ProjectEvent, project.id), key=lambda one: one.happened_on),
        notes=sorted(lookup.plan_rows(session, StoryNote, project.id), key=lambda one: one.noted_on),
        documents=lookup.plan_rows(session, ProjectDocument, project.id),
        names=names_of_rows(session, [*indicators, *partners, *areas]),
        n_measurements=_n_measurements(session, project.id),
    )


def may_plan(session: Session, actor: Actor, project_id: int) -> bool:
    """Whether the actor may change the project's plan."""
    allowed = access.project_ids(actor, Action.PLAN).where(Project.id == project_id)
    return session.scalars(allowed).first() is not None


def in_use(session: Session, kind: type[Row]) -> list[Row]:
    """All organisations, areas, categories or definitions in use, in their readers' order."""
    columns: Any = kind
    order = columns.position if kind is Category else getattr(columns, "name_key", columns.id)
    return list(
        session.scalars(select(kind).where(columns.withdrawn_at.is_(None)).order_by(order, columns.id))
    )


def known_organisations(session: Session, actor: Actor) -> list[Organisation]:
    """The organisations that an actor may name as a project's partner.

    All of them for whoever plans everywhere; else those of projects that they see, so that
    nobody learns from a list who else is a customer.
    """
    return list(
        session.scalars(
            select(Organisation)
            .where(Organisation.withdrawn_at.is_(None), organisations_in_sight(actor, Action.PLAN))
            .order_by(Organisation.name_key, Organisation.id)
        )
    )


def names_of_rows(session: Session, rows: Iterable[Any]) -> Names:
    """What rows without a name of their own are called, Swedish and English, by table and number.

    An indicator and what hangs on its series after its definition, a link after the other end.
    """
    of: dict[str, dict[int, int]] = {}
    for row in rows:
        number = next(
            (
                getattr(row, name)
                for name in ("series_id", "organisation_id", "area_id", "definition_version_id")
                if getattr(row, name, None) is not None and not isinstance(row, StoryNote)
            ),
            None,
        )
        if isinstance(row, Indicator):
            number = row.definition_version_id
        if number is not None:
            of.setdefault(row.__tablename__, {})[row.id] = number
    return {
        (entity, row_id): found[number]
        for entity, numbers in of.items()
        for found in [_names(session, entity, set(numbers.values()))]
        for row_id, number in numbers.items()
        if number in found
    }


def _names(session: Session, entity: str, numbers: set[int]) -> dict[int, tuple[str, str]]:
    version = DefinitionVersion
    reads: dict[str, Any] = {
        "project_organisation": select(Organisation.id, Organisation.name, Organisation.name),
        "project_area": select(Area.id, Area.name, Area.name),
        "indicator": select(version.id, version.name_sv, version.name_en),
    }
    of_series = (
        select(IndicatorSeries.id, version.name_sv, version.name_en)
        .join(Indicator, Indicator.id == IndicatorSeries.indicator_id)
        .join(version, version.id == Indicator.definition_version_id)
    )
    wanted: sa.Select[Any] = reads.get(entity, of_series)
    key = wanted.selected_columns[0]
    return {row[0]: (row[1], row[2]) for row in session.execute(wanted.where(key.in_(numbers)))}


def _n_measurements(session: Session, project_id: int) -> int:
    counted = (
        select(sa.func.count(Measurement.id))
        .join(IndicatorSeries, IndicatorSeries.id == Measurement.series_id)
        .join(Indicator, Indicator.id == IndicatorSeries.indicator_id)
        .where(Indicator.project_id == project_id)
    )
    return session.scalar(counted) or 0
