"""A project's hand-in of one period: submitted, returned, approved, closed, unlocked.

Until somebody does something a round is open and has no row. Where a project does without
approval, saving approves, and handing in approves the round as well.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor
from impact.audit.trail import record_change
from impact.errors import Conflict, Invalid
from impact.language import mark
from impact.registry import lookup, recording
from impact.registry.indicator_tables import Indicator, IndicatorSeries
from impact.registry.locking import require_in_use
from impact.registry.measurement_tables import Measurement, ReportingRound, RoundState, State
from impact.registry.project_tables import Project
from impact.semantics.period import ReportingPeriod

CHANGED = mark("The round was changed in between. Read what is there now and decide again.")


class RoundAct(StrEnum):
    """What somebody does to a round."""

    SUBMIT = "submit"
    RETURN = "return"
    APPROVE = "approve"
    CLOSE = "close"
    UNLOCK = "unlock"


@dataclass(frozen=True)
class Step:
    """From which states an act leads to which, and who may do it.

    ``message`` asks for the remark where the act needs one.
    """

    before: frozenset[RoundState]
    after: RoundState
    action: Action
    message: str = ""


STEPS: Final = {
    RoundAct.SUBMIT: Step(
        frozenset({RoundState.OPEN, RoundState.RETURNED, RoundState.UNLOCKED}),
        RoundState.SUBMITTED,
        Action.RECORD,
    ),
    RoundAct.RETURN: Step(
        frozenset({RoundState.SUBMITTED, RoundState.APPROVED}),
        RoundState.RETURNED,
        Action.APPROVE,
        mark("Say what has to be changed."),
    ),
    RoundAct.APPROVE: Step(frozenset({RoundState.SUBMITTED}), RoundState.APPROVED, Action.APPROVE),
    RoundAct.CLOSE: Step(
        frozenset({RoundState.APPROVED, RoundState.UNLOCKED}), RoundState.CLOSED, Action.APPROVE
    ),
    RoundAct.UNLOCK: Step(
        frozenset({RoundState.CLOSED}),
        RoundState.UNLOCKED,
        Action.APPROVE,
        mark("Say why the round is unlocked."),
    ),
}


@dataclass(frozen=True)
class Seen:
    """What somebody looked at when they decided: the round's version and its newest revision."""

    version: int = 0
    revision_id: int = 0


@dataclass(frozen=True)
class Moved:
    """A round after an act, with the series whose approved values changed."""

    round: ReportingRound
    series_ids: frozenset[int]


@dataclass(frozen=True)
class _Waiting:
    series_id: int
    measurement_id: int
    revision_id: int


def possible_acts(state: RoundState) -> list[RoundAct]:
    """What can be done to a round that stands so, whoever does it."""
    return [act for act, step in STEPS.items() if state in step.before]


def newest_revision_of(session: Session, project_id: int, period: ReportingPeriod) -> int:
    """The number of the newest revision in a round, 0 where nothing is recorded."""
    newest = sa.func.max(Measurement.newest_revision_id)
    return session.scalar(_measurements(newest, project_id, period)) or 0


def move(
    session: Session,
    actor: Actor,
    slug: str,
    period: ReportingPeriod,
    act: RoundAct,
    *,
    seen: Seen,
    remark: str = "",
    now: datetime,
) -> Moved:
    """A round handed in, returned, approved, closed or unlocked, and its values with it.

    Raises:
        Conflict: the round, or a value in it, is no longer what was looked at.
        Invalid: a remark is missing, nothing is recorded, or values wait that a closed
            round would hide.
        NotFound, NotAllowed: as for a project.
    """
    step, said = STEPS[act], remark.strip()
    project = lookup.project(session, actor, slug, step.action)
    require_in_use(project)
    if step.message and not said:
        raise Invalid(step.message, field="remark")
    row = _locked(session, actor, project, period, seen, now)
    if row.state not in step.before:
        raise Conflict(CHANGED)
    newest = newest_revision_of(session, project.id, period)
    if newest != seen.revision_id:
        raise Conflict(CHANGED)
    if act is RoundAct.SUBMIT and not newest:
        raise Invalid("Nothing has been recorded for this period yet.", field="act")
    waiting = _waiting(session, project.id, period)
    if act is RoundAct.CLOSE and waiting:
        raise Invalid("Values still wait for approval: approve or return them first.", field="act")
    _move_values(session, actor, act, waiting, said, now)
    is_through = act is RoundAct.SUBMIT and not project.needs_approval and not waiting
    _keep(session, actor, row, act, RoundState.APPROVED if is_through else step.after, said, now)
    changed = {each.series_id for each in waiting} if act is RoundAct.APPROVE else set()
    return Moved(row, frozenset(changed))


def _locked(
    session: Session, actor: Actor, project: Project, period: ReportingPeriod, seen: Seen, now: datetime
) -> ReportingRound:
    """The round's row as it was looked at, locked; made where nobody did anything yet."""
    row = session.scalars(
        select(ReportingRound)
        .where(
            ReportingRound.project_id == project.id,
            ReportingRound.first_day == period.first_day,
            ReportingRound.last_day == period.last_day,
            ReportingRound.frequency == period.frequency,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if (row.version if row else 0) != seen.version:
        raise Conflict(CHANGED)
    if row is not None:
        return row
    row = ReportingRound(
        project_id=project.id,
        first_day=period.first_day,
        last_day=period.last_day,
        frequency=period.frequency,
        state=RoundState.OPEN,
        changed_by_id=actor.id,
        changed_at=now,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise Conflict(CHANGED) from error
    return row


def _move_values(
    session: Session,
    actor: Actor,
    act: RoundAct,
    waiting: Collection[_Waiting],
    remark: str,
    now: datetime,
) -> None:
    for each in waiting:
        which = (each.series_id, each.measurement_id, each.revision_id)
        if act is RoundAct.SUBMIT:
            recording.submit_revision(session, actor, *which, now=now)
        elif act is RoundAct.APPROVE:
            recording.decide_revision(session, actor, *which, State.APPROVED, now=now)
        elif act is RoundAct.RETURN:
            recording.decide_revision(session, actor, *which, State.RETURNED, now=now, remark=remark)


def _keep(
    session: Session,
    actor: Actor,
    row: ReportingRound,
    act: RoundAct,
    after: RoundState,
    remark: str,
    now: datetime,
) -> None:
    before = row.state
    row.state, row.remark, row.changed_by_id, row.changed_at = after, remark, actor.id, now
    session.flush()
    record_change(
        session,
        actor.id,
        act.value,
        ReportingRound.__tablename__,
        row.id,
        before={"state": before},
        after={"state": after},
        now=now,
        project_id=row.project_id,
        reason=remark,
    )


def _waiting(session: Session, project_id: int, period: ReportingPeriod) -> list[_Waiting]:
    """The measurements of the round whose newest revision is not approved."""
    columns = (Measurement.series_id, Measurement.id, Measurement.newest_revision_id)
    rows = select(*columns).where(Measurement.id.in_(_measurements(Measurement.id, project_id, period)))
    waits = Measurement.newest_revision_id.is_distinct_from(Measurement.approved_revision_id)
    found = session.execute(rows.where(waits).order_by(Measurement.id)).all()
    return [_Waiting(series_id, number, newest or 0) for series_id, number, newest in found]


def _measurements(
    what: sa.ColumnElement[int | None] | sa.orm.InstrumentedAttribute[int],
    project_id: int,
    period: ReportingPeriod,
) -> sa.Select[int | None]:
    return (
        select(what)
        .join_from(Measurement, IndicatorSeries, IndicatorSeries.id == Measurement.series_id)
        .join(Indicator, Indicator.id == IndicatorSeries.indicator_id)
        .where(
            Indicator.project_id == project_id,
            Indicator.withdrawn_at.is_(None),
            Measurement.first_day == period.first_day,
            Measurement.last_day == period.last_day,
            Measurement.frequency == period.frequency,
        )
    )
