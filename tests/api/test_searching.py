"""Search through the API."""

import pytest

from impact.api.searching import FoundSchema
from tests.api.problems import assert_problem


@pytest.fixture
def engine_name():
    """What is found is the verb's, which has its own tests on both databases."""
    return "sqlite"


def test_finds_what_may_be_seen_and_says_of_what_there_is_more(caller, placed):
    """Each group has what its schema says; an outsider finds nothing."""
    found = caller("viewer").get("/search?text=trygga&limit=1").json
    assert FoundSchema().validate(found) == {}
    assert [(one["id"], one["project"]) for one in found["indicators"]] == [
        (placed.indicator_id, placed.slug)
    ]
    assert [one["slug"] for one in caller("viewer").get("/search?text=projekt").json["projects"]] == [
        "centre"
    ]
    goals = caller("viewer").get("/search?text=h%C3%B6gre").json["goals"]
    assert [one["id"] for one in goals] == [placed.goal_id]
    nothing = {"projects": [], "goals": [], "indicators": [], "has_more": []}
    assert caller("outsider").get("/search?text=trygga").json == nothing
    assert_problem(caller("viewer").get("/search"), 422, "invalid", "text")
    assert_problem(caller("viewer").get("/search?text=%00"), 422, "invalid", "text")
