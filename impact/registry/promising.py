"""Targets and baselines: what is promised for a period, and from where one started."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor
from impact.errors import Invalid
from impact.registry import lookup, planning
from impact.registry.indicator_tables import Baseline, DefinitionVersion, Indicator, Target
from impact.registry.judging import LARGEST, SMALLEST
from impact.registry.plan_texts import judge_reason, judge_text
from impact.registry.series_plan import judge_period, planned_row, refuse_second
from impact.registry.units import unit_of
from impact.semantics.period import ReportingPeriod

Promised = TypeVar("Promised", Target, Baseline)


@dataclass(frozen=True)
class PromiseDraft:
    """A value for a period, in the indicator's unit, with a comment."""

    period: ReportingPeriod
    value: float
    comment: str = ""


def add_promise(
    session: Session,
    actor: Actor,
    kind: type[Promised],
    series_id: int,
    draft: PromiseDraft,
    *,
    now: datetime,
    reason: str = "",
) -> Promised:
    """A new target or baseline of a series.

    Raises:
        Invalid: no period of the schedule, a value the unit cannot have, or one there already.
        NotFound, NotAllowed: as ``lookup.series_place``.
    """
    place = lookup.series_place(session, actor, series_id, Action.PLAN)
    _judge(session, place.indicator, draft)
    refuse_second(session, kind, series_id, draft.period)
    row = kind(series_id=series_id)
    _fill(row, draft)
    planning.save(session, actor, row, now=now, reason=judge_reason(reason))
    return row


def change_promise(
    session: Session,
    actor: Actor,
    kind: type[Promised],
    row_id: int,
    expected_version: int,
    draft: PromiseDraft,
    *,
    now: datetime,
    reason: str = "",
) -> Promised:
    """A target or baseline changed; what was promised before stays in its history.

    Raises:
        Invalid: as :func:`add_promise`.
        Conflict, NotFound, NotAllowed: as ``series_plan.planned_row``.
    """
    row, place = planned_row(session, actor, kind, row_id, expected_version)
    _judge(session, place.indicator, draft)
    refuse_second(session, kind, row.series_id, draft.period, row.id)
    _fill(row, draft)
    planning.save(session, actor, row, now=now, reason=judge_reason(reason))
    return row


def judge_stated(value: float, version: DefinitionVersion, field: str = "value") -> None:
    """Return if the unit can have the value that somebody states.

    Raises:
        Invalid: it cannot; a target need not be whole, though a count is.
    """
    if not math.isfinite(value) or (value != 0 and not SMALLEST <= abs(value) <= LARGEST):
        raise Invalid("The value is too large or too small to be stored exactly.", field=field)
    lowest, highest = unit_of(version).range
    if value < lowest:
        raise Invalid("The value cannot be lower than %(lowest)s.", field=field, lowest=f"{lowest:.15g}")
    if value > highest:
        raise Invalid("The value cannot be higher than %(highest)s.", field=field, highest=f"{highest:.15g}")


def _judge(session: Session, indicator: Indicator, draft: PromiseDraft) -> None:
    judge_period(indicator, draft.period)
    judge_stated(draft.value, session.get_one(DefinitionVersion, indicator.definition_version_id))
    judge_text(draft.comment, "comment")


def _fill(row: Target | Baseline, draft: PromiseDraft) -> None:
    row.first_day, row.last_day = draft.period.first_day, draft.period.last_day
    row.frequency = draft.period.frequency
    row.value, row.comment = draft.value, draft.comment.strip()
