"""Who may do what: one table of role x action, read by faces and verbs alike.

Everything is denied that the table does not allow. Which projects a grant reaches is
decided in the query (``registry.access``), so that what may not be seen is not found.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from impact.accounts.tables import Role
from impact.audit.tables import ActorKind
from impact.errors import NotAllowed


class Action(StrEnum):
    """Something that a role allows."""

    SEE = "see"
    RECORD = "record"
    APPROVE = "approve"
    PLAN = "plan"
    DECIDE = "decide"
    SUBSCRIBE = "subscribe"
    SEE_MAIL = "see_mail"
    ADMINISTER = "administer"


_VIEWER = frozenset({Action.SEE, Action.SUBSCRIBE})
_ANALYST = _VIEWER | {Action.RECORD}
_MANAGER = _ANALYST | {Action.APPROVE, Action.PLAN, Action.DECIDE, Action.SEE_MAIL}

ALLOWED: dict[Role, frozenset[Action]] = {
    Role.VIEWER: _VIEWER,
    Role.ANALYST: _ANALYST,
    Role.MANAGER: _MANAGER,
    Role.ADMINISTRATOR: _MANAGER | {Action.ADMINISTER},
}


@dataclass(frozen=True)
class Grant:
    """A role for one project, one organisation, or (neither given) everything."""

    role: Role
    project_id: int | None = None
    organisation_id: int | None = None


@dataclass(frozen=True)
class Actor:
    """Who acts: the number that history keeps, and what they were granted.

    ``may_write`` is off for a token of reading scope.
    """

    id: int
    kind: ActorKind
    name: str = ""
    user_id: int | None = None
    grants: tuple[Grant, ...] = ()
    may_write: bool = True


# Whoever is not signed in: sees what is public, does nothing.
NOBODY = Actor(0, ActorKind.PERSON, may_write=False)


@dataclass(frozen=True)
class Reach:
    """How far an actor may do something: everywhere, or in so many places."""

    everywhere: bool
    project_ids: frozenset[int]
    organisation_ids: frozenset[int]

    def __bool__(self) -> bool:
        return bool(self.everywhere or self.project_ids or self.organisation_ids)


def reach(actor: Actor, action: Action) -> Reach:
    """Where the actor may do this; false where nowhere."""
    if action is not Action.SEE and not actor.may_write:
        return Reach(False, frozenset(), frozenset())
    grants = [grant for grant in actor.grants if action in ALLOWED[grant.role]]
    return Reach(
        everywhere=any(grant.project_id is None and grant.organisation_id is None for grant in grants),
        project_ids=frozenset(grant.project_id for grant in grants if grant.project_id is not None),
        organisation_ids=frozenset(
            grant.organisation_id for grant in grants if grant.organisation_id is not None
        ),
    )


def require_somewhere(actor: Actor, action: Action) -> None:
    """Return if the actor may do this in some project at least.

    Raises:
        NotAllowed: no grant of the actor's allows it.
    """
    if not reach(actor, action):
        raise NotAllowed("Your role does not allow this.", action=action)


def require_everywhere(actor: Actor, action: Action) -> None:
    """Return if the actor may do this for the whole installation.

    Raises:
        NotAllowed: no grant of the actor's allows it for everything.
    """
    if not reach(actor, action).everywhere:
        raise NotAllowed("Your role does not allow this.", action=action)
