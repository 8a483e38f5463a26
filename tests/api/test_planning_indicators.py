"""Indicators through the API: made, changed, split, withdrawn and brought back."""

import pytest

from impact.api.indicator_facts import PlannedIndicatorSchema
from tests.api.problems import assert_problem


@pytest.fixture
def engine_name():
    """The SQL is that of the verbs, which have their own tests on both databases."""
    return "sqlite"


@pytest.fixture
def manager(caller, placed):
    return caller("manager")


def make(manager, placed, facts, **said):
    return manager.post("/indicators", {"goal_id": placed.goal_id, "facts": facts, **said})


def test_makes_changes_withdraws_and_brings_back_an_indicator(manager, placed):
    """Two answers are enough; the schedule can be another one, and single rounds."""
    made = make(manager, placed, {"definition_id": 1, "first": "2026"}, disaggregations=["sex=women"])
    assert made.status_code == 201, made.text
    assert PlannedIndicatorSchema().validate(made.json) == {}
    assert (made.json["project"], made.json["goal_id"]) == (placed.slug, placed.goal_id)
    assert [one["disaggregation"] for one in made.json["series"]] == ["total", "sex=women"]
    assert (made.json["facts"]["frequency"], made.json["facts"]["due_days"]) == ("year", 90)
    path = made.headers["Location"].removeprefix("/api/v1")
    assert manager.get(path).headers["ETag"] == made.headers["ETag"]
    assert manager.get(f"{path}/facts").json == made.json

    said = {"frequency": "financial_year", "starts_in": 4, "first": "2025/26", "is_key": True}
    tag = {"If-Match": made.headers["ETag"]}
    changed = manager.call("PATCH", path, json={"facts": said, "reason": "Beslut"}, headers=tag)
    assert changed.json["facts"] == made.json["facts"] | said, changed.text
    tag = {"If-Match": changed.headers["ETag"]}
    rounds = {"rounds": ["2029/30", "2026/27"], "ex_ante_estimate": 12.5}
    again = manager.call("PATCH", path, json={"facts": rounds}, headers=tag)
    assert again.json["facts"]["rounds"] == ["2026/27", "2029/30"], again.text
    assert again.json["facts"]["first"] == "2026/27"
    assert_problem(manager.post(f"{path}/withdraw", {"reason": "x"}, headers=tag), 412, "changed_in_between")

    tag = {"If-Match": again.headers["ETag"]}
    gone = manager.post(f"{path}/withdraw", {"reason": "Dubblett"}, headers=tag)
    assert gone.json["withdrawn_at"] is not None, gone.text
    back = manager.post(f"{path}/restore", {}, headers={"If-Match": gone.headers["ETag"]})
    assert back.json == again.json


def test_makes_a_reference_line_of_an_area(manager, caller, placed):
    """An area's indicator is planned by whoever plans everywhere."""
    area = manager.post("/areas", {"facts": {"name": "Norrköping", "kind": "municipality"}}).json["id"]
    said = {"area_id": area, "facts": {"definition_id": 1, "first": "2010"}}
    made = manager.post("/indicators", said)
    assert (made.status_code, made.json["project"], made.json["area_id"]) == (201, None, area), made.text
    assert_problem(caller("outsider").post("/indicators", said), 403, "not_allowed")


NONSENSE = [
    ({}, "facts.definition_id"),
    ({"definition_id": 1}, "facts.first"),
    ({"definition_id": 2**40, "first": "2026"}, "definition_id"),
    ({"definition_id": 2**63, "first": "2026"}, "facts.definition_id"),
    ({"definition_id": 1, "first": "2026-Q1"}, "facts.first"),
    ({"definition_id": 1, "first": "0001"}, "first"),
    ({"definition_id": 1, "first": "9999"}, "facts.first"),
    ({"definition_id": 1, "rounds": ["2026", "x"]}, "facts.rounds.1"),
    ({"definition_id": 1, "first": "2026", "due_days": 3661}, "facts.due_days"),
    ({"definition_id": 1, "first": "2026", "starts_in": 13}, "facts.starts_in"),
    ({"definition_id": 1, "first": "2026", "responsible_id": 10**12}, "responsible_id"),
    ({"definition_id": 1, "first": "2026", "source_address": "x"}, "source_address"),
]


def test_refuses_an_indicator_that_makes_no_sense(manager, placed):
    """What cannot be is told by its field."""
    for facts, field in NONSENSE:
        assert_problem(make(manager, placed, facts), 422, "invalid", field)
    assert_problem(
        manager.post("/indicators", {"facts": NONSENSE[4][0] | {"first": "2026"}}), 422, "invalid", "goal_id"
    )
    path = f"/indicators/{placed.indicator_id}"
    tag = {"If-Match": manager.get(path).headers["ETag"]}
    later = manager.call("PATCH", path, json={"facts": {"first": "2020"}}, headers=tag)
    assert_problem(later, 422, "invalid", "first", "2010")
    assert_problem(
        manager.post(f"{path}/series", {"disaggregation": "women"}), 422, "invalid", "disaggregation"
    )


def test_keeps_indicators_from_those_who_may_not_see_or_plan(caller, placed):
    """A viewer reads, an outsider finds neither indicator nor goal."""
    path = f"/indicators/{placed.indicator_id}"
    read = caller("viewer").get(f"{path}/facts")
    assert read.status_code == 200
    tag, said = {"If-Match": read.headers["ETag"]}, {"facts": {"due_days": 1}}
    assert_problem(caller("viewer").call("PATCH", path, json=said, headers=tag), 403, "not_allowed")
    outsider = caller("outsider")
    assert_problem(outsider.call("PATCH", path, json=said, headers=tag), 404, "not_found")
    assert_problem(make(outsider, placed, {"definition_id": 1, "first": "2026"}), 404, "not_found")
