"""Series through the API: all that is approved, as known then, and not twice."""

from datetime import timedelta

import pytest

from impact.api.series import PastAnalysesSchema, SeriesSchema
from impact.monitoring import analysing
from impact.registry import recording
from impact.registry.judging import Draft
from impact.registry.series_view import stored_measurement
from impact.semantics.period import year_period
from tests.api.problems import assert_problem
from tests.builders import PEAK_2018
from tests.people import NOW


@pytest.fixture
def path(placed):
    return f"/series/{placed.series_id}"


def revise(placed, actor, year, value, at):
    with placed.database.transaction() as session:
        stored = stored_measurement(session, placed.series_id, year_period(year))
        recording.revise_measurement(
            session,
            actor,
            placed.series_id,
            stored.measurement_id,
            stored.version,
            Draft(value=value),
            reason="Fel rad",
            now=at,
        )


def test_gives_every_measurement_in_order(caller, placed, path):
    """All approved values, oldest first, each with its period."""
    body = caller("viewer").get(path).json
    assert SeriesSchema().validate(body) == {}
    assert {int(each["period"]): each["value"] for each in body["measurements"]} == PEAK_2018
    assert [each["period"] for each in body["measurements"]] == sorted(map(str, PEAK_2018))


def test_answers_304_until_something_changes(caller, people, placed, path):
    """The tag holds as long as the series does, and for its instant alone."""
    viewer = caller("viewer")
    tag = viewer.get(path).headers["ETag"]
    same = viewer.get(path, headers={"If-None-Match": tag})
    assert (same.status_code, same.text, same.headers["ETag"]) == (304, "", tag)
    then = viewer.get(path + "?known_at=2026-05-01T00:00:00Z", headers={"If-None-Match": tag})
    assert then.status_code == 200
    revise(placed, people.analyst.actor, 2024, 60.0, NOW)
    assert viewer.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_tells_what_was_known_then(caller, people, placed, path):
    """An instant before the correction has the old value, one after it the new one."""
    revise(placed, people.analyst.actor, 2024, 60.0, NOW)
    viewer = caller("viewer")

    def newest(at):
        return viewer.get(path, query_string={"known_at": at.isoformat()}).json["measurements"][-1:]

    assert newest(NOW - timedelta(seconds=1))[0]["value"] == 59.0
    assert newest(NOW)[0]["value"] == 60.0
    # The same instant with another zone's clock.
    assert (
        viewer.get(path + "?known_at=2026-11-23T10:00:00%2B01:00").json["measurements"][-1]["value"] == 60.0
    )


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("known_at=2026-11-23T10:00:00", "known_at"),
        ("known_at=9999-12-31T23:59:59-01:00", "known_at"),
        ("known_at=yesterday", "known_at"),
        ("knownat=2026-11-23T10:00:00Z", "knownat"),
    ],
)
def test_refuses_instant_when_it_is_none(caller, placed, path, query, field):
    """An instant needs its zone, and a misspelt name is not passed over."""
    assert_problem(caller("viewer").get(f"{path}?{query}"), 422, "invalid", field)


def test_finds_nothing_when_an_outsider_asks(caller, placed, path):
    """What belongs to others gives the same answer as what there is not."""
    outsider = caller("outsider")
    assert_problem(outsider.get(path), 404, "not_found")
    tag = caller("viewer").get(path).headers["ETag"]
    assert_problem(outsider.get(path, headers={"If-None-Match": tag}), 404, "not_found")
    assert_problem(outsider.get("/series/999999"), 404, "not_found")
    assert_problem(outsider.get("/series/99999999999999999999999"), 404, "not_found")


def test_lists_what_was_said_before_when_asked(caller, placed, path, people):
    """What did we say in March: the sentence of then, and why another was said since."""
    revise(placed, people.analyst.actor, 2024, 58.4, NOW)
    with placed.database.transaction() as session:
        analysing.refresh_series(session, placed.series_id, now=NOW)
    body = caller("viewer").get(f"{path}/analyses").json
    assert PastAnalysesSchema().validate(body) == {}
    newest, oldest = body["analyses"]
    assert "to 58.4% in 2024" in newest["sentence"]
    assert "to 59.0% in 2024" in oldest["sentence"]
    assert newest["reasons"] == [{"cause": "correction", "periods": ["2024"]}]
    assert (oldest["verdict"], oldest["level"]) == ("reversed_to_worse", "clear")
    assert oldest["recorded_at"] == "2026-03-15T09:00:00+00:00"


def test_finds_no_past_when_the_series_is_out_of_reach(caller, path):
    """A foreign series has no past that could be read."""
    assert_problem(caller("outsider").get(f"{path}/analyses"), 404, "not_found")
