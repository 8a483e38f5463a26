"""Decisions on flags: with a reason, by those who may, never over each other."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from impact.accounts.tables import Role
from impact.audit.trail import trail_of
from impact.errors import Conflict, Invalid, NotAllowed, NotFound
from impact.monitoring import analysing, flagging, reviewing
from impact.monitoring.reviewing import Decision
from impact.monitoring.tables import DismissalCause, Flag, FlagAct, FlagState
from tests.builders import NOW, PEAK_2018, Ground, fill, make_ground, person

LATER = NOW + timedelta(days=1)
CONFIRM = Decision(FlagAct.CONFIRMED, "The survey shows it too.")


@pytest.fixture
def ground(session: Session) -> Ground:
    made = make_ground(session)
    fill(session, made.planner, made.series.id, PEAK_2018)
    analysing.refresh_series(session, made.series.id, now=NOW)
    return made


def flag_of(session: Session, ground: Ground) -> Flag:
    flag = flagging.standing_flag(session, ground.series.id)
    assert flag is not None
    return flag


def test_keeps_reason_when_confirmed(session: Session, ground: Ground) -> None:
    """A confirmed flag has its reason in its life and in the trail."""
    flag = flag_of(session, ground)
    reviewing.decide(session, ground.planner, flag.id, flag.version, CONFIRM, now=LATER)
    assert flag.state is FlagState.CONFIRMED
    assert reviewing.events_of(session, flag.id)[0].note == "The survey shows it too."
    newest = trail_of(session, "flag", flag.id)[0]
    assert (newest.before, newest.after["state"]) == ({"state": "open"}, "confirmed")


def test_stays_confirmed_when_analysed_again(session: Session, ground: Ground) -> None:
    """A decision is not undone by the next value that agrees."""
    flag = flag_of(session, ground)
    reviewing.decide(session, ground.planner, flag.id, flag.version, CONFIRM, now=LATER)
    fill(session, ground.planner, ground.series.id, {2025: 57.8}, now=LATER)
    analysing.refresh_series(session, ground.series.id, now=LATER)
    assert flag_of(session, ground).state is FlagState.CONFIRMED


def test_comes_back_when_dismissed_until_a_day(session: Session, ground: Ground) -> None:
    """A flag put aside until a day is open again at the first analysis after it."""
    flag = flag_of(session, ground)
    aside = Decision(FlagAct.DISMISSED, "Rebuilding", DismissalCause.KNOWN_EXCEPTION, until=date(2026, 6, 1))
    reviewing.decide(session, ground.planner, flag.id, flag.version, aside, now=LATER)
    analysing.refresh_series(session, ground.series.id, now=LATER)
    assert flag.state is FlagState.DISMISSED
    analysing.refresh_series(session, ground.series.id, now=NOW + timedelta(days=100))
    assert flag.state is FlagState.OPEN


@pytest.mark.parametrize(
    ("decision", "field"),
    [
        (Decision(FlagAct.CONFIRMED, "  "), "note"),
        (Decision(FlagAct.DISMISSED, "Why"), "cause"),
        (Decision(FlagAct.DISMISSED, "Why", DismissalCause.DATA_ERROR, until=date(2026, 3, 1)), "until"),
        (Decision(FlagAct.OPENED, "Why"), "act"),
    ],
)
def test_refuses_when_decision_is_incomplete(
    session: Session, ground: Ground, decision: Decision, field: str
) -> None:
    """A decision without what it needs is refused, with the field to fill."""
    flag = flag_of(session, ground)
    with pytest.raises(Invalid) as told:
        reviewing.decide(session, ground.planner, flag.id, flag.version, decision, now=LATER)
    assert told.value.field == field


def test_conflicts_when_decided_in_between(session: Session, ground: Ground) -> None:
    """The second of two deciders is told to read the first one's decision."""
    flag = flag_of(session, ground)
    seen = flag.version
    reviewing.decide(session, ground.planner, flag.id, seen, CONFIRM, now=LATER)
    with pytest.raises(Conflict):
        reviewing.decide(session, ground.planner, flag.id, seen, CONFIRM, now=LATER)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST])
def test_refuses_when_role_may_not_decide(session: Session, ground: Ground, role: Role) -> None:
    """Viewers and analysts see a flag and do not decide on it."""
    flag = flag_of(session, ground)
    somebody = person(session, role, project_id=ground.project.id)
    with pytest.raises(NotAllowed):
        reviewing.decide(session, somebody, flag.id, flag.version, CONFIRM, now=LATER)


def test_finds_no_flag_when_outside(session: Session, ground: Ground) -> None:
    """A foreign flag is as if it did not exist."""
    flag = flag_of(session, ground)
    outsider = person(session, Role.MANAGER, project_id=ground.project.id + 1000)
    with pytest.raises(NotFound):
        reviewing.decide(session, outsider, flag.id, flag.version, CONFIRM, now=LATER)
