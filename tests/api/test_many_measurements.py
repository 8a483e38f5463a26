"""Many measurements in one call: all or none, tried first, each problem with its place."""

import pytest

from impact.api.many_measurements import OutcomesSchema
from impact.monitoring.analysing import newest_analysis
from tests.api.problems import assert_problem
from tests.builders import PEAK_2018
from tests.web.ground import place_project


@pytest.fixture
def second(app, placed):
    """Another project with a series of its own."""
    return place_project(app, "second")


def one(placed, period, value, **more):
    return {"series_id": placed.series_id, "period": period, "value": value, **more}


def send(caller, *measurements, **more):
    return caller.post("/measurements", {"measurements": measurements, **more})


def values(caller, placed):
    points = caller.get(f"/series/{placed.series_id}").json["measurements"]
    return {int(each["period"]): each["value"] for each in points}


def etag(caller, placed, period):
    return caller.get(f"/series/{placed.series_id}/measurements/{period}").headers["ETag"].strip('"')


def test_records_and_revises_all_at_once(caller, placed, second):
    """New, changed and unchanged ones of several series, each told; the series are analysed."""
    analyst = caller("analyst")
    answer = send(
        analyst,
        one(placed, "2025", 58.0),
        one(placed, "2024", 59.5, etag=etag(analyst, placed, "2024")),
        one(second, "2023", PEAK_2018[2023]),
        one(second, "2025", None, missing="not_collected"),
        reason="Räknat om",
    )
    assert answer.status_code == 200, answer.text
    assert OutcomesSchema().validate(answer.json) == {}
    outcomes = [each["outcome"] for each in answer.json["measurements"]]
    assert outcomes == ["new", "changed", "unchanged", "new"]
    counts = [answer.json[name] for name in ("n_new", "n_changed", "n_unchanged", "n_series_waiting")]
    assert counts == [2, 1, 1, 0]
    assert answer.json["measurements"][1]["etag"] == etag(analyst, placed, "2024")
    assert values(analyst, placed) == PEAK_2018 | {2024: 59.5, 2025: 58.0}
    assert values(analyst, second) == PEAK_2018 | {2025: None}
    with placed.database.reading() as session:
        assert newest_analysis(session, placed.series_id).n_points == len(PEAK_2018) + 1


def test_tells_what_it_would_do_when_it_is_tried(caller, placed):
    """A dry run changes nothing and tells the tag that a revision has to name."""
    analyst = caller("analyst")
    asked = [one(placed, "2025", 58.0), one(placed, "2024", 59.5)]
    tried = send(analyst, *asked, dry_run=True).json
    assert [each["outcome"] for each in tried["measurements"]] == ["new", "changed"]
    assert [each["etag"] for each in tried["measurements"]] == [None, etag(analyst, placed, "2024")]
    assert values(analyst, placed) == PEAK_2018
    named = [
        each | {"etag": told["etag"] or ""} for each, told in zip(asked, tried["measurements"], strict=True)
    ]
    assert send(analyst, *named, reason="Räknat om").status_code == 200


def test_records_none_when_one_is_wrong(caller, placed, second):
    """Every problem stands with its place, and nothing at all is recorded."""
    analyst = caller("analyst")
    answer = send(
        analyst,
        one(placed, "2025", 58.0),
        one(placed, "2025", 58.5),
        one(placed, "2024", 120.0),
        one(placed, "1066", 50.0),
        {"series_id": 999_999, "period": "2025", "value": 1.0},
        one(second, "2025", 58.0),
    )
    assert_problem(answer, 422, "invalid", words="4")
    told = [(each["field"], each["code"]) for each in answer.json["problems"]]
    assert told == [
        ("measurements.1.period", "invalid"),
        ("measurements.2.value", "invalid"),
        ("measurements.3.period", "invalid"),
        ("measurements.4", "not_found"),
    ]
    assert values(analyst, placed) == values(analyst, second) == PEAK_2018


@pytest.mark.parametrize(("named", "status", "code"), [
    ("", 428, "precondition_required"), ("1-1-approved", 412, "changed_in_between"),
])  # fmt: skip
def test_refuses_revision_when_its_version_is_not_the_stored_one(caller, placed, named, status, code):
    """Whoever replaces a measurement has read it as it is now."""
    analyst = caller("analyst")
    answer = send(analyst, one(placed, "2024", 59.5, etag=named), reason="Räknat om")
    assert_problem(answer, status, code)
    assert answer.json["problems"][0]["field"] == "measurements.0.etag"
    assert values(analyst, placed) == PEAK_2018


def test_asks_for_a_reason_when_values_are_corrected(caller, placed):
    """A correction without a reason is none."""
    analyst = caller("analyst")
    answer = send(analyst, one(placed, "2024", 59.5, etag=etag(analyst, placed, "2024")))
    assert_problem(answer, 422, "invalid", "reason")


def test_tells_every_field_that_cannot_be_read(caller, placed):
    """A form with several mistakes is told all of them, by place."""
    answer = send(
        caller("analyst"),
        {"series_id": "x", "period": "2025", "value": 1.0},
        one(placed, "2025", "58", wrong=1),
        dry_run="yes",
    )
    assert_problem(answer, 422, "invalid", "measurements.0.series_id")
    assert {each["field"] for each in answer.json["problems"]} == {
        "measurements.0.series_id", "measurements.1.value", "measurements.1.wrong", "dry_run",
    }  # fmt: skip


def test_finds_no_foreign_series(caller, placed):
    """An outsider's problem is that there is no such series; a viewer may not come in at all."""
    answer = send(caller("outsider"), one(placed, "2025", 58.0))
    assert_problem(answer, 422, "invalid")
    assert answer.json["problems"][0]["code"] == "not_found"
    assert_problem(send(caller("viewer"), one(placed, "2025", 58.0)), 403, "not_allowed")
