"""A flag and an indicator tell what was known before beside what is known now."""

import html
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from impact.monitoring import analysing
from impact.registry.indicator_tables import IndicatorSeries
from tests.builders import NOW, fill, make_ground
from tests.people import People, signed_in_client
from tests.web.ground import Placed, place_project

THEN = "Safe tenants rose 2010–2018 (58.1 to 67.2%) but then fell, to 59.0% in 2024."
TODAY = "Safe tenants rose 2010–2018 (58.1 to 67.2%) but then fell, to 57.5% in 2025."


@pytest.fixture
def placed(app: Flask) -> Placed:
    return place_project(app)


@pytest.fixture
def reader(app: Flask, people: People) -> FlaskClient:
    client = signed_in_client(app, people.viewer)
    client.set_cookie("impact-language", "en")
    return client


def measured_once_more(placed: Placed, people: People) -> None:
    later = NOW + timedelta(days=30)
    with placed.database.transaction() as session:
        fill(session, people.analyst.actor, placed.series_id, {2025: 57.5}, now=later)
        analysing.refresh_series(session, placed.series_id, now=later)


def page(client: FlaskClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, response.text[:2000]
    return re.sub(r"\s+", " ", html.unescape(response.text))


def charts(text: str) -> list[str]:
    return re.findall(r'<img src="([^"]+)"', text)


def test_flag_shows_the_raising_beside_today_when_data_came_since(
    reader: FlaskClient, people: People, placed: Placed
) -> None:
    """Sentence and chart as known at the raising stand below today's."""
    measured_once_more(placed, people)
    text = page(reader, f"/flags/{placed.flag_id}")
    today, _, then = text.partition("When the flag was raised")
    assert TODAY in today
    assert THEN in then
    assert [TODAY in alt for alt in re.findall(r'<img src[^>]*alt="([^"]*)"', text)] == [True, False]
    now_chart, then_chart = charts(text)
    assert "analysis=" in then_chart
    assert reader.get(now_chart).data != reader.get(then_chart).data


def test_flag_shows_one_chart_when_nothing_changed_since(reader: FlaskClient, placed: Placed) -> None:
    """What is the same is not shown twice."""
    text = page(reader, f"/flags/{placed.flag_id}")
    assert len(charts(text)) == 1
    assert "When the flag was raised" not in text


def test_past_lists_every_finding_when_it_is_asked_for(
    reader: FlaskClient, people: People, placed: Placed
) -> None:
    """The indicator leads to what was said before, newest first, with cause and detector."""
    measured_once_more(placed, people)
    address = f"/indicators/{placed.indicator_id}/findings"
    assert f'href="{address}"' in page(reader, f"/indicators/{placed.indicator_id}")
    text = page(reader, address)
    assert text.index(TODAY) < text.index("New measurement: 2025 · Detector") < text.index(THEN)
    assert text.index(THEN) < text.index("First analysis")
    reader.set_cookie("impact-language", "sv")
    assert "Ny mätning: 2025 · Detektor" in page(reader, address)


@pytest.mark.parametrize("number", ["999999", "nonsense", "foreign"])
def test_finds_no_chart_when_the_analysis_is_of_another_series(
    reader: FlaskClient, people: People, placed: Placed, number: str
) -> None:
    """An analysis of another series, or none at all, has no picture here."""
    if number == "foreign":
        with placed.database.transaction() as session:
            ground = make_ground(session, "elsewhere-town")
            fill(session, people.analyst.actor, ground.series.id, {2024: 50.0})
            analysing.refresh_series(session, ground.series.id, now=NOW)
            row = analysing.newest_analysis(session, session.get_one(IndicatorSeries, ground.series.id).id)
            assert row is not None
            number = str(row.id)
    response = reader.get(f"/indicators/{placed.indicator_id}/chart.svg?analysis={number}")
    assert response.status_code == 404
