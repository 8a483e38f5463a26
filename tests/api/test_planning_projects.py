"""Projects through the API: made, changed, archived, brought back, copied."""

import pytest

from impact.api.planning_projects import PlannedProjectSchema
from tests.api.problems import assert_problem

TITLE = {"title_sv": "Norra torget", "title_en": "North Square"}


@pytest.fixture
def engine_name():
    """The SQL is that of the verbs, which have their own tests on both databases."""
    return "sqlite"


@pytest.fixture
def manager(caller, placed):
    return caller("manager")


@pytest.fixture
def category(manager):
    answer = manager.post("/categories", {"facts": {"name_sv": "Bostäder", "aliases": ["Hus"]}})
    assert answer.status_code == 201, answer.text
    return answer.json


def make(manager, category, **facts):
    return manager.post("/projects", {"facts": {**TITLE, "category_id": category["id"], **facts}})


def test_makes_changes_archives_and_brings_back_a_project(manager, category):
    """Each step answers with the facts and a new version; archived it is in no list."""
    made = make(manager, category, social_interventions=[{"sv": "Nattvandring"}], sdg_targets=["11.1"])
    assert made.status_code == 201, made.text
    assert PlannedProjectSchema().validate(made.json) == {}
    facts = made.json["facts"]
    assert (facts["status"], facts["visibility"], facts["currency"]) == ("ongoing", "internal", "SEK")
    assert facts["social_interventions"] == [{"sv": "Nattvandring", "en": ""}]
    path = made.headers["Location"].removeprefix("/api/v1")
    assert path == "/projects/norra-torget"
    read = manager.get(path)
    assert (read.json["title"], read.headers["ETag"]) == ("North Square", made.headers["ETag"])
    assert manager.get(f"{path}/facts").json == made.json

    said = {"facts": {"starts_on": "2027-01-01", "loan_amount": 10**15}, "reason": "Beslut"}
    changed = manager.call("PATCH", path, json=said, headers={"If-Match": made.headers["ETag"]})
    assert changed.status_code == 200, changed.text
    assert changed.json["facts"] == facts | said["facts"]
    stale = {"If-Match": made.headers["ETag"]}
    assert_problem(
        manager.post(f"{path}/withdraw", {"reason": "x"}, headers=stale), 412, "changed_in_between"
    )

    tag = {"If-Match": changed.headers["ETag"]}
    assert_problem(manager.post(f"{path}/withdraw", {}, headers=tag), 422, "invalid", "reason")
    gone = manager.post(f"{path}/withdraw", {"reason": "Avslutat"}, headers=tag)
    assert gone.json["withdrawn_at"] is not None, gone.text
    assert manager.get("/projects?text=norra").json["projects"] == []
    back = manager.post(f"{path}/restore", {}, headers={"If-Match": gone.headers["ETag"]})
    assert (back.status_code, back.json) == (200, changed.json)


NONSENSE = [
    ({"title_sv": ""}, "title_sv"),
    ({"category_id": 2**53 - 1}, "category_id"),
    ({"category_id": 2**63}, "facts.category_id"),
    ({"loan_amount": 10**15 + 1}, "facts.loan_amount"),
    ({"currency": "kronor"}, "currency"),
    ({"starts_on": "2027-02-30"}, "facts.starts_on"),
    ({"sdg_targets": ["99"]}, "sdg_targets"),
    ({"social_interventions": ["x"]}, "facts.social_interventions.0"),
    ({"slug": "x"}, "facts.slug"),
    ({"status": None}, "facts.status"),
]


def test_refuses_a_project_when_a_fact_makes_no_sense(manager, category):
    """What cannot be is told by its field."""
    for facts, field in NONSENSE:
        assert_problem(make(manager, category, **facts), 422, "invalid", field)


def test_copies_a_project_as_a_template(manager, placed, category):
    """The copy is planned, internal, and has the goals."""
    facts = {**TITLE, "category_id": category["id"]}
    path = f"/projects/{placed.slug}/copies"
    copied = manager.post(path, {"facts": facts, "first_year": 2027}, headers={"Idempotency-Key": "k"})
    assert copied.status_code == 201, copied.text
    assert copied.json["facts"]["status"] == "planned"
    goals = manager.get(f"/projects/{copied.json['slug']}/plan/goals").json["rows"]
    assert len(goals) == 1
    again = manager.post(path, {"facts": facts, "first_year": 2027}, headers={"Idempotency-Key": "k"})
    assert (again.json, again.headers["Idempotency-Replayed"]) == (copied.json, "true")
    assert_problem(manager.post(path, {"facts": facts, "first_year": 1}), 422, "invalid", "first_year")


def test_keeps_projects_from_those_who_may_not_plan(caller, placed):
    """A viewer reads the facts, an outsider finds nothing, and neither makes a project."""
    path = f"/projects/{placed.slug}"
    facts = caller("viewer").get(f"{path}/facts")
    assert facts.status_code == 200
    tag = {"If-Match": facts.headers["ETag"]}
    said = {"facts": {"title_sv": "x"}}
    assert_problem(caller("viewer").call("PATCH", path, json=said, headers=tag), 403, "not_allowed")
    outsider = caller("outsider")
    assert_problem(outsider.get(f"{path}/facts"), 404, "not_found")
    assert_problem(outsider.call("PATCH", path, json=said, headers=tag), 404, "not_found")
    assert_problem(outsider.post("/projects", {"facts": TITLE}), 403, "not_allowed")


def test_sorts_projects_by_name_or_number_in_parts(manager, category):
    """Each order leads on behind its own key, and a key of another order is none."""
    for name in ("Ängen", "Åsen"):
        make(manager, category, title_sv=name, title_en="")

    def names(query):
        found, address = [], f"/projects?limit=1&{query}"
        while address:
            part = manager.get(address).json
            found += [row["title"] for row in part["projects"]]
            address = (part["next"] or "").removeprefix("/api/v1")
        return found

    first = "Projekt centre"
    assert names("sort=name") == names("") == [first, "Åsen", "Ängen"]
    assert names("sort=-name") == ["Ängen", "Åsen", first]
    assert names("sort=id") == [first, "Ängen", "Åsen"]
    assert names("sort=-id") == ["Åsen", "Ängen", first]
    assert_problem(manager.get("/projects?sort=colour"), 422, "invalid", "sort")
    after = manager.get("/projects?limit=1").json["next"].partition("after=")[2]
    assert_problem(manager.get(f"/projects?sort=id&after={after}"), 422, "invalid", "after")
