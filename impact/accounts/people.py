"""Everybody who can sign in, as the administrator looks them up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor, require_everywhere
from impact.accounts.signing_in import name_key
from impact.accounts.tables import Membership, Role, SignInSession, User
from impact.errors import NotFound
from impact.ordering import ListOrder, Part

A_PAGE = 50
# The orders in which programs list people; the last column tells any two apart.
ORDERS = {"name": ListOrder((User.name_key, User.id)), "id": ListOrder((User.id,))}
_NO_WAY_IN = sa.and_(User.password_hash.is_(None), User.subject.is_(None))


class PersonState(StrEnum):
    """Whether somebody can sign in: yes, not yet, or no longer."""

    ACTIVE = "active"
    INVITED = "invited"
    DISABLED = "disabled"


@dataclass(frozen=True)
class PeopleFilter:
    """Which people to list: by part of a name or an address, by role, by state."""

    text: str = ""
    role: Role | None = None
    state: PersonState | None = None


@dataclass(frozen=True)
class PersonView:
    """A person with the roles of today and the last visit."""

    user: User
    memberships: tuple[Membership, ...]
    last_visit_at: datetime | None

    @property
    def state(self) -> PersonState:
        """Whether the person can sign in."""
        if self.user.disabled_at is not None:
            return PersonState.DISABLED
        is_invited = self.user.password_hash is None and self.user.subject is None
        return PersonState.INVITED if is_invited else PersonState.ACTIVE


def people(
    session: Session, actor: Actor, wanted: PeopleFilter, *, skip: int = 0, limit: int = A_PAGE
) -> tuple[list[PersonView], int]:
    """A page of the people by name, and how many there are; four statements, however many.

    Raises:
        NotAllowed: the actor does not administer the installation.
    """
    require_everywhere(actor, Action.ADMINISTER)
    conditions = [User.erased_at.is_(None), *_narrowing(wanted)]
    n_people = session.scalar(select(sa.func.count(User.id)).where(*conditions)) or 0
    users = session.scalars(
        select(User).where(*conditions).order_by(User.name_key).offset(skip).limit(limit)
    ).all()
    return _views(session, users), n_people


def people_part(session: Session, actor: Actor, wanted: PeopleFilter, part: Part) -> list[PersonView]:
    """A part of the people, for programs; three statements, however many.

    Raises:
        NotAllowed: the actor does not administer the installation.
    """
    require_everywhere(actor, Action.ADMINISTER)
    rows = select(User).where(User.erased_at.is_(None), *_narrowing(wanted))
    return _views(session, session.scalars(part.of(rows)).all())


def person(session: Session, actor: Actor, user_id: int) -> PersonView:
    """One person; NotFound for nobody and for somebody who was erased.

    Raises:
        NotAllowed: it is another person, and the actor does not administer the installation.
    """
    if actor.user_id != user_id:
        require_everywhere(actor, Action.ADMINISTER)
    user = session.get(User, user_id)
    if user is None or user.erased_at is not None:
        raise NotFound("There is no such person.")
    return _views(session, [user])[0]


def _narrowing(wanted: PeopleFilter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    text = name_key(wanted.text)
    if text:
        address = sa.func.lower(sa.func.coalesce(User.email, ""))
        conditions.append(
            sa.or_(User.name_key.contains(text, autoescape=True), address.contains(text, autoescape=True))
        )
    if wanted.role is not None:
        conditions.append(User.id.in_(select(Membership.user_id).where(Membership.role == wanted.role)))
    if wanted.state is PersonState.DISABLED:
        conditions.append(User.disabled_at.is_not(None))
    elif wanted.state is not None:
        invited = _NO_WAY_IN if wanted.state is PersonState.INVITED else sa.not_(_NO_WAY_IN)
        conditions += [User.disabled_at.is_(None), invited]
    return conditions


def _views(session: Session, users: Sequence[User]) -> list[PersonView]:
    ids = [user.id for user in users]
    memberships: dict[int, list[Membership]] = {user_id: [] for user_id in ids}
    for membership in session.scalars(
        select(Membership).where(Membership.user_id.in_(ids)).order_by(Membership.id)
    ):
        memberships[membership.user_id].append(membership)
    seen = (
        select(SignInSession.user_id, sa.func.max(SignInSession.last_seen_at))
        .where(SignInSession.user_id.in_(ids))
        .group_by(SignInSession.user_id)
    )
    visits = dict(session.execute(seen).all())
    return [
        PersonView(user, tuple(memberships[user.id]), visits.get(user.id) or user.last_visit_at)
        for user in users
    ]
