"""Requests that nobody meant: forms from elsewhere change nothing, and looking changes nothing."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from impact.app import create_app
from impact.request_scope.identity import API_PREFIX
from impact.settings import Settings
from tests.filled import columns_of, contents
from tests.people import NOW, PASSWORD, People, form_token, make_people, signed_in_client
from tests.trust.crawling import crawl
from tests.trust.places import address, measured_with_a_file, routes, target_of
from tests.web.ground import Placed, place_project

EVIL = "https://evil.example"
# That somebody is there is written down, and pictures that were drawn are kept; nothing else is by looking.
MAY_CHANGE = {"sign_in_session": {"last_seen_at"}}
KEPT_FOR_SPEED = "drawn_picture"


def state(placed: Placed) -> dict[str, tuple[int, str]]:
    """The number of rows and a checksum of each table, the trial's own rows all made."""
    target_of(placed)
    measured_with_a_file(placed)
    with placed.database.engine.connect() as connection:
        columns = {
            table: [name for name in names if name not in MAY_CHANGE.get(table, ())]
            for table, names in columns_of(connection).items()
            if table != KEPT_FOR_SPEED
        }
        return contents(connection, columns)


def fields(app: Flask, placed: Placed, method: str, endpoint: str) -> dict[str, str]:
    """A form that would be accepted if it came from one of our pages."""
    known: dict[str, dict[str, str]] = {
        "entry.save": {
            "value": "60",
            "status": "final",
            "reason": "x",
            "measurement_id": "15",
            "version": "2",
        },
        "flags.decide": {"act": "confirmed", "note": "x", "version": "1"},
        "sign_in.sign_in": {"name": "manager", "password": PASSWORD},
    }
    return known.get(endpoint, {})


Forgery = Callable[[FlaskClient, str, str, dict[str, str]], TestResponse]


def without_token(client: FlaskClient, method: str, path: str, form: dict[str, str]) -> TestResponse:
    return client.open(path, method=method, data=form)


def with_strange_token(client: FlaskClient, method: str, path: str, form: dict[str, str]) -> TestResponse:
    token = form_token(client.application.test_client())
    return client.open(path, method=method, data={**form, "csrf_token": token})


def with_foreign_origin(client: FlaskClient, method: str, path: str, form: dict[str, str]) -> TestResponse:
    data = {**form, "csrf_token": form_token(client)}
    return client.open(path, method=method, data=data, headers={"Origin": EVIL})


def with_origin_of_nobody(client: FlaskClient, method: str, path: str, form: dict[str, str]) -> TestResponse:
    data = {**form, "csrf_token": form_token(client)}
    return client.open(path, method=method, data=data, headers={"Origin": "null"})


def with_foreign_referrer(client: FlaskClient, method: str, path: str, form: dict[str, str]) -> TestResponse:
    data = {**form, "csrf_token": form_token(client)}
    return client.open(path, method=method, data=data, headers={"Referer": f"{EVIL}/http://localhost/"})


def as_plain_text(client: FlaskClient, method: str, path: str, form: dict[str, str]) -> TestResponse:
    data: Any = json.dumps({**form, "csrf_token": form_token(client)})
    return client.open(path, method=method, data=data, content_type="text/plain")


# The signed link of one mail is the proof there; mail programs know no token of ours.
PROVEN_OTHERWISE = {"unsubscribe.stop"}
FORGERIES: list[Forgery] = [
    without_token,
    with_strange_token,
    with_foreign_origin,
    with_origin_of_nobody,
    with_foreign_referrer,
    as_plain_text,
]


def test_accepts_no_form_when_it_is_forged(app: Flask, people: People, placed: Placed) -> None:
    """Whatever the way, each form of each page is refused and changes nothing."""
    client = signed_in_client(app, people.administrator)
    before = state(placed)
    for method, rule in routes(app):
        if method in ("GET", "HEAD") or rule.endpoint in PROVEN_OTHERWISE:
            continue
        form = fields(app, placed, method, rule.endpoint)
        for forge in FORGERIES:
            response = forge(client, method, address(app, rule, placed), form)
            # No cookie counts there: the browser is nobody.
            refused = 401 if rule.rule.startswith(API_PREFIX) else 400
            assert response.status_code == refused, f"{forge.__name__}: {method} {rule.rule}"
    assert state(placed) == before


@pytest.mark.parametrize("origin", ["http://localhost", "http://localhost:8000", "HTTP://LOCALHOST"])
def test_accepts_the_form_when_it_is_ours(app: Flask, people: People, placed: Placed, origin: str) -> None:
    """The trial above can fail: the same forms are accepted from our own pages."""
    client = signed_in_client(app, people.administrator)
    for endpoint in ("entry.save", "flags.decide", "sign_in.sign_in"):
        method, rule = next(found for found in routes(app) if found[1].endpoint == endpoint)
        data = {**fields(app, placed, method, endpoint), "csrf_token": form_token(client)}
        response = client.post(address(app, rule, placed), data=data, headers={"Origin": origin})
        assert response.status_code == 303, endpoint


@pytest.mark.parametrize("name", ["administrator", None])
def test_changes_nothing_when_only_looked_at(
    app: Flask, people: People, placed: Placed, name: str | None
) -> None:
    """After every page was opened each table is as it was."""
    client = signed_in_client(app, getattr(people, name)) if name else app.test_client()
    before = state(placed)
    n_pages = sum(1 for _ in crawl(client, placed, numbers=False))
    assert n_pages >= 10
    assert state(placed) == before


def test_notices_a_change_when_there_is_one(app: Flask, people: People, placed: Placed) -> None:
    """The trial above can fail: one row more is seen."""
    before = state(placed)
    with placed.database.transaction() as session:
        session.execute(sa.text("UPDATE user_account SET language = 'en' WHERE name = 'viewer'"))
    after = state(placed)
    assert {table for table in before if before[table] != after[table]} == {"user_account"}


STRICT = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


def test_every_answer_is_strict_when_reached_over_https(settings: Settings, sqlite_url: str) -> None:
    """Every answer of a walk through all addresses carries every header; data is never stored."""
    app = create_app(
        replace(settings, database_url=sqlite_url, public_url="https://impact.example.se"), clock=lambda: NOW
    )
    people = make_people(app.extensions["impact"].database)
    placed = place_project(app)
    for who in (people.administrator, people.outsider):
        for path, answer in crawl(signed_in_client(app, who), placed, numbers=False):
            headers = answer.headers
            assert {name: headers.get(name) for name in STRICT} == STRICT, path
            policy = headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy, path
            assert "unsafe" not in policy.partition("script-src")[2], path
            assert "frame-ancestors 'none'" in policy or "sandbox" in policy, path
            if not path.startswith(("/static/", "/typeface/")):
                is_picture = path.partition("?")[0].endswith((".svg", ".png"))
                assert "no-store" in headers["Cache-Control"] or is_picture, path
                assert "public" not in headers["Cache-Control"], path
    app.extensions["impact"].database.dispose()
