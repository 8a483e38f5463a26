"""The outbox: claim one mail, hand it over, mark it; at least once and never silently lost.

The claim is committed before the mail is handed over and the mark after it, so a process
that dies in between leaves a lease that runs out. The mail then goes again with the same
Message-ID and the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32

import sqlalchemy as sa
import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, defer

from impact.accounts.permissions import Action, Actor, reach
from impact.db import Database
from impact.delivery.letters import Letterhead
from impact.delivery.recomposing import made_anew
from impact.delivery.tables import Delivery, MessageKind, MessageState, OutboxMessage, Outcome, Subscription
from impact.delivery.transports import Transport, TransportError
from impact.delivery.troubles import tell_refusal
from impact.delivery.withholding import NOT_SEEN, reason_to_withhold
from impact.errors import NotFound
from impact.language import mark
from impact.registry import access
from impact.reporting.tables import Edition

# Longer than the longest dialogue that the transport's time limits allow.
LEASE = timedelta(minutes=10)
# Waits after the first, second, … failure; about two days in all.
LADDER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, *(360,) * 7))
JITTER_SHARE = 0.2
MADE_ANEW = mark("Not sent: made anew, since the recipient may see less than before.")
GIVEN_UP = mark("Given up: the process ended during every attempt.")
log = structlog.get_logger()


@dataclass(frozen=True)
class Claim:
    """A mail that this process alone may hand over until the lease runs out."""

    message_id: int
    n_attempts: int
    claimed_until: datetime
    address: str
    mime: bytes
    is_to_be_made_anew: bool = False


def deliver_next(
    database: Database,
    transport: Transport,
    head: Letterhead,
    *,
    now: datetime,
    lease: timedelta = LEASE,
) -> bool:
    """Whether there was a mail to deal with; it is then sent, put off, failed or cancelled."""
    with database.transaction() as session:
        message = _next_waiting(session, now)
        if message is None:
            return False
        claim = _claim(session, head, message, now, lease)
    if claim is not None and claim.is_to_be_made_anew:
        _make_anew(database, head, claim, now)
    elif claim is not None:
        outcome, words = _hand_over(transport, head, claim)
        with database.transaction() as session:
            _mark(session, head, claim, outcome, words, now)
    return True


@dataclass(frozen=True)
class MessageRecord:
    """A mail with every attempt to hand it over, oldest first.

    A sealed one holds a link that opens somebody else's account: its words are for that
    person alone, however much the reader may see besides.
    """

    message: OutboxMessage
    deliveries: tuple[Delivery, ...]
    is_sealed: bool = False


def messages_for(
    session: Session, actor: Actor, *, state: MessageState | None = None, limit: int = 200
) -> list[OutboxMessage]:
    """The newest mails that the actor may read of, without their content.

    Those are the actor's own, those of the projects where the role says so, and those of
    the actor's subscriptions; whoever sees mail everywhere sees all but others' accounts.
    """
    rows = select(OutboxMessage).where(_readable(actor)).options(defer(OutboxMessage.mime, raiseload=True))
    if state is not None:
        rows = rows.where(OutboxMessage.state == state)
    return list(session.scalars(rows.order_by(OutboxMessage.id.desc()).limit(limit)))


def message(session: Session, actor: Actor, message_id: int) -> MessageRecord:
    """One mail with its deliveries.

    Raises:
        NotFound: there is none, or the actor may not read it.
    """
    found = session.scalars(
        select(OutboxMessage).where(OutboxMessage.id == message_id, _readable(actor))
    ).first()
    if found is None:
        raise NotFound("There is no such message.")
    deliveries = session.scalars(
        select(Delivery).where(Delivery.message_id == message_id).order_by(Delivery.id)
    )
    is_sealed = found.kind is MessageKind.ACCOUNT and found.user_id != actor.user_id
    return MessageRecord(found, tuple(deliveries), is_sealed)


def outgoing(address: str, mime: bytes) -> bytes:
    """The mail as it goes out: the recipient's line before what was frozen."""
    return b"To: " + address.encode("ascii") + b"\r\n" + mime


def retry_at(message_id: str, n_attempts: int, now: datetime) -> datetime | None:
    """When to try again after so many attempts; None when enough is enough.

    The jitter keeps mails that failed together from coming together again.
    """
    if n_attempts > len(LADDER):
        return None
    share = crc32(f"{message_id}:{n_attempts}".encode()) / 2**32 * 2 - 1
    return now + LADDER[n_attempts - 1] * (1 + JITTER_SHARE * share)


def _readable(actor: Actor) -> sa.ColumnElement[bool]:
    if reach(actor, Action.ADMINISTER).everywhere:
        return sa.true()
    own_editions = (
        select(Edition.id)
        .join(Subscription, Subscription.id == Edition.subscription_id)
        .where(Subscription.owner_id == (actor.user_id or 0))
    )
    # Mails about accounts hold links that open them, so nobody but the person reads those.
    everywhere = reach(actor, Action.SEE_MAIL).everywhere
    return sa.or_(
        OutboxMessage.kind != MessageKind.ACCOUNT if everywhere else sa.false(),
        OutboxMessage.user_id == (actor.user_id or 0),
        OutboxMessage.project_id.in_(access.project_ids(actor, Action.SEE_MAIL)),
        OutboxMessage.edition_id.in_(own_editions),
    )


def _next_waiting(session: Session, now: datetime) -> OutboxMessage | None:
    return session.scalars(
        select(OutboxMessage)
        .where(
            OutboxMessage.state == MessageState.WAITING,
            OutboxMessage.next_attempt_at <= now,
            sa.or_(OutboxMessage.claimed_until.is_(None), OutboxMessage.claimed_until <= now),
        )
        .order_by(OutboxMessage.next_attempt_at, OutboxMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()


def _claim(
    session: Session, head: Letterhead, message: OutboxMessage, now: datetime, lease: timedelta
) -> Claim | None:
    """The claim; None where the mail must not be handed over (any more)."""
    withheld = reason_to_withhold(session, message)
    if withheld == NOT_SEEN:
        message.claimed_until = now + lease
        return Claim(message.id, message.n_attempts, message.claimed_until, "", b"", is_to_be_made_anew=True)
    if withheld:
        _close(session, message, MessageState.CANCELLED, Outcome.WITHHELD, withheld, now)
        return None
    if message.n_attempts > len(LADDER):
        # Whoever claimed it before never came back to mark it.
        _close(session, message, MessageState.FAILED, Outcome.REFUSED, GIVEN_UP, now)
        tell_refusal(session, head, message, GIVEN_UP, now=now)
        return None
    message.n_attempts += 1
    message.claimed_until = now + lease
    return Claim(message.id, message.n_attempts, message.claimed_until, message.address or "", message.mime)


def _make_anew(database: Database, head: Letterhead, claim: Claim, now: datetime) -> None:
    """Put what the recipient may still see into the outbox, instead of what may not go out."""
    state, words = MessageState.CANCELLED, MADE_ANEW
    try:
        put = made_anew(database, head, claim.message_id, now=now)
        words = MADE_ANEW if put else NOT_SEEN
    except SQLAlchemyError:
        raise
    except Exception as error:
        log.exception("mail not made anew", message=claim.message_id)
        put, state, words = None, MessageState.FAILED, f"{type(error).__name__}: {error}"
    with database.transaction() as session:
        message = _locked(session, claim)
        if message.state is not MessageState.WAITING or message.claimed_until != claim.claimed_until:
            return
        _close(session, message, state, Outcome.WITHHELD, words, now)
        if put is not None:
            put(session)
        elif state is MessageState.FAILED:
            tell_refusal(session, head, message, words, now=now)


def _locked(session: Session, claim: Claim) -> OutboxMessage:
    return session.scalars(
        select(OutboxMessage).where(OutboxMessage.id == claim.message_id).with_for_update()
    ).one()


def _hand_over(transport: Transport, head: Letterhead, claim: Claim) -> tuple[Outcome, str]:
    try:
        mail = outgoing(claim.address, claim.mime)
        return Outcome.ACCEPTED, transport.send(mail, head.sender.addr_spec, claim.address)
    except TransportError as error:
        return (Outcome.REFUSED if error.permanent else Outcome.DEFERRED), error.words
    except UnicodeEncodeError:
        return Outcome.REFUSED, f"no address that can be written to: {claim.address!r}"


def _mark(
    session: Session, head: Letterhead, claim: Claim, outcome: Outcome, words: str, now: datetime
) -> None:
    message = _locked(session, claim)
    if message.state is not MessageState.WAITING:
        # The lease ran out and another clock was quicker; this attempt is kept all the same.
        _record(session, message, outcome, words, now)
    elif outcome is Outcome.ACCEPTED:
        _close(session, message, MessageState.SENT, outcome, words, now)
        message.sent_at = now
    elif message.claimed_until != claim.claimed_until:
        _record(session, message, outcome, words, now)
    else:
        again = retry_at(message.message_id, claim.n_attempts, now)
        if outcome is Outcome.REFUSED or again is None:
            _close(session, message, MessageState.FAILED, outcome, words, now)
            tell_refusal(session, head, message, words, now=now)
        else:
            message.next_attempt_at = again
            message.claimed_until = None
            _record(session, message, outcome, words, now)


def _close(
    session: Session, message: OutboxMessage, state: MessageState, outcome: Outcome, words: str, now: datetime
) -> None:
    message.state = state
    message.claimed_until = None
    _record(session, message, outcome, words, now)


def _record(session: Session, message: OutboxMessage, outcome: Outcome, words: str, now: datetime) -> None:
    session.add(Delivery(message_id=message.id, attempted_at=now, outcome=outcome, server_words=words))
