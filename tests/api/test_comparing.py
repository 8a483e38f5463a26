"""The comparison with a reference line stands beside the analysis."""

from __future__ import annotations

from flask import Flask

from impact.api.indicators import IndicatorSchema
from tests.api.conftest import Caller
from tests.builders import RISING
from tests.people import People
from tests.web.ground import place_project


def test_tells_the_comparison_when_a_series_has_a_reference(app: Flask, people: People, caller) -> None:
    """Outcome, p, the number of common periods and the sentence, for each line."""
    placed = place_project(app, reference=RISING)
    viewer: Caller = caller("viewer")
    answer = viewer.get(f"/indicators/{placed.indicator_id}").json
    assert IndicatorSchema().validate(answer) == {}
    (told,) = answer["comparisons"]
    assert (told["outcome"], told["n_common"]) == ("turned_on_its_own", 15)
    assert 0 < told["p"] <= 0.05
    assert told["name"] == "Norrköping municipality"
    assert told["sentence"].startswith("Norrköping municipality did not turn at the same time")
    reference = viewer.get(f"/series/{told['reference_series_id']}").json
    assert reference["measurements"][0] == {**reference["measurements"][0], "period": "2010", "value": 55.4}


def test_tells_no_comparison_when_there_is_no_reference(placed, caller) -> None:
    """The list is empty, not missing."""
    assert caller("viewer").get(f"/indicators/{placed.indicator_id}").json["comparisons"] == []
