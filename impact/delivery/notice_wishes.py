"""How soon a person wants to hear of flags: as kept, and changed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Actor
from impact.audit.trail import record_change
from impact.delivery.tables import NoticePace, NoticePreference
from impact.errors import Invalid

GATHERED = frozenset({NoticePace.DAILY, NoticePace.WEEKLY})


def notice_pace(session: Session, user_id: int) -> NoticePace:
    """How soon the person hears of flags; at once where nothing else was chosen."""
    kept = _preference(session, user_id)
    return kept.pace if kept else NoticePace.AT_ONCE


def choose_notice_pace(session: Session, actor: Actor, pace: NoticePace, *, now: datetime) -> None:
    """Let the actor hear of flags so soon from now on.

    Raises:
        Invalid: the actor is no person.
    """
    if actor.user_id is None:
        raise Invalid("Choose how soon.", field="pace")
    kept = _preference(session, actor.user_id)
    before = kept.pace if kept else NoticePace.AT_ONCE
    kept = kept or NoticePreference(user_id=actor.user_id)
    kept.pace = pace
    # Until now the person was told as chosen before; what comes from now on is gathered.
    if before not in GATHERED:
        kept.told_until = now
    session.add(kept)
    session.flush()
    record_change(
        session,
        actor.id,
        "choose_notices",
        "user_account",
        actor.user_id,
        before={"pace": before},
        after={"pace": pace},
        now=now,
    )


def choose_reminders(session: Session, actor: Actor, *, wanted: bool, now: datetime) -> None:
    """Remind the actor of measurements from now on, or not.

    Raises:
        Invalid: the actor is no person.
    """
    if actor.user_id is None:
        raise Invalid("Only a person is reminded.")
    kept = _preference(session, actor.user_id)
    before = kept is None or kept.wants_reminders
    kept = kept or NoticePreference(user_id=actor.user_id)
    kept.wants_reminders = wanted
    session.add(kept)
    session.flush()
    record_change(
        session,
        actor.id,
        "choose_reminders",
        "user_account",
        actor.user_id,
        before={"wants_reminders": before},
        after={"wants_reminders": wanted},
        now=now,
    )


def wants_reminders(session: Session, user_id: int | None) -> bool:
    """Whether the person did not ask for no more reminders of measurements."""
    stopped = select(NoticePreference.id).where(
        NoticePreference.user_id == (user_id or 0), NoticePreference.wants_reminders.is_(False)
    )
    return session.scalars(stopped).first() is None


def _preference(session: Session, user_id: int) -> NoticePreference | None:
    return session.scalars(select(NoticePreference).where(NoticePreference.user_id == user_id)).first()
