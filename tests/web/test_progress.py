"""How an indicator stands against its target, said alike wherever it is read."""

from __future__ import annotations

import re
from html import unescape

from flask import Flask

from impact.language import speak
from impact.registry import lookup
from impact.reporting.findings import finding_of_series
from tests.people import People, signed_in_client
from tests.web.ground import place_project, promise

SENTENCE = {
    "sv": "Målvärdet för 2027 är 70 %. Det kräver +3,7 procentenheter per år; sedan 2018 har takten "
    "varit −1,4",
    "en": "The target for 2027 is 70%. It takes +3.7 percentage points per year; since 2018 the pace "
    "has been −1.4",
}
END = {"sv": "Det går åt fel håll.", "en": "It is going the wrong way."}


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", unescape(text)).replace("\N{NO-BREAK SPACE}", " ")


def test_says_the_same_on_pages_in_pictures_and_in_mails(app: Flask, people: People) -> None:
    """The indicator's and the project's page, the picture's text, a mail's finding, the API."""
    placed = place_project(app)
    promise(placed, baseline=62.4, target=70.0)
    client = signed_in_client(app, people.manager)
    for language in ("sv", "en"):
        client.set_cookie("impact-language", language)
        indicator = plain(client.get(f"/indicators/{placed.indicator_id}").text)
        alt, page = re.search(r'alt="([^"]*)"', indicator).group(1), re.sub(r'alt="[^"]*"', "", indicator)
        project = plain(client.get(f"/projects/{placed.slug}").text)
        with placed.database.reading() as session:
            place = lookup.series_place(session, people.manager.actor, placed.series_id)
            mail = plain(finding_of_series(session, place, speak(language)).progress)
        for text in (page, alt, project, mail):
            assert SENTENCE[language] in text
            assert END[language] in text
