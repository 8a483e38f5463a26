"""Choosing a password by a link, and asking for one when it was forgotten."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from impact.accounts import links, members, passwords
from impact.audit.tables import AuditEntry
from impact.db import Database
from impact.delivery.tables import OutboxMessage
from tests.people import NOW, People, post

NEW_PASSWORD = "five quite unusual words here"


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("impact-language", "en")
    return client


@pytest.fixture
def path(database: Database, people: People) -> str:
    """A link of the viewer's."""
    with database.transaction() as session:
        user = members.user_by_id(session, people.viewer.user_id)
        return f"/password/{links.make_link(session, people.administrator.actor, user, now=NOW).token}"


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was compared with nobody's password; costs nothing here."""
    compared: list[str] = []
    monkeypatch.setattr(passwords, "fits", lambda password, _stored: compared.append(password))
    return compared


def mails(database: Database) -> list[OutboxMessage]:
    with database.reading() as session:
        return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


@pytest.mark.parametrize(
    ("password", "again", "field"),
    [
        ("short", "short", "password"),
        ("viewerviewer1", "viewerviewer1", "password"),
        (NEW_PASSWORD, NEW_PASSWORD + "x", "again"),
        ("", "", "password"),
    ],
)
def test_asks_again_when_the_password_will_not_do(
    browser: FlaskClient, path: str, password: str, again: str, field: str
) -> None:
    """A sentence at the field, nothing typed in the page, and the link is still good."""
    answer = post(browser, path, password=password, again=again)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert NEW_PASSWORD not in answer.text
    assert post(browser, path, password=NEW_PASSWORD, again=NEW_PASSWORD).status_code == 303


def test_uses_nothing_up_when_it_is_only_looked_at(browser: FlaskClient, path: str) -> None:
    """Programs that follow the links of mails do no harm."""
    for _ in range(5):
        assert browser.get(path).status_code == 200
        assert browser.head(path).status_code == 200
    assert post(browser, path, password=NEW_PASSWORD, again=NEW_PASSWORD).status_code == 303


def test_ends_the_sign_in_that_this_browser_had(app: Flask, browser: FlaskClient, path: str) -> None:
    """Whoever was signed in here is signed out, and a cookie from before opens nothing."""
    post(browser, "/sign-in", name="manager", password="four unusual words of a test")
    cookie = browser.get_cookie("impact")
    assert cookie is not None
    post(browser, path, password=NEW_PASSWORD, again=NEW_PASSWORD)
    assert ">viewer</a>" in browser.get("/profile").text
    thief = app.test_client()
    thief.set_cookie("impact", cookie.value)
    assert thief.get("/profile").headers["Location"].startswith("/sign-in")


@pytest.mark.parametrize("token", ["x", "x" * 43, "%2e%2e", "å", "x" * 5000])
def test_says_so_when_the_link_is_dead(browser: FlaskClient, people: People, token: str) -> None:
    """What was used, is too old or never was is told alike, with the way to a new one."""
    for answer in (browser.get(f"/password/{token}"), post(browser, f"/password/{token}", password="x")):
        assert answer.status_code == 404
        assert 'href="/forgotten"' in answer.text


def test_mails_a_link_when_the_password_was_forgotten(
    app: Flask, browser: FlaskClient, people: People, database: Database, cheap: list[str]
) -> None:
    """By name or by address; the person is written to in their language and comes in again."""
    assert 'href="/forgotten"' in browser.get("/sign-in").text
    assert post(browser, "/forgotten", name=" VIEWER ").status_code == 200
    assert post(browser, "/forgotten", name="Viewer@example.SE").status_code == 200
    first, second = mails(database)
    assert {first.address, second.address} == {"viewer@example.se"}
    found = re.search(r"/password/[\w-]+", second.mime.decode().replace("=\r\n", ""))
    assert found
    assert post(app.test_client(), found[0], password=NEW_PASSWORD, again=NEW_PASSWORD).status_code == 303
    with database.reading() as session:
        asked = session.scalars(select(AuditEntry).where(AuditEntry.verb == "make_link")).first()
        assert asked is not None
        assert asked.actor_id != people.viewer.actor.id


@pytest.mark.parametrize("name", ["nobody", "disabled", "disabled@example.se", "x" * 5000, "%", "_"])
def test_tells_nobody_whether_the_name_is_known(
    browser: FlaskClient, people: People, database: Database, cheap: list[str], name: str
) -> None:
    """The answer is the same word for word, and a password is compared either way."""
    known, unknown = (post(browser, "/forgotten", name=typed) for typed in ("viewer", name))
    secrets = re.compile(r'value="[^"]{20,}"|nonce="[^"]+"')
    assert secrets.sub("", known.text) == secrets.sub("", unknown.text)
    assert known.status_code == unknown.status_code == 200
    assert [mail.address for mail in mails(database)] == ["viewer@example.se"]
    assert len(cheap) == 2


def test_asks_to_wait_when_it_is_asked_too_often(
    app: Flask, browser: FlaskClient, people: People, database: Database, cheap: list[str]
) -> None:
    """Three an hour for a name, known or not; signing in is not made to wait by it."""
    for name in ("viewer", "nobody"):
        statuses = [post(browser, "/forgotten", name=name).status_code for _ in range(5)]
        assert statuses == [200, 200, 200, 429, 429]
    assert len(mails(database)) == 3
    assert post(app.test_client(), "/sign-in", name="viewer", password="wrong").status_code == 422


@pytest.mark.parametrize("name", ["", "  ", "a\x00b", "a\nb"])
def test_asks_for_a_name_when_there_is_none(browser: FlaskClient, people: People, name: str) -> None:
    """What cannot be a name is told at the field."""
    answer = post(browser, "/forgotten", name=name)
    assert answer.status_code == 422
    assert 'id="name-error"' in answer.text


def test_is_dead_when_its_person_was_shut_out_since(
    app: Flask, people: People, database: Database, path: str
) -> None:
    """A link dies with its person."""
    assert app.test_client().get(path).status_code == 200
    with database.transaction() as session:
        user = members.user_by_id(session, people.viewer.user_id)
        members.disable_user(session, people.administrator.actor, user, now=NOW)
    assert app.test_client().get(path).status_code == 404


def test_sends_a_link_when_many_failed_to_sign_in(
    app: Flask, people: People, database: Database, cheap: list[str]
) -> None:
    """Whoever guessed in vain may ask: failures at sign-in make no address wait here."""
    for name in ("viewer", "manager", "analyst"):
        for _ in range(6):
            assert post(app.test_client(), "/sign-in", name=name, password="wrong").status_code == 422
    assert post(app.test_client(), "/forgotten", name="viewer").status_code == 200
    assert len(mails(database)) == 1
