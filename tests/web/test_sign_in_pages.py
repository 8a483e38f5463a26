"""Signing in and out, as a browser does it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from impact.accounts import members
from impact.accounts.actors import installation_actor
from impact.accounts.tables import Membership, SignInSession, User
from impact.audit.tables import ActorKind
from tests.people import NOW, PASSWORD, form_token, post, signed_in_client


def sign_in(client, name="analyst", password=PASSWORD, **more):
    return post(client, "/sign-in", name=name, password=password, **more)


def is_in(client):
    """Whether pages know the person: the name stands on top of every page."""
    return 'class="name">' in client.get("/no-such-page").text


def test_signs_in_and_goes_to_the_page_that_was_wanted(app, people):
    """Name and password open the pages and lead on to where one was going."""
    client = app.test_client()
    response = sign_in(client, next="/projects?category=living")
    assert response.status_code == 303
    assert response.headers["Location"] == "/projects?category=living"
    assert is_in(client)


def test_keeps_the_name_and_says_what_is_wrong_when_the_password_is(app, people):
    """The form comes back with the name, without the password."""
    client = app.test_client()
    response = sign_in(client, password="canary-password")
    assert response.status_code == 422
    assert 'value="analyst"' in response.text
    assert "canary-password" not in response.text
    assert not is_in(client)


def test_asks_to_wait_when_there_were_too_many_attempts(app, people, monkeypatch):
    """After so many failures the answer is 429, and says when to come again."""
    monkeypatch.setattr("impact.accounts.passwords.fits", lambda _password, _stored: False)
    client = app.test_client()
    limit = app.extensions["impact"].settings.sign_in_attempts
    statuses = [sign_in(client, password="wrong").status_code for _ in range(limit + 1)]
    assert statuses == [422] * limit + [429]
    assert sign_in(client).headers["Retry-After"]


def test_changes_the_token_when_somebody_signs_in_again(app, people):
    """A cookie known before a sign-in is worth nothing after it."""
    client = app.test_client()
    sign_in(client)
    before = client.get_cookie("impact").value
    sign_in(client, name="manager")
    client.set_cookie("impact", before)
    assert not is_in(client)


def test_opens_nothing_when_a_cookie_is_replayed_after_signing_out(app, people):
    """Fifty times a copied cookie meets the sign-in page after sign-out."""
    client = app.test_client()
    sign_in(client)
    copied = client.get_cookie("impact").value
    assert post(client, "/sign-out").headers["Location"] == "/sign-in"
    for _ in range(50):
        thief = app.test_client()
        thief.set_cookie("impact", copied)
        assert not is_in(thief)


def test_knows_nobody_when_disabled_in_between(app, people):
    """Disabling somebody ends their sign-in with the next click."""
    client = signed_in_client(app, people.viewer)
    assert is_in(client)
    with app.extensions["impact"].database.transaction() as session:
        system = installation_actor(session, ActorKind.SYSTEM, now=NOW)
        members.disable_user(session, system, session.get(User, people.viewer.user_id), now=NOW)
    assert not is_in(client)
    assert not is_in(signed_in_client(app, people.disabled))


def test_goes_on_at_once_when_signed_in_already(app, people):
    """Somebody who is in does not see the sign-in form."""
    response = signed_in_client(app, people.viewer).get("/sign-in?next=/projects")
    assert (response.status_code, response.headers["Location"]) == (303, "/projects")


def test_ends_earlier_sign_in_of_the_browser_when_another_person_signs_in(app, people):
    """One browser has one sign-in: the earlier one is ended, not forgotten."""
    client = signed_in_client(app, people.viewer)
    sign_in(client, name="manager")
    with app.extensions["impact"].database.reading() as session:
        n_open = session.scalar(select(func.count(SignInSession.id)).where(SignInSession.ended_at.is_(None)))
    assert n_open == 1


def test_writes_down_the_visit_when_some_minutes_passed(app, people):
    """A page moves the sign-in's last click, so that whoever works stays in."""
    client = signed_in_client(app, people.viewer)
    database = app.extensions["impact"].database
    with database.transaction() as session:
        row = session.scalars(select(SignInSession)).one()
        row.last_seen_at = NOW - timedelta(hours=1)
    assert is_in(client)
    with database.reading() as session:
        assert session.scalars(select(SignInSession.last_seen_at)).one() == NOW


@pytest.mark.parametrize("fields", [{}, {"csrf_token": "x"}, {"csrf_token": ""}])
@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "/language/en"])
def test_refuses_a_form_when_its_token_is_missing_or_wrong(app, people, path, fields):
    """No form counts that did not come from one of our pages."""
    client = signed_in_client(app, people.analyst)
    response = client.post(path, data={"name": "analyst", "password": PASSWORD, **fields})
    assert response.status_code == 400
    assert is_in(client)
    assert client.get_cookie("impact-language") is None


def test_refuses_a_form_when_the_token_is_another_browsers(app, people):
    """A token is good for the browser whose page carried it alone."""
    stranger = app.test_client()
    client = signed_in_client(app, people.analyst)
    form_token(client)
    response = client.post("/sign-out", data={"csrf_token": form_token(stranger)})
    assert response.status_code == 400
    assert is_in(client)


def test_holds_random_bits_alone_in_the_cookie(app, people):
    """Nothing in the cookie tells who it is; 256 bits nobody can guess."""
    client = app.test_client()
    sign_in(client)
    with client.session_transaction() as cookie:
        assert set(cookie) == {"key"}
        assert re.fullmatch(r"[\w-]{43}", cookie["key"])


def test_keeps_the_right_person_when_roles_change(app, people):
    """Roles are read anew with each request."""
    client = signed_in_client(app, people.viewer)
    with app.extensions["impact"].database.transaction() as session:
        session.delete(session.scalars(select(Membership).filter_by(user_id=people.viewer.user_id)).one())
    assert is_in(client)
