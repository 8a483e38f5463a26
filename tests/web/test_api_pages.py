"""The API explained in the product: found from where programmers look, whole, and without scripts."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.people import People, signed_in_client

RECIPES = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")


@pytest.fixture
def app(sqlite_app: Flask) -> Flask:
    """What the page says does not depend on the database."""
    return sqlite_app


@pytest.fixture
def stranger(app: Flask) -> FlaskClient:
    """Somebody who has not signed in."""
    return app.test_client()


def test_shows_every_operation_of_the_document(stranger: FlaskClient) -> None:
    """Each operation stands in its chapter, with a call and an answer, and no script anywhere."""
    document = stranger.get("/api/v1/openapi.json").json
    overview = stranger.get("/api").text
    links = {unescape(link) for link in re.findall(r'href="(/api\?chapter=[^"#]+)"', overview)}
    assert len(links) == len(document["tags"])
    text = "".join(stranger.get(link).text for link in sorted(links))
    for path, told in document["paths"].items():
        for operation in (each for method, each in told.items() if method != "parameters"):
            assert f'id="{operation["operationId"]}"' in text, path
            assert f"#{operation['operationId']}" in overview, path
    assert text.count("$TOKEN") == text.count("</code> <code>")
    assert "<script" not in text + overview


def test_shows_calls_that_say_what_is_needed(stranger: FlaskClient) -> None:
    """A call has the version it depends on and a body; the answer's example is there too."""
    page = unescape(stranger.get("/api?chapter=Flags").text)
    assert "curl -X POST" in page
    assert 'If-Match: "17-1"\'' in page
    assert '"act": "confirmed"' in page
    assert "/api/v1/flags/17/decisions" in page
    assert '"state": "open"' in page


def test_finds_nothing_when_there_is_no_such_chapter(stranger: FlaskClient) -> None:
    """A chapter that was renamed is not found, and what was asked for is not repeated unescaped."""
    response = stranger.get("/api?chapter=<b>")
    assert response.status_code == 404
    assert "<b>" not in response.text


def test_is_found_from_tokens_and_every_foot(app: Flask, people: People, stranger: FlaskClient) -> None:
    """Who makes a token is told what for; so is everybody at the end of a page, in both languages."""
    assert 'href="/api"' in signed_in_client(app, people.viewer).get("/profile/tokens").text
    assert 'href="/api"' in stranger.get("/sign-in").text
    swedish = stranger.get("/api", headers={"Accept-Language": "sv"}).text
    english = stranger.get("/api", headers={"Accept-Language": "en"}).text
    assert "Recept" in swedish
    assert "Recipes" in english
    assert 'lang="en"' in swedish


def test_recipes_are_those_of_the_documentation(stranger: FlaskClient) -> None:
    """The workbook's query is the same in the product and in docs/api.md."""
    page = unescape(stranger.get("/api").text)
    (query,) = re.findall(r"```\n(let\n.*?)\n```", RECIPES, re.DOTALL)
    (address,) = re.findall(r'Web\.Contents\("([^"]+)"', page)
    assert query.replace("http://localhost:8000", address) in page
