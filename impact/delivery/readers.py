"""Who gets mails: people who can still sign in, with what they may see."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor, Grant
from impact.accounts.signing_in import actor_of
from impact.accounts.tables import Membership, Role, User
from impact.audit.tables import ActorKind
from impact.language import Language, Voice, speak
from impact.registry import access
from impact.registry.project_tables import Project, ProjectOrganisation

DECIDERS = (Role.MANAGER, Role.ADMINISTRATOR)
# Reads for people that are found afterwards; changes nothing, so it needs no number.
CLOCK = Actor(0, ActorKind.CLOCK, "clock", grants=(Grant(Role.ADMINISTRATOR),))


@dataclass(frozen=True)
class Reader:
    """A person who can sign in, and as whom they act."""

    user: User
    actor: Actor

    @property
    def voice(self) -> Voice:
        """The language in which this person is written to."""
        return speak(Language(self.user.language))


def reader_of(session: Session, user_id: int) -> Reader | None:
    """The person of that number; None once disabled or erased."""
    return next(iter(_readers(session, User.id == user_id)), None)


def acting_as(session: Session, actor_id: int | None) -> Reader | None:
    """The person whom history knows by that number; None for nobody who can sign in."""
    return next(iter(_readers(session, User.actor_id == (actor_id or 0))), None)


def managers_of(session: Session, project_id: int) -> list[Reader]:
    """Who decides in a project and has a mail address: its managers and administrators."""
    taking_part = select(ProjectOrganisation.organisation_id).where(
        ProjectOrganisation.project_id == project_id, ProjectOrganisation.withdrawn_at.is_(None)
    )
    deciders = select(Membership.user_id).where(
        Membership.role.in_(DECIDERS),
        sa.or_(
            Membership.project_id == project_id,
            Membership.organisation_id.in_(taking_part),
            sa.and_(Membership.project_id.is_(None), Membership.organisation_id.is_(None)),
        ),
    )
    return _readers(session, User.id.in_(deciders), User.email.is_not(None))


def administrators(session: Session) -> list[Reader]:
    """The administrators of the installation who have a mail address."""
    everywhere = select(Membership.user_id).where(
        Membership.role == Role.ADMINISTRATOR,
        Membership.project_id.is_(None),
        Membership.organisation_id.is_(None),
    )
    return _readers(session, User.id.in_(everywhere), User.email.is_not(None))


def may_see(session: Session, actor: Actor, project_ids: Collection[int]) -> bool:
    """Whether the actor may see every one of the projects, as granted now."""
    wanted = set(project_ids)
    visible = session.scalars(access.project_ids(actor, Action.SEE).where(Project.id.in_(wanted)))
    return set(visible) == wanted


def _readers(session: Session, *conditions: sa.ColumnElement[bool]) -> list[Reader]:
    users = session.scalars(
        select(User)
        .where(User.disabled_at.is_(None), User.erased_at.is_(None), *conditions)
        .order_by(User.id)
        .execution_options(populate_existing=True)
    ).all()
    grants: dict[int, list[Membership]] = {user.id: [] for user in users}
    for membership in session.scalars(select(Membership).where(Membership.user_id.in_(grants))):
        grants[membership.user_id].append(membership)
    return [Reader(user, actor_of(user, grants[user.id])) for user in users]
