"""One's own tokens: made by a person, shown once, dead when revoked."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from impact.accounts.tables import ApiToken
from impact.db import Database
from tests.people import People, bearer, post, signed_in_client

TYPED = {"label": "statistics office", "scope": "read", "ends_on": "2027-02-28"}


@pytest.fixture
def analyst(app: Flask, people: People) -> FlaskClient:
    client = signed_in_client(app, people.analyst)
    client.set_cookie("impact-language", "en")
    return client


def made(client: FlaskClient, **changed: str) -> str:
    """The text of a new token, as its page shows it."""
    page = post(client, "/profile/tokens", **{**TYPED, **changed}).text
    found = re.search(r'id="token">(imp_\d+_[\w-]+)<', page)
    assert found, page
    return found[1]


def status(app: Flask, token: str) -> int:
    """What the API answers to it."""
    headers = {"Authorization": f"Bearer {token}"}
    return app.test_client().get("/api/v1/projects", headers=headers).status_code


def test_is_shown_once_and_works(app: Flask, analyst: FlaskClient) -> None:
    """The answer shows it, no page afterwards does, and the API takes it."""
    token = made(analyst)
    assert status(app, token) == 200
    page = analyst.get("/profile/tokens").text
    assert token not in page
    assert token.split("_", 2)[2] not in page
    for words in ("statistics office", "Read only", "1 March 2027"):
        assert words in page


def test_is_dead_when_revoked(app: Flask, analyst: FlaskClient, people: People) -> None:
    """One's own is revoked by a click; another person's is not found, even by an administrator."""
    token = made(analyst, scope="write")
    (path,) = re.findall(r'action="(/profile/tokens/\d+/revoke)"', analyst.get("/profile/tokens").text)
    for other in (people.manager, people.administrator):
        assert post(signed_in_client(app, other), path).status_code == 404
    assert status(app, token) == 200
    assert post(analyst, path).status_code == 303
    assert status(app, token) == 401
    page = analyst.get("/profile/tokens").text
    assert "revoked" in page
    assert path not in page


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("label", " "),
        ("label", "x" * 101),
        ("scope", "everything"),
        ("scope", ""),
        ("ends_on", ""),
        ("ends_on", "tomorrow"),
        ("ends_on", "2026-11-01"),
        ("ends_on", "2029-01-01"),
        ("ends_on", "9999-12-31"),
    ],
)
def test_keeps_what_was_typed_when_it_is_refused(
    analyst: FlaskClient, database: Database, field: str, text: str
) -> None:
    """A sentence stands at the field, and there is no token."""
    answer = post(analyst, "/profile/tokens", **{**TYPED, field: text})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    with database.reading() as session:
        assert session.scalars(select(ApiToken)).all() == []


def test_lasts_through_its_last_day_when_that_is_today(app: Flask, analyst: FlaskClient) -> None:
    """A token that ends today works today."""
    assert status(app, made(analyst, ends_on="2026-11-23")) == 200


@pytest.mark.parametrize("path", ["/profile", "/profile/tokens", "/people", "/people/1"])
def test_opens_no_page_when_a_token_is_shown_instead_of_a_sign_in(
    app: Flask, people: People, path: str
) -> None:
    """Only a signed-in person manages tokens: a token opens none of these pages."""
    headers = bearer(app, people.administrator)
    answer = app.test_client().get(path, headers=headers)
    assert answer.headers["Location"].startswith("/sign-in")
