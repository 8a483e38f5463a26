"""The cast of every test: people under the names of their roles, and how they come in.

``people = make_people(database)`` adds them; ``signed_in_client(app, people.analyst)`` is a
browser in which that person is signed in, and ``post(client, path, …)`` fills in a form there.
``outsider`` has the manager's role in another
organisation, ``disabled`` once was an administrator.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from impact.accounts import members
from impact.accounts.actors import installation_actor
from impact.accounts.passwords import PasswordHash
from impact.accounts.permissions import Actor, Grant
from impact.accounts.signing_in import name_key, start_session
from impact.accounts.tables import Role, TokenScope, User
from impact.accounts.tokens import make_token
from impact.audit.tables import ActorKind
from impact.db import Database
from impact.registry.project_tables import Organisation, OrganisationKind
from impact.request_scope.identity import TOKEN_KEY

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PASSWORD = "four unusual words of a test"


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in, and how the verbs see them."""

    name: str
    user_id: int
    actor: Actor


@dataclass(frozen=True)
class People:
    """Everybody."""

    administrator: Person
    manager: Person
    analyst: Person
    viewer: Person
    outsider: Person
    disabled: Person


def make_people(database: Database, *, now: datetime = NOW) -> People:
    """The cast, added to the database and committed."""
    with database.transaction() as session:
        return add_people(session, now=now)


def add_people(session: Session, *, now: datetime = NOW) -> People:
    """The cast, added in the session; roles reach everything but the outsider's."""
    elsewhere = Organisation(
        slug="elsewhere", name="Elsewhere", name_key="elsewhere", kind=OrganisationKind.MUNICIPALITY
    )
    session.add(elsewhere)
    session.flush()
    cast = {role.value: add_person(session, role.value, role, now=now) for role in Role}
    outsider = add_person(session, "outsider", Role.MANAGER, organisation_id=elsewhere.id, now=now)
    disabled = add_person(session, "disabled", Role.ADMINISTRATOR, now=now)
    system = installation_actor(session, ActorKind.SYSTEM, now=now)
    members.disable_user(session, system, members.user_by_id(session, disabled.user_id), now=now)
    session.flush()
    return People(outsider=outsider, disabled=disabled, **cast)


def add_person(
    session: Session,
    name: str,
    role: Role | None = None,
    *,
    project_id: int | None = None,
    organisation_id: int | None = None,
    email: str | None = None,
    now: datetime = NOW,
) -> Person:
    """One more person, with PASSWORD and at most one role."""
    system = installation_actor(session, ActorKind.SYSTEM, now=now)
    user = members.add_user(
        session,
        system,
        name,
        email=email or f"{name_key(name).replace(' ', '.')}@example.se",
        password_hash=_cheap_hash(),
        now=now,
    )
    grants: tuple[Grant, ...] = ()
    if role is not None:
        members.grant(
            session, system, user, role, project_id=project_id, organisation_id=organisation_id, now=now
        )
        grants = (Grant(role, project_id, organisation_id),)
    return Person(name, user.id, _actor(user, grants))


def signed_in_client(app: Flask, person: Person) -> FlaskClient:
    """A browser in which the person has signed in, even one who was disabled since."""
    installed = app.extensions["impact"]
    with installed.database.transaction() as session:
        user = members.user_by_id(session, person.user_id)
        token = start_session(session, user, now=installed.clock())
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie[TOKEN_KEY] = token
    return client


def bearer(app: Flask, person: Person, scope: TokenScope = TokenScope.WRITE) -> dict[str, str]:
    """The header with which a program of that person's calls the API."""
    installed = app.extensions["impact"]
    with installed.database.transaction() as session:
        user, at = members.user_by_id(session, person.user_id), installed.clock()
        ends = at + timedelta(days=1)
        text = make_token(session, person.actor, user, "trial", scope, expires_at=ends, now=at)
    return {"Authorization": f"Bearer {text}"}


def form_token(client: FlaskClient) -> str:
    """The token against forged forms that this browser's pages carry."""
    page = client.get("/no-such-page").text
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, page
    return found[1]


def post(client: FlaskClient, path: str, **fields: object) -> TestResponse:
    """What comes back when a form is sent from one of the pages."""
    page = client.application.config["PREFERRED_URL_SCHEME"] + "://localhost/no-such-page"
    return client.post(path, data={"csrf_token": form_token(client), **fields}, headers={"Referer": page})


def _actor(user: User, grants: tuple[Grant, ...]) -> Actor:
    return Actor(user.actor_id, ActorKind.PERSON, user.name, user_id=user.id, grants=grants)


@cache
def _cheap_hash() -> PasswordHash:
    """A true argon2id hash of PASSWORD that costs a test nothing."""
    return PasswordHash(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD))
