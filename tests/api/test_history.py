"""History through the API: who changed the target, and why?"""

import pytest

from impact.api.history import ChangesSchema
from tests.api.problems import assert_problem


@pytest.fixture
def engine_name():
    """What is told is the verb's, which has its own tests on both databases."""
    return "sqlite"


def test_tells_who_changed_the_target_and_why(caller, placed):
    """The change has both values, the reason and the name; it is in each of the three histories."""
    manager, plan = caller("manager"), f"/series/{placed.series_id}/plan/targets"
    made = manager.post(plan, {"facts": {"period": "2030", "value": 70}})
    path, number = f"{plan}/{made.json['id']}", made.json["id"]
    said = {"facts": {"value": 65}, "reason": "Rådet"}
    manager.call("PATCH", path, json=said, headers={"If-Match": made.headers["ETag"]})

    viewer = caller("viewer")
    told = viewer.get(f"/history/target/{number}").json
    assert ChangesSchema().validate(told) == {}
    changed, created = told["changes"]
    assert (changed["before"], changed["after"], changed["reason"]) == ({"value": 70}, {"value": 65}, "Rådet")
    assert (changed["actor"], changed["verb"], changed["entity"]) == ("manager (test)", "change", "target")
    assert (created["before"], created["after"]["value"]) == ({}, 70)
    for address in (f"/indicators/{placed.indicator_id}/history", f"/projects/{placed.slug}/history"):
        part = viewer.get(f"{address}?limit=1").json
        assert part["changes"] == [changed]
        assert viewer.get(part["next"].removeprefix("/api/v1")).json["changes"][0] == created
    assert not any("search_key" in one["after"] for one in viewer.get(address).json["changes"])


def test_keeps_history_from_those_who_may_not_see_the_thing(caller, placed):
    """An outsider finds nothing, and there is none of what there is not."""
    for caller_name, address in (
        ("outsider", f"/projects/{placed.slug}/history"),
        ("outsider", f"/indicators/{placed.indicator_id}/history"),
        ("outsider", f"/history/goal/{placed.goal_id}"),
        ("viewer", "/history/goal/999999"),
        ("viewer", "/history/user/1"),
    ):
        assert_problem(caller(caller_name).get(address), 404, "not_found")
    assert_problem(caller("viewer").get("/projects/centre/history?after=x"), 422, "invalid", "after")
