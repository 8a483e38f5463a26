"""Subscriptions through the API: made, read, changed, paused, ended; each person's own."""

from __future__ import annotations

import pytest

from impact.accounts.tables import TokenScope
from tests.api.problems import assert_problem

WANTED = {"name": "The board's summary", "rhythm": "monthly", "addresses": ["board@example.se"]}


@pytest.fixture
def engine_name() -> str:
    """The verbs are tried on both engines elsewhere, and so is every call by the document."""
    return "sqlite"


def tagged(one, path):
    return {"If-Match": one.get(path).headers["ETag"]}


@pytest.fixture
def path(caller, placed):
    """A subscription of the viewer's."""
    made = caller("viewer").post("/subscriptions", WANTED)
    assert made.status_code == 201, made.text
    return made.headers["Location"].removeprefix("/api/v1")


def test_makes_what_is_asked_for(caller, path):
    """What is not said is as in the form, and the next report is told."""
    told = caller("viewer").get(path).json
    assert (told["name"], told["rhythm"], told["content"]) == (WANTED["name"], "monthly", "digest")
    assert (told["addresses"], told["user_ids"]) == (["board@example.se"], [])
    assert told["next_at"].startswith("2026-12-01T")
    assert told["language"] == "en"


def test_changes_pauses_and_ends(caller, path):
    """What is named changes; paused and ended ones are due no more, and a resumed one is again."""
    viewer = caller("viewer")
    changed = viewer.call("PATCH", path, json={"day": 15}, headers=tagged(viewer, path))
    assert (changed.json["day"], changed.json["name"]) == (15, WANTED["name"])
    paused = viewer.post(f"{path}/pause", {}, headers=tagged(viewer, path))
    assert (paused.status_code, paused.json["next_at"]) == (200, None)
    assert paused.json["paused_at"]
    resumed = viewer.post(f"{path}/resume", {}, headers=tagged(viewer, path))
    assert resumed.json["next_at"].startswith("2026-12-15T")
    ended = viewer.call("PATCH", path, json={"ends_on": "2026-11-23"}, headers=tagged(viewer, path))
    assert ended.json["next_at"] is None
    old = {"If-Match": resumed.headers["ETag"]}
    assert_problem(viewer.call("PATCH", path, json={"day": 1}, headers=old), 412, "changed_in_between")
    assert_problem(viewer.call("PATCH", path, json={"day": 1}), 428, "precondition_required")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"rhythm": "monthly"}, "name"),
        ({**WANTED, "rhythm": "hourly"}, "rhythm"),
        ({**WANTED, "addresses": []}, "addresses"),
        ({**WANTED, "addresses": ["no address"]}, "addresses"),
        ({**WANTED, "ends_on": "2020-01-01"}, "ends_on"),
        ({**WANTED, "time_zone": "Mars/Olympus"}, "time_zone"),
        ({**WANTED, "rhythm": "weekly", "day": 8}, "day"),
    ],
)
def test_names_the_field_when_it_makes_no_sense(caller, people, body, field):
    """The verb's sentence comes with the field it is about."""
    assert_problem(caller("viewer").post("/subscriptions", body), 422, "invalid", field)


def test_shows_each_person_their_own(caller, path):
    """Others do not find it; an administrator does; a token for reading changes nothing."""
    assert_problem(caller("analyst").get(path), 404, "not_found")
    assert caller("analyst").get("/subscriptions").json["subscriptions"] == []
    listed = caller("administrator").get("/subscriptions?sort=-ends_on&limit=1").json
    assert [row["owner"] for row in listed["subscriptions"]] == ["viewer"]
    assert listed["next"] is None
    reader = caller("viewer", TokenScope.READ)
    assert reader.get(path).status_code == 200
    assert_problem(reader.post("/subscriptions", WANTED), 403, "not_allowed")
