"""Projects and indicators through the API: facts, filters, parts of a list."""

from datetime import date

import pytest

from impact.api.indicators import IndicatorSchema
from impact.api.project_shapes import ProjectSchema
from impact.api.projects import ProjectListSchema
from impact.registry.project_tables import ProjectStatus, Visibility
from tests.api.problems import assert_problem
from tests.builders import WINDING, make_project, person
from tests.web.ground import place_history, promise

NAMES = ["Alby", "Åkern", "Älven", "Ön", "Zon", "Alby"]
SORTED = ["Alby", "Alby", "Zon", "Åkern", "Älven", "Ön"]


@pytest.fixture
def many(app, people):
    """Six projects, two with the same name, one of them finished."""
    with app.extensions["impact"].database.transaction() as session:
        planner = person(session)
        for number, name in enumerate(NAMES):
            status = ProjectStatus.FINISHED if name == "Zon" else ProjectStatus.ONGOING
            make_project(session, planner, f"p{number}", short_sv=name, title_sv=name, status=status)


def parts(viewer, path):
    """Every part of a list, from the first one on."""
    while path:
        response = viewer.get(path)
        assert response.status_code == 200, response.text
        assert ProjectListSchema().validate(response.json) == {}
        yield [row["short_name"] for row in response.json["projects"]]
        path = (response.json["next"] or "").removeprefix("/api/v1")


@pytest.mark.parametrize("limit", [1, 2, 3, 6, 200])
def test_gives_each_project_once_when_read_in_parts(caller, many, limit):
    """However long the parts, together they are the list in the order of Swedish."""
    found = list(parts(caller("viewer"), f"/projects?limit={limit}"))
    assert [name for part in found for name in part] == SORTED
    assert {len(part) for part in found[:-1]} <= {limit}


def test_keeps_the_order_when_a_project_comes_in_between(app, caller, many):
    """A project added before what was read shifts nothing."""
    walk = parts(caller("viewer"), "/projects?limit=2&status=ongoing")
    first = next(walk)
    with app.extensions["impact"].database.transaction() as session:
        make_project(session, person(session), "new", short_sv="Aaa", title_sv="Aaa")
    assert first + [name for part in walk for name in part] == ["Alby", "Alby", "Åkern", "Älven", "Ön"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=finished", ["Zon"]),
        ("text=ÄLV", ["Älven"]),
        ("text=alby&status=ongoing", ["Alby", "Alby"]),
        ("category=none", []),
    ],
)
def test_leaves_what_the_filters_ask_for(caller, many, query, found):
    """Each filter narrows the list, alone and together."""
    assert [name for part in parts(caller("viewer"), f"/projects?{query}") for name in part] == found


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=x", "limit"),
        ("limit=" + "9" * 5000, "limit"),
        ("status=nonsense", "status"),
        ("text=%00", "text"),
        ("after=x", "after"),
        ("after=%C3%A5", "after"),
        ("after=WzFd", "after"),
        ("after=WyJhXHUwMDAwIiwxXQ", "after"),
        ("after=WyJhIiwxZTQwMF0", "after"),
        ("sort=nonsense", "sort"),
        ("sort=starts_on&after=WyJhIiwxXQ", "after"),
        ("sort=starts_on&after=WzEsMV0", "after"),
        ("aftre=x", "aftre"),
    ],
)
def test_names_the_field_when_the_question_makes_no_sense(caller, people, query, field):
    """A filter that means nothing is refused, not passed over."""
    assert_problem(caller("viewer").get(f"/projects?{query}"), 422, "invalid", field)


def test_tells_a_project_with_what_turned(caller, placed):
    """A project's goals have their indicators with latest value, verdict and flag."""
    response = caller("viewer").get(f"/projects/{placed.slug}")
    assert ProjectSchema().validate(response.json) == {}
    (indicator,) = response.json["goals"][0]["indicators"]
    assert indicator["latest"] == {"period": "2024", "value": 59.0, "status": "final"}
    assert (indicator["verdict"], indicator["level"]) == ("reversed_to_worse", "clear")
    assert indicator["flag"]["turning_period"] == "2018"
    assert (indicator["change"], indicator["series_id"]) == (-1.5, placed.series_id)


def test_tells_how_an_indicator_stands_against_its_target(caller, placed):
    """Target, paces with interval and outlook, alike in the project and alone; null without a target."""
    viewer = caller("viewer")
    assert viewer.get(f"/indicators/{placed.indicator_id}").json["progress"] is None
    promise(placed, baseline=62.4, target=70.0)
    alone = viewer.get(f"/indicators/{placed.indicator_id}")
    assert IndicatorSchema().validate(alone.json) == {}
    told = alone.json["progress"]
    assert told["target"] == {"period": "2027", "value": 70.0}
    assert (told["standing"], told["needed_per_year"]) == ("wrong_way", pytest.approx(11 / 3))
    assert told["kept"]["since"] == "2018"
    assert told["kept"]["low"] < told["kept"]["per_year"] < told["kept"]["high"] < 0
    assert told["since_baseline"] == {
        "per_year": pytest.approx(-0.34), "since": "2014", "low": None, "high": None,
    }  # fmt: skip
    assert told["outlook"]["low"] < told["outlook"]["value"] < 59.0
    assert told["sentence"].startswith("The target for 2027 is 70%.")
    project = viewer.get(f"/projects/{placed.slug}")
    assert ProjectSchema().validate(project.json) == {}
    assert project.json["goals"][0]["indicators"][0]["progress"] == told


def test_lists_earlier_turns_when_a_history_has_several(app, caller, people):
    """The turns before the newest and the smallest change, now and in what was said before."""
    indicator_id, series_id = place_history(app, WINDING)
    viewer = caller("viewer")
    body = viewer.get(f"/indicators/{indicator_id}").json
    assert IndicatorSchema().validate(body) == {}
    told = body["analysis"]
    assert round(told["turning"]["value"]) == 2016
    assert told["earlier_turns"] == pytest.approx([2002, 2009], abs=0.5)
    assert 0 < told["smallest_change"] < 100
    assert "Earlier turns: 2002, 2009." in told["sentence"]
    (before,) = viewer.get(f"/series/{series_id}/analyses").json["analyses"]
    for name in ("earlier_turns", "smallest_change"):
        assert before[name] == told[name]


def test_lists_no_earlier_turn_when_there_is_one_or_none(caller, placed, app, people):
    """An empty list where it turned once; no smallest change where nothing can be told."""
    viewer = caller("viewer")
    once = viewer.get(f"/indicators/{placed.indicator_id}").json["analysis"]
    assert once["earlier_turns"] == []
    assert once["smallest_change"] > 0
    short, _ = place_history(app, {2021: 50.0, 2022: 51.0})
    told = viewer.get(f"/indicators/{short}").json["analysis"]
    assert (told["earlier_turns"], told["smallest_change"]) == ([], None)


@pytest.mark.parametrize(
    ("language", "name", "words"),
    [("sv-SE", "Trygga hyresgäster", "steg"), ("en", "Safe tenants", "rose"), ("fi", "Trygga", "steg")],
)
def test_speaks_the_language_that_is_asked_for(caller, placed, language, name, words):
    """Names and the finding come in the language of Accept-Language, whatever a cookie says."""
    viewer = caller("viewer")
    viewer.client.set_cookie("impact-language", "en" if language != "en" else "sv")
    response = viewer.get(f"/indicators/{placed.indicator_id}", headers={"Accept-Language": language})
    assert IndicatorSchema().validate(response.json) == {}
    assert response.json["name"].startswith(name)
    assert words in response.json["analysis"]["sentence"].lower()
    assert response.headers["Content-Language"] == ("en" if language == "en" else "sv")


def test_shows_outsiders_only_what_is_public(app, caller, people, placed):
    """An internal project is not found by those of other organisations, a public one is."""
    with app.extensions["impact"].database.transaction() as session:
        make_project(session, person(session), "open", visibility=Visibility.PUBLIC)
    outsider = caller("outsider")
    assert list(parts(outsider, "/projects")) == [["Open"]]
    assert outsider.get("/projects/open").status_code == 200
    for path in (f"/projects/{placed.slug}", "/projects/none", "/projects/%00", "/projects/a%0Ab"):
        assert_problem(outsider.get(path), 404, "not_found")
    assert_problem(outsider.get(f"/indicators/{placed.indicator_id}"), 404, "not_found")


@pytest.fixture
def valued(app, people):
    """Five projects, two of which have the same loan and two none."""
    with app.extensions["impact"].database.transaction() as session:
        planner = person(session)
        for number, loan in enumerate([30, None, 10, None, 30]):
            make_project(
                session, planner, f"p{number}", loan_amount=loan, starts_on=date(2020, 1, 1 + number)
            )


@pytest.mark.parametrize("limit", [1, 2, 5])
@pytest.mark.parametrize(
    ("sort", "found"),
    [
        ("loan_amount", ["p2", "p0", "p4", "p1", "p3"]),
        ("-loan_amount", ["p4", "p0", "p2", "p3", "p1"]),
        ("-starts_on", ["p4", "p3", "p2", "p1", "p0"]),
        ("-name", ["p4", "p3", "p2", "p1", "p0"]),
    ],
)
def test_gives_each_project_once_when_sorted(caller, valued, sort, found, limit):
    """In every order, up and down, each project comes once; what has no value stands last."""
    viewer, slugs = caller("viewer"), []
    path = f"/projects?sort={sort}&limit={limit}"
    while path:
        part = viewer.get(path).json
        slugs += [row["slug"] for row in part["projects"]]
        path = (part["next"] or "").removeprefix("/api/v1")
    assert slugs == found
