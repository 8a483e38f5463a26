"""The yearly report tells what the project's page tells, whole and pro rata, and what was revised."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.errors import Invalid
from impact.language import speak
from impact.monitoring import analysing
from impact.monitoring.portfolio import Filters
from impact.registry import planning, recording
from impact.registry.indicator_tables import DefinitionVersion
from impact.registry.judging import Draft
from impact.registry.measurement_tables import Measurement
from impact.registry.project_tables import Area, AreaKind, ProjectArea
from impact.reporting.impact_report import Dated, Revised
from impact.reporting.yearly import gather_portfolio_report
from impact.semantics.progress import Standing
from tests.builders import NOW, Ground, fill, make_indicator
from tests.reporting.yearly import day, gathered, make_told

EN, SV = speak("en"), speak("sv")


@pytest.fixture
def told(session: Session) -> Ground:
    return make_told(session)


def corrected(session: Session, ground: Ground, year: int, value: float, days: int) -> None:
    now = NOW + timedelta(days=days)
    row = session.scalars(
        select(Measurement).where(
            Measurement.series_id == ground.series.id, Measurement.first_day == date(year, 1, 1)
        )
    ).one()
    recording.revise_measurement(
        session,
        ground.planner,
        ground.series.id,
        row.id,
        row.version,
        Draft(value=value),
        reason="Wrong column",
        now=now,
    )
    analysing.refresh_series(session, ground.series.id, now=now)


def test_tells_baseline_newest_and_target_when_they_are_stated(session: Session, told: Ground) -> None:
    """An indicator goes from its baseline over its newest value to its target, as the page says it."""
    (goal,) = gathered(session, told, EN).projects[0].goals
    safety, children = goal.indicators
    assert safety.baseline == Dated("58.1%", "2010")
    assert safety.latest == Dated("59.0%", "2024")
    assert safety.target == Dated("75%", "2026")
    assert safety.standing is Standing.WRONG_WAY
    assert safety.finding.sentence.startswith("Safe tenants rose 2010–2018")
    assert (children.baseline, children.target, children.standing) == (None, None, None)
    assert safety.alt.startswith("Safe tenants rose 2010–2018")


def test_tells_counts_pro_rata_when_the_share_financed_is_known(session: Session, told: Ground) -> None:
    """Cost, people and counts stand whole and as the loan's part; shares and indices do not."""
    project = gathered(session, told, EN).projects[0]
    assert project.share_words == "80%"
    assert [(share.what, share.whole, share.part) for share in project.shares] == [
        ("Total cost", "100\N{NO-BREAK SPACE}million kronor", "80\N{NO-BREAK SPACE}million kronor"),
        ("Target population", "5,000", "4,000"),
        ("Children in clubs, 2024", "1,204\N{NO-BREAK SPACE}children", "963\N{NO-BREAK SPACE}children"),
    ]


def test_tells_no_figure_pro_rata_when_the_total_cost_is_unknown(session: Session) -> None:
    """Nothing is guessed where the share financed is not known."""
    project = gathered(session, make_told(session, total_cost=None), EN).projects[0]
    assert (project.shares, project.share_words) == ((), "")


def test_sums_up_what_turned_was_reached_and_is_late(session: Session, told: Ground) -> None:
    """The summary names the turn, the milestone of the year and what is due."""
    summary = gathered(session, told, EN).summary
    assert [said.text for said in summary.worse] == [
        "Safe tenants: Rose until 2018 (67.2%), has fallen six measurements in a row."
    ]
    assert [said.text for said in summary.reached] == ["House of sports opened: reached 1 February 2026."]
    assert summary.better == ()


def test_lists_what_was_revised_since_the_report_before(session: Session, told: Ground) -> None:
    """A corrected value stands with both values and its reason; a new period does not."""
    corrected(session, told, 2023, 61.0, days=10)
    fill(session, told.planner, told.series.id, {2025: 58.2}, now=NOW + timedelta(days=11))
    asked = replace(day(), known_on=date(2026, 4, 1), since_on=NOW.date(), since_at=NOW + timedelta(days=1))
    report = gather_portfolio_report(session, told.planner, Filters(), asked, EN, most_charts=0)
    assert report.projects[0].revised == (Revised("Safe tenants, 2023", "60.5%", "61.0%", "Wrong column"),)


def test_says_that_it_is_the_first_when_nothing_was_known_before(session: Session, told: Ground) -> None:
    """Without anything known at the day of the report before, nothing can have been revised."""
    assert gathered(session, told, EN).projects[0].revised is None


def test_adds_up_counts_when_projects_are_in_places_of_their_own(session: Session, told: Ground) -> None:
    """The same count of the library is summed over two projects, unless they share an area."""
    other = make_told(session, "north")
    areas = [Area(slug=f"area-{n}", name=f"Area {n}", kind=AreaKind.DISTRICT) for n in (1, 2)]
    counted = session.scalars(
        select(DefinitionVersion).where(DefinitionVersion.name_en == "Children in clubs")
    ).first()
    assert counted is not None
    _, series = make_indicator(session, other.planner, other.goal, counted, first_day=date(2021, 1, 1))
    fill(session, other.planner, series.id, {2022: 40, 2023: 50})
    analysing.refresh_series(session, series.id, now=NOW)
    for area, ground in zip(areas, (told, other), strict=True):
        planning.save(session, ground.planner, area, now=NOW)
        planning.save(
            session, ground.planner, ProjectArea(project_id=ground.project.id, area_id=area.id), now=NOW
        )

    def sums() -> list[tuple[str, str, str, str, str]]:
        report = gather_portfolio_report(session, told.planner, Filters(), day(), EN, most_charts=0)
        return [(each.name, each.period, each.value, each.change, each.part) for each in report.summary.sums]

    assert sums() == [("Children in clubs", "2023", "1,060", "+60 since 2022", "848")]
    shared = ProjectArea(project_id=other.project.id, area_id=areas[0].id)
    planning.save(session, other.planner, shared, now=NOW)
    assert sums() == []


@pytest.mark.parametrize(
    "asked",
    [{"year": 2027}, {"year": 99}, {"known_on": date(2027, 1, 1)}, {"since_on": NOW.date()}],
    ids=str,
)
def test_refuses_a_day_that_makes_no_report(asked: dict[str, object]) -> None:
    """No report is of the future, nor compared with itself."""
    with pytest.raises(Invalid):
        day(**asked)


def test_is_of_the_last_day_when_the_year_is_over() -> None:
    """A past year's report is as known at its end, this year's as known now."""
    past, now = day(year=2025), day(year=2026)
    assert (past.known_on, past.since_on) == (date(2025, 12, 31), date(2024, 12, 31))
    assert past.known_at is not None
    assert past.known_at.date() == date(2025, 12, 31)
    assert (now.known_on, now.known_at, now.since_on) == (NOW.date(), None, date(2025, 12, 31))
