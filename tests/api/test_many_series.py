"""Series of many indicators in one answer: the same as one by one, and not twice."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from impact.api.many_series import PlacedSeriesSchema, SeriesListSchema
from impact.registry import recording
from impact.registry.judging import Draft
from impact.registry.measurement_tables import EvidenceLevel
from impact.registry.series_view import stored_measurement
from impact.semantics.period import year_period
from impact.semantics.series import Missing
from tests.api.problems import assert_problem
from tests.builders import PEAK_2018
from tests.people import NOW
from tests.web.ground import place_project


@pytest.fixture
def second(app, placed):
    """Another project, with another series under a definition of its own."""
    return place_project(app, "second")


def record(placed, actor, year, draft, at=NOW):
    with placed.database.transaction() as session:
        return recording.record_measurement(
            session, actor, placed.series_id, year_period(year), draft, now=at
        )


def ids(response):
    assert SeriesListSchema().validate(response.json) == {}
    return [each["id"] for each in response.json["series"]]


def test_tells_each_series_as_it_is_told_alone(caller, people, placed, second):
    """What stands of a series among many is what stands of it alone."""
    draft = Draft(
        missing=Missing.CONFIDENTIAL, comment="å “ö” \u2028 \\", evidence_level=EvidenceLevel.STATED
    )
    record(placed, people.analyst.actor, 2025, draft)
    viewer = caller("viewer")
    many = viewer.get("/series").json["series"]
    assert [each["id"] for each in many] == [placed.series_id, second.series_id]
    for each in many:
        alone = viewer.get(f"/series/{each['id']}").json
        assert {name: each[name] for name in alone} == alone
        assert (each["area"], each["project"]) == (None, placed.slug if each is many[0] else second.slug)


def test_agrees_with_what_the_schema_would_tell(caller, people, placed, second):
    """Made by hand, it is still what marshmallow makes of it, name by name in the same order."""
    record(placed, people.analyst.actor, 2025, Draft(value=58.5, n_observed=412, standard_error=1.25))
    answer = caller("viewer").get("/series")
    told = answer.json["series"]
    loaded = PlacedSeriesSchema(many=True).load(told)
    dumped = PlacedSeriesSchema(many=True).dump(loaded)
    assert dumped == told
    assert all(set(one) == set(other) for one, other in zip(dumped, told, strict=True))
    assert (answer.mimetype, answer.headers["Content-Language"]) == ("application/json", "en")
    assert answer.text.startswith('{"series":[{"id":')


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("project=second", ["second"]),
        ("project=no-such", []),
        ("definition=second-safety", ["second"]),
        ("disaggregation=total", ["first", "second"]),
        ("disaggregation=sex%3Dwomen", []),
        ("area=centre-town", []),
        ("indicators={first}", ["first"]),
        ("indicators={first},{second}", ["first", "second"]),
        ("indicators=999999", []),
    ],
)
def test_narrows_when_asked(caller, placed, second, query, wanted):
    """Each filter leaves its own series."""
    places = {"first": placed, "second": second}
    path = "/series?" + query.format(**{name: place.indicator_id for name, place in places.items()})
    assert ids(caller("viewer").get(path)) == [places[name].series_id for name in wanted]


def test_leads_on_with_the_same_question(app, caller, placed, second):
    """Parts follow one another, none twice, and keep what was asked."""
    place_project(app, "third")
    viewer = caller("viewer")
    first = viewer.get(f"/series?limit=1&indicators={placed.indicator_id},{second.indicator_id}")
    rest = viewer.get(first.json["next"].removeprefix("/api/v1"))
    assert ids(first) + ids(rest) == [placed.series_id, second.series_id]
    assert rest.json["next"] is None


def test_tells_the_periods_asked_for(caller, placed):
    """From and until days cut the measurements; without values there are none."""
    viewer = caller("viewer")

    def years(query):
        return [
            int(each["period"]) for each in viewer.get(f"/series?{query}").json["series"][0]["measurements"]
        ]

    assert years("since=2022-01-01") == [2022, 2023, 2024]
    assert years("until=2011-12-31") == [2010, 2011]
    assert years("since=2012-01-02&until=2013-12-30") == []
    assert years("values=false") == []
    assert years("values=true") == list(PEAK_2018)


def test_tells_what_was_known_then(caller, people, placed):
    """An instant before the correction has the old value of every series."""
    with placed.database.transaction() as session:
        stored = stored_measurement(session, placed.series_id, year_period(2024))
        recording.revise_measurement(
            session, people.analyst.actor, placed.series_id, stored.measurement_id, stored.version,
            Draft(value=60.0), reason="Fel rad", now=NOW,
        )  # fmt: skip
    viewer = caller("viewer")

    def newest(at):
        answer = viewer.get("/series", query_string={"known_at": at.isoformat()})
        return answer.json["series"][0]["measurements"][-1]["value"]

    assert newest(NOW - timedelta(seconds=1)) == 59.0
    assert newest(NOW) == 60.0


def test_answers_304_until_one_of_them_changes(caller, people, placed, second):
    """The tag of the whole answer holds as long as each series in it does."""
    viewer = caller("viewer")
    tag = viewer.get("/series").headers["ETag"]
    same = viewer.get("/series", headers={"If-None-Match": tag})
    assert (same.status_code, same.text, same.headers["ETag"]) == (304, "", tag)
    record(second, people.analyst.actor, 2025, Draft(value=58.5))
    changed = viewer.get("/series", headers={"If-None-Match": tag})
    assert (changed.status_code, changed.headers["ETag"] != tag) == (200, True)


def test_asks_the_same_number_of_questions_however_many_there_are(app, caller, placed):
    """Reading more series takes no more statements."""
    viewer = caller("viewer")

    def n_statements():
        seen = []
        engine = placed.database.engine
        event.listen(engine, "before_cursor_execute", note := lambda *said: seen.append(said[2]))
        viewer.get("/series")
        event.remove(engine, "before_cursor_execute", note)
        return sum(each.startswith("SELECT") for each in seen)

    n_statements()
    few = n_statements()
    place_project(app, "second")
    place_project(app, "third")
    assert n_statements() == few


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("indicators=x", "indicators"),
        ("indicators=0", "indicators"),
        ("since=2010", "since"),
        ("values=perhaps", "values"),
        ("after=x", "after"),
        ("projects=centre", "projects"),
    ],
)
def test_refuses_question_when_it_makes_no_sense(caller, placed, query, field):
    """What cannot be read is told by its field."""
    assert_problem(caller("viewer").get(f"/series?{query}"), 422, "invalid", field)


def test_shows_an_outsider_nothing(caller, placed):
    """What may not be seen is not there."""
    assert ids(caller("outsider").get("/series")) == []
