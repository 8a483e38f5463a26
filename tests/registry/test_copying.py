"""A project as a template: what comes along and what stays behind."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.tables import Role
from impact.errors import Invalid, NotAllowed, NotFound
from impact.registry import editing, lookup
from impact.registry.copying import copy_project
from impact.registry.indicator_tables import Indicator, IndicatorSeries, Target
from impact.registry.measurement_tables import Measurement
from impact.registry.project_tables import Category, Goal, Milestone, ProjectStatus, Visibility
from tests.builders import NOW, PEAK_2018, Ground, fill, make_ground, make_indicator, person


@pytest.fixture
def ground(session: Session) -> Ground:
    ground = make_ground(session, loan_amount=103, story_sv="Historia")
    category = editing.make(session, ground.planner, Category, {"name_sv": "Boende"}, now=NOW)
    editing.change(session, ground.planner, ground.project, 1, {"category_id": category.id}, now=NOW)
    fill(session, ground.planner, ground.series.id, PEAK_2018)
    facts = {"project_id": ground.project.id, "goal_id": ground.goal.id, "title_sv": "Invigt"}
    editing.make(session, ground.planner, Milestone, {**facts, "reached_on": date(2020, 1, 1)}, now=NOW)
    make_indicator(
        session, ground.planner, ground.goal, ground.version, disaggregations=("sex=men", "sex=women")
    )
    return ground


def test_takes_plan_along_and_leaves_values_when_copied(session: Session, ground: Ground) -> None:
    """Goals, indicators, schedules and splits come along; values, days and money do not."""
    made = copy_project(session, ground.planner, "centre", {"title_sv": "Nästa"}, first_year=2027, now=NOW)
    assert (made.slug, made.loan_amount, made.story_sv) == ("nasta", None, "")
    assert (made.status, made.visibility, made.category_id) == (
        ProjectStatus.PLANNED, Visibility.INTERNAL, ground.project.category_id,
    )  # fmt: skip
    (goal,) = lookup.plan_rows(session, Goal, made.id)
    (milestone,) = lookup.plan_rows(session, Milestone, made.id)
    assert (goal.title_sv, goal.title_en) == ("Högre trygghet", "More safety")
    assert (milestone.goal_id, milestone.title_sv, milestone.reached_on) == (goal.id, "Invigt", None)
    indicators = lookup.plan_rows(session, Indicator, made.id)
    assert [(one.is_key, one.first_day, one.goal_id) for one in indicators] == [
        (True, date(2027, 1, 1), goal.id), (False, date(2027, 1, 1), goal.id),
    ]  # fmt: skip
    series = session.scalars(
        select(IndicatorSeries).where(IndicatorSeries.indicator_id.in_([one.id for one in indicators]))
    ).all()
    assert sorted(one.disaggregation for one in series) == ["sex=men", "sex=women", "total", "total"]
    numbers = [one.id for one in series]
    for kind in (Measurement, Target):
        assert session.scalars(select(kind).where(kind.series_id.in_(numbers))).all() == []


def test_refuses_copy_when_it_makes_no_sense(session: Session, ground: Ground) -> None:
    """A title and a year are needed, a project that one sees, and leave to make projects."""
    with pytest.raises(Invalid):
        copy_project(session, ground.planner, "centre", {"title_sv": ""}, first_year=2027, now=NOW)
    with pytest.raises(Invalid):
        copy_project(session, ground.planner, "centre", {"title_sv": "X"}, first_year=27, now=NOW)
    manager = person(session, Role.MANAGER, project_id=ground.project.id)
    with pytest.raises(NotAllowed):
        copy_project(session, manager, "centre", {"title_sv": "X"}, first_year=2027, now=NOW)
    with pytest.raises(NotFound):
        copy_project(session, manager, "elsewhere", {"title_sv": "X"}, first_year=2027, now=NOW)
