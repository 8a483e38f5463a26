"""The cast of every test: people under the names of their roles, and how they come in.

``people = make_people(database)`` adds them; ``signed_in_client(app, people.analyst)`` is a
browser in which that person is signed in. ``outsider`` has the manager's role in another
organisation, ``disabled`` once was an administrator.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from impact.accounts import members
from impact.accounts.actors import installation_actor
from impact.accounts.passwords import PasswordHash
from impact.accounts.permissions import Actor, Grant
from impact.accounts.signing_in import name_key
from impact.accounts.tables import Role, User
from impact.audit.tables import ActorKind
from impact.db import Database
from impact.registry.project_tables import Organisation, OrganisationKind

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


def _actor(user: User, grants: tuple[Grant, ...]) -> Actor:
    return Actor(user.actor_id, ActorKind.PERSON, user.name, user_id=user.id, grants=grants)


@cache
def _cheap_hash() -> PasswordHash:
    """A true argon2id hash of PASSWORD that costs a test nothing."""
    return PasswordHash(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD))
