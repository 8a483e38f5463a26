"""A chart within pages of others: what may be framed, and what it shows there."""

import html
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from impact.registry.project_tables import Project, Visibility
from impact.web.headers import FRAMED_POLICY
from tests.people import People, signed_in_client
from tests.web.ground import Placed, place_project


@pytest.fixture
def placed(app: Flask) -> Placed:
    placed = place_project(app)
    with placed.database.transaction() as session:
        session.get_one(Project, placed.project_id).visibility = Visibility.PUBLIC
    return placed


def test_only_the_embedded_chart_may_be_framed_when_others_ask(client: FlaskClient, placed: Placed) -> None:
    """Its policy lets others frame it and lets nothing run; every other page refuses both."""
    base = f"/open/centre/indicators/{placed.indicator_id}"
    framed = client.get(f"{base}/embed")
    assert framed.status_code == 200
    assert framed.headers["Content-Security-Policy"] == FRAMED_POLICY
    assert "X-Frame-Options" not in framed.headers
    assert "script" not in framed.text
    assert "<form" not in framed.text
    for path in (base, f"{base}/chart.svg", "/open", f"{base}/embed/none"):
        headers = client.get(path).headers
        assert headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors *" not in headers["Content-Security-Policy"]


def test_snippet_leads_to_the_chart_when_it_is_copied(
    app: Flask, client: FlaskClient, people: People, placed: Placed
) -> None:
    """Both pages of the indicator offer the frame; its address gives the chart with words and language."""
    base = f"/open/centre/indicators/{placed.indicator_id}"
    reader = signed_in_client(app, people.viewer)
    for page in (client.get(base), reader.get(f"/indicators/{placed.indicator_id}")):
        snippet = html.unescape(
            re.search(r"<textarea readonly[^>]*>(.*?)</textarea>", page.text, re.DOTALL)[1]
        )
        address = re.search(r'src="http://[^/]+(/open/[^"]+)"', html.unescape(snippet))[1]
        shown = client.get(address)
        assert shown.status_code == 200
        assert re.search(r'<img src="/open/[^"]+chart.svg[^"]*" alt="[^"]{40,}"', shown.text)


def test_nothing_is_embedded_when_the_project_is_internal(app: Flask, client: FlaskClient) -> None:
    """What is not public is not found there, and no snippet is offered."""
    placed = place_project(app)
    assert client.get(f"/open/centre/indicators/{placed.indicator_id}/embed").status_code == 404
