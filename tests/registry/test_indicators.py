"""Indicators planned: for a goal or an area, changed while nothing is lost, split."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.tables import Role
from impact.audit.trail import trail_of
from impact.errors import Conflict, Invalid, NotAllowed, NotFound
from impact.registry import indicators, planning
from impact.registry.indicator_plan import IndicatorPlan, plan_of_indicator, responsibles_for
from impact.registry.indicator_tables import Definition, Indicator, IndicatorSeries
from impact.registry.indicator_view import disaggregations_of
from impact.registry.project_tables import Area, AreaKind
from impact.registry.schedules import schedule_of
from impact.semantics.period import Frequency, ReportingPeriod, parse_period, year_period
from impact.semantics.series import GapStyle
from tests.builders import NOW, Ground, fill, make_ground, make_version, person
from tests.people import add_person

LATER = NOW + timedelta(days=30)


def plan(ground: Ground, **said: object) -> IndicatorPlan:
    given = {"first": year_period(2015), **said}
    return IndicatorPlan(definition_id=ground.version.definition_id, **given)


def make(session: Session, ground: Ground, **said: object) -> IndicatorSeries:
    return indicators.make_indicator(
        session, ground.planner, plan(ground, **said), goal_id=ground.goal.id, now=NOW
    )


def of(session: Session, series: IndicatorSeries) -> Indicator:
    return session.get_one(Indicator, series.indicator_id)


def change(session: Session, ground: Ground, **said: object) -> Indicator:
    asked = replace(plan_of_indicator(ground.indicator), **said)
    return indicators.change_indicator(
        session, ground.planner, ground.indicator.id, ground.indicator.version, asked, now=LATER
    )


def test_keeps_all_that_is_planned_when_made(session: Session) -> None:
    """A new indicator follows the newest version, comes last, and reads back as planned."""
    ground = make_ground(session)
    asked = plan(
        ground,
        every_n_periods=2,
        due_days=30,
        is_key=True,
        is_invented=True,
        gap_style=GapStyle.DASHED,
        ex_ante_estimate=71.5,
        source_sv="Enkäten",
        source_address="https://example.se/enkat",
    )
    series = indicators.make_indicator(session, ground.planner, asked, goal_id=ground.goal.id, now=NOW)
    made = of(session, series)
    assert plan_of_indicator(made) == asked
    assert (made.project_id, made.position) == (ground.project.id, 1)
    assert series.disaggregation == "total"
    assert trail_of(session, "indicator", made.id)[0].verb == "create"


@pytest.mark.parametrize(
    ("frequency", "text", "next_text"),
    [
        (Frequency.SCHOOL_YEAR, "2018/19", "2019/20"),
        (Frequency.HALF, "2018-H2", "2019-H1"),
        (Frequency.QUARTER, "2018-Q4", "2019-Q1"),
        (Frequency.MONTH, "2018-12", "2019-01"),
        (Frequency.WINDOW, "2016-2018", "2017-2019"),
    ],
)
def test_plans_every_frequency(session: Session, frequency: Frequency, text: str, next_text: str) -> None:
    """Periods of each length follow each other as the schedule says."""
    ground = make_ground(session)
    first = parse_period(text, frequency)
    made = of(session, make(session, ground, first=first))
    schedule = schedule_of(made)
    assert (schedule.first, schedule.next_after(first)) == (first, parse_period(next_text, frequency))
    assert plan_of_indicator(made).first == first


def test_plans_financial_year_that_starts_in_any_month(session: Session) -> None:
    """A financial year from May on stays one from May on."""
    ground = make_ground(session)
    first = parse_period("2018/19", Frequency.FINANCIAL_YEAR, 5)
    made = of(session, make(session, ground, first=first))
    assert schedule_of(made).first == first
    assert schedule_of(made).next_after(first) == parse_period("2019/20", Frequency.FINANCIAL_YEAR, 5)


def test_plans_rounds_alone_when_they_are_listed(session: Session) -> None:
    """Listed rounds are the schedule, in order; a survey's days are a round of their own."""
    ground = make_ground(session)
    rounds = (year_period(2011), year_period(2003), year_period(2005))
    made = of(session, make(session, ground, first=year_period(2011), rounds=rounds))
    assert [period.key() for period in schedule_of(made).periods(date(2026, 1, 1))] == [
        "2003",
        "2005",
        "2011",
    ]
    survey = ReportingPeriod(date(2024, 3, 1), date(2024, 4, 15), Frequency.SURVEY)
    surveyed = of(session, make(session, ground, first=survey))
    assert schedule_of(surveyed).holds(survey)
    assert plan_of_indicator(surveyed).first == survey


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"every_n_periods": 0}, "every_n_periods"),
        ({"due_days": -1}, "due_days"),
        ({"due_days": 10**9}, "due_days"),
        ({"first": year_period(2300)}, "first"),
        ({"rounds": (year_period(2003), parse_period("2004-Q1"))}, "rounds"),
        ({"ex_ante_estimate": 101.0}, "ex_ante_estimate"),
        ({"ex_ante_estimate": float("nan")}, "ex_ante_estimate"),
        ({"source_address": "example.se"}, "source_address"),
        ({"source_sv": "a\0b"}, "source_sv"),
        ({"responsible_id": 999_999}, "responsible_id"),
    ],
)
def test_refuses_when_plan_makes_no_sense(session: Session, said: dict[str, object], field: str) -> None:
    """A plan that cannot be followed is refused with the place that is wrong."""
    ground = make_ground(session)
    with pytest.raises(Invalid) as error:
        make(session, ground, **said)
    assert error.value.field == field


def test_refuses_when_definition_is_withdrawn(session: Session) -> None:
    """What was taken out of the library is chosen no more."""
    ground = make_ground(session)
    planning.withdraw(
        session,
        ground.planner,
        session.get_one(Definition, ground.version.definition_id),
        now=NOW,
        reason="Old",
    )
    with pytest.raises(Invalid) as error:
        make(session, ground)
    assert error.value.field == "definition_id"


def test_makes_reference_line_when_area_is_named(session: Session) -> None:
    """An area's indicator belongs to no project; only who plans everywhere makes one."""
    ground = make_ground(session)
    area = Area(slug="town", name="Norrköping", kind=AreaKind.MUNICIPALITY)
    planning.save(session, ground.planner, area, now=NOW)
    manager = person(session, Role.MANAGER, project_id=ground.project.id)
    series = indicators.make_indicator(session, ground.planner, plan(ground), area_id=area.id, now=NOW)
    made = of(session, series)
    assert (made.area_id, made.project_id, made.goal_id) == (area.id, None, None)
    with pytest.raises(NotAllowed):
        indicators.make_indicator(session, manager, plan(ground), area_id=area.id, now=NOW)
    with pytest.raises(NotFound):
        indicators.make_indicator(session, ground.planner, plan(ground), area_id=999_999, now=NOW)


def test_finds_no_goal_when_it_is_foreign_or_withdrawn(session: Session) -> None:
    """A foreign goal, one that is gone and none at all give the same answer."""
    ground = make_ground(session)
    outsider = person(session, Role.MANAGER, project_id=ground.project.id + 1000)
    with pytest.raises(NotFound):
        indicators.make_indicator(session, outsider, plan(ground), goal_id=ground.goal.id, now=NOW)
    with pytest.raises(NotFound):
        indicators.make_indicator(session, ground.planner, plan(ground), goal_id=999_999, now=NOW)
    planning.withdraw(session, ground.planner, ground.goal, now=NOW, reason="Merged")
    with pytest.raises(NotFound):
        make(session, ground)
    with pytest.raises(Invalid):
        indicators.make_indicator(session, ground.planner, plan(ground), now=NOW)


def test_changes_schedule_only_when_no_value_falls_out(session: Session) -> None:
    """An earlier first period is fine; a rhythm in which a value has no place is refused."""
    ground = make_ground(session)
    fill(session, ground.planner, ground.series.id, {2013: 61.0})
    change(session, ground, first=year_period(2009), every_n_periods=2)
    with pytest.raises(Invalid) as error:
        change(session, ground, every_n_periods=3)
    assert (error.value.field, error.value.facts["period"]) == ("first", "2013")


def test_refuses_other_definition_when_values_were_recorded(session: Session) -> None:
    """Until the first value another definition can be chosen, then no more."""
    ground = make_ground(session)
    other = make_version(session, ground.planner, "other")
    change(session, ground, definition_id=other.definition_id)
    assert ground.indicator.definition_version_id == other.id
    fill(session, ground.planner, ground.series.id, {2013: 61.0})
    with pytest.raises(Invalid) as error:
        change(session, ground, definition_id=ground.version.definition_id)
    assert error.value.field == "definition_id"


def test_conflicts_and_marks_stale_when_changed(session: Session) -> None:
    """A change makes the detector look again; an old page's change is refused."""
    ground = make_ground(session)
    seen = ground.indicator.version
    changed = change(session, ground, gap_style=GapStyle.OPEN)
    session.expire_all()
    assert session.get_one(IndicatorSeries, ground.series.id).stale_since == LATER
    with pytest.raises(Conflict):
        indicators.change_indicator(
            session, ground.planner, changed.id, seen, plan_of_indicator(changed), now=LATER
        )


def test_splits_indicator_later_by_sorted_pairs(session: Session) -> None:
    """A group is added whenever it is needed, once, under a sorted key, and told in the trail."""
    ground = make_ground(session)
    added = indicators.add_disaggregation(
        session, ground.planner, ground.indicator.id, "sex = women, age=16-25", now=LATER
    )
    assert (added.disaggregation, added.stale_since) == ("age=16-25,sex=women", LATER)
    assert disaggregations_of(session, ground.indicator.id) == ["total", "age=16-25,sex=women"]
    assert trail_of(session, "indicator", ground.indicator.id)[0].after == {
        "disaggregation": "age=16-25,sex=women"
    }
    for text in ("age=16-25,sex=women", "", "women", "sex=", "sex=a=b", "sex=women,sex=men", "a=\0"):
        with pytest.raises(Invalid):
            indicators.add_disaggregation(session, ground.planner, ground.indicator.id, text, now=LATER)


def test_names_those_who_may_record_when_responsible_is_chosen(session: Session) -> None:
    """Analysts of the project, of its organisation and of everything can answer for it; others not."""
    ground = make_ground(session)
    of_all = add_person(session, "of all", Role.ANALYST)
    of_project = add_person(session, "of project", Role.ANALYST, project_id=ground.project.id)
    of_town = add_person(session, "of town", Role.MANAGER, organisation_id=ground.organisation.id)
    other = make_ground(session, "other")
    add_person(session, "of other", Role.ANALYST, project_id=other.project.id)
    add_person(session, "only looks", Role.VIEWER)
    named = [one.name for one in (of_all, of_project, of_town)]
    assert [name for _, name in responsibles_for(session, ground.project.id)] == named
    assert responsibles_for(session, None) == [(of_all.actor.id, "of all")]
    made = of(session, make(session, ground, responsible_id=of_town.actor.id))
    assert made.responsible_id == of_town.actor.id


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST])
def test_refuses_when_role_may_not_plan(session: Session, role: Role) -> None:
    """Viewers and analysts make, change and split no indicator."""
    ground = make_ground(session)
    somebody = person(session, role, project_id=ground.project.id)
    number, asked = ground.indicator.id, plan_of_indicator(ground.indicator)
    for refused in (
        lambda: indicators.make_indicator(session, somebody, asked, goal_id=ground.goal.id, now=NOW),
        lambda: indicators.change_indicator(session, somebody, number, 1, asked, now=NOW),
        lambda: indicators.add_disaggregation(session, somebody, number, "sex=women", now=NOW),
    ):
        with pytest.raises(NotAllowed):
            refused()
    assert len(session.scalars(select(Indicator)).all()) == 1
