"""The list of indicators with its filters."""

import pytest

from impact.api.many_indicators import IndicatorListSchema
from tests.api.problems import assert_problem


@pytest.fixture
def engine_name():
    """Only plain comparisons, alike on both databases."""
    return "sqlite"


def test_lists_what_the_filters_leave_in_parts(caller, placed):
    """Each filter narrows the list; parts follow one another in both orders; an outsider sees none."""
    manager = caller("manager")
    area = manager.post("/areas", {"facts": {"name": "Norrköping", "kind": "municipality"}}).json
    for said in (
        {"goal_id": placed.goal_id, "facts": {"definition_id": 1, "first": "2026"}},
        {"area_id": area["id"], "facts": {"definition_id": 1, "first": "2010"}},
    ):
        assert manager.post("/indicators", said).status_code == 201
    first, second, third = placed.indicator_id, placed.indicator_id + 1, placed.indicator_id + 2

    def found(query, who=manager):
        numbers, address = [], f"/indicators?limit=2&{query}"
        while address:
            part = who.get(address).json
            assert IndicatorListSchema().validate(part) == {}
            numbers += [row["id"] for row in part["indicators"]]
            address = (part["next"] or "").removeprefix("/api/v1")
        return numbers

    assert found("") == [first, second, third]
    assert found("sort=-position") == [second, first, third]
    assert found(f"project={placed.slug}") == found(f"goal_id={placed.goal_id}") == [first, second]
    assert found("area=norrkoping") == [third]
    assert found("is_key=true") == [first]
    assert found("text=trygga&definition=centre-safety&is_key=false") == [second, third]
    assert found("text=none") == found("withdrawn=true") == found("responsible_id=99") == []
    assert found("", caller("outsider")) == [third]
    assert_problem(manager.get("/indicators?goal_id=0"), 422, "invalid", "goal_id")
