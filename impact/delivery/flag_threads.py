"""What follows a notice: reminders while nobody decides, and the decision that ends the thread.

Both are made of rows alone: a mail that was sent, and the steps of its flag. A key for each
makes it told once, whichever clock looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, aliased

from impact.accounts.names import names_of
from impact.db import Database
from impact.delivery.flag_news import news_of
from impact.delivery.letters import Letter, Letterhead, freeze
from impact.delivery.notice_letters import Decided, Reminding, decision_letter, notice_letter
from impact.delivery.notice_wishes import notice_pace
from impact.delivery.picturing import draw_for_mail
from impact.delivery.posting import About, enqueue
from impact.delivery.readers import CLOCK, Reader, may_see, reader_of
from impact.delivery.senders import sender_for, written
from impact.delivery.tables import MessageKind, MessageState, NoticePace, OutboxMessage
from impact.delivery.troubles import NOTICE_NOT_MADE, Trouble, tell_trouble
from impact.delivery.unsubscribing import token_of_notices
from impact.delivery.withholding import wants_no_notices
from impact.errors import ImpactError
from impact.language import Voice, mark
from impact.monitoring.tables import Flag, FlagAct, FlagDirection, FlagEvent, FlagState
from impact.registry import lookup

# After so many days without a decision a notice is repeated; then it has an end.
REMINDED_AFTER_DAYS = (14, 28, 56)
# A decision that nobody could be told of for so long is no news.
NEWS_FOR = timedelta(days=14)
MOST_AT_ONCE = 100
LONGEST_THREAD = 20
ACTS = {
    FlagAct.CONFIRMED: mark("The flag was confirmed"),
    FlagAct.DISMISSED: mark("The flag was dismissed"),
    FlagAct.REOPENED: mark("The flag is open again"),
    FlagAct.SUPERSEDED: mark("New figures no longer bear the turn out"),
}
log = structlog.get_logger()


def remind_of_flags(database: Database, head: Letterhead, *, now: datetime) -> int:
    """Remind whoever was told at once of a turn that still nobody decided on; returns how many."""
    with database.reading() as session:
        waiting = _undecided(session, now)
    return sum(_tell(database, head, notice_id, n_days, None, now) for notice_id, n_days in waiting)


def tell_decisions(database: Database, head: Letterhead, *, now: datetime) -> int:
    """Tell what was decided to whoever got the notice of the flag; returns how many were told."""
    with database.reading() as session:
        waiting = _decided(session, now)
    return sum(_tell(database, head, notice_id, 0, event_id, now) for notice_id, event_id in waiting)


def _undecided(session: Session, now: datetime) -> list[tuple[int, int]]:
    """Notices of which a reminder is due, each with how many days its flag has waited."""
    first = REMINDED_AFTER_DAYS[0]
    rows = session.execute(
        select(OutboxMessage.id, OutboxMessage.sent_at, OutboxMessage.flag_id, OutboxMessage.user_id)
        .join(Flag, Flag.id == OutboxMessage.flag_id)
        .where(
            OutboxMessage.kind == MessageKind.NOTICE,
            OutboxMessage.state == MessageState.SENT,
            OutboxMessage.dedupe_key.like("notice:%"),
            OutboxMessage.sent_at <= now - timedelta(days=first),
            Flag.direction == FlagDirection.TO_WORSE,
            Flag.state == FlagState.OPEN,
        )
        .order_by(OutboxMessage.id)
    ).all()
    passed = {
        notice_id: (
            max(n for n in REMINDED_AFTER_DAYS if sent_at + timedelta(days=n) <= now),
            flag_id,
            user_id,
        )
        for notice_id, sent_at, flag_id, user_id in rows
        if sent_at is not None
    }
    keys = {
        _reminder_key(flag_id, user_id, n): notice_id for notice_id, (n, flag_id, user_id) in passed.items()
    }
    known = set(session.scalars(select(OutboxMessage.dedupe_key).where(OutboxMessage.dedupe_key.in_(keys))))
    due = [notice_id for key, notice_id in keys.items() if key not in known]
    return [(notice_id, passed[notice_id][0]) for notice_id in due[:MOST_AT_ONCE]]


def _decided(session: Session, now: datetime) -> list[tuple[int, int]]:
    """Notices whose flag had a step since, each with that step, of which nobody was told."""
    told = aliased(OutboxMessage)
    key = sa.literal("decision:").concat(sa.cast(FlagEvent.id, sa.Text)).concat(":")
    key = key.concat(sa.cast(OutboxMessage.user_id, sa.Text))
    rows = session.execute(
        select(OutboxMessage.id, FlagEvent.id)
        .join(FlagEvent, FlagEvent.flag_id == OutboxMessage.flag_id)
        .where(
            OutboxMessage.kind == MessageKind.NOTICE,
            OutboxMessage.state == MessageState.SENT,
            OutboxMessage.dedupe_key.like("notice:%"),
            FlagEvent.act.in_(ACTS),
            FlagEvent.recorded_at >= OutboxMessage.sent_at,
            FlagEvent.recorded_at > now - NEWS_FOR,
            ~select(told.id).where(told.dedupe_key == key).exists(),
        )
        .order_by(FlagEvent.id, OutboxMessage.id)
        .limit(MOST_AT_ONCE)
    )
    return [(notice_id, event_id) for notice_id, event_id in rows]


def _tell(
    database: Database, head: Letterhead, notice_id: int, n_days: int, event_id: int | None, now: datetime
) -> int:
    with database.reading() as session:
        notice = session.get_one(OutboxMessage, notice_id)
        reader = reader_of(session, notice.user_id or 0)
        key = (
            _reminder_key(notice.flag_id, notice.user_id, n_days)
            if event_id is None
            else f"decision:{event_id}:{notice.user_id}"
        )
        failed = select(OutboxMessage.id).where(OutboxMessage.dedupe_key.startswith(f"trouble:{key}:"))
        if session.scalars(failed.limit(1)).first() is not None:
            return 0  # It could not be made, and somebody was told.
        if reader is None or not reader.user.email or not _is_wanted(session, reader, notice, event_id):
            return 0
        try:
            letter = _letter(session, head, reader, notice, n_days, event_id, now)
        except SQLAlchemyError:
            raise
        except Exception as error:
            log.exception("notice not made", flag=notice.flag_id)
            return _fail(database, head, key, notice, error, now)
    kind = MessageKind.NOTICE if event_id is None else MessageKind.DECISION
    with database.transaction() as session:
        sender = written(sender_for(session, [notice.project_id or 0]), head)
        made = enqueue(
            session,
            freeze(replace(letter, sender=sender), head, key, now=now),
            About(kind, flag_id=notice.flag_id, project_id=notice.project_id),
            dedupe_key=key,
            address=reader.user.email,
            user_id=reader.user.id,
            now=now,
        )
        return made is not None


def _is_wanted(session: Session, reader: Reader, notice: OutboxMessage, event_id: int | None) -> bool:
    """Whether the reader still sees the project and hears of flags in this way."""
    if not may_see(session, reader.actor, {notice.project_id} if notice.project_id else ()):
        return False
    if event_id is not None:
        return not wants_no_notices(session, reader.user.id)
    return notice_pace(session, reader.user.id) is NoticePace.AT_ONCE


def _letter(
    session: Session,
    head: Letterhead,
    reader: Reader,
    notice: OutboxMessage,
    n_days: int,
    event_id: int | None,
    now: datetime,
) -> Letter:
    flag = session.get_one(Flag, notice.flag_id)
    place, voice = lookup.series_place(session, CLOCK, flag.series_id), reader.voice
    news, chart = news_of(session, flag, place, voice, head.zone, now=now)
    token, thread = token_of_notices(head.secret_key, reader.user.id), _thread(session, notice)
    if event_id is not None:
        event = session.get_one(FlagEvent, event_id)
        decided = _words(session, event, voice, head, thread)
        return decision_letter(news, decided, voice, head, unsubscribe_token=token)
    shown = draw_for_mail({flag.series_id: chart}, head.host)[flag.series_id]
    reminding = Reminding(n_days, n_days == REMINDED_AFTER_DAYS[-1], thread)
    return notice_letter(news, shown, voice, head, reminding=reminding, unsubscribe_token=token)


def _words(
    session: Session, event: FlagEvent, voice: Voice, head: Letterhead, thread: tuple[str, ...]
) -> Decided:
    owner = f" ({event.action_owner})" if event.action_owner else ""
    until = f", {voice.day(event.action_due_on)}" if event.action_due_on else ""
    return Decided(
        what=voice.gettext(ACTS[event.act]),
        who=names_of(session, [event.actor_id]).get(event.actor_id, ""),
        decided_on=event.recorded_at.astimezone(head.zone).date(),
        note=event.note,
        agreed=f"{event.agreed_action}{owner}{until}" if event.agreed_action else "",
        thread=thread,
    )


def _thread(session: Session, notice: OutboxMessage) -> tuple[str, ...]:
    """The Message-IDs of what went to this reader about this flag, oldest first."""
    found: Sequence[str] = session.scalars(
        select(OutboxMessage.message_id)
        .where(
            OutboxMessage.flag_id == notice.flag_id,
            OutboxMessage.user_id == notice.user_id,
            OutboxMessage.state == MessageState.SENT,
        )
        .order_by(OutboxMessage.id)
        .limit(LONGEST_THREAD)
    ).all()
    return tuple(found)


def _reminder_key(flag_id: int | None, user_id: int | None, n_days: int) -> str:
    return f"undecided:{flag_id}:{user_id}:{n_days}"


def _fail(
    database: Database, head: Letterhead, key: str, notice: OutboxMessage, error: Exception, now: datetime
) -> int:
    why = str(error) if isinstance(error, ImpactError) else f"{type(error).__name__}: {error}"
    trouble = Trouble(key, NOTICE_NOT_MADE, "", why, f"/flags/{notice.flag_id}")
    with database.transaction() as session:
        tell_trouble(session, head, trouble, None, now=now)
    return 0
