"""Indicators: made for a goal or an area, changed, split by groups."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor
from impact.audit.trail import record_change
from impact.errors import Conflict, Invalid, NotFound
from impact.registry import access, lookup, planning
from impact.registry.definitions import newest_version
from impact.registry.editing import CHANGED_MEANWHILE
from impact.registry.indicator_plan import IndicatorPlan, judge_plan
from impact.registry.indicator_tables import (
    TOTAL,
    Definition,
    Indicator,
    IndicatorSeries,
)
from impact.registry.library import area_by_id
from impact.registry.measurement_tables import Measurement
from impact.registry.plan_texts import judge_reason
from impact.registry.project_tables import Goal
from impact.registry.schedules import schedule_of, stored_period

LONGEST_KEY: Final = 200


def make_indicator(
    session: Session,
    actor: Actor,
    plan: IndicatorPlan,
    *,
    now: datetime,
    goal_id: int | None = None,
    area_id: int | None = None,
    disaggregations: tuple[str, ...] = (),
    reason: str = "",
) -> IndicatorSeries:
    """A new indicator of a goal, or of an area (a reference line), with its series.

    Returns:
        The total series.

    Raises:
        Invalid: the plan makes no sense, or neither or both of goal and area are given.
        NotFound, NotAllowed: there is no such goal or area, or the actor may not plan there.
    """
    if (goal_id is None) == (area_id is None):
        raise Invalid("An indicator belongs to a goal or to an area.", field="goal_id")
    project_id = goal_of(session, actor, goal_id).project_id if goal_id is not None else None
    if area_id is not None:
        area_by_id(session, area_id)
    beside = Indicator.goal_id == goal_id if goal_id is not None else Indicator.area_id == area_id
    position = session.scalar(select(sa.func.max(Indicator.position)).where(beside))
    indicator = Indicator(
        goal_id=goal_id, project_id=project_id, area_id=area_id, position=(position or 0) + 1
    )
    keys = tuple(dict.fromkeys(disaggregation_key(text) for text in disaggregations))
    _fill(session, indicator, plan)
    judge_plan(session, indicator, plan)
    return planning.add_indicator(
        session, actor, indicator, now=now, disaggregations=keys, reason=judge_reason(reason)
    )


def change_indicator(
    session: Session,
    actor: Actor,
    indicator_id: int,
    expected_version: int,
    plan: IndicatorPlan,
    *,
    now: datetime,
    reason: str = "",
) -> Indicator:
    """An indicator planned otherwise from now on; marks its series stale.

    Another definition can be chosen until the first value is recorded; after that the
    definition changes by a new version (``definitions.change_definition``) or a break.

    Raises:
        Invalid: the plan makes no sense, or values would fall out of the schedule.
        Conflict: somebody else changed it in between.
        NotFound, NotAllowed: as ``lookup.indicator_place``.
    """
    indicator = _at_version(session, actor, indicator_id, expected_version)
    with session.no_autoflush:
        _refuse_other_definition(session, indicator, plan)
        _fill(session, indicator, plan)
        judge_plan(session, indicator, plan)
        _refuse_lost_values(session, indicator)
    planning.save(session, actor, indicator, now=now, reason=judge_reason(reason))
    return indicator


def add_disaggregation(
    session: Session, actor: Actor, indicator_id: int, text: str, *, now: datetime
) -> IndicatorSeries:
    """One more series of an indicator, for a part of the total: ``sex=women``.

    Raises:
        Invalid: no pairs of dimension and category, or there already.
        NotFound, NotAllowed: as ``lookup.indicator_place``.
    """
    place = lookup.indicator_place(session, actor, indicator_id, TOTAL, Action.PLAN)
    key = disaggregation_key(text)
    taken = select(IndicatorSeries.disaggregation).where(IndicatorSeries.indicator_id == indicator_id)
    if key in set(session.scalars(taken)):
        raise Invalid("The indicator is split like that already.", field="disaggregation")
    series = IndicatorSeries(indicator_id=indicator_id, disaggregation=key, stale_since=now, revision_count=0)
    session.add(series)
    session.flush()
    record_change(
        session,
        actor.id,
        "split",
        "indicator",
        indicator_id,
        before={},
        after={"disaggregation": key},
        now=now,
        project_id=place.indicator.project_id,
    )
    return series


def goal_of(session: Session, actor: Actor, goal_id: int, action: Action = Action.PLAN) -> Goal:
    """The goal of that number.

    Raises:
        NotFound: there is none, or the actor may not see its project.
        NotAllowed: the actor sees it but may not do this there.
    """
    goal = session.scalars(
        select(Goal).where(
            Goal.id == goal_id,
            Goal.withdrawn_at.is_(None),
            Goal.project_id.in_(access.project_ids(actor, Action.SEE)),
        )
    ).first()
    if goal is None:
        raise NotFound("There is no such goal.")
    access.require_in_project(session, actor, goal.project_id, action)
    return goal


def disaggregation_key(text: str) -> str:
    """A disaggregation as series are keyed by it: sorted pairs, comma between several.

    Raises:
        Invalid: it is no list of ``dimension=category``.
    """
    pairs = {}
    for part in text.split(","):
        dimension, _, category = (" ".join(word.split()) for word in part.partition("="))
        if not dimension or not category or "=" in category or dimension in pairs:
            raise _no_group()
        pairs[dimension] = category
    key = ",".join(sorted(f"{dimension}={category}" for dimension, category in pairs.items()))
    if len(key) > LONGEST_KEY or not key.isprintable():
        raise _no_group()
    return key


def _no_group() -> Invalid:
    return Invalid("Write a group as dimension=category, for example sex=women.", field="disaggregation")


def _at_version(session: Session, actor: Actor, indicator_id: int, expected_version: int) -> Indicator:
    indicator = lookup.indicator_place(session, actor, indicator_id, TOTAL, Action.PLAN).indicator
    session.refresh(indicator)
    if indicator.version != expected_version:
        raise Conflict(CHANGED_MEANWHILE)
    return indicator


def _fill(session: Session, indicator: Indicator, plan: IndicatorPlan) -> None:
    if indicator.definition_id != plan.definition_id:
        definition = session.get(Definition, plan.definition_id)
        if definition is None or definition.withdrawn_at is not None:
            raise Invalid("Choose a definition from the library.", field="definition_id")
        indicator.definition_id = definition.id
        indicator.definition_version_id = newest_version(session, definition.id).id
    for name, value in plan.columns().items():
        setattr(indicator, name, value)


def _refuse_other_definition(session: Session, indicator: Indicator, plan: IndicatorPlan) -> None:
    if indicator.definition_id != plan.definition_id and _measured(session, indicator):
        raise Invalid(
            "Values have been recorded by the definition. Make a new indicator for another one.",
            field="definition_id",
        )


def _refuse_lost_values(session: Session, indicator: Indicator) -> None:
    schedule = schedule_of(indicator)
    for row in _measured(session, indicator):
        period = stored_period(row.first_day, row.last_day, row.frequency)
        if not schedule.holds(period):
            raise Invalid(
                "There is a value for %(period)s, which would not be in the schedule any more.",
                field="first",
                period=period.key(),
            )


def _measured(session: Session, indicator: Indicator) -> list[Measurement]:
    return list(
        session.scalars(
            select(Measurement)
            .join(IndicatorSeries, IndicatorSeries.id == Measurement.series_id)
            .where(IndicatorSeries.indicator_id == indicator.id)
            .order_by(Measurement.first_day)
        )
    )
