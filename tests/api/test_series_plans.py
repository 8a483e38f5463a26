"""Targets, baselines, breaks and reference lines through the API."""

import pytest

from impact.api.series_plans import PlannedRowSchema, PlannedRowsSchema
from tests.api.problems import assert_problem


@pytest.fixture
def engine_name():
    """The SQL is that of the verbs, which have their own tests on both databases."""
    return "sqlite"


@pytest.fixture
def manager(caller, placed):
    return caller("manager")


@pytest.fixture
def plan(placed):
    return f"/series/{placed.series_id}/plan"


@pytest.mark.parametrize(
    ("around", "facts", "other"),
    [
        ("targets", {"period": "2030", "value": 70.0}, {"value": 72.5, "comment": "Efter beslutet"}),
        ("breaks", {"period": "2016", "reason_sv": "Webb"}, {"period": "2017", "reason_en": "Web"}),
    ],
)
def test_adds_changes_withdraws_and_brings_back(manager, plan, around, facts, other):
    """What was said stands there, changes at its version, goes and comes back."""
    made = manager.post(f"{plan}/{around}", {"facts": facts, "reason": "Beslut"})
    assert made.status_code == 201, made.text
    assert PlannedRowSchema().validate(made.json) == {}
    assert made.json["facts"] | facts == made.json["facts"]
    path = made.headers["Location"].removeprefix("/api/v1")
    assert manager.get(path).json == made.json
    assert_problem(manager.post(f"{plan}/{around}", {"facts": facts}), 422, "invalid", "period")
    tag = {"If-Match": made.headers["ETag"]}
    changed = manager.call("PATCH", path, json={"facts": other}, headers=tag)
    assert changed.json["facts"] == made.json["facts"] | other, changed.text
    again = manager.call("PATCH", path, json={"facts": other}, headers=tag)
    assert_problem(again, 412, "changed_in_between")
    tag = {"If-Match": changed.headers["ETag"]}
    gone = manager.post(f"{path}/withdraw", {"reason": "Överspelat"}, headers=tag)
    assert gone.status_code == 200, gone.text
    assert manager.get(f"{plan}/{around}").json["rows"] == []
    assert manager.get(f"{plan}/{around}?withdrawn=true").json["rows"] == [gone.json]
    back = manager.post(f"{path}/restore", {}, headers={"If-Match": gone.headers["ETag"]})
    assert back.json == changed.json


def test_lists_baselines_by_number_or_period_in_parts(manager, plan):
    """Each order leads on behind its own key."""
    for year in ("2014", "2012", "2013"):
        manager.post(f"{plan}/baselines", {"facts": {"period": year, "value": 60}})

    def found(query):
        periods, address = [], f"{plan}/baselines?limit=2&{query}"
        while address:
            part = manager.get(address)
            assert PlannedRowsSchema().validate(part.json) == {}
            periods += [row["facts"]["period"] for row in part.json["rows"]]
            address = (part.json["next"] or "").removeprefix("/api/v1")
        return periods

    assert found("") == ["2014", "2012", "2013"]
    assert found("sort=period") == ["2012", "2013", "2014"]
    assert found("sort=-period") == ["2014", "2013", "2012"]


def test_declares_a_break_in_all_series_and_compares_with_a_reference_line(manager, placed, plan):
    """A split indicator breaks in each series; one series is compared with the other."""
    split = manager.post(f"/indicators/{placed.indicator_id}/series", {"disaggregation": "sex=women"})
    assert split.status_code == 201, split.text
    said = {"facts": {"period": "2019", "reason_sv": "Webb"}}
    declared = manager.post(f"/indicators/{placed.indicator_id}/breaks", said)
    assert declared.status_code == 201, declared.text
    assert [row["series_id"] for row in declared.json["rows"]] == [placed.series_id, split.json["id"]]

    facts = {"reference_series_id": split.json["id"], "label_sv": "Kvinnor"}
    line = manager.post(f"{plan}/references", {"facts": facts})
    assert line.status_code == 201, line.text
    path, tag = f"{plan}/references/{line.json['id']}", {"If-Match": line.headers["ETag"]}
    moved = manager.call("PATCH", path, json={"facts": {"reference_series_id": 99}}, headers=tag)
    assert_problem(moved, 422, "invalid", "reference_series_id")
    named = manager.call("PATCH", path, json={"facts": {"label_en": "Women"}}, headers=tag)
    assert named.json["facts"] == facts | {"label_en": "Women"}


NONSENSE = [
    ("targets", {"period": "2030"}, "facts.value"),
    ("targets", {"value": 1}, "facts.period"),
    ("targets", {"period": "2030-Q1", "value": 1}, "period"),
    ("targets", {"period": "0000", "value": 1}, "period"),
    ("targets", {"period": "2030", "value": 101}, "value"),
    ("targets", {"period": "2030", "value": "1"}, "facts.value"),
    ("breaks", {"period": "2016"}, "reason_sv"),
    ("breaks", {"period": "2016", "reason_sv": "x", "new_version_id": 2**40}, "new_version_id"),
    ("references", {"reference_series_id": 2**63, "label_sv": "x"}, "facts.reference_series_id"),
    ("references", {"reference_series_id": 2**40, "label_sv": "x"}, "reference_series_id"),
]


def test_refuses_rows_that_make_no_sense(manager, plan):
    """What cannot be is told by its field."""
    for around, facts, field in NONSENSE:
        assert_problem(manager.post(f"{plan}/{around}", {"facts": facts}), 422, "invalid", field)


def test_keeps_rows_from_those_who_may_not_see_or_plan(caller, manager, placed, plan):
    """A viewer reads, an outsider finds nothing, and another series' row is not found."""
    made = manager.post(f"{plan}/targets", {"facts": {"period": "2030", "value": 70}})
    path = f"{plan}/targets/{made.json['id']}"
    assert caller("viewer").get(path).json == made.json
    said = {"facts": {"period": "2031", "value": 70}}
    assert_problem(caller("viewer").post(f"{plan}/targets", said), 403, "not_allowed")
    assert_problem(caller("outsider").get(path), 404, "not_found")
    assert_problem(caller("outsider").post(f"{plan}/targets", said), 404, "not_found")
    split = manager.post(f"/indicators/{placed.indicator_id}/series", {"disaggregation": "sex=women"})
    others = f"/series/{split.json['id']}/plan/targets/{made.json['id']}"
    for elsewhere in (others, f"{plan}/baselines/{made.json['id']}"):
        assert_problem(manager.get(elsewhere), 404, "not_found")
