"""Open, keep or supersede a series' flag, so that it does not flicker.

A reversal opens a flag. The flag stays while later data still lean the same way
(p up to ``KEPT_UNTIL_P``); a reversal the other way, or another turning point, replaces
it; data that no longer bear it out supersede it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.audit.tables import ActorKind
from impact.audit.trail import actor_for, record_change
from impact.db import local_day
from impact.monitoring.tables import Analysis, Flag, FlagAct, FlagDirection, FlagEvent, FlagState
from impact.registry.marking import mark_changed
from impact.semantics.period import ReportingPeriod
from impact.semantics.series import Series
from impact.trend.verdict import REVERSALS, TrendAnalysis, Verdict

# Twice the .10 of "likely": a revision that moves p a little does not take a flag away.
KEPT_UNTIL_P: Final = 0.20
# Turning points at most so many periods apart are the same turn.
SAME_TURN_PERIODS: Final = 2.0

DIRECTIONS: Final = {
    Verdict.REVERSED_TO_WORSE: FlagDirection.TO_WORSE,
    Verdict.REVERSED_TO_BETTER: FlagDirection.TO_BETTER,
    Verdict.TURNED: FlagDirection.NEUTRAL,
}


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
    standing = standing_flag(session, series_id)
    turn = turning_period(series, analysis)
    if analysis.reversed and analysis.verdict in REVERSALS and turn is not None:
        direction = DIRECTIONS[analysis.verdict]
        if standing is not None and _is_same_turn(standing, direction, turn):
            return _reopened_when_over(session, standing, row, project_id, now)
        if standing is not None:
            _supersede(session, standing, row, project_id, now)
        return _open(session, series_id, project_id, direction, turn, row, now)
    if standing is None:
        return None
    if analysis.p is not None and analysis.p <= KEPT_UNTIL_P:
        return _reopened_when_over(session, standing, row, project_id, now)
    _supersede(session, standing, row, project_id, now)
    return None


def standing_flag(session: Session, series_id: int) -> Flag | None:
    """The newest flag of a series that has not been superseded."""
    return session.scalars(
        select(Flag)
        .where(Flag.series_id == series_id, Flag.state != FlagState.SUPERSEDED)
        .order_by(Flag.id.desc())
        .limit(1)
    ).first()


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


def _is_same_turn(flag: Flag, direction: FlagDirection, turn: ReportingPeriod) -> bool:
    before = ReportingPeriod(flag.turning_first_day, flag.turning_last_day, flag.turning_frequency)
    apart = abs(before.position - turn.position) * 12 / turn.n_months
    return flag.direction is direction and apart <= SAME_TURN_PERIODS


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
