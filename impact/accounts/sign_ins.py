"""The sign-ins of a person, as their pages list them, and ending them."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor, require_everywhere
from impact.accounts.signing_in import LONGEST_SIGN_IN
from impact.accounts.tables import SignInSession
from impact.audit.tables import ActorKind
from impact.audit.trail import record_change
from impact.errors import NotAllowed, NotFound


def open_sign_ins(
    session: Session, actor: Actor, user_id: int, *, now: datetime, idle_hours: int
) -> list[SignInSession]:
    """Where the person is signed in, the last used first."""
    _require_own(actor, user_id)
    return list(
        session.scalars(
            select(SignInSession)
            .where(
                SignInSession.user_id == user_id,
                SignInSession.ended_at.is_(None),
                SignInSession.last_seen_at > now - timedelta(hours=idle_hours),
                SignInSession.created_at > now - LONGEST_SIGN_IN,
            )
            .order_by(SignInSession.last_seen_at.desc(), SignInSession.id.desc())
        )
    )


def end_sign_in(session: Session, actor: Actor, user_id: int, sign_in_id: int, *, now: datetime) -> None:
    """End one sign-in of the person; ending it again changes nothing.

    Raises:
        NotFound: it is not one of theirs.
    """
    _require_own(actor, user_id)
    found = session.get(SignInSession, sign_in_id)
    if found is None or found.user_id != user_id:
        raise NotFound("There is no such sign-in.")
    if found.ended_at is None:
        found.ended_at = now
        _record(session, actor, user_id, 1, now)


def end_sign_ins(
    session: Session, actor: Actor, user_id: int, *, now: datetime, but: int | None = None
) -> int:
    """How many sign-ins of the person were ended: all that were open, but for one if that is told."""
    _require_own(actor, user_id)
    ended = session.execute(
        sa.update(SignInSession)
        .where(
            SignInSession.user_id == user_id,
            SignInSession.ended_at.is_(None),
            SignInSession.id != (but or 0),
        )
        .values(ended_at=now)
        .returning(SignInSession.id)
    ).all()
    _record(session, actor, user_id, len(ended), now)
    return len(ended)


def _require_own(actor: Actor, user_id: int) -> None:
    if actor.kind is ActorKind.TOKEN:
        raise NotAllowed("Only a person who is signed in can do this.")
    if actor.user_id != user_id:
        require_everywhere(actor, Action.ADMINISTER)


def _record(session: Session, actor: Actor, user_id: int, n_ended: int, now: datetime) -> None:
    if n_ended:
        after = {"n_sign_ins_ended": n_ended}
        record_change(
            session, actor.id, "end_sign_ins", "user_account", user_id, before={}, after=after, now=now
        )
