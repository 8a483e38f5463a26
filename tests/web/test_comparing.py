"""A page says whether a turn is the project's own, where there is a reference line."""

from __future__ import annotations

import html

import pytest
from flask import Flask

from tests.builders import PEAK_2018, RISING
from tests.people import People, signed_in_client
from tests.web.ground import place_project

OWN = {
    "sv": "Norrköpings kommun vände inte samtidigt: vändningen är projektets egen (p",
    "en": "Norrköping municipality did not turn at the same time: the turn is the project's own (p",
}
TOGETHER = {
    "sv": "Norrköpings kommun vände åt samma håll vid ungefär samma tid",
    "en": "Norrköping municipality turned the same way at about the same time",
}


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize(("values", "words"), [(RISING, OWN), (PEAK_2018, TOGETHER)])
def test_says_whose_turn_it_is_when_a_series_has_a_reference(
    app: Flask, people: People, language: str, values: dict[int, float], words: dict[str, str]
) -> None:
    """Indicator page and flag page say it in their text and in that of the picture, on paper too."""
    placed = place_project(app, reference=values)
    client = signed_in_client(app, people.manager)
    client.set_cookie("impact-language", language)
    for path in (f"/indicators/{placed.indicator_id}", f"/flags/{placed.flag_id}"):
        page = html.unescape(client.get(path).text)
        assert page.count(words[language]) == 3


def test_says_nothing_when_there_is_no_reference(app: Flask, people: People) -> None:
    """A series that stands alone is not compared."""
    placed = place_project(app)
    page = signed_in_client(app, people.manager).get(f"/indicators/{placed.indicator_id}").text
    assert "samtidigt" not in page
