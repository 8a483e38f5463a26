"""Plans: saved with their history, read as known, kept from others."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action
from impact.accounts.tables import Role
from impact.audit import history
from impact.audit.tables import PlanVersion
from impact.audit.trail import trail_of
from impact.errors import NotAllowed, NotFound
from impact.registry import lookup, planning
from impact.registry.indicator_tables import DefinitionVersion, SeriesBreak, Target
from impact.registry.project_tables import Goal, Visibility
from impact.registry.series import series_of
from impact.registry.sorting import sort_key
from impact.semantics.direction import Direction
from impact.semantics.period import Frequency, year_period
from impact.semantics.unit import Kind
from tests.builders import NOW, fill, make_ground, make_project, person

LATER = NOW + timedelta(days=30)


def test_reads_old_title_when_asked_as_known(session: Session) -> None:
    """A goal renamed later still has its old title as of then."""
    ground = make_ground(session)
    ground.goal.title_sv = "Mycket högre trygghet"
    planning.save(session, ground.planner, ground.goal, now=LATER, reason="Bolder")
    (then,) = lookup.plan_rows(session, Goal, ground.project.id, known_at=NOW)
    (now,) = lookup.plan_rows(session, Goal, ground.project.id, known_at=LATER)
    assert (then.title_sv, now.title_sv) == ("Högre trygghet", "Mycket högre trygghet")
    assert then.id == ground.goal.id


def test_reads_types_back_when_asked_as_known(session: Session) -> None:
    """Days, choices and lists come back from history as what they were."""
    ground = make_ground(session)
    project = lookup.project(session, ground.planner, "centre", known_at=NOW)
    assert history.contents(project) == history.contents(ground.project)


def test_finds_nothing_when_known_before_it_was(session: Session) -> None:
    """A project is not known before it was first saved."""
    ground = make_ground(session)
    with pytest.raises(NotFound):
        lookup.project(session, ground.planner, "centre", known_at=NOW - timedelta(days=1))


def test_leaves_no_trace_when_nothing_changed(session: Session) -> None:
    """Saving a row as it was keeps neither a version nor an audit entry."""
    ground = make_ground(session)
    planning.save(session, ground.planner, ground.goal, now=LATER)
    kept = select(PlanVersion).where(PlanVersion.entity == "goal", PlanVersion.entity_id == ground.goal.id)
    assert len(session.scalars(kept).all()) == 1
    assert len(trail_of(session, "goal", ground.goal.id)) == 1


def test_says_why_when_target_changes(session: Session) -> None:
    """Who changed the target, from what to what and why, is in the trail."""
    ground = make_ground(session)
    year = year_period(2027)
    target = Target(series_id=ground.series.id, first_day=year.first_day, last_day=year.last_day,
                    frequency=Frequency.YEAR, value=70.0)  # fmt: skip
    planning.save(session, ground.planner, target, now=NOW)
    target.value = 72.0
    planning.save(session, ground.planner, target, now=LATER, reason="Agreed with the lender")
    newest = trail_of(session, "target", target.id)[0]
    assert (newest.before, newest.after) == ({"value": 70.0}, {"value": 72.0})
    assert (newest.reason, newest.project_id) == ("Agreed with the lender", ground.project.id)


def test_is_gone_when_withdrawn_and_known_before(session: Session) -> None:
    """A withdrawn goal is out of use and is still known as of before."""
    ground = make_ground(session)
    planning.withdraw(session, ground.planner, ground.goal, now=LATER, reason="Merged")
    assert lookup.plan_rows(session, Goal, ground.project.id) == []
    assert len(lookup.plan_rows(session, Goal, ground.project.id, known_at=NOW)) == 1
    assert lookup.plan_rows(session, Goal, ground.project.id, known_at=LATER) == []


def test_marks_series_stale_when_break_is_declared(session: Session) -> None:
    """A declared break makes the detector look again and stands in the series."""
    ground = make_ground(session)
    fill(session, ground.planner, ground.series.id, {2013: 1.0, 2014: 5.0})
    ground.series.stale_since = None
    session.flush()
    year = year_period(2014)
    declared = SeriesBreak(series_id=ground.series.id, first_day=year.first_day, last_day=year.last_day,
                           frequency=Frequency.YEAR, reason_sv="Åldrarna 7-25")  # fmt: skip
    planning.save(session, ground.planner, declared, now=LATER)
    session.expire(ground.series)
    assert ground.series.stale_since == LATER
    assert series_of(session, ground.series.id).breaks == (year,)
    assert series_of(session, ground.series.id, known_at=NOW).breaks == ()


def test_means_what_it_meant_when_definition_changes(session: Session) -> None:
    """As of before a new definition version, the old unit and direction hold."""
    ground = make_ground(session)
    version = DefinitionVersion(name_sv="Otrygga", kind=Kind.INDEX, unit_sv="index", decimals=0,
                                direction=Direction.DECREASE)  # fmt: skip
    definition = session.get_one(planning.Definition, ground.version.definition_id)
    planning.add_definition_version(session, ground.planner, definition, version, now=LATER)
    ground.indicator.definition_version_id = version.id
    planning.save(session, ground.planner, ground.indicator, now=LATER)
    assert version.number == 2
    assert series_of(session, ground.series.id).direction is Direction.DECREASE
    assert series_of(session, ground.series.id, known_at=NOW).direction is Direction.INCREASE


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST])
def test_refuses_when_role_may_not_plan(session: Session, role: Role) -> None:
    """Viewers and analysts do not change plans."""
    ground = make_ground(session)
    somebody = person(session, role, project_id=ground.project.id)
    ground.goal.title_sv = "Anything"
    with pytest.raises(NotAllowed):
        planning.save(session, somebody, ground.goal, now=LATER)


def test_refuses_when_project_manager_adds_project(session: Session) -> None:
    """A manager of one project makes no other."""
    ground = make_ground(session)
    manager = person(session, Role.MANAGER, project_id=ground.project.id)
    with pytest.raises(NotAllowed):
        make_project(session, manager, "another")


def test_finds_internal_project_only_when_within_reach(session: Session) -> None:
    """An internal project is not found from outside; a public one is."""
    ground = make_ground(session)
    _, open_project = make_project(session, ground.planner, "open", visibility=Visibility.PUBLIC)
    outsider = person(session, Role.MANAGER, project_id=open_project.id + 1000)
    with pytest.raises(NotFound):
        lookup.project(session, outsider, "centre")
    assert lookup.project(session, outsider, "open").id == open_project.id
    with pytest.raises(NotAllowed):
        lookup.project(session, outsider, "open", Action.PLAN)


def test_reaches_projects_when_role_is_for_organisation(session: Session) -> None:
    """A role for an organisation reaches each project that it takes part in."""
    ground = make_ground(session)
    analyst = person(session, Role.ANALYST, organisation_id=ground.organisation.id)
    assert lookup.project(session, analyst, "centre", Action.RECORD).id == ground.project.id


def test_gives_same_answer_when_number_is_foreign_or_unknown(session: Session) -> None:
    """A foreign series and one that does not exist are told apart by nothing."""
    ground = make_ground(session)
    outsider = person(session, Role.MANAGER, project_id=ground.project.id + 1000)
    told = []
    for series_id in (ground.series.id, 999_999):
        with pytest.raises(NotFound) as error:
            lookup.series_place(session, outsider, series_id)
        told.append((error.value.message, error.value.facts))
    assert told[0] == told[1]


def test_sorts_as_swedes_expect() -> None:
    """Å, ä and ö come behind z; capitals and accents do not matter."""
    names = ["Örebro", "Ängelholm", "Zinkgruvan", "Åre", "Älvsbyn", "éa", "Eb", "ad"]
    assert sorted(names, key=sort_key) == [
        "ad",
        "éa",
        "Eb",
        "Zinkgruvan",
        "Åre",
        "Älvsbyn",
        "Ängelholm",
        "Örebro",
    ]
