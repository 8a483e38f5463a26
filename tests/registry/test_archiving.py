"""Withdrawn with a reason, listed, brought back with what went along."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.tables import Role
from impact.errors import Conflict, Invalid, NotAllowed, NotFound
from impact.registry import archiving, editing, lookup, recording, rounds
from impact.registry.indicator_tables import Indicator, Target
from impact.registry.judging import Draft
from impact.registry.measurement_tables import Measurement
from impact.registry.project_tables import Goal, Milestone
from impact.semantics.period import Frequency, year_period
from tests.builders import NOW, Ground, fill, make_ground, make_project, person

LATER = NOW + timedelta(days=1)


@pytest.fixture
def ground(session: Session) -> Ground:
    return make_ground(session)


def milestone(session: Session, ground: Ground) -> Milestone:
    facts = {"project_id": ground.project.id, "goal_id": ground.goal.id, "title_sv": "Invigt"}
    return editing.make(session, ground.planner, Milestone, facts, now=NOW)


def test_takes_indicators_along_when_goal_is_withdrawn(session: Session, ground: Ground) -> None:
    """What hangs on a goal goes and comes back with it; what went before stays away."""
    early, late = milestone(session, ground), milestone(session, ground)
    archiving.withdraw_row(session, ground.planner, early, 1, now=NOW, reason="Cancelled")
    archiving.withdraw_row(session, ground.planner, ground.goal, 1, now=LATER, reason="Merged")
    for kind in (Goal, Indicator, Milestone):
        assert lookup.plan_rows(session, kind, ground.project.id) == []
    listed = archiving.withdrawn_in_project(session, ground.project.id)
    assert [(one.entity, one.reason) for one in listed] == [
        ("milestone", "Merged"), ("indicator", "Merged"), ("goal", "Merged"), ("milestone", "Cancelled"),
    ]  # fmt: skip
    with pytest.raises(Conflict):
        archiving.bring_back(session, ground.planner, late, now=LATER)
    archiving.bring_back(session, ground.planner, ground.goal, now=LATER, reason="Needed after all")
    assert lookup.plan_rows(session, Indicator, ground.project.id) == [ground.indicator]
    assert lookup.plan_rows(session, Milestone, ground.project.id) == [late]
    with pytest.raises(Conflict):
        archiving.bring_back(session, ground.planner, ground.goal, now=LATER)


def test_lists_target_when_it_is_withdrawn(session: Session, ground: Ground) -> None:
    """Rows of a series stand in their project's list and are found in it alone."""
    year = year_period(2027)
    target = Target(series_id=ground.series.id, first_day=year.first_day, last_day=year.last_day,
                    frequency=Frequency.YEAR, value=70.0)  # fmt: skip
    session.add(target)
    session.flush()
    archiving.withdraw_row(session, ground.planner, target, 1, now=LATER, reason="New plan")
    (one,) = archiving.withdrawn_in_project(session, ground.project.id)
    assert (one.row, one.reason, one.actor_id) == (target, "New plan", ground.planner.id)
    _, other = make_project(session, ground.planner, "other")
    found = archiving.withdrawn_row(session, "target", target.id, ground.project.id)
    assert found is target
    for place in (other.id, None):
        with pytest.raises(NotFound):
            archiving.withdrawn_row(session, "target", target.id, place)
    archiving.bring_back(session, ground.planner, target, now=LATER)
    assert archiving.withdrawn_in_project(session, ground.project.id) == []


def test_refuses_to_withdraw_when_it_should_not(session: Session, ground: Ground) -> None:
    """Without a reason, from an old version, twice, or while in use nothing is withdrawn."""
    for version, reason, error in ((1, " ", Invalid), (7, "x", Conflict)):
        with pytest.raises(error):
            archiving.withdraw_row(session, ground.planner, ground.goal, version, now=LATER, reason=reason)
    with pytest.raises(Invalid):
        archiving.withdraw_row(session, ground.planner, ground.organisation, 1, now=LATER, reason="x")
    archiving.withdraw_row(session, ground.planner, ground.project, 1, now=LATER, reason="x")
    with pytest.raises(Conflict):
        archiving.withdraw_row(session, ground.planner, ground.project, 2, now=LATER, reason="x")


def test_refuses_whoever_may_not_plan(session: Session, ground: Ground) -> None:
    """An analyst withdraws nothing; a project's manager not the project itself."""
    analyst = person(session, Role.ANALYST)
    manager = person(session, Role.MANAGER, project_id=ground.project.id)
    with pytest.raises(NotAllowed):
        archiving.withdraw_row(session, analyst, ground.goal, 1, now=LATER, reason="x")
    with pytest.raises(NotAllowed):
        archiving.withdraw_row(session, manager, ground.project, 1, now=LATER, reason="x")
    archiving.withdraw_row(session, manager, ground.goal, 1, now=LATER, reason="x")
    with pytest.raises(NotAllowed):
        archiving.bring_back(session, analyst, ground.goal, now=LATER)


def test_lists_project_when_it_is_archived(session: Session, ground: Ground) -> None:
    """An archived project stands among what was withdrawn in the installation, and comes back."""
    archiving.withdraw_row(session, ground.planner, ground.project, 1, now=LATER, reason="Sold")
    (one,) = archiving.withdrawn_in_installation(session)
    assert (one.entity, one.row, one.reason) == ("project", ground.project, "Sold")
    archiving.bring_back(session, ground.planner, ground.project, now=LATER)
    assert archiving.withdrawn_in_installation(session) == []


def test_refuses_values_when_project_or_indicator_is_out_of_use(session: Session, ground: Ground) -> None:
    """Nothing is recorded, corrected or handed in where nobody looks any more, until it is back."""
    fill(session, ground.planner, ground.series.id, {2023: 60.0})
    (stored,) = session.scalars(select(Measurement))
    year, series_id = year_period(2024), ground.series.id

    def record() -> None:
        recording.record_measurement(session, ground.planner, series_id, year, Draft(61.0), now=LATER)

    def revise() -> None:
        recording.revise_measurement(
            session, ground.planner, series_id, stored.id, stored.version, Draft(62.0), reason="x", now=LATER
        )

    def hand_in() -> None:
        seen = rounds.Seen(0, rounds.newest_revision_of(session, ground.project.id, year_period(2023)))
        rounds.move(
            session, ground.planner, ground.project.slug, year_period(2023), rounds.RoundAct.SUBMIT,
            seen=seen, now=LATER,
        )  # fmt: skip

    archiving.withdraw_row(session, ground.planner, ground.indicator, 1, now=LATER, reason="Merged")
    for act in (record, revise):
        with pytest.raises(Invalid, match="indicator is withdrawn"):
            act()
    archiving.bring_back(session, ground.planner, ground.indicator, now=LATER)
    archiving.withdraw_row(session, ground.planner, ground.project, 1, now=LATER, reason="Ended")
    for act in (record, revise, hand_in):
        with pytest.raises(Invalid, match="project is archived"):
            act()
    archiving.bring_back(session, ground.planner, ground.project, now=LATER)
    for act in (hand_in, record, revise):
        act()
