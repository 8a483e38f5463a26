"""Signing in by way of an OpenID provider: who that is here, and with which role."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts import members
from impact.accounts.naming import LONGEST_NAME
from impact.accounts.permissions import Actor, Grant
from impact.accounts.signing_in import SignedIn, name_key, start_session
from impact.accounts.tables import Membership, Role, User
from impact.audit.tables import ActorKind
from impact.audit.trail import actor_for, record_change
from impact.db import Database
from impact.errors import Invalid
from impact.language import Language

# Beyond so many people of one name something else is wrong.
MOST_NAMESAKES = 1000


@dataclass(frozen=True)
class Vouched:
    """Whom the provider vouches for. The key is issuer and subject; an address never is."""

    issuer: str
    subject: str
    name: str
    groups: frozenset[str]


def sign_in_vouched(
    database: Database,
    vouched: Vouched,
    roles: Mapping[str, Role],
    *,
    user_agent: str = "",
    now: datetime,
) -> SignedIn:
    """A new sign-in of the person whom the provider vouches for.

    Where groups bring roles, the role for everything is what they bring now, and whoever is
    new gets an account by them. Roles for a project or an organisation stay as they are.

    Raises:
        Invalid: nobody here is that, and no group brings a role; or the person is shut out.
    """
    with database.transaction() as session:
        provider = _provider(session, now)
        brought = {roles[group] for group in vouched.groups if group in roles}
        user = _known(session, vouched)
        if user is None:
            if not brought:
                raise Invalid("Your account brings no access to Impact. Ask whoever administers it.")
            user = _added(session, provider, vouched, now)
        if user.disabled_at is not None or user.erased_at is not None:
            raise Invalid("Your account has no access to Impact any more.")
        if roles:
            _give(session, provider, user, brought, now)
        token = start_session(session, user, user_agent=user_agent, now=now)
        return SignedIn(token, user.id, Language(user.language))


def link(session: Session, user: User, vouched: Vouched, *, now: datetime) -> None:
    """Let the person, who has just shown a right to the account, sign in by the provider from now on.

    Raises:
        Invalid: the provider's account is somebody else's here, or this one has another.
    """
    found = _known(session, vouched)
    if found is not None and found.id != user.id:
        raise Invalid("Somebody else signs in here with that account.")
    if user.subject is not None and found is None:
        raise Invalid("You sign in here with another account already.")
    if found is None:
        user.issuer, user.subject = vouched.issuer, vouched.subject
        _record(session, user.actor_id, user, vouched.issuer, now)


def _known(session: Session, vouched: Vouched) -> User | None:
    return session.scalars(
        select(User).where(User.issuer == vouched.issuer, User.subject == vouched.subject).with_for_update()
    ).first()


def _provider(session: Session, now: datetime) -> Actor:
    """The provider as the actor that adds people and gives the roles of their groups."""
    row = actor_for(session, ActorKind.SOURCE, now=now)
    return Actor(row.id, ActorKind.SOURCE, "OpenID", grants=(Grant(Role.ADMINISTRATOR),))


def _added(session: Session, provider: Actor, vouched: Vouched, now: datetime) -> User:
    user = members.add_user(session, provider, _free_name(session, vouched.name), now=now)
    user.issuer, user.subject = vouched.issuer, vouched.subject
    _record(session, provider.id, user, vouched.issuer, now)
    return user


def _free_name(session: Session, wanted: str) -> str:
    """The name, with a number behind it where somebody else has it."""
    shown = "".join(sign if sign.isprintable() else " " for sign in wanted)
    wanted = " ".join(shown.split())[: LONGEST_NAME - 5].strip() or "OpenID"
    for number in range(1, MOST_NAMESAKES):
        name = wanted if number == 1 else f"{wanted} {number}"
        if session.scalar(select(User.id).where(User.name_key == name_key(name))) is None:
            return name
    raise Invalid("Your account brings no access to Impact. Ask whoever administers it.")


def _give(session: Session, provider: Actor, user: User, brought: set[Role], now: datetime) -> None:
    """Make the roles for everything those that the groups bring; the last administrator stays one."""
    held = session.scalars(
        select(Membership).where(
            Membership.user_id == user.id,
            Membership.project_id.is_(None),
            Membership.organisation_id.is_(None),
        )
    ).all()
    for membership in held:
        if membership.role not in brought:
            with suppress(Invalid):
                members.withdraw_grant(session, provider, membership, now=now)
    for role in sorted(brought):
        members.grant(session, provider, user, role, now=now)
    session.flush()


def _record(session: Session, actor_id: int, user: User, issuer: str, now: datetime) -> None:
    after = {"issuer": issuer}
    record_change(session, actor_id, "link", "user_account", user.id, before={}, after=after, now=now)
