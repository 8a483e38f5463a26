"""People through the API: listed, invited, given roles, shut out; by administrators alone."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from impact.delivery.tables import OutboxMessage
from tests.api.problems import assert_problem

NEW = {"name": "controller", "email": "controller@example.se", "roles": [{"role": "analyst"}]}


@pytest.fixture
def engine_name() -> str:
    """The verbs are tried on both engines elsewhere, and so is every call by the document."""
    return "sqlite"


@pytest.fixture
def keeper(caller, placed):
    """An administrator's program."""
    return caller("administrator")


def test_invites_by_mail(app, keeper):
    """Somebody new has the roles, a mail waits, and no answer holds the link."""
    made = keeper.post("/people", NEW)
    assert made.status_code == 201, made.text
    assert (made.json["state"], made.json["roles"][0]["role"]) == ("invited", "analyst")
    assert keeper.get(made.headers["Location"].removeprefix("/api/v1")).json == made.json
    with app.extensions["impact"].database.reading() as session:
        (message,) = session.scalars(select(OutboxMessage)).all()
    assert "controller@example.se" in str(vars(message))
    assert "/link" not in made.text
    assert_problem(keeper.post("/people", NEW), 409, "conflict", "name")


def test_lists_in_parts_and_narrows(keeper, people):
    """Everybody once, by name; by text, role and state."""
    found, path = [], "/people?limit=2"
    while path:
        part = keeper.get(path).json
        found += [each["name"] for each in part["people"]]
        path = (part["next"] or "").removeprefix("/api/v1")
    assert found == ["administrator", "analyst", "disabled", "manager", "outsider", "viewer"]
    assert [each["name"] for each in keeper.get("/people?state=disabled").json["people"]] == ["disabled"]
    assert [each["name"] for each in keeper.get("/people?role=analyst").json["people"]] == ["analyst"]
    assert [each["name"] for each in keeper.get("/people?text=VIEW").json["people"]] == ["viewer"]


def test_gives_and_takes_roles(keeper, caller, people, placed):
    """A role for a project holds at once, and is gone at once."""
    path, viewer = f"/people/{people.viewer.user_id}", caller("viewer")
    given = keeper.post(f"{path}/roles", {"role": "manager", "project_id": placed.project_id})
    assert given.status_code == 201, given.text
    role = next(each for each in given.json["roles"] if each["role"] == "manager")
    goals = f"/projects/{placed.slug}/plan/goals"
    assert viewer.post(goals, {"facts": {"title_sv": "Nytt"}}).status_code == 201
    assert keeper.post(f"{path}/roles/{role['id']}/withdraw", {}).status_code == 200
    assert_problem(viewer.post(goals, {"facts": {"title_sv": "Nytt"}}), 403, "not_allowed")
    assert_problem(keeper.post(f"{path}/roles/{role['id']}/withdraw", {}), 404, "not_found")
    for body, field in [
        ({"role": "king"}, "role"),
        ({"role": "viewer", "project_id": 999_999}, "project_id"),
        ({"role": "viewer", "project_id": 1, "organisation_id": 1}, "organisation_id"),
    ]:
        assert_problem(keeper.post(f"{path}/roles", body), 422, "invalid", field)


def test_shuts_out_and_lets_in(keeper, caller, people):
    """A disabled person's token is dead for good; the last administrator stays."""
    path, viewer = f"/people/{people.viewer.user_id}", caller("viewer")
    tag = {"If-Match": keeper.get(path).headers["ETag"]}
    assert keeper.post(f"{path}/disable", {}, headers=tag).json["state"] == "disabled"
    assert_problem(viewer.get("/projects"), 401, "not_signed_in")
    assert_problem(keeper.post(f"{path}/enable", {}, headers=tag), 412, "changed_in_between")
    tag = {"If-Match": keeper.get(path).headers["ETag"]}
    assert keeper.post(f"{path}/enable", {}, headers=tag).json["state"] == "active"
    own = f"/people/{people.administrator.user_id}"
    tag = {"If-Match": keeper.get(own).headers["ETag"]}
    assert_problem(keeper.post(f"{own}/disable", {}, headers=tag), 422, "invalid")


@pytest.mark.parametrize("name", ["viewer", "manager", "outsider"])
def test_refuses_whoever_does_not_administer(caller, people, placed, name):
    """Nobody else sees or changes anybody, themselves neither."""
    one = caller(name)
    for path in ("/people", f"/people/{people.viewer.user_id}"):
        assert_problem(one.get(path), 403, "not_allowed")
    assert_problem(one.post("/people", NEW), 403, "not_allowed")
