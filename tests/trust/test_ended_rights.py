"""A right that was taken away is gone with the next request, in every browser and program.

That a copied cookie is dead after signing out, and that signing in changes it, is shown in
``tests/web/test_sign_in_pages.py``.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from impact.accounts import members
from impact.accounts.signing_in import end_sessions
from impact.accounts.tables import Membership, Role, SignInSession
from impact.delivery.letters import letterhead
from impact.delivery.outbox import deliver_next
from impact.registry.measurement_tables import Revision
from tests.fakes import MemoryTransport
from tests.people import NOW, PASSWORD, People, Person, add_person, bearer, form_token, post, signed_in_client
from tests.web.ground import Placed

CORRECTION = {"value": "60", "status": "final", "reason": "x", "measurement_id": "15", "version": "2"}


def correction(placed: Placed) -> str:
    """The address of the form for a value that is stored."""
    return f"/series/{placed.series_id}/periods/2024"


def n_revisions(placed: Placed) -> int | None:
    """How many revisions there are of all measurements."""
    with placed.database.reading() as session:
        return session.scalar(select(func.count(Revision.id)))


def take_away(placed: Placed, people: People, person: Person) -> None:
    """Withdraw every role of somebody; another administrator is left to look after things."""
    with placed.database.transaction() as session:
        add_person(session, "other administrator", Role.ADMINISTRATOR)
        for membership in session.scalars(select(Membership).filter_by(user_id=person.user_id)).all():
            members.withdraw_grant(session, people.administrator.actor, membership, now=NOW)


def ready_to_save(client: FlaskClient, placed: Placed) -> dict[str, str]:
    """The form as it lies before somebody who may still send it."""
    assert client.get(correction(placed)).status_code == 200
    return {**CORRECTION, "csrf_token": form_token(client)}


def send(client: FlaskClient, placed: Placed, form: dict[str, str]) -> int:
    """What comes of sending it."""
    return client.post(correction(placed), data=form, headers={"Origin": "http://localhost"}).status_code


@pytest.mark.parametrize("name", ["analyst", "manager", "administrator"])
def test_refuses_the_next_request_when_the_role_was_taken_away(
    app: Flask, people: People, placed: Placed, name: str
) -> None:
    """A form that was opened with the right is refused without it, and stores nothing."""
    person: Person = getattr(people, name)
    client = signed_in_client(app, person)
    form, before = ready_to_save(client, placed), n_revisions(placed)
    take_away(placed, people, person)
    assert send(client, placed, form) == 403
    assert client.get("/").status_code == 403
    assert n_revisions(placed) == before


def test_finds_nothing_when_the_role_for_the_project_was_taken_away(
    app: Flask, people: People, placed: Placed
) -> None:
    """Whoever keeps a role elsewhere no longer finds the project."""
    with placed.database.transaction() as session:
        person = add_person(session, "guest", Role.ANALYST, project_id=placed.project_id)
    client = signed_in_client(app, person)
    form, before = ready_to_save(client, placed), n_revisions(placed)
    take_away(placed, people, person)
    with placed.database.transaction() as session:
        elsewhere = people.outsider.actor.grants[0].organisation_id
        user = members.user_by_id(session, person.user_id)
        members.grant(
            session,
            people.administrator.actor,
            user,
            Role.MANAGER,
            organisation_id=elsewhere,
            now=NOW,
        )
    assert send(client, placed, form) == 404
    assert client.get(f"/projects/{placed.slug}").status_code == 404
    assert n_revisions(placed) == before


def test_closes_every_browser_when_somebody_is_disabled(app: Flask, people: People, placed: Placed) -> None:
    """Disabling ends all sign-ins at once, and no new one succeeds even with the right password."""
    clients = [signed_in_client(app, people.analyst) for _ in range(3)]
    forms, before = [ready_to_save(client, placed) for client in clients], n_revisions(placed)
    with placed.database.transaction() as session:
        user = members.user_by_id(session, people.analyst.user_id)
        members.disable_user(session, people.administrator.actor, user, now=NOW)
    for client, form in zip(clients, forms, strict=True):
        assert send(client, placed, form) == 303
        assert client.get("/").headers["Location"].startswith("/sign-in")
    assert n_revisions(placed) == before
    assert post(app.test_client(), "/sign-in", name="analyst", password=PASSWORD).status_code == 422
    with placed.database.reading() as session:
        still_open = select(func.count(SignInSession.id)).filter_by(
            user_id=people.analyst.user_id, ended_at=None
        )
        assert session.scalar(still_open) == 0


def test_keeps_others_in_when_one_signs_out_everywhere(app: Flask, people: People, placed: Placed) -> None:
    """Ending one person's sign-ins leaves everybody else where they are."""
    ended, other = signed_in_client(app, people.analyst), signed_in_client(app, people.manager)
    with placed.database.transaction() as session:
        end_sessions(session, people.analyst.user_id, now=NOW)
    assert ended.get("/").status_code == 303
    assert other.get("/").status_code == 200


def test_gives_a_known_cookie_no_power_when_somebody_signs_in_over_it(app: Flask, people: People) -> None:
    """A cookie that a stranger planted before the sign-in opens nothing afterwards."""
    victim, stranger = app.test_client(), app.test_client()
    form_token(stranger)
    planted = stranger.get_cookie("impact")
    assert planted is not None
    victim.set_cookie("impact", planted.value)
    assert post(victim, "/sign-in", name="manager", password=PASSWORD).status_code == 303
    assert victim.get("/").status_code == 200
    stranger.set_cookie("impact", planted.value)
    assert stranger.get("/").status_code == 303


@pytest.mark.parametrize("way", ["shut-out", "erase", "end-sign-ins"])
def test_opens_nothing_fifty_times_when_an_administrator_ended_it(
    app: Flask, people: People, placed: Placed, way: str
) -> None:
    """By the page of the person: sign-ins, copied cookies, tokens and waiting mails are dead."""
    administrator, client = (
        signed_in_client(app, person) for person in (people.administrator, people.analyst)
    )
    cookie, key = client.get_cookie("impact"), bearer(app, people.analyst)
    assert cookie is not None
    own = f"/people/{people.analyst.user_id}"
    assert post(administrator, f"{own}/link", way="mail").status_code == 303
    assert client.get("/").status_code == 200
    assert app.test_client().get("/api/v1/projects", headers=key).status_code == 200
    assert post(administrator, f"{own}/{way}", confirmed_name="analyst").status_code == 303
    for _ in range(50):
        thief = app.test_client()
        thief.set_cookie("impact", cookie.value)
        assert thief.get("/").headers["Location"].startswith("/sign-in")
    if way == "end-sign-ins":
        return  # Only the browsers: programs and mails go on.
    for _ in range(50):
        assert app.test_client().get("/api/v1/projects", headers=key).status_code == 401
    assert post(app.test_client(), "/sign-in", name="analyst", password=PASSWORD).status_code == 422
    transport, head = MemoryTransport(), letterhead("a@example.se", "http://localhost", "k", ZoneInfo("UTC"))
    while deliver_next(placed.database, transport, head, now=NOW):
        pass
    assert transport.sent == []
