"""One-time links: whoever holds one may set the password of its person, once and soon."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts import members
from impact.accounts.ending import end_links
from impact.accounts.passwords import PasswordHash
from impact.accounts.permissions import Action, Actor, require_everywhere
from impact.accounts.signing_in import actor_of
from impact.accounts.tables import LinkPurpose, OneTimeLink, User
from impact.audit.tables import ActorKind
from impact.audit.trail import actor_for, record_change
from impact.errors import Invalid, NotFound
from impact.language import mark

SECRET_BYTES = 32
LIFE = {LinkPurpose.INVITATION: timedelta(days=7), LinkPurpose.RESET: timedelta(hours=24)}
DEAD = mark("This link no longer works. It has been used, or too much time has passed.")


@dataclass(frozen=True)
class MadeLink:
    """A new link: the token that is in it and kept nowhere, and how long it works."""

    token: str
    purpose: LinkPurpose
    expires_at: datetime


@dataclass(frozen=True)
class Holder:
    """Whose password a link sets."""

    name: str
    purpose: LinkPurpose


def make_link(session: Session, actor: Actor, user: User, *, now: datetime) -> MadeLink:
    """A link for the person: an invitation until there is a way to sign in, a reset after.

    Raises:
        Invalid: the person has been shut out.
        NotAllowed: the actor does not administer the installation.
    """
    require_everywhere(actor, Action.ADMINISTER)
    return _made(session, actor.id, user, "", now)


def make_asked_link(session: Session, user: User, *, now: datetime) -> MadeLink:
    """A reset that was asked for by somebody who is not signed in; for the person's mail alone."""
    system = actor_for(session, ActorKind.SYSTEM, now=now)
    return _made(session, system.id, user, "asked for on the sign-in page", now)


def holder_of(session: Session, token: str, *, now: datetime) -> Holder:
    """Whose link it is; asking does not use it up.

    Raises:
        NotFound: there is none such, or it was used, ended or is too old.
    """
    link, user = _living(session, token, now)
    return Holder(user.name, link.purpose)


def use_link(session: Session, token: str, password_hash: PasswordHash, *, now: datetime) -> User:
    """The person, who has this password from now on; no link of theirs works any more.

    Raises:
        NotFound: there is none such, or it was used, ended or is too old.
    """
    link, user = _living(session, token, now, to_use=True)
    link.used_at = now
    session.flush()
    end_links(session, user.id, now=now)
    members.set_password(session, actor_of(user, []), user, password_hash, now=now)
    return user


def take_invitation(session: Session, token: str, *, now: datetime) -> User:
    """The person who was invited and chose another way than a password; the link is used up.

    Raises:
        NotFound: there is no such invitation, or it was used, ended or is too old.
    """
    found, user = _living(session, token, now, to_use=True)
    if found.purpose is not LinkPurpose.INVITATION:
        raise NotFound(DEAD)
    found.used_at = now
    session.flush()
    end_links(session, user.id, now=now)
    return user


def _made(session: Session, actor_id: int, user: User, reason: str, now: datetime) -> MadeLink:
    if user.disabled_at is not None:
        raise Invalid("%(name)s has been shut out. Let them in again first.", name=user.name)
    is_new = user.password_hash is None and user.subject is None
    purpose = LinkPurpose.INVITATION if is_new else LinkPurpose.RESET
    end_links(session, user.id, purpose, now=now)
    token, expires_at = secrets.token_urlsafe(SECRET_BYTES), now + LIFE[purpose]
    link = OneTimeLink(
        user_id=user.id, purpose=purpose, token_hash=_hash(token), created_at=now, expires_at=expires_at
    )
    session.add(link)
    session.flush()
    after = {"purpose": purpose, "link_expires_at": expires_at}
    record_change(
        session,
        actor_id,
        "make_link",
        "user_account",
        user.id,
        before={},
        after=after,
        now=now,
        reason=reason,
    )
    return MadeLink(token, purpose, expires_at)


def _living(session: Session, token: str, now: datetime, *, to_use: bool = False) -> tuple[OneTimeLink, User]:
    rows = (
        select(OneTimeLink, User)
        .join(User, User.id == OneTimeLink.user_id)
        .where(
            OneTimeLink.token_hash == _hash(token),
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > now,
            User.disabled_at.is_(None),
        )
    )
    # Who uses it at the same moment waits, and then finds it used.
    found = session.execute(rows.with_for_update() if to_use else rows).first()
    if found is None:
        raise NotFound(DEAD)
    return found[0], found[1]


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
