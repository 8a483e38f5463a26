"""Signing in and out: a row for each browser, a throttle that counts in the database."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from impact.accounts import passwords
from impact.accounts.permissions import Actor, Grant
from impact.accounts.tables import Membership, SignInAttempt, SignInSession, User
from impact.accounts.throttling import SignInLimits, count_attempt, mark_succeeded
from impact.audit.tables import ActorKind
from impact.db import Base, Database
from impact.errors import Invalid
from impact.language import Language

TOKEN_BYTES = 32
# However busy it was kept: after this a sign-in ends.
LONGEST_SIGN_IN = timedelta(days=30)
# A click is written down once in so long, not on every page.
TOUCH_EVERY = timedelta(minutes=5)
ATTEMPTS_KEPT = timedelta(days=30)
LONGEST_USER_AGENT = 300
_USERS = Base.metadata.tables[User.__tablename__]


@dataclass(frozen=True)
class SignedIn:
    """A sign-in that succeeded: what the cookie will hold, and whose it is."""

    token: str
    user_id: int
    language: Language


@dataclass(frozen=True)
class Visitor:
    """Whoever is behind a request: the actor, and the sign-in it came by."""

    actor: Actor
    user_id: int
    session_id: int
    language: Language
    last_seen_at: datetime
    last_visit_at: datetime | None


def name_key(name: str) -> str:
    """What is compared of a name typed at sign-in."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def sign_in(
    database: Database,
    name: str,
    password: str,
    *,
    address: str,
    user_agent: str = "",
    now: datetime,
    limits: SignInLimits,
) -> SignedIn:
    """A new sign-in of the person whose name and password these are.

    The attempt is counted before the password is looked at, so that guesses made at the same
    time cannot slip past; the password is compared outside any transaction.

    Raises:
        TooManyAttempts: the name or the address has to wait.
        Invalid: name or password is wrong, or the person is disabled; it is not told which.
    """
    attempt_id, stored = _admitted(database, name_key(name), address, now, limits)
    if not passwords.fits(password, stored):
        raise _wrong()
    newer = passwords.renewed(password, stored) if stored else None
    with database.transaction() as session:
        user = session.scalars(
            select(User).where(User.name_key == name_key(name), User.disabled_at.is_(None)).with_for_update()
        ).first()
        if user is None or user.password_hash != stored:
            raise _wrong()
        user.password_hash = newer or stored
        mark_succeeded(session, attempt_id)
        token = start_session(session, user, user_agent=user_agent, now=now)
        return SignedIn(token, user.id, Language(user.language))


def start_session(session: Session, user: User, *, user_agent: str = "", now: datetime) -> str:
    """The token of a new sign-in of somebody who has shown who they are."""
    _note_visit(session, user)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        SignInSession(
            user_id=user.id,
            token_hash=_hash(token),
            created_at=now,
            last_seen_at=now,
            user_agent=user_agent[:LONGEST_USER_AGENT],
        )
    )
    session.flush()
    return token


def _note_visit(session: Session, user: User) -> None:
    """Keep when the person was last here, past the row's version.

    Nobody edits that, so whoever edits the person meanwhile is not told of a conflict.
    """
    visit = session.scalar(
        select(sa.func.max(SignInSession.last_seen_at)).where(SignInSession.user_id == user.id)
    )
    session.execute(sa.update(_USERS).where(_USERS.c.id == user.id).values(last_visit_at=visit))
    set_committed_value(user, "last_visit_at", visit)


def signed_in(session: Session, token: str, *, now: datetime, idle_hours: int) -> Visitor | None:
    """Whose sign-in the token is, with today's roles, in one statement; None if ended."""
    rows = session.execute(
        select(User, SignInSession, Membership)
        .join(SignInSession, SignInSession.user_id == User.id)
        .join(Membership, Membership.user_id == User.id, isouter=True)
        .where(
            SignInSession.token_hash == _hash(token),
            SignInSession.ended_at.is_(None),
            SignInSession.last_seen_at > now - timedelta(hours=idle_hours),
            SignInSession.created_at > now - LONGEST_SIGN_IN,
            User.disabled_at.is_(None),
        )
        .order_by(Membership.id)
    ).all()
    if not rows:
        return None
    user, seen, _ = rows[0]
    return Visitor(
        actor=actor_of(user, [membership for _, _, membership in rows if membership is not None]),
        user_id=user.id,
        session_id=seen.id,
        language=Language(user.language),
        last_seen_at=seen.last_seen_at,
        last_visit_at=user.last_visit_at,
    )


def actor_of(user: User, memberships: list[Membership]) -> Actor:
    """The person as an actor with these roles."""
    grants = tuple(Grant(each.role, each.project_id, each.organisation_id) for each in memberships)
    return Actor(user.actor_id, ActorKind.PERSON, user.name, user_id=user.id, grants=grants)


def touch(database: Database, visitor: Visitor, *, now: datetime) -> None:
    """Write down that the sign-in is in use, unless that was done moments ago."""
    if visitor.last_seen_at > now - TOUCH_EVERY:
        return
    with database.transaction() as session:
        session.execute(
            sa.update(SignInSession)
            .where(SignInSession.id == visitor.session_id, SignInSession.last_seen_at < now)
            .values(last_seen_at=now)
        )


def sign_out(session: Session, visitor: Visitor, *, now: datetime) -> None:
    """End this sign-in; its cookie opens nothing any more."""
    session.execute(
        sa.update(SignInSession)
        .where(SignInSession.id == visitor.session_id, SignInSession.ended_at.is_(None))
        .values(ended_at=now)
    )


def end_sessions(session: Session, user_id: int, *, now: datetime) -> None:
    """End every sign-in of a person, on all machines."""
    session.execute(
        sa.update(SignInSession)
        .where(SignInSession.user_id == user_id, SignInSession.ended_at.is_(None))
        .values(ended_at=now)
    )


def forget_old(session: Session, *, now: datetime) -> None:
    """Remove attempts and sign-ins that nobody needs to know of any more."""
    session.execute(sa.delete(SignInAttempt).where(SignInAttempt.attempted_at < now - ATTEMPTS_KEPT))
    session.execute(
        sa.delete(SignInSession).where(SignInSession.last_seen_at < now - LONGEST_SIGN_IN - ATTEMPTS_KEPT)
    )


def _admitted(
    database: Database, key: str, address: str, now: datetime, limits: SignInLimits
) -> tuple[int, str | None]:
    """The counted attempt, and the hash to compare with (none for nobody)."""
    with database.transaction() as session:
        attempt_id = count_attempt(database, session, key, address, now=now, limits=limits)
        stored = session.scalar(
            select(User.password_hash).where(User.name_key == key, User.disabled_at.is_(None))
        )
        return attempt_id, stored


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _wrong() -> Invalid:
    return Invalid("The name or the password is wrong.")
