"""What an installation needs before its first page: people who can sign in."""

from __future__ import annotations

from dataclasses import dataclass

from impact.accounts import members, passwords
from impact.accounts.actors import installation_actor
from impact.accounts.tables import Role
from impact.audit.tables import ActorKind
from impact.cli.database import now
from impact.db import Database

ADMINISTRATOR = (Role.ADMINISTRATOR,)
# The people of the sample bear the names of their roles.
SAMPLE_PEOPLE = (Role.ADMINISTRATOR, Role.MANAGER, Role.ANALYST, Role.VIEWER)


@dataclass(frozen=True)
class MadeUp:
    """Somebody who was added, and the password that is told once."""

    name: str
    password: str


def add_first_people(database: Database, *, with_sample: bool) -> list[MadeUp]:
    """The people who can sign in from now on; nobody where somebody can already."""
    with database.reading() as session:
        if not members.is_empty(session):
            return []
    added = [
        MadeUp(role.value, passwords.make_up()) for role in (SAMPLE_PEOPLE if with_sample else ADMINISTRATOR)
    ]
    hashes = {each.name: passwords.hash_new(each.password, name=each.name) for each in added}
    with database.transaction() as session:
        system = installation_actor(session, ActorKind.SYSTEM, now=now())
        for each in added:
            user = members.add_user(session, system, each.name, password_hash=hashes[each.name], now=now())
            members.grant(session, system, user, Role(each.name), now=now())
    return added
