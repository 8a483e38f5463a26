"""The library through the API: definitions made, read, changed by versions, taken out of use."""

import pytest

from impact.api.definition_shapes import (
    DefinitionListSchema,
    DefinitionSchema,
    VersionListSchema,
    VersionSchema,
)
from tests.api.problems import assert_problem

FACTS = {"name_sv": "Öppettimmar", "kind": "count", "unit_sv": "timmar", "direction": "increase"}


@pytest.fixture
def engine_name():
    """The SQL is that of the verbs, which have their own tests on both databases."""
    return "sqlite"


@pytest.fixture
def manager(caller, placed):
    return caller("manager")


def version(manager, path, tag, **said):
    return manager.post(f"{path}/versions", {"facts": {}, **said}, headers={"If-Match": tag} if tag else {})


def test_makes_finds_withdraws_and_brings_back_a_definition(manager):
    """What was said is in the library with what goes without saying, and goes and comes back."""
    made = manager.post("/definitions", {"facts": FACTS})
    assert made.status_code == 201, made.text
    assert DefinitionSchema().validate(made.json) == {}
    assert made.json["version"]["facts"] | FACTS == made.json["version"]["facts"]
    assert (made.json["version"]["number"], made.json["version"]["facts"]["lowest"]) == (1, 0.0)
    path = made.headers["Location"].removeprefix("/api/v1")
    assert manager.get(path).json == made.json
    found = manager.get("/definitions?text=%C3%B6ppet").json
    assert DefinitionListSchema().validate(found) == {}
    assert found["definitions"] == [made.json | {"n_indicators": 0}]
    names = [one["slug"] for one in manager.get("/definitions?sort=-name").json["definitions"]]
    assert names == ["oppettimmar", "centre-safety"]
    first = manager.get("/definitions?limit=1").json
    assert first["definitions"][0]["n_indicators"] == 1
    rest = manager.get(first["next"].removeprefix("/api/v1")).json
    assert [one["slug"] for one in rest["definitions"]] == ["oppettimmar"]

    tag = {"If-Match": made.headers["ETag"]}
    gone = manager.post(f"{path}/withdraw", {"reason": "Dubblett"}, headers=tag)
    assert gone.status_code == 200, gone.text
    assert_problem(manager.post(f"{path}/restore", {}, headers=tag), 412, "changed_in_between")
    back = manager.post(f"{path}/restore", {}, headers={"If-Match": gone.headers["ETag"]})
    assert back.json == made.json


def test_asks_whether_something_else_is_measured_and_declares_the_break(manager, placed):
    """Wording is a new version; another method says for whom, from when; the old versions stay."""
    path = "/definitions/centre-safety"
    tag = manager.get(path).headers["ETag"]
    same = version(manager, path, tag)
    assert (same.status_code, same.json["version"]["number"]) == (200, 1)
    worded = version(manager, path, tag, facts={"text_sv": "Andel som svarar trygg", "method_sv": "Post"})
    assert (worded.status_code, worded.json["version"]["number"]) == (201, 2), worded.text
    assert_problem(version(manager, path, tag), 412, "changed_in_between")
    assert_problem(version(manager, path, ""), 428, "precondition_required")

    tag, facts = worded.headers["ETag"], {"method_sv": "Webb"}
    assert_problem(version(manager, path, tag, facts=facts), 422, "invalid", "change")
    said = {"facts": facts, "change": "measured", "reason_sv": "Från post till webb"}
    wrong = [{"indicator_id": 2**40, "first_period": None}]
    field = "following.0.indicator_id"
    assert_problem(version(manager, path, tag, **said, following=wrong), 422, "invalid", field)
    wrong = [{"indicator_id": placed.indicator_id, "first_period": "2019-Q1"}]
    field = "following.0.first_period"
    assert_problem(version(manager, path, tag, **said, following=wrong), 422, "invalid", field)
    following = [{"indicator_id": placed.indicator_id, "first_period": "2019"}]
    changed = version(manager, path, tag, **said, following=following)
    assert changed.status_code == 201, changed.text
    rows = manager.get(f"/series/{placed.series_id}/plan/breaks").json["rows"]
    assert [row["facts"]["new_version_id"] for row in rows] == [changed.json["version"]["id"]]

    versions = manager.get(f"{path}/versions").json
    assert VersionListSchema().validate(versions) == {}
    assert [one["number"] for one in versions["versions"]] == [3, 2, 1]
    second = manager.get(f"{path}/versions/2")
    assert VersionSchema().validate(second.json) == {}
    assert second.json == versions["versions"][1]
    assert_problem(manager.get(f"{path}/versions/4"), 404, "not_found")


NONSENSE = [
    ({}, "name_sv"),
    (FACTS | {"kind": "colour"}, "facts.kind"),
    (FACTS | {"lowest": 2, "highest": 1}, "highest"),
    (FACTS | {"highest": 1e300}, "highest"),
    (FACTS | {"decimals": 7}, "decimals"),
    (FACTS | {"rate_base": 2**63}, "facts.rate_base"),
    (FACTS | {"name_sv": "x" * 201}, "name_sv"),
]


def test_refuses_a_definition_that_makes_no_sense(manager):
    """What cannot be is told by its field."""
    for facts, field in NONSENSE:
        assert_problem(manager.post("/definitions", {"facts": facts}), 422, "invalid", field)


def test_keeps_a_definition_that_others_measure_by(caller, placed):
    """Everybody reads the library; who plans elsewhere changes nothing that others use."""
    outsider = caller("outsider")
    read = outsider.get("/definitions/centre-safety")
    assert read.status_code == 200
    refused = version(outsider, "/definitions/centre-safety", read.headers["ETag"], facts={"name_sv": "x"})
    assert_problem(refused, 403, "not_allowed")
    assert_problem(caller("viewer").post("/definitions", {"facts": FACTS}), 403, "not_allowed")
    assert_problem(outsider.get("/definitions/none"), 404, "not_found")
