"""Indicators planned in pages: made, changed, promised, broken, compared, withdrawn."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from impact.accounts.tables import Role
from impact.db import Database
from impact.language import speak
from impact.registry import planning
from impact.registry.indicator_tables import (
    Baseline,
    Indicator,
    IndicatorSeries,
    ReferenceLink,
    SeriesBreak,
    Target,
)
from impact.registry.project_tables import Area, AreaKind
from impact.semantics.period import Frequency, year_period
from impact.semantics.schedule import Schedule
from impact.semantics.series import GapStyle
from impact.web.indicator_plan_words import schedule_words
from tests.people import NOW, People, add_person, post, signed_in_client
from tests.web.ground import Placed, place_project

KINDS = {"targets": Target, "baselines": Baseline, "breaks": SeriesBreak, "references": ReferenceLink}


@pytest.fixture
def placed(app: Flask) -> Placed:
    """The project of the test, with a reference line's municipality."""
    return place_project(app, reference={2018: 50.0, 2019: 51.0})


@pytest.fixture
def database(placed: Placed) -> Database:
    return placed.database


@pytest.fixture
def manager(app: Flask, people: People, placed: Placed) -> FlaskClient:
    """A manager's browser, in English."""
    client = signed_in_client(app, people.manager)
    client.set_cookie("impact-language", "en")
    return client


def rows(database: Database, kind: type) -> list:
    with database.reading() as session:
        return list(session.scalars(select(kind).order_by(kind.id)))


def definition_id(database: Database) -> int:
    return rows(database, Indicator)[0].definition_id


def make(manager: FlaskClient, placed: Placed, **said: object) -> TestResponse:
    given = {"definition_id": definition_id(placed.database), "frequency": "year", "first": "2018", **said}
    return post(manager, f"/goals/{placed.goal_id}/indicators/new", **given)


def newest(database: Database) -> Indicator:
    return rows(database, Indicator)[-1]


def plan(placed: Placed, rest: str = "") -> str:
    return f"/indicators/{placed.indicator_id}/plan{rest}"


def test_makes_indicator_when_three_questions_are_answered(
    manager: FlaskClient, placed: Placed, database: Database
) -> None:
    """What is measured, how often and from when is enough; the plan page then says what is next."""
    response = make(manager, placed)
    made = newest(database)
    assert (response.status_code, response.headers["Location"]) == (303, f"/indicators/{made.id}/plan")
    assert (made.goal_id, made.frequency, made.first_day.year, made.due_days) == (
        placed.goal_id, Frequency.YEAR, 2018, 90,
    )  # fmt: skip
    page = manager.get(f"/indicators/{made.id}/plan").text
    assert "No baseline yet" in page
    assert f'href="/indicators/{made.id}/plan/targets/new"' in page


def test_keeps_all_that_was_folded_when_indicator_is_made(
    manager: FlaskClient, people: People, placed: Placed, database: Database
) -> None:
    """Everything that the form asks for is kept, groups too."""
    make(
        manager, placed, frequency="quarter", every_n_periods="2", due_days="30", is_key="yes",
        is_invented="yes", gap_style="dashed", ex_ante_estimate="71,5 %", source_sv="Enkäten",
        source_address="https://example.se/enkat", responsible_id=people.analyst.actor.id,
        women_and_men="yes", groups="age=16-24\n",
    )  # fmt: skip
    made = newest(database)
    assert (made.frequency, made.first_day.month, made.every_n_periods, made.due_days) == (
        "quarter",
        1,
        2,
        30,
    )
    assert (made.is_key, made.is_invented, made.gap_style) == (True, True, GapStyle.DASHED)
    assert (made.ex_ante_estimate, made.responsible_id) == (71.5, people.analyst.actor.id)
    groups = [one.disaggregation for one in rows(database, IndicatorSeries) if one.indicator_id == made.id]
    assert groups == ["total", "sex=women", "sex=men", "age=16-24"]
    page = manager.get(f"/indicators/{made.id}/plan").text
    assert "Every quarter, but only one in 2, from Q1 2018" in page
    assert "analyst" in page


@pytest.mark.parametrize(
    ("said", "first"),
    [
        ({"frequency": "school_year", "first": "2018"}, "2018-07-01"),
        ({"frequency": "financial_year", "first": "2018", "starts_in": "5"}, "2018-05-01"),
        ({"frequency": "half", "first": "2018-H2"}, "2018-07-01"),
        ({"frequency": "month", "first": "2018"}, "2018-01-01"),
        ({"frequency": "window", "first": "2016-2018"}, "2016-01-01"),
        ({"frequency": "survey", "first": "2018-03-01..2018-04-15"}, "2018-03-01"),
        ({"first": "", "rounds": "2011, 2003; 2005"}, "2003-01-01"),
    ],
)
def test_reads_first_period_as_people_write_it(
    manager: FlaskClient, placed: Placed, database: Database, said: dict[str, str], first: str
) -> None:
    """A bare year names the first period that starts in it; rounds need no first period."""
    assert make(manager, placed, **said).status_code == 303
    assert newest(database).first_day.isoformat() == first
    assert manager.get(f"/indicators/{newest(database).id}/edit").status_code == 200


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"definition_id": ""}, "definition_id"),
        ({"definition_id": "999999"}, "definition_id"),
        ({"first": ""}, "first"),
        ({"first": "soon"}, "first"),
        ({"frequency": "quarter", "first": "2018-05"}, "first"),
        ({"rounds": "2003, x"}, "rounds"),
        ({"every_n_periods": "0"}, "every_n_periods"),
        ({"due_days": "1,5"}, "due_days"),
        ({"ex_ante_estimate": "101"}, "ex_ante_estimate"),
        ({"ex_ante_estimate": "1.234"}, "ex_ante_estimate"),
        ({"groups": "women"}, "groups"),
        ({"source_address": "javascript:alert(1)"}, "source_address"),
        ({"responsible_id": "999999"}, "responsible_id"),
        ({"starts_in": "13"}, "starts_in"),
        ({"source_sv": "a\0b"}, "source_sv"),
    ],
)
def test_keeps_typed_text_when_indicator_is_refused(
    manager: FlaskClient, placed: Placed, database: Database, said: dict[str, str], field: str
) -> None:
    """Bad input comes back as typed with a sentence beside its field, and nothing is made."""
    before = len(rows(database, Indicator))
    response = make(manager, placed, source_en="The survey, as typed", **said)
    assert response.status_code == 422
    assert f'id="{field}-error"' in response.text
    assert "The survey, as typed" in response.text
    assert len(rows(database, Indicator)) == before


def test_changes_plan_with_reason_and_tells_conflict(
    manager: FlaskClient, placed: Placed, database: Database
) -> None:
    """A changed schedule is kept once; the same page sent again meets a conflict and keeps its text."""
    path = f"/indicators/{placed.indicator_id}/edit"
    page = manager.get(path).text
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    asked = {"definition_id": definition_id(database), "frequency": "year", "first": "2009"}
    changed = post(manager, path, version=version[1], due_days="60", reason="Published earlier", **asked)
    assert changed.status_code == 303
    again = post(manager, path, version=version[1], due_days="45", **asked)
    assert again.status_code == 409
    assert 'value="45"' in again.text
    (indicator, _) = rows(database, Indicator)
    assert (indicator.due_days, indicator.first_day.year) == (60, 2009)


@pytest.mark.parametrize(
    ("kind", "said", "changed", "shown"),
    [
        ("targets", {"period": "2027", "value": "72,5 %", "comment": "Nämnden"}, {"value": "75"}, "2027: 75"),
        ("baselines", {"period": "2014", "value": "62.4"}, {"period": "2015"}, "2015: 62.4"),
        ("breaks", {"period": "2018", "reason_sv": "Ny enkät", "reason_en": "New survey"},
         {"period": "2019"}, "From 2019 on"),
    ],
)  # fmt: skip
def test_plans_row_changes_it_withdraws_it_and_brings_it_back(
    manager: FlaskClient,
    placed: Placed,
    database: Database,
    kind: str,
    said: dict[str, str],
    changed: dict[str, str],
    shown: str,
) -> None:
    """A target, a baseline and a break are made, changed, withdrawn with a reason, brought back."""
    assert post(manager, plan(placed, f"/{kind}/new"), **said).status_code == 303
    (row,) = rows(database, KINDS[kind])
    path = plan(placed, f"/{kind}/{row.id}")
    assert f'href="{path}"' in manager.get(plan(placed)).text
    assert manager.get(path).status_code == 200
    assert (
        post(manager, path, version=row.version, reason="Checked", **{**said, **changed}).status_code == 303
    )
    assert shown in manager.get(plan(placed)).text
    assert post(manager, path, version=row.version, **said).status_code == 409
    (row,) = rows(database, KINDS[kind])
    assert post(manager, f"{path}/withdraw", version=row.version).status_code == 422
    assert post(manager, f"{path}/withdraw", version=row.version, withdraw_reason="Wrong").status_code == 303
    assert rows(database, KINDS[kind])[0].withdrawn_at == NOW
    assert "Bring it back" in manager.get(path).text
    assert post(manager, f"{path}/back").status_code == 303
    assert rows(database, KINDS[kind])[0].withdrawn_at is None


def test_analyses_again_at_once_when_break_is_declared(
    manager: FlaskClient, placed: Placed, database: Database
) -> None:
    """After a break in the past the indicator's page tells of nothing before it."""
    assert "2018" in manager.get(f"/indicators/{placed.indicator_id}").text
    post(manager, plan(placed, "/breaks/new"), period="2019", reason_sv="Ny enkät", reason_en="New survey")
    page = manager.get(f"/indicators/{placed.indicator_id}").text
    assert "New survey" in page
    assert rows(database, IndicatorSeries)[0].stale_since is None
    assert "turned for the worse" not in page


def test_declares_break_for_all_groups_or_for_one(
    manager: FlaskClient, placed: Placed, database: Database
) -> None:
    """A group is added later; a break concerns all of them unless one is chosen."""
    assert post(manager, plan(placed, "/groups"), group="sex=women").status_code == 303
    women = rows(database, IndicatorSeries)[-1]
    assert "All of them" in manager.get(plan(placed, "/breaks/new")).text
    post(manager, plan(placed, "/breaks/new"), series_id="0", period="2018", reason_sv="Ny enkät")
    post(manager, plan(placed, "/breaks/new"), series_id=women.id, period="2020", reason_sv="Nya åldrar")
    found = [(row.series_id, row.first_day.year) for row in rows(database, SeriesBreak)]
    assert found == [(placed.series_id, 2018), (women.id, 2018), (women.id, 2020)]
    refused = post(manager, plan(placed, "/groups"), group="women")
    assert refused.status_code == 422
    assert 'value="women"' in refused.text


def test_links_reference_line_and_renames_it(
    manager: FlaskClient, placed: Placed, database: Database
) -> None:
    """The municipality's series is withdrawn as a reference, offered anew and linked again."""
    (link,) = rows(database, ReferenceLink)
    path = plan(placed, f"/references/{link.id}")
    assert post(manager, path, version=link.version, label_sv="Staden").status_code == 303
    (link,) = rows(database, ReferenceLink)
    assert link.label_sv == "Staden"
    post(manager, f"{path}/withdraw", version=link.version, withdraw_reason="Another town")
    new = plan(placed, "/references/new")
    assert f'value="{link.reference_series_id}"' in manager.get(new).text
    made = post(manager, new, reference_series_id=link.reference_series_id, label_sv="Kommunen")
    assert made.status_code == 303
    (link,) = rows(database, ReferenceLink)
    assert (link.label_sv, link.withdrawn_at) == ("Kommunen", None)


@pytest.mark.parametrize(
    ("kind", "said", "field"),
    [
        ("targets", {"period": "2027", "value": ""}, "value"),
        ("targets", {"period": "2027", "value": "101"}, "value"),
        ("targets", {"period": "2027", "value": "1.234"}, "value"),
        ("targets", {"period": "", "value": "70"}, "period"),
        ("targets", {"period": "2027-Q1", "value": "70"}, "period"),
        ("baselines", {"period": "2027", "value": "70", "comment": "a\0b"}, "comment"),
        ("breaks", {"period": "2018", "reason_sv": ""}, "reason_sv"),
        ("breaks", {"period": "", "reason_sv": "As typed"}, "period"),
        ("references", {"reference_series_id": "999999", "label_sv": "As typed"}, "reference_series_id"),
    ],
)
def test_keeps_typed_text_when_row_is_refused(
    manager: FlaskClient, placed: Placed, database: Database, kind: str, said: dict[str, str], field: str
) -> None:
    """Bad input comes back with a sentence beside its field, and nothing is kept."""
    before = len(rows(database, KINDS[kind]))
    response = post(manager, plan(placed, f"/{kind}/new"), **said)
    assert response.status_code == 422
    assert f'id="{field}-error"' in response.text
    typed = [text for text in said.values() if text and "\0" not in text and text != "999999"]
    assert [text for text in typed if text not in response.text] == []
    assert len(rows(database, KINDS[kind])) == before


def test_finds_no_row_when_it_is_another_indicators(
    manager: FlaskClient, placed: Placed, database: Database
) -> None:
    """A target under another indicator's address is not found."""
    make(manager, placed)
    post(manager, plan(placed, "/targets/new"), period="2027", value="70")
    (target,) = rows(database, Target)
    assert manager.get(f"/indicators/{newest(database).id}/plan/targets/{target.id}").status_code == 404


def test_withdraws_indicator_with_reason_and_brings_it_back(
    manager: FlaskClient, placed: Placed, database: Database
) -> None:
    """A withdrawn indicator leaves the project's page and comes back to it."""
    version = rows(database, Indicator)[0].version
    assert post(manager, plan(placed, "/withdraw"), version=version).status_code == 422
    gone = post(manager, plan(placed, "/withdraw"), version=version, withdraw_reason="Never measured")
    assert gone.status_code == 303
    shown = f'href="/indicators/{placed.indicator_id}"'
    assert shown not in manager.get(f"/projects/{placed.slug}").text
    assert "The indicator is withdrawn" in manager.get(plan(placed)).text
    assert post(manager, plan(placed, "/back")).status_code == 303
    assert shown in manager.get(f"/projects/{placed.slug}").text


def test_makes_reference_line_of_area(
    app: Flask, people: People, manager: FlaskClient, placed: Placed, database: Database
) -> None:
    """Who plans everywhere gives an area an indicator; a project's manager does not."""
    with database.transaction() as session:
        area = Area(slug="district", name="Klockaretorpet", kind=AreaKind.DISTRICT)
        planning.save(session, people.administrator.actor, area, now=NOW)
        own = add_person(session, "own manager", Role.MANAGER, project_id=placed.project_id)
        path = f"/areas/{area.id}/indicators/new"
    assert f'href="{path}"' in manager.get("/areas/district").text
    assert 'href="/definitions"' in manager.get("/projects").text
    assert "Klockaretorpet" in manager.get(path).text
    asked = {"definition_id": definition_id(database), "frequency": "year", "first": "2018"}
    assert post(manager, path, **asked).status_code == 303
    assert newest(database).project_id is None
    other = signed_in_client(app, own)
    assert (other.get(path).status_code, post(other, path, **asked).status_code) == (403, 403)
    assert manager.get("/areas/999999/indicators/new").status_code == 404


def test_shows_plan_only_to_who_may_plan(app: Flask, people: People, placed: Placed) -> None:
    """The indicator's page leads managers to the plan, analysts not."""
    path = f"/indicators/{placed.indicator_id}"
    assert f'href="{path}/plan"' in signed_in_client(app, people.manager).get(path).text
    assert f'href="{path}/plan"' not in signed_in_client(app, people.analyst).get(path).text
    assert signed_in_client(app, people.analyst).get(f"{path}/plan").status_code == 403
    assert signed_in_client(app, people.outsider).get(f"{path}/plan").status_code == 404


def test_says_how_often_as_people_do_when_some_years_are_left_out() -> None:
    """Every second year rather than one year in two."""
    schedule = Schedule(year_period(2005), every_n_periods=2)
    assert schedule_words(schedule, speak("sv")) == "Vartannat år, från och med 2005"
