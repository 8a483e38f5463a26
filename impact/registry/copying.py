"""A project as a template: its goals and indicators with schedules, no measurements."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Actor
from impact.errors import Invalid
from impact.registry import editing, lookup, planning
from impact.registry.goals import goals_in_order
from impact.registry.indicator_tables import TOTAL, Indicator, IndicatorSeries
from impact.registry.plan_rules import YEARS
from impact.registry.project_tables import Goal, Milestone, Project, ProjectStatus, Visibility

# What makes a project this one and no other: money, days, story, place. The rest is the template.
COPIED = (
    "category_id", "subtype_id", "investment_type_sv", "investment_type_en", "target_population_sv",
    "target_population_en", "currency", "benefits_plan_sv", "benefits_plan_en", "sdg_targets",
    "needs_approval",
)  # fmt: skip
OF_A_GOAL = ("position", "level", "title_sv", "title_en", "description_sv", "description_en")
OF_AN_INDICATOR = (
    "definition_id", "definition_version_id", "position", "is_key", "source_sv", "source_en",
    "gap_style", "frequency", "n_window_years", "every_n_periods", "due_days",
)  # fmt: skip


def copy_project(
    session: Session, actor: Actor, slug: str, facts: Mapping[str, Any], *, first_year: int, now: datetime
) -> Project:
    """A new, internal, planned project with the goals and indicators of another one.

    Indicators keep definition, schedule and disaggregations; milestones keep their names.
    Values, targets, baselines, days, people, partners and texts about the place stay behind.

    Args:
        slug: of the project that is copied; the actor has to see it.
        facts: what the new project says, at least ``title_sv``.
        first_year: in which the first period of each schedule begins.

    Raises:
        NotFound: there is no such project. NotAllowed: the actor may not make projects.
        Invalid: the facts or the year make no sense.
    """
    source = lookup.project(session, actor, slug)
    if first_year not in YEARS:
        raise Invalid("Write a year with four digits.", field="first_year")
    taken_over = {name: getattr(source, name) for name in COPIED}
    states = {"status": ProjectStatus.PLANNED, "visibility": Visibility.INTERNAL}
    project = editing.make(session, actor, Project, {**taken_over, **states, **facts}, now=now)
    goals = {
        goal.id: _copy(session, actor, Goal, goal, OF_A_GOAL, now, project_id=project.id)
        for goal in goals_in_order(session, source.id)
    }
    for milestone in lookup.plan_rows(session, Milestone, source.id):
        goal = goals.get(milestone.goal_id or 0)
        _copy(
            session, actor, Milestone, milestone, ("title_sv", "title_en"), now,
            project_id=project.id, goal_id=goal.id if goal else None,
        )  # fmt: skip
    _copy_indicators(session, actor, source, goals, first_year, now)
    return project


def _copy(
    session: Session, actor: Actor, kind: Any, row: Any, names: tuple[str, ...], now: datetime, **more: Any
) -> Any:
    copied = kind(**{name: getattr(row, name) for name in names}, **more)
    planning.save(session, actor, copied, now=now)
    return copied


def _copy_indicators(
    session: Session, actor: Actor, source: Project, goals: Mapping[int, Goal], first_year: int, now: datetime
) -> None:
    indicators = lookup.plan_rows(session, Indicator, source.id)
    splits: dict[int, list[str]] = {}
    for one in session.scalars(
        select(IndicatorSeries)
        .where(
            IndicatorSeries.indicator_id.in_([row.id for row in indicators]),
            IndicatorSeries.disaggregation != TOTAL,
        )
        .order_by(IndicatorSeries.id)
    ):
        splits.setdefault(one.indicator_id, []).append(one.disaggregation)
    for indicator in indicators:
        goal = goals.get(indicator.goal_id or 0)
        if goal is None:
            continue
        copied = Indicator(
            **{name: getattr(indicator, name) for name in OF_AN_INDICATOR},
            goal_id=goal.id,
            project_id=goal.project_id,
            first_day=_in_year(indicator.first_day, first_year),
            rounds=[key for key in indicator.rounds if key[:4] >= str(first_year)],
        )
        planning.add_indicator(
            session, actor, copied, now=now, disaggregations=tuple(splits.get(indicator.id, ()))
        )


def _in_year(day: date, year: int) -> date:
    # Schedules begin with a month, so every day of theirs exists in every year.
    return day.replace(year=year, day=min(day.day, 28))
