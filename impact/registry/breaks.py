"""Series breaks: from which period on something else is measured, declared and undone.

A break may lie in the past. It is undone by withdrawing it with a reason
(``archiving.withdraw_row``).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor
from impact.errors import Invalid
from impact.registry import lookup, planning
from impact.registry.indicator_tables import TOTAL, DefinitionVersion, Indicator, SeriesBreak
from impact.registry.plan_texts import judge_reason, judge_text
from impact.registry.series_plan import judge_period, planned_row, refuse_second, series_of_indicator
from impact.semantics.period import ReportingPeriod

LONGEST_REASON = 500


@dataclass(frozen=True)
class BreakDraft:
    """The first period under the new definition, and what changed.

    The versions are named where the definition changed; the indicator then follows the
    new one.
    """

    period: ReportingPeriod
    reason_sv: str
    reason_en: str = ""
    old_version_id: int | None = None
    new_version_id: int | None = None


def declare_break(
    session: Session,
    actor: Actor,
    indicator_id: int,
    draft: BreakDraft,
    *,
    now: datetime,
    series_ids: Collection[int] = (),
    reason: str = "",
) -> list[SeriesBreak]:
    """A break in every series of an indicator, or in those that are named.

    Marks them stale; from then on nothing is compared across the break.

    Raises:
        Invalid: no reason, no period of the schedule, or a break there already.
        NotFound, NotAllowed: as ``lookup.indicator_place``.
    """
    place = lookup.indicator_place(session, actor, indicator_id, TOTAL, Action.PLAN)
    all_ids = [one.id for one in series_of_indicator(session, indicator_id)]
    chosen = list(series_ids) or all_ids
    if not set(chosen) <= set(all_ids):
        raise Invalid("The indicator has no such series.", field="group")
    draft, reason = _judged(session, place.indicator, draft), judge_reason(reason)
    if draft.new_version_id is not None and draft.new_version_id != place.indicator.definition_version_id:
        place.indicator.definition_version_id = draft.new_version_id
        planning.save(session, actor, place.indicator, now=now, reason=reason)
    declared = []
    for series_id in chosen:
        refuse_second(session, SeriesBreak, series_id, draft.period)
        row = SeriesBreak(series_id=series_id)
        _fill(row, draft)
        planning.save(session, actor, row, now=now, reason=reason)
        declared.append(row)
    return declared


def change_break(
    session: Session,
    actor: Actor,
    break_id: int,
    expected_version: int,
    draft: BreakDraft,
    *,
    now: datetime,
    reason: str = "",
) -> SeriesBreak:
    """A break moved to another period or said in other words; its versions stay.

    Raises:
        Invalid: as :func:`declare_break`.
        Conflict, NotFound, NotAllowed: as ``series_plan.planned_row``.
    """
    row, place = planned_row(session, actor, SeriesBreak, break_id, expected_version)
    draft, reason = _judged(session, place.indicator, draft), judge_reason(reason)
    refuse_second(session, SeriesBreak, row.series_id, draft.period, row.id)
    versions = row.old_version_id, row.new_version_id
    _fill(row, draft)
    row.old_version_id, row.new_version_id = versions
    planning.save(session, actor, row, now=now, reason=reason)
    return row


def _fill(row: SeriesBreak, draft: BreakDraft) -> None:
    row.first_day, row.last_day = draft.period.first_day, draft.period.last_day
    row.frequency = draft.period.frequency
    row.reason_sv, row.reason_en = draft.reason_sv.strip(), draft.reason_en.strip()
    row.old_version_id, row.new_version_id = draft.old_version_id, draft.new_version_id


def _judged(session: Session, indicator: Indicator, draft: BreakDraft) -> BreakDraft:
    judge_period(indicator, draft.period)
    if not draft.reason_sv.strip():
        raise Invalid("Say what changed; the chart shows it at the break.", field="reason_sv")
    judge_text(draft.reason_sv, "reason_sv", LONGEST_REASON)
    judge_text(draft.reason_en, "reason_en", LONGEST_REASON)
    for version_id in {draft.old_version_id, draft.new_version_id} - {None}:
        version = session.get(DefinitionVersion, version_id)
        if version is None or version.definition_id != indicator.definition_id:
            raise Invalid("The indicator's definition has no such version.", field="new_version_id")
    return draft
