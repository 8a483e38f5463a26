"""Everybody's own page: name, address, notices, sign-ins, password."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from impact.accounts import members
from impact.accounts.signing_in import start_session
from impact.accounts.tables import Role, User
from impact.audit.trail import trail_of
from impact.db import Database
from impact.delivery.notice_wishes import notice_pace
from impact.delivery.tables import NoticePace
from impact.request_scope.identity import TOKEN_KEY
from tests.people import NOW, PASSWORD, People, Person, add_person, post, signed_in_client

NEW_PASSWORD = "five quite unusual words here"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0"


@pytest.fixture
def viewer(app: Flask, people: People) -> FlaskClient:
    client = signed_in_client(app, people.viewer)
    client.set_cookie("impact-language", "en")
    return client


def user_of(database: Database, person: Person) -> User:
    with database.reading() as session:
        return members.user_by_id(session, person.user_id)


def typed(database: Database, person: Person, **changed: str) -> dict[str, object]:
    """The form of the profile as the page gives it, with some fields changed."""
    user = user_of(database, person)
    form = {"name": user.name, "email": user.email or "", "language": user.language}
    return {**form, "version": user.version, **changed}


def is_out(client: FlaskClient) -> bool:
    return client.get("/profile").headers.get("Location", "").startswith("/sign-in")


def test_shows_oneself_and_ones_roles(viewer: FlaskClient) -> None:
    """Name, address, roles, and where one is signed in."""
    page = viewer.get("/profile").text
    for words in ('value="viewer"', 'value="viewer@example.se"', "Viewer (Everything)", "this browser"):
        assert words in page
    assert "/profile/password" in page
    assert "/profile/tokens" in page


def test_shows_the_profile_to_whoever_has_no_role(app: Flask, people: People, database: Database) -> None:
    """Somebody invited a moment ago, without any role, reaches the own page."""
    with database.transaction() as session:
        bare = add_person(session, "bare")
    client = signed_in_client(app, bare)
    client.set_cookie("impact-language", "en")
    assert "You have no role yet." in client.get("/profile").text


def test_changes_name_and_language(viewer: FlaskClient, database: Database, people: People) -> None:
    """The page speaks the new language at once, and the next sign-in takes the new name."""
    form = typed(database, people.viewer, name="Åsa Ek", language="sv")
    assert post(viewer, "/profile", **form).status_code == 303
    assert "Profil" in viewer.get("/profile").text
    user = user_of(database, people.viewer)
    assert (user.name, user.language) == ("Åsa Ek", "sv")
    assert post(viewer, "/sign-in", name="åsa ek", password=PASSWORD).status_code == 303


@pytest.mark.parametrize(
    ("changed", "status", "field"),
    [
        ({"name": ""}, 422, "name"),
        ({"name": "Manager"}, 409, "name"),
        ({"language": "fi"}, 422, "language"),
        ({"email": "no address", "old_password": PASSWORD}, 422, "email"),
        ({"email": "new@example.se"}, 422, "old_password"),
        ({"email": "new@example.se", "old_password": "wrong"}, 422, "old_password"),
        ({"email": ""}, 422, "old_password"),
    ],
)
def test_keeps_what_was_typed_when_it_is_refused(
    viewer: FlaskClient, database: Database, people: People, changed: dict[str, str], status: int, field: str
) -> None:
    """A sentence at the field, nothing kept; another address takes the password."""
    before = typed(database, people.viewer)
    answer = post(viewer, "/profile", **typed(database, people.viewer, **changed))
    assert answer.status_code == status
    assert f'id="{field}-error"' in answer.text
    assert "wrong" not in re.findall(r'value="([^"]*)"', answer.text)
    assert typed(database, people.viewer) == before


def test_changes_the_address_when_the_password_is_given(
    viewer: FlaskClient, database: Database, people: People
) -> None:
    """With the password the next mail goes to the new address."""
    form = typed(database, people.viewer, email="new@example.se", old_password=PASSWORD)
    assert post(viewer, "/profile", **form).status_code == 303
    assert user_of(database, people.viewer).email == "new@example.se"


def test_tells_when_an_administrator_was_first(
    viewer: FlaskClient, database: Database, people: People
) -> None:
    """Of two changes to the same version the second is a conflict."""
    form = typed(database, people.viewer, name="first")
    assert post(viewer, "/profile", **form).status_code == 303
    assert post(viewer, "/profile", **{**form, "name": "second"}).status_code == 409


def test_changes_the_password_and_ends_every_other_sign_in(
    app: Flask, viewer: FlaskClient, people: People, database: Database
) -> None:
    """This browser goes on under a new key; a copy of its old cookie and all others are dead."""
    other = signed_in_client(app, people.viewer)
    cookie = viewer.get_cookie("impact")
    assert cookie is not None
    form = {"old_password": PASSWORD, "password": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert post(viewer, "/profile/password", **form).status_code == 303
    assert viewer.get("/profile").status_code == 200
    thief = app.test_client()
    thief.set_cookie("impact", cookie.value)
    assert is_out(other)
    assert is_out(thief)
    assert post(app.test_client(), "/sign-in", name="viewer", password=PASSWORD).status_code == 422
    assert post(app.test_client(), "/sign-in", name="viewer", password=NEW_PASSWORD).status_code == 303


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"old_password": "wrong"}, "old_password"),
        ({"old_password": ""}, "old_password"),
        ({"again": "another"}, "again"),
        ({"password": "short", "again": "short"}, "password"),
    ],
)
def test_keeps_the_password_when_the_form_is_refused(
    app: Flask, viewer: FlaskClient, people: People, changed: dict[str, str], field: str
) -> None:
    """A sentence at the field; the old password goes on, and so do the other sign-ins."""
    other = signed_in_client(app, people.viewer)
    form = {"old_password": PASSWORD, "password": NEW_PASSWORD, "again": NEW_PASSWORD, **changed}
    answer = post(viewer, "/profile/password", **form)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert not is_out(other)


def test_makes_guesses_at_the_old_password_wait(app: Flask, viewer: FlaskClient) -> None:
    """Whoever finds a browser open cannot guess on without end."""
    limit = app.extensions["impact"].settings.sign_in_attempts
    form = {"old_password": "wrong", "password": NEW_PASSWORD, "again": NEW_PASSWORD}
    statuses = [post(viewer, "/profile/password", **form).status_code for _ in range(limit + 1)]
    assert statuses == [422] * limit + [429]


def test_ends_all_other_sign_ins(app: Flask, viewer: FlaskClient, people: People) -> None:
    """Everywhere else one is out, here and at other people's one is in."""
    others = [signed_in_client(app, people.viewer) for _ in range(3)]
    manager = signed_in_client(app, people.manager)
    assert post(viewer, "/profile/sign-ins/end-others").status_code == 303
    assert "3 sign-ins were ended." in viewer.get("/profile").text
    assert [is_out(client) for client in (*others, viewer, manager)] == [True] * 3 + [False] * 2


def test_ends_one_sign_in_of_ones_own_alone(
    app: Flask, viewer: FlaskClient, people: People, database: Database
) -> None:
    """The browser and the machine tell which; another person's is not found."""
    with database.transaction() as session:
        user = members.user_by_id(session, people.viewer.user_id)
        key = start_session(session, user, user_agent=FIREFOX, now=NOW)
    desk, manager = app.test_client(), signed_in_client(app, people.manager)
    with desk.session_transaction() as cookie:
        cookie[TOKEN_KEY] = key
    page = viewer.get("/profile").text
    assert "Firefox on Linux" in page
    (path,) = re.findall(r'action="(/profile/sign-ins/\d+/end)"', page)
    assert post(manager, path).status_code == 404
    assert not is_out(desk)
    assert post(viewer, path).status_code == 303
    assert is_out(desk)
    assert not is_out(viewer)


def test_hears_of_flags_as_chosen(app: Flask, people: People, database: Database) -> None:
    """Whoever decides on flags chooses; the choice is kept once, and is in the trail."""
    client = signed_in_client(app, people.manager)
    for pace in ("never", "never", "weekly", "never"):
        assert post(client, "/profile/notices", pace=pace).status_code == 303
    for wrong in ("", "hourly", "x"):
        assert post(client, "/profile/notices", pace=wrong).status_code == 422
    with database.reading() as session:
        assert notice_pace(session, people.manager.user_id) is NoticePace.NEVER
        assert notice_pace(session, people.viewer.user_id) is NoticePace.AT_ONCE
        verbs = [entry.verb for entry in trail_of(session, "user_account", people.manager.user_id)]
    assert verbs.count("choose_notices") == 3


def test_offers_notices_to_those_who_get_them(app: Flask, people: People) -> None:
    """A viewer, who is told of no flag, is asked nothing."""
    assert "/profile/notices" not in signed_in_client(app, people.viewer).get("/profile").text
    assert "/profile/notices" in signed_in_client(app, people.manager).get("/profile").text


@pytest.mark.parametrize("role", Role)
def test_changes_nobody_but_oneself(app: Flask, people: People, database: Database, role: Role) -> None:
    """Whatever number a form brings along, it is one's own page that changes."""
    person: Person = getattr(people, role.value)
    client = signed_in_client(app, person)
    form = typed(database, person, name="renamed")
    victim = people.outsider
    post(client, "/profile", **{**form, "user_id": str(victim.user_id), "id": str(victim.user_id)})
    assert user_of(database, person).name == "renamed"
    assert user_of(database, victim).name == "outsider"
