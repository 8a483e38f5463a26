"""Plans through the API: rows added, changed, withdrawn and brought back, each with its version."""

import pytest
from sqlalchemy import select

from impact.api import plan_facts, shared_plans
from impact.api.definition_shapes import MEANING
from impact.api.facts import WORDS
from impact.api.planning_projects import PROJECT
from impact.api.plans import PlanRowSchema, PlanRowsSchema
from impact.audit.tables import AuditEntry
from tests.api.problems import assert_problem

GOAL = {"title_sv": "Fler barn i föreningar", "title_en": "More children in clubs", "level": "impact"}


NOTE = {"text_sv": "Två klubbar flyttade in", "noted_on": "2024-05-01"}


@pytest.fixture
def goals(placed):
    return f"/projects/{placed.slug}/plan/goals"


def add(caller, path, facts, **options):
    return caller.post(path, {"facts": facts, "reason": "Beslutat"}, **options)


def patch(caller, path, facts, tag, **more):
    return caller.call("PATCH", path, json={"facts": facts, **more}, headers={"If-Match": tag} if tag else {})


def test_adds_a_row_and_tells_it(caller, placed, goals):
    """What was said stands there, the rest is empty, and the list has it."""
    manager = caller("manager")
    answer = add(manager, goals, GOAL)
    assert answer.status_code == 201, answer.text
    assert PlanRowSchema().validate(answer.json) == {}
    assert answer.json["facts"] == GOAL | {"position": 2, "description_sv": "", "description_en": ""}
    again = manager.get(f"{goals}/{answer.json['id']}")
    assert (again.json, again.headers["ETag"]) == (answer.json, answer.headers["ETag"])
    rows = manager.get(goals).json
    assert PlanRowsSchema().validate(rows) == {}
    assert answer.json in rows["rows"]


@pytest.mark.parametrize(
    ("sort", "facts"),
    [
        ("milestones", {"title_sv": "Huset öppnat", "reached_on": "2024-05-01"}),
        ("events", {"label_sv": "Invigning", "happened_on": "2024-05-01"}),
        ("documents", {"title_sv": "Avtal", "address": "https://example.se/avtal", "is_public": True}),
        ("notes", NOTE),
        ("partners", {"organisation_id": 1, "part": "partner"}),
    ],
)
def test_adds_rows_of_every_sort(caller, placed, sort, facts):
    """Each sort takes its own facts."""
    answer = add(caller("manager"), f"/projects/{placed.slug}/plan/{sort}", facts)
    assert answer.status_code == 201, answer.text
    assert answer.json["facts"] | facts == answer.json["facts"]


def test_changes_what_is_named_and_nothing_else(caller, placed, goals):
    """The rest stays, the version is another, and the trail has the reason."""
    manager = caller("manager")
    made = add(manager, goals, GOAL)
    path = f"{goals}/{made.json['id']}"
    answer = patch(manager, path, {"title_sv": "Fler unga"}, made.headers["ETag"], reason="Nytt ord")
    assert answer.status_code == 200, answer.text
    assert answer.json["facts"] == made.json["facts"] | {"title_sv": "Fler unga"}
    assert answer.headers["ETag"] == manager.get(path).headers["ETag"] != made.headers["ETag"]
    with placed.database.reading() as session:
        assert "Nytt ord" in session.scalars(select(AuditEntry.reason)).all()


def test_withdraws_and_brings_back(caller, placed, goals):
    """Out of use it is in the other list, with a reason; then it is in use again."""
    manager = caller("manager")
    made = add(manager, goals, GOAL)
    path, number = f"{goals}/{made.json['id']}", made.json["id"]

    def numbers(query):
        return [row["id"] for row in manager.get(f"{goals}?{query}").json["rows"]]

    tag = {"If-Match": made.headers["ETag"]}
    assert_problem(manager.post(f"{path}/withdraw", {}, headers=tag), 422, "invalid", "reason")
    gone = manager.post(f"{path}/withdraw", {"reason": "Dubblett"}, headers=tag)
    assert gone.status_code == 200, gone.text
    assert gone.json["withdrawn_at"] is not None
    assert (number in numbers(""), number in numbers("withdrawn=true")) == (False, True)
    back = manager.post(f"{path}/restore", {}, headers={"If-Match": gone.headers["ETag"]})
    assert (back.status_code, back.json) == (200, made.json)
    assert (number in numbers(""), number in numbers("withdrawn=true")) == (True, False)


@pytest.mark.parametrize(("tag", "status", "code"), [
    ("", 428, "precondition_required"), ('"goal-1-99"', 412, "changed_in_between"),
])  # fmt: skip
@pytest.mark.parametrize("way", ["", "/withdraw", "/restore"])
def test_refuses_change_when_its_version_is_not_the_stored_one(caller, placed, goals, way, tag, status, code):
    """Whoever changes a row has read it as it is now."""
    manager = caller("manager")
    path = f"{goals}/{add(manager, goals, GOAL).json['id']}"
    if way:
        answer = manager.post(path + way, {"reason": "x"}, headers={"If-Match": tag} if tag else {})
    else:
        answer = patch(manager, path, {"title_sv": "x"}, tag)
    assert_problem(answer, status, code)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({}, "title_sv"),
        ({"title_sv": "x", "level": "heaven"}, "facts.level"),
        ({"title_sv": "x", "colour": "red"}, "facts.colour"),
        ({"title_sv": "x", "project_id": 2}, "facts.project_id"),
        ({"title_sv": 7}, "facts.title_sv"),
        ({"title_sv": "x", "position": 2**31}, "facts.position"),
        ("x", "facts"),
    ],
)
def test_refuses_facts_when_they_make_no_sense(caller, placed, goals, facts, field):
    """A fact that the sort has not, or that cannot be read, is told by its name."""
    assert_problem(add(caller("manager"), goals, facts), 422, "invalid", field)


def test_leads_on_with_the_next_rows(caller, placed, goals):
    """Parts follow one another by number."""
    manager = caller("manager")
    second = add(manager, goals, GOAL).json
    first = manager.get(f"{goals}?limit=1").json
    rest = manager.get(first["next"].removeprefix("/api/v1")).json
    assert rest == {"rows": [second], "next": None}
    assert first["rows"][0]["id"] < second["id"]


def test_keeps_plans_from_those_who_may_not_see_or_plan(caller, placed, goals):
    """A viewer reads, an analyst writes notes alone, an outsider and another sort find nothing."""
    made = add(caller("manager"), goals, GOAL)
    path = f"{goals}/{made.json['id']}"
    assert caller("viewer").get(path).json == made.json
    assert_problem(add(caller("viewer"), goals, GOAL), 403, "not_allowed")
    assert_problem(add(caller("analyst"), goals, GOAL), 403, "not_allowed")
    assert add(caller("analyst"), f"/projects/{placed.slug}/plan/notes", NOTE).status_code == 201
    assert_problem(caller("outsider").get(path), 404, "not_found")
    assert_problem(add(caller("outsider"), goals, GOAL), 404, "not_found")
    assert_problem(caller("manager").get(f"/projects/{placed.slug}/plan/events/1"), 404, "not_found")
    assert_problem(caller("manager").get(f"/projects/{placed.slug}/plan/wishes"), 404, "not_found")


def test_has_words_for_every_fact_and_no_other():
    """The document explains each column of each sort."""
    sorts = (*plan_facts.SORTS.values(), *shared_plans.SORTS.values(), PROJECT, MEANING)
    said = {name for facts in sorts for name in facts.form._declared_fields}
    assert said == set(WORDS)
