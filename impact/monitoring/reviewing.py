"""Decide on a flag: confirm, follow up, dismiss, reopen, always with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from impact.accounts.permissions import Action, Actor
from impact.db import local_day
from impact.errors import Conflict, Invalid, NotFound
from impact.monitoring.flagging import add_event
from impact.monitoring.tables import DismissalCause, Flag, FlagAct, FlagEvent, FlagState
from impact.registry import lookup
from impact.registry.lookup import SeriesPlace

STATES = {
    FlagAct.CONFIRMED: FlagState.CONFIRMED,
    FlagAct.FOLLOWED_UP: FlagState.CONFIRMED,
    FlagAct.DISMISSED: FlagState.DISMISSED,
    FlagAct.REOPENED: FlagState.OPEN,
}
# A flag may be decided on again, but not to what it is already.
MAY_FOLLOW = {
    FlagState.OPEN: {FlagAct.CONFIRMED, FlagAct.DISMISSED},
    FlagState.CONFIRMED: {FlagAct.FOLLOWED_UP, FlagAct.DISMISSED, FlagAct.REOPENED},
    FlagState.DISMISSED: {FlagAct.CONFIRMED, FlagAct.REOPENED},
    FlagState.SUPERSEDED: set[FlagAct](),
}


@dataclass(frozen=True)
class Decision:
    """What was decided about a flag, why, and what is to be done by whom and when."""

    act: FlagAct
    note: str
    cause: DismissalCause | None = None
    until: date | None = None
    agreed_action: str = ""
    action_owner: str = ""
    action_due_on: date | None = None


def flag_place(
    session: Session, actor: Actor, flag_id: int, action: Action = Action.SEE
) -> tuple[Flag, SeriesPlace]:
    """A flag with the series, indicator and project it is about.

    Raises:
        NotFound, NotAllowed: as for a project.
    """
    flag = session.get(Flag, flag_id)
    if flag is None:
        raise NotFound("There is no such flag.")
    try:
        return flag, lookup.series_place(session, actor, flag.series_id, action)
    except NotFound as error:
        raise NotFound("There is no such flag.") from error


def decide(
    session: Session, actor: Actor, flag_id: int, expected_version: int, decision: Decision, *, now: datetime
) -> Flag:
    """The flag confirmed, followed up, dismissed or reopened, with the reason kept for good.

    Raises:
        Conflict: somebody decided in between, or the data superseded the flag.
        Invalid: no reason, a dismissal without a cause, or a day that has passed.
    """
    flag, place = flag_place(session, actor, flag_id, Action.DECIDE)
    _judge(decision, local_day(session, now))
    # Of two who decide at once the second waits and then sees what the first decided.
    session.refresh(flag, with_for_update=True)
    if flag.version != expected_version or decision.act not in MAY_FOLLOW[flag.state]:
        raise Conflict("The flag was changed in between. Read what was decided and decide again.")
    # A follow-up changes nothing in the row itself, yet whoever writes at the same time is to see it.
    flag_modified(flag, "state")
    flag.dismissed_until = decision.until if decision.act is FlagAct.DISMISSED else None
    event = FlagEvent(
        act=decision.act,
        cause=decision.cause,
        until=decision.until,
        note=decision.note.strip(),
        agreed_action=decision.agreed_action.strip(),
        action_owner=decision.action_owner.strip(),
        action_due_on=decision.action_due_on,
        actor_id=actor.id,
    )
    add_event(session, flag, event, STATES[decision.act], place.indicator.project_id, now=now)
    return flag


def events_of(session: Session, flag_id: int) -> list[FlagEvent]:
    """The life of a flag, newest step first."""
    return list(
        session.scalars(select(FlagEvent).where(FlagEvent.flag_id == flag_id).order_by(FlagEvent.id.desc()))
    )


def flags_of(session: Session, series_id: int) -> list[Flag]:
    """All flags that a series ever had, newest first."""
    return list(session.scalars(select(Flag).where(Flag.series_id == series_id).order_by(Flag.id.desc())))


def _judge(decision: Decision, today: date) -> None:
    if decision.act not in STATES:
        raise Invalid("Choose what you decide.", field="act")
    if not decision.note.strip():
        raise Invalid("Say why: whoever reads this next year will need it.", field="note")
    if decision.act is FlagAct.DISMISSED and decision.cause is None:
        raise Invalid("Choose why the flag is dismissed.", field="cause")
    if decision.until is not None and decision.until <= today:
        raise Invalid("Choose a day in the future.", field="until")
