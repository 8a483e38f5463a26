"""Rounds: handed in, returned, approved, closed, unlocked; a closed one refuses every change."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Actor
from impact.accounts.tables import Role
from impact.audit.trail import trail_of
from impact.errors import Conflict, Invalid, NotAllowed, NotFound
from impact.registry import handing_in, recording, rounds
from impact.registry.handing_in import Standing
from impact.registry.judging import Draft
from impact.registry.measurement_tables import Measurement, RevisionState, RoundState, State
from impact.registry.rounds import RoundAct, Seen
from impact.registry.series import series_of
from impact.registry.sheet import rounds_of_sheet, sheet_of
from impact.semantics.period import year_period
from impact.semantics.series import Missing
from tests.builders import NOW, Ground, fill, make_ground, person

LATER = NOW + timedelta(hours=1)
PERIOD = year_period(2024)


@pytest.fixture
def ground(session: Session) -> Ground:
    """A project with approval, in which 2024 has been recorded."""
    ground = make_ground(session, needs_approval=True, first_year=2022)
    fill(session, ground.planner, ground.series.id, {2024: 62.7})
    return ground


@pytest.fixture
def analyst(session: Session) -> Actor:
    return person(session, Role.ANALYST)


def seen(session: Session, ground: Ground) -> Seen:
    """What is there now."""
    view = handing_in.round_of(session, ground.planner, ground.project.slug, "year", "2024", now=NOW)
    version = view.row.version if view.row else 0
    return Seen(version, rounds.newest_revision_of(session, ground.project.id, PERIOD))


def act(
    session: Session, actor: Actor, ground: Ground, *acts: RoundAct, remark: str = "Because"
) -> rounds.Moved:
    """Do one thing after the other to the round of 2024."""
    for one in acts:
        said = remark if rounds.STEPS[one].message else ""
        at_sight = seen(session, ground)
        moved = rounds.move(
            session, actor, ground.project.slug, PERIOD, one, seen=at_sight, remark=said, now=LATER
        )
    return moved


def states(session: Session) -> list[State]:
    return list(session.scalars(select(RevisionState.state).order_by(RevisionState.id)))


def test_submits_its_values_when_submitted(session: Session, ground: Ground, analyst: Actor) -> None:
    """Handing in a round hands in its drafts; nothing is approved by that."""
    moved = act(session, analyst, ground, RoundAct.SUBMIT)
    assert moved.round.state is RoundState.SUBMITTED
    assert states(session) == [State.DRAFT, State.SUBMITTED]
    assert series_of(session, ground.series.id).points == ()


def test_approves_its_values_when_approved(session: Session, ground: Ground) -> None:
    """Approving a round approves its values, and says whose series changed."""
    moved = act(session, ground.planner, ground, RoundAct.SUBMIT, RoundAct.APPROVE)
    assert moved.round.state is RoundState.APPROVED
    assert moved.series_ids == {ground.series.id}
    assert [point.value for point in series_of(session, ground.series.id).points] == [62.7]


def test_tells_the_remark_when_returned(session: Session, ground: Ground) -> None:
    """A returned round sends its values back with the remark, and can be handed in again."""
    moved = act(session, ground.planner, ground, RoundAct.SUBMIT, RoundAct.RETURN, remark=" Wrong survey ")
    assert (moved.round.state, moved.round.remark) == (RoundState.RETURNED, "Wrong survey")
    newest = session.scalars(select(RevisionState).order_by(RevisionState.id.desc()).limit(1)).one()
    assert (newest.state, newest.remark) == (State.RETURNED, "Wrong survey")
    view = handing_in.round_of(session, ground.planner, ground.project.slug, "year", "2024", now=NOW)
    assert [each.standing for each in view.expected] == [Standing.RETURNED]
    assert act(session, ground.planner, ground, RoundAct.SUBMIT).round.state is RoundState.SUBMITTED


def test_finds_the_same_rounds_when_a_sheet_is_read(session: Session, ground: Ground, analyst: Actor) -> None:
    """What the sheet has read already tells the rounds as asking the database does."""
    act(session, ground.planner, ground, RoundAct.SUBMIT, RoundAct.RETURN)
    for year, draft in ((2023, Draft(missing=Missing.NOT_HANDED_IN)), (2025, Draft(value=63.0))):
        recording.record_measurement(session, analyst, ground.series.id, year_period(year), draft, now=NOW)
    sheet = sheet_of(session, analyst, "centre", now=LATER)
    views = rounds_of_sheet(session, analyst, sheet, now=LATER)
    assert views == handing_in.rounds_of(session, analyst, "centre", now=LATER)
    found = [each.standing for view in views for each in view.expected]
    assert found == [Standing.WAITING, Standing.RETURNED, Standing.PASSED_OVER, Standing.PASSED_OVER]


def test_is_approved_at_once_when_project_does_without_approval(session: Session, analyst: Actor) -> None:
    """Where saving approves, handing in needs nobody else."""
    ground = make_ground(session)
    fill(session, analyst, ground.series.id, {2024: 62.7})
    assert act(session, analyst, ground, RoundAct.SUBMIT).round.state is RoundState.APPROVED


def test_waits_for_approval_when_approval_was_switched_off_meanwhile(
    session: Session, ground: Ground, analyst: Actor
) -> None:
    """Values that wait since before are not approved by whoever may only hand in."""
    ground.project.needs_approval = False
    assert act(session, analyst, ground, RoundAct.SUBMIT).round.state is RoundState.SUBMITTED


def closed(session: Session, ground: Ground) -> Measurement:
    act(session, ground.planner, ground, RoundAct.SUBMIT, RoundAct.APPROVE, RoundAct.CLOSE)
    return session.scalars(select(Measurement)).one()


def test_refuses_a_correction_when_closed(session: Session, ground: Ground) -> None:
    """A value of a closed round stays as it is, even for an administrator."""
    made = closed(session, ground)
    corrected = Draft(value=63.0)
    with pytest.raises(Invalid, match="round of this period is closed"):
        recording.revise_measurement(
            session, ground.planner, ground.series.id, made.id, made.version, corrected, reason="x", now=LATER
        )
    with pytest.raises(Invalid, match="round of this period is closed"):
        recording.decide_revision(
            session,
            ground.planner,
            ground.series.id,
            made.id,
            made.newest_revision_id or 0,
            State.RETURNED,
            remark="x",
            now=LATER,
        )


def test_refuses_a_first_value_when_closed(session: Session, ground: Ground) -> None:
    """No indicator gets a value for a period whose round is closed."""
    moved = act(session, ground.planner, ground, RoundAct.SUBMIT, RoundAct.APPROVE)
    moved.round.first_day, moved.round.last_day = year_period(2023).first_day, year_period(2023).last_day
    moved.round.state = RoundState.CLOSED
    session.flush()
    with pytest.raises(Invalid, match="round of this period is closed"):
        fill(session, ground.planner, ground.series.id, {2023: 60.0})


def test_takes_corrections_when_unlocked(session: Session, ground: Ground) -> None:
    """Unlocking says who and why, lets correct, and the round can be closed once that is approved."""
    made = closed(session, ground)
    moved = act(session, ground.planner, ground, RoundAct.UNLOCK, remark="New count")
    assert (moved.round.state, moved.round.remark) == (RoundState.UNLOCKED, "New count")
    assert moved.round.changed_by_id == ground.planner.id
    recording.revise_measurement(
        session,
        ground.planner,
        ground.series.id,
        made.id,
        made.version,
        Draft(value=63.0),
        reason="New count",
        now=LATER,
    )
    with pytest.raises(Invalid, match="still wait for approval"):
        act(session, ground.planner, ground, RoundAct.CLOSE)
    act(session, ground.planner, ground, RoundAct.SUBMIT, RoundAct.APPROVE, RoundAct.CLOSE)


@pytest.mark.parametrize("kind", [RoundAct.RETURN, RoundAct.UNLOCK])
def test_asks_for_a_remark_when_returned_or_unlocked(
    session: Session, ground: Ground, kind: RoundAct
) -> None:
    """Nobody sends back or unlocks without saying why."""
    path = [RoundAct.SUBMIT, *([RoundAct.APPROVE, RoundAct.CLOSE] if kind is RoundAct.UNLOCK else [])]
    act(session, ground.planner, ground, *path)
    with pytest.raises(Invalid, match=r"Say w(hat|hy)"):
        act(session, ground.planner, ground, kind, remark="  ")


@pytest.mark.parametrize("state", list(RoundState))
def test_refuses_acts_when_the_table_has_no_such_step(
    session: Session, ground: Ground, state: RoundState
) -> None:
    """From each state only what the table names is possible."""
    row = act(session, ground.planner, ground, RoundAct.SUBMIT).round
    row.state = state
    session.flush()
    for one in set(RoundAct) - set(rounds.possible_acts(state)):
        with pytest.raises(Conflict):
            act(session, ground.planner, ground, one)


def test_conflicts_when_a_value_came_in_between(session: Session, ground: Ground, analyst: Actor) -> None:
    """Nobody approves a value that they have not seen."""
    act(session, analyst, ground, RoundAct.SUBMIT)
    looked = seen(session, ground)
    made = session.scalars(select(Measurement)).one()
    recording.revise_measurement(
        session, analyst, ground.series.id, made.id, made.version, Draft(value=63.0), reason="x", now=LATER
    )
    with pytest.raises(Conflict):
        rounds.move(
            session,
            ground.planner,
            ground.project.slug,
            PERIOD,
            RoundAct.APPROVE,
            seen=looked,
            now=LATER,
        )


def test_conflicts_when_somebody_was_first(session: Session, ground: Ground, analyst: Actor) -> None:
    """Who looked at the round before it was handed in and returned is told, not heard."""
    looked = seen(session, ground)
    act(session, ground.planner, ground, RoundAct.SUBMIT, RoundAct.RETURN)
    with pytest.raises(Conflict):
        rounds.move(session, analyst, ground.project.slug, PERIOD, RoundAct.SUBMIT, seen=looked, now=LATER)


def test_refuses_when_nothing_is_recorded(session: Session, analyst: Actor) -> None:
    """An empty round cannot be handed in."""
    ground = make_ground(session)
    with pytest.raises(Invalid, match="Nothing has been recorded"):
        act(session, analyst, ground, RoundAct.SUBMIT)


def test_asks_who_it_is_when_moved(session: Session, ground: Ground, analyst: Actor) -> None:
    """Viewers hand nothing in, analysts approve nothing, others find nothing."""
    with pytest.raises(NotAllowed):
        act(session, person(session, Role.VIEWER), ground, RoundAct.SUBMIT)
    act(session, analyst, ground, RoundAct.SUBMIT)
    with pytest.raises(NotAllowed):
        act(session, analyst, ground, RoundAct.APPROVE)
    act(session, ground.planner, ground, RoundAct.APPROVE)
    with pytest.raises(NotAllowed):
        act(session, analyst, ground, RoundAct.CLOSE)
    with pytest.raises(NotFound):
        act(
            session, person(session, Role.MANAGER, project_id=ground.project.id + 1), ground, RoundAct.APPROVE
        )


def test_stands_in_the_trail_when_moved(session: Session, ground: Ground) -> None:
    """Who moved the round and its values, from what to what and why, is kept."""
    row = act(session, ground.planner, ground, RoundAct.SUBMIT, RoundAct.RETURN, remark="Wrong").round
    told = [
        (each.verb, each.before, each.after, each.reason)
        for each in trail_of(session, "reporting_round", row.id)
    ]
    assert told[0] == ("return", {"state": "submitted"}, {"state": "returned"}, "Wrong")
    made = session.scalars(select(Measurement)).one()
    assert [each.verb for each in trail_of(session, "measurement", made.id)] == ["return", "submit", "record"]


def test_says_who_owes_what(session: Session, ground: Ground, analyst: Actor) -> None:
    """What is missing is late or due; what lies before a newer value is passed over."""
    found = handing_in.owed_by_all(session, analyst, now=NOW)
    told = [(each.period.key(), each.standing) for each in found]
    assert told == [
        ("2022", Standing.PASSED_OVER),
        ("2023", Standing.PASSED_OVER),
        ("2024", Standing.WAITING),
        ("2025", Standing.DUE),
    ]
    later = NOW + timedelta(days=60)
    assert handing_in.owed_by_all(session, analyst, now=later)[-1].standing is Standing.LATE
    elsewhere = person(session, Role.ANALYST, project_id=ground.project.id + 1)
    assert handing_in.owed_by_all(session, elsewhere, now=NOW) == []
