"""Open, keep, supersede or bring back a series' flag, so that it does not flicker.

A reversal opens a flag. The flag stays while later data still lean the same way
(:mod:`impact.monitoring.hysteresis`); a reversal the other way, or another
turning point, replaces it; data that no longer bear it out supersede it. Data that come
back to the same turn bring back the same flag, with the date on which it was first raised:
open again, or dismissed where it had been dismissed and that still holds.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.audit.tables import ActorKind
from impact.audit.trail import actor_for, record_change
from impact.db import local_day
from impact.monitoring.hysteresis import DIRECTIONS, is_same_turn, still_leans
from impact.monitoring.tables import Analysis, Flag, FlagAct, FlagDirection, FlagEvent, FlagState
from impact.registry.marking import mark_changed
from impact.semantics.period import ReportingPeriod
from impact.semantics.series import Series
from impact.trend.verdict import REVERSALS, TrendAnalysis

# What people may decide; opened and superseded are done by data.
DECISIONS: Final = (FlagAct.CONFIRMED, FlagAct.FOLLOWED_UP, FlagAct.DISMISSED, FlagAct.REOPENED)


def update_flag(
    session: Session,
    series_id: int,
    project_id: int,
    series: Series,
    analysis: TrendAnalysis,
    row: Analysis,
    *,
    now: datetime,
) -> Flag | None:
    """The flag that stands after an analysis, None where none does."""
    standing = standing_flag(session, series_id, locked=True)
    turn = turning_period(series, analysis)
    if analysis.reversed and analysis.verdict in REVERSALS and turn is not None:
        direction = DIRECTIONS[analysis.verdict]
        if standing is not None and is_same_turn(standing, direction, turn):
            return _reopened_when_over(session, standing, row, project_id, now)
        if standing is not None:
            _supersede(session, standing, row, project_id, now)
        known = _superseded_before(session, series_id, direction, turn)
        if known is not None:
            return _bring_back(session, known, row, project_id, now)
        return _open(session, series_id, project_id, direction, turn, row, now)
    if standing is None:
        return None
    if still_leans(standing, series, analysis):
        return _reopened_when_over(session, standing, row, project_id, now)
    _supersede(session, standing, row, project_id, now)
    return None


def standing_flag(session: Session, series_id: int, *, locked: bool = False) -> Flag | None:
    """The newest flag of a series that has not been superseded.

    Args:
        locked: wait for whoever decides on it, and keep others from deciding until the end.
    """
    found = (
        select(Flag)
        .where(Flag.series_id == series_id, Flag.state != FlagState.SUPERSEDED)
        .order_by(Flag.id.desc())
        .limit(1)
    )
    if locked:
        # No stronger: events that refer to the flag need not wait.
        found = found.with_for_update(key_share=True).execution_options(populate_existing=True)
    return session.scalars(found).first()


def turning_period(series: Series, analysis: TrendAnalysis) -> ReportingPeriod | None:
    """The measured period nearest to the turning point."""
    turning = analysis.turning
    if turning is None or not series.measured:
        return None
    nearest = min(series.measured, key=lambda point: abs(point.period.position - turning.value))
    return nearest.period


def mark_ended_dismissals(session: Session, *, now: datetime) -> None:
    """Mark every series stale whose flag was put aside until a day that has come."""
    ended = select(Flag.series_id).where(
        Flag.state == FlagState.DISMISSED, Flag.dismissed_until <= local_day(session, now)
    )
    for series_id in session.scalars(ended).all():
        mark_changed(session, series_id, now=now, stale=True)


def add_event(
    session: Session,
    flag: Flag,
    event: FlagEvent,
    state: FlagState,
    project_id: int | None,
    *,
    now: datetime,
) -> None:
    """Write a step in a flag's life with its audit entry, and the state it leads to."""
    before = {} if event.act is FlagAct.OPENED else {"state": flag.state}
    flag.state = state
    session.flush()
    event.flag_id, event.recorded_at = flag.id, now
    session.add(event)
    record_change(
        session,
        event.actor_id,
        event.act,
        "flag",
        flag.id,
        before=before,
        after={"state": state, "note": event.note} if event.note else {"state": state},
        now=now,
        project_id=project_id,
        reason=event.note,
    )


def _superseded_before(
    session: Session, series_id: int, direction: FlagDirection, turn: ReportingPeriod
) -> Flag | None:
    """The newest flag of the same turn that data had superseded."""
    over = session.scalars(
        select(Flag)
        .where(Flag.series_id == series_id, Flag.state == FlagState.SUPERSEDED)
        .order_by(Flag.id.desc())
    )
    return next((flag for flag in over if is_same_turn(flag, direction, turn)), None)


def _bring_back(session: Session, flag: Flag, row: Analysis, project_id: int, now: datetime) -> Flag:
    """A flag whose turn is there again: dismissed if that still holds, else open."""
    dismissal = _last_decision(session, flag)
    if dismissal is not None and dismissal.act is FlagAct.DISMISSED and not _is_over(session, dismissal, now):
        flag.dismissed_until = dismissal.until
        event = _event(session, FlagAct.DISMISSED, row, now)
        event.cause, event.until = dismissal.cause, dismissal.until
        add_event(session, flag, event, FlagState.DISMISSED, project_id, now=now)
    else:
        flag.dismissed_until = None
        event = _event(session, FlagAct.REOPENED, row, now)
        add_event(session, flag, event, FlagState.OPEN, project_id, now=now)
    return flag


def _last_decision(session: Session, flag: Flag) -> FlagEvent | None:
    """What was last decided on a flag; what data did to it aside."""
    return session.scalars(
        select(FlagEvent)
        .where(FlagEvent.flag_id == flag.id, FlagEvent.act.in_(DECISIONS))
        .order_by(FlagEvent.id.desc())
        .limit(1)
    ).first()


def _is_over(session: Session, dismissal: FlagEvent, now: datetime) -> bool:
    return dismissal.until is not None and dismissal.until <= local_day(session, now)


def _open(
    session: Session,
    series_id: int,
    project_id: int,
    direction: FlagDirection,
    turn: ReportingPeriod,
    row: Analysis,
    now: datetime,
) -> Flag:
    flag = Flag(
        series_id=series_id,
        direction=direction,
        state=FlagState.OPEN,
        raised_by_id=row.id,
        turning_first_day=turn.first_day,
        turning_last_day=turn.last_day,
        turning_frequency=turn.frequency,
        first_raised_at=now,
    )
    session.add(flag)
    session.flush()
    add_event(session, flag, _event(session, FlagAct.OPENED, row, now), FlagState.OPEN, project_id, now=now)
    return flag


def _supersede(session: Session, flag: Flag, row: Analysis, project_id: int, now: datetime) -> None:
    event = _event(session, FlagAct.SUPERSEDED, row, now)
    add_event(session, flag, event, FlagState.SUPERSEDED, project_id, now=now)


def _reopened_when_over(session: Session, flag: Flag, row: Analysis, project_id: int, now: datetime) -> Flag:
    today = local_day(session, now)
    is_over = flag.dismissed_until is not None and flag.dismissed_until <= today
    if flag.state is FlagState.DISMISSED and is_over:
        flag.dismissed_until = None
        event = _event(session, FlagAct.REOPENED, row, now)
        add_event(session, flag, event, FlagState.OPEN, project_id, now=now)
    return flag


def _event(session: Session, act: FlagAct, row: Analysis, now: datetime) -> FlagEvent:
    actor = actor_for(session, ActorKind.CLOCK, now=now)
    return FlagEvent(act=act, analysis_id=row.id, actor_id=actor.id, recorded_at=now)
