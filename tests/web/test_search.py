"""The page of search and the field in the header that leads to it."""

import html

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.people import People, signed_in_client
from tests.web.ground import place_project


@pytest.fixture
def reader(app: Flask, people: People) -> FlaskClient:
    place_project(app)
    client = signed_in_client(app, people.viewer)
    client.set_cookie("impact-language", "en")
    return client


def test_leads_to_what_was_found(reader: FlaskClient) -> None:
    """Each group links to its things; the field keeps what was typed."""
    text = html.unescape(reader.get("/search?q=safe").text)
    assert 'href="/indicators/1"' in text
    assert 'value="safe"' in text
    goals = html.unescape(reader.get("/search?q=safety").text)
    assert 'href="/projects/centre#goal-1"' in goals
    assert 'href="/projects/centre"' in html.unescape(reader.get("/search?q=centr").text)


def test_says_what_to_do_when_nothing_is_found(reader: FlaskClient) -> None:
    """Nothing found is said; nothing typed asks for words and says no such thing."""
    assert "Nothing was found" in reader.get("/search?q=nonsense").text
    assert "Nothing was found" not in reader.get("/search").text
    assert "Nothing was found" not in reader.get("/search?q=%00").text


@pytest.mark.parametrize("typed", ["<script>alert(1)</script>", '" onfocus="x', "%00%ff", "x" * 5000])
def test_stays_whole_when_anything_is_typed(reader: FlaskClient, typed: str) -> None:
    """What was typed is text on the page, never markup, and never an error."""
    answer = reader.get("/search", query_string={"q": typed})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert '" onfocus="' not in answer.text


def test_shows_nothing_of_others(app: Flask, people: People, reader: FlaskClient) -> None:
    """Somebody else's project is found by nobody but its own people."""
    outsider = signed_in_client(app, people.outsider)
    outsider.set_cookie("impact-language", "en")
    for word in ("centr", "safe", "trygg"):
        text = outsider.get("/search", query_string={"q": word}).text
        assert "Nothing was found" in text
        assert "/projects/centre" not in text


def test_stands_in_the_header_of_every_page(app: Flask, people: People, reader: FlaskClient) -> None:
    """Whoever is signed in finds the field on any page; who is not has nothing to search."""
    assert 'action="/search"' in reader.get("/").text
    assert 'action="/search"' in reader.get("/projects").text
    assert 'action="/search"' not in app.test_client().get("/sign-in").text
