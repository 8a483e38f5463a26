"""Keys for programs: shown once, kept as a hash, with scope and an end."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor, Grant, require_everywhere
from impact.accounts.tables import ApiToken, Membership, TokenScope, User
from impact.audit.tables import ActorKind
from impact.audit.trail import add_actor, record_change
from impact.db import Database
from impact.errors import Invalid, NotAllowed

SECRET_BYTES = 32
LONGEST_LIFE = timedelta(days=366)
# A use is written down once in so long.
TOUCH_EVERY = timedelta(minutes=5)


def make_token(
    session: Session,
    actor: Actor,
    user: User,
    label: str,
    scope: TokenScope,
    *,
    expires_at: datetime,
    now: datetime,
) -> str:
    """The text of a new token that may what its person may; it is not kept anywhere.

    Raises:
        Invalid: no label, or it would live too long or not at all.
        NotAllowed: a token asks for another, or it is for another person and the actor does
            not administer.
    """
    if actor.kind is ActorKind.TOKEN:
        raise NotAllowed("Only a person who is signed in can do this.")
    if actor.user_id != user.id:
        require_everywhere(actor, Action.ADMINISTER)
    if not actor.may_write:
        raise NotAllowed("Your role does not allow this.")
    if not label.strip():
        raise Invalid("Say what the token is for.", field="label")
    if not now < expires_at <= now + LONGEST_LIFE:
        raise Invalid("A token lasts for a year at most.", field="expires_at")
    secret = secrets.token_urlsafe(SECRET_BYTES)
    token = ApiToken(
        user_id=user.id,
        actor_id=add_actor(session, ActorKind.TOKEN, now=now).id,
        label=label.strip(),
        token_hash=_hash(secret),
        scope=scope,
        created_at=now,
        expires_at=expires_at,
    )
    session.add(token)
    session.flush()
    after = {"user_id": user.id, "label": token.label, "scope": scope, "expires_at": expires_at}
    record_change(session, actor.id, "create", "api_token", token.id, before={}, after=after, now=now)
    return f"imp_{token.id}_{secret}"


def tokens_of(session: Session, actor: Actor, user_id: int) -> list[ApiToken]:
    """The person's tokens, the newest first, revoked and expired ones too.

    Raises:
        NotAllowed: they are another person's, and the actor does not administer.
    """
    if actor.user_id != user_id:
        require_everywhere(actor, Action.ADMINISTER)
    rows = select(ApiToken).where(ApiToken.user_id == user_id).order_by(ApiToken.id.desc())
    return list(session.scalars(rows))


def revoke_token(session: Session, actor: Actor, token: ApiToken, *, now: datetime) -> None:
    """End a token at once; a token ends none."""
    if actor.kind is ActorKind.TOKEN:
        raise NotAllowed("Only a person who is signed in can do this.")
    if actor.user_id != token.user_id:
        require_everywhere(actor, Action.ADMINISTER)
    if token.revoked_at is not None:
        return
    token.revoked_at = now
    record_change(
        session,
        actor.id,
        "revoke",
        "api_token",
        token.id,
        before={"revoked_at": None},
        after={"revoked_at": now},
        now=now,
    )


def actor_of_token(session: Session, text: str, *, now: datetime) -> Actor | None:
    """Who acts by this token, with the person's roles of today; None if it opens nothing."""
    number, secret = _parts(text)
    rows = session.execute(
        select(ApiToken, User, Membership)
        .join(User, User.id == ApiToken.user_id)
        .join(Membership, Membership.user_id == User.id, isouter=True)
        .where(
            ApiToken.id == number,
            ApiToken.revoked_at.is_(None),
            ApiToken.expires_at > now,
            User.disabled_at.is_(None),
        )
        .order_by(Membership.id)
    ).all()
    if not rows or not hmac.compare_digest(rows[0][0].token_hash, _hash(secret)):
        return None
    token, user, _ = rows[0]
    grants = (Grant(each.role, each.project_id, each.organisation_id) for _, _, each in rows if each)
    return Actor(
        token.actor_id,
        ActorKind.TOKEN,
        f"{user.name} ({token.label})",
        user_id=user.id,
        grants=tuple(grants),
        may_write=token.scope is TokenScope.WRITE,
    )


def touch_token(database: Database, actor: Actor, *, now: datetime) -> None:
    """Write down that a token was used, at most every few minutes."""
    with database.reading() as session:
        last = session.scalar(select(ApiToken.last_used_at).where(ApiToken.actor_id == actor.id))
    if last is not None and last > now - TOUCH_EVERY:
        return
    with database.transaction() as session:
        session.execute(sa.update(ApiToken).where(ApiToken.actor_id == actor.id).values(last_used_at=now))


def _parts(text: str) -> tuple[int, str]:
    """Number and secret of a token's text; 0 for what is no token."""
    pieces = text.split("_", 2)
    is_token = len(pieces) == 3 and pieces[0] == "imp" and pieces[1].isascii() and pieces[1].isdigit()
    return (int(pieces[1]), pieces[2]) if is_token and len(pieces[1]) < 19 else (0, "")


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
