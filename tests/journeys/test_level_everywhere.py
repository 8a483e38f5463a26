"""The level after the second step is the same wherever it is read."""

from __future__ import annotations

import html

import pytest
import sqlalchemy as sa
from flask import Flask

from impact.db import Database
from impact.language import Language, speak
from impact.monitoring.analysing import newest_analysis
from impact.monitoring.controlling import control_portfolio
from impact.monitoring.tables import Analysis, SeriesSummary
from impact.registry.lookup import series_place
from impact.reporting.findings import finding_of_series
from impact.trend.verdict import Level
from tests.api.conftest import Caller, token_for
from tests.builders import NOW, make_ground
from tests.judged import QUIET_P, add_judged
from tests.people import People, signed_in_client
from tests.web.ground import Placed, place_project

HEDGE = {"sv": "Har sannolikt vänt.", "en": "Has probably turned."}
NOTE = {"sv": "läs den därför med större försiktighet", "en": "so read it with more caution"}


@pytest.fixture
def lowered(app: Flask) -> Placed:
    """A turn that is clear alone and likely among sixty other indicators."""
    placed = place_project(app)
    database: Database = app.extensions["impact"].database
    with database.transaction() as session:
        other = make_ground(session, "secret")
        for p in QUIET_P:
            add_judged(session, other, p)
        row = newest_analysis(session, placed.series_id)
        assert row is not None
        columns = {column.key: getattr(row, column.key) for column in sa.inspect(Analysis).columns}
        weaker = Analysis(**{**columns, "id": None, "p": 0.049, "probability": 0.7})
        session.add(weaker)
        session.flush()
        session.get_one(SeriesSummary, placed.series_id).analysis_id = weaker.id
        session.flush()
        control_portfolio(session, now=NOW)
    return placed


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_page_says_the_same_when_the_level_was_changed(
    app: Flask, people: People, lowered: Placed, language: str
) -> None:
    """Board and project hedge alike; the indicator's page says why, and names no other project."""
    client = signed_in_client(app, people.manager)
    client.set_cookie("impact-language", language)
    for path in ("/", f"/projects/{lowered.slug}"):
        assert HEDGE[language] in html.unescape(client.get(path).text), path
    page = html.unescape(client.get(f"/indicators/{lowered.indicator_id}").text)
    assert NOTE[language] in page
    assert "Secret" not in page


def test_interface_and_mail_agree_when_the_level_was_changed(
    app: Flask, people: People, lowered: Placed
) -> None:
    """The API has both levels; a mail hedges as the board does."""
    database: Database = app.extensions["impact"].database
    caller = Caller(app.test_client(), token_for(database, people.manager))
    told = caller.get(f"/indicators/{lowered.indicator_id}").get_json()
    assert (told["level"], told["analysis"]["level_alone"]) == ("likely", "clear")
    with database.reading() as session:
        place = series_place(session, people.manager.actor, lowered.series_id)
        finding = finding_of_series(session, place, speak(Language.SWEDISH))
        assert finding.headline.startswith(HEDGE["sv"])
        assert session.get_one(SeriesSummary, lowered.series_id).level is Level.LIKELY
