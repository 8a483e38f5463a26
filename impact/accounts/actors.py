"""Actors that are no persons: the installation itself and its clock."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from impact.accounts.permissions import Actor, Grant
from impact.accounts.tables import Role
from impact.audit.tables import ActorKind
from impact.audit.trail import actor_for

NAMES = {ActorKind.SYSTEM: "Impact", ActorKind.CLOCK: "clock"}


def installation_actor(session: Session, kind: ActorKind, *, now: datetime) -> Actor:
    """The installation's own actor of a kind, which may do everything.

    For the command line (whoever can run it has the database), the clock and imports; never
    for something that a request asked for.
    """
    row = actor_for(session, kind, now=now)
    return Actor(row.id, kind, NAMES.get(kind, kind.value), grants=(Grant(Role.ADMINISTRATOR),))
