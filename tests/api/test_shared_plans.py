"""Organisations, areas and categories through the API."""

import pytest

from impact.api.shared_plans import SharedRowSchema, SharedRowsSchema
from tests.api.problems import assert_problem


@pytest.fixture
def engine_name():
    """The order is that of keys which are alike on both databases."""
    return "sqlite"


@pytest.fixture
def manager(caller, placed):
    return caller("manager")


def make(manager, shared, **facts):
    answer = manager.post(f"/{shared}", {"facts": facts})
    assert answer.status_code == 201, answer.text
    return answer


@pytest.mark.parametrize(
    ("shared", "facts", "other"),
    [
        ("organisations", {"name": "Ödeshög", "kind": "municipality"}, {"kolada_id": "0512"}),
        ("areas", {"name": "Ödetorp", "kind": "district", "code": "0581"}, {"code": None}),
        ("categories", {"name_sv": "Öppen skola"}, {"aliases": ["Fritids"], "position": 7}),
    ],
)
def test_makes_changes_and_withdraws_each_sort(manager, shared, facts, other):
    """What was said stands there, is found by its name, changes, goes and comes back."""
    made = make(manager, shared, **facts)
    assert SharedRowSchema().validate(made.json) == {}
    path = made.headers["Location"].removeprefix("/api/v1")
    assert manager.get(path).json == made.json
    rows = manager.get(f"/{shared}?text=%C3%B6")
    assert SharedRowsSchema().validate(rows.json) == {}
    assert made.json in rows.json["rows"]
    assert_problem(manager.call("PATCH", path, json={"facts": other}), 428, "precondition_required")
    tag = {"If-Match": made.headers["ETag"]}
    changed = manager.call("PATCH", path, json={"facts": other}, headers=tag)
    assert changed.json["facts"] == made.json["facts"] | other, changed.text
    tag = {"If-Match": changed.headers["ETag"]}
    gone = manager.post(f"{path}/withdraw", {"reason": "Slut"}, headers=tag)
    assert gone.status_code == 200, gone.text
    assert manager.get(f"/{shared}?withdrawn=true").json["rows"] == [gone.json]
    back = manager.post(f"{path}/restore", {}, headers={"If-Match": gone.headers["ETag"]})
    assert back.json == changed.json


def test_sorts_by_name_as_swedes_do_and_leads_on(manager):
    """Å comes before Ä before Ö, forwards and backwards; categories come by position."""
    for name in ("Ödetorp", "Åby", "Ängen", "Borg"):
        make(manager, "areas", name=name, kind="district")
    for name in ("Skola", "Bostäder"):
        make(manager, "categories", name_sv=name)

    def found(shared, fact, query):
        names, address = [], f"/{shared}?limit=2&{query}"
        while address:
            part = manager.get(address).json
            names += [row["facts"][fact] for row in part["rows"]]
            address = (part["next"] or "").removeprefix("/api/v1")
        return names

    assert found("areas", "name", "") == ["Borg", "Åby", "Ängen", "Ödetorp"]
    assert found("areas", "name", "sort=-name") == ["Ödetorp", "Ängen", "Åby", "Borg"]
    assert found("areas", "name", "sort=id") == ["Ödetorp", "Åby", "Ängen", "Borg"]
    assert found("categories", "name_sv", "") == ["Skola", "Bostäder"]


def test_tells_nobody_of_organisations_whose_projects_they_do_not_see(caller, placed):
    """An outsider learns from no list who else is a customer; areas are everybody's."""
    outsider = caller("outsider")
    assert [row["slug"] for row in outsider.get("/organisations").json["rows"]] == ["elsewhere"]
    assert_problem(outsider.get("/organisations/centre-town"), 404, "not_found")
    assert caller("viewer").get("/organisations/centre-town").status_code == 200
    assert outsider.get("/areas").status_code == 200
    assert_problem(outsider.post("/areas", {"facts": {"name": "x", "kind": "region"}}), 403, "not_allowed")


NONSENSE = [
    ("areas", {"name": "x"}, "kind"),
    ("areas", {"name": "x", "kind": "moon"}, "facts.kind"),
    ("areas", {"name": "x", "kind": "region", "parent_id": 2**40}, "parent_id"),
    ("organisations", {"name": "x" * 301, "kind": "region"}, "facts.name"),
    ("organisations", {"name": "x\x00", "kind": "region"}, "facts.name"),
    ("categories", {"name_sv": "x", "aliases": "y"}, "facts.aliases"),
    ("categories", {"name_sv": "x", "position": -1}, "facts.position"),
]


def test_refuses_facts_that_make_no_sense(manager):
    """What cannot be is told by its field."""
    for shared, facts, field in NONSENSE:
        assert_problem(manager.post(f"/{shared}", {"facts": facts}), 422, "invalid", field)
