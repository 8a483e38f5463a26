"""Reporting rounds through the API: handed in, returned, approved, closed, unlocked."""

import pytest

from impact.api.rounds import RoundListSchema, RoundSchema
from tests.api.problems import assert_problem


@pytest.fixture
def engine_name():
    """The SQL is that of the verbs, which have their own tests on both databases."""
    return "sqlite"


def act(caller, path, name, remark="", tag=None):
    tag = tag or caller.get(path).headers["ETag"]
    return caller.post(path, {"act": name, "remark": remark}, headers={"If-Match": tag})


def test_goes_from_open_to_closed_and_back(caller, placed):
    """Each act leads to the next state, for those who may, on what they have read."""
    analyst, manager = caller("analyst"), caller("manager")
    path = f"/projects/{placed.slug}/rounds/year/2024"
    category = manager.post("/categories", {"facts": {"name_sv": "Bostäder"}}).json["id"]
    needs = {"facts": {"needs_approval": True, "category_id": category}}
    tag = {"If-Match": manager.get(f"/projects/{placed.slug}").headers["ETag"]}
    assert manager.call("PATCH", f"/projects/{placed.slug}", json=needs, headers=tag).status_code == 200
    value = {"value": 59.5, "reason": "Omräknat"}
    measured = f"/series/{placed.series_id}/measurements/2024"
    tag = {"If-Match": analyst.get(measured).headers["ETag"]}
    assert analyst.put(measured, value, headers=tag).status_code == 200

    read = analyst.get(path)
    assert RoundSchema().validate(read.json) == {}
    assert (read.json["state"], read.json["possible_acts"]) == ("open", ["submit"])
    assert [one["standing"] for one in read.json["measurements"]] == ["waiting"]
    submitted = act(analyst, path, "submit")
    assert (submitted.status_code, submitted.json["state"]) == (200, "submitted"), submitted.text
    assert submitted.json["changed_by"] == "analyst (test)"
    stale = act(analyst, path, "submit", tag=read.headers["ETag"])
    assert_problem(stale, 412, "changed_in_between")
    assert_problem(act(analyst, path, "submit"), 409, "conflict")
    assert_problem(act(analyst, path, "approve"), 403, "not_allowed")
    assert_problem(act(manager, path, "return"), 422, "invalid", "remark")
    assert_problem(manager.post(path, {"act": "approve"}), 428, "precondition_required")
    for name, remark, state in (
        ("return", "Räkna om", "returned"), ("submit", "", "submitted"), ("approve", "", "approved"),
        ("close", "", "closed"), ("unlock", "Fel", "unlocked"),
    ):  # fmt: skip
        moved = act(manager, path, name, remark)
        assert (moved.status_code, moved.json["state"]) == (200, state), moved.text
    assert moved.json["remark"] == "Fel"


def test_lists_the_rounds_of_a_project(caller, placed):
    """Newest first, in parts, those that stand so; an outsider finds none."""
    viewer, path = caller("viewer"), f"/projects/{placed.slug}/rounds"
    part = viewer.get(f"{path}?limit=2&state=open&frequency=year").json
    assert RoundListSchema().validate(part) == {}
    assert [one["period"] for one in part["rounds"]] == ["2025", "2024"]
    rest = viewer.get(part["next"].removeprefix("/api/v1")).json
    assert [one["period"] for one in rest["rounds"]] == ["2023", "2022"]
    assert viewer.get(f"{path}?sort=period&limit=1").json["rounds"][0]["period"] == "2010"
    assert viewer.get(f"{path}?state=closed").json == {"rounds": [], "next": None}
    assert_problem(viewer.get(f"{path}/year/1999"), 404, "not_found")
    assert_problem(viewer.get(f"{path}/fortnight/2024"), 404, "not_found")
    assert_problem(caller("outsider").get(path), 404, "not_found")
    assert_problem(caller("outsider").get(f"{path}/year/2024"), 404, "not_found")
