"""Whether a mail may still go out: asked at the moment of sending, not of making."""

from __future__ import annotations

import hashlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.delivery.notice_wishes import wants_reminders
from impact.delivery.readers import may_see, reader_of
from impact.delivery.tables import (
    MessageKind,
    NoticePace,
    NoticePreference,
    OutboxMessage,
    Subscription,
    SubscriptionRecipient,
    Suppression,
)
from impact.language import mark
from impact.monitoring.tables import Flag, FlagDirection, FlagState
from impact.reporting.tables import Edition

# Mails of which somebody may want no more; of accounts and of troubles everybody hears.
STOPPABLE = (MessageKind.REPORT, MessageKind.NOTICE, MessageKind.DECISION, MessageKind.REMINDER)
NO_ADDRESS = mark("Not sent: the address has been removed.")
NOBODY = mark("Not sent: the person can no longer sign in.")
NOT_SEEN = mark("Not sent: the recipient may no longer see what is in it.")
DECIDED = mark("Not sent: the flag no longer waits for a decision.")
TAKEN_OFF = mark("Not sent: the recipient was taken off the report.")
UNSUBSCRIBED = mark("Not sent: the recipient unsubscribed.")


def reason_to_withhold(session: Session, message: OutboxMessage) -> str:
    """Why a waiting message must not be sent, as a marked text; empty if it may."""
    if not message.address:
        return NO_ADDRESS
    edition = session.get(Edition, message.edition_id) if message.edition_id else None
    subscription_id = edition.subscription_id if edition else None
    if message.kind in STOPPABLE and is_suppressed(session, message.address, subscription_id):
        return UNSUBSCRIBED
    if subscription_id is not None and not _is_still_recipient(session, message, subscription_id):
        return TAKEN_OFF
    if message.kind is MessageKind.REMINDER and not wants_reminders(session, message.user_id):
        return UNSUBSCRIBED
    if message.kind in (MessageKind.NOTICE, MessageKind.DECISION):
        if wants_no_notices(session, message.user_id):
            return UNSUBSCRIBED
        is_asking = message.kind is MessageKind.NOTICE and message.flag_id is not None
        if is_asking and not is_worth_telling(session.get_one(Flag, message.flag_id)):
            return DECIDED
    reader_id = message.user_id or _owner_id(session, subscription_id)
    if reader_id is None:
        return ""
    reader = reader_of(session, reader_id)
    if reader is None:
        return NOBODY
    return "" if may_see(session, reader.actor, _projects_in(message, edition)) else NOT_SEEN


def _projects_in(message: OutboxMessage, edition: Edition | None) -> set[int]:
    """The projects that a message speaks of."""
    ids = set(edition.contents["projects"]) if edition else set()
    return ids | ({message.project_id} if message.project_id is not None else set())


def _is_still_recipient(session: Session, message: OutboxMessage, subscription_id: int) -> bool:
    """Whether the subscription still names the person, or the address of somebody without an account."""
    if message.user_id is not None:
        named = SubscriptionRecipient.user_id == message.user_id
    else:
        named = SubscriptionRecipient.address == message.address
    wanted = select(SubscriptionRecipient.id).where(
        SubscriptionRecipient.subscription_id == subscription_id, named
    )
    return session.scalars(wanted).first() is not None


def address_hash(address: str) -> str:
    """What is kept of an address that unsubscribed."""
    return hashlib.sha256(address.strip().casefold().encode()).hexdigest()


def is_suppressed(session: Session, address: str, subscription_id: int | None) -> bool:
    """Whether the address wants no mail of this subscription, or none at all."""
    suppressed = select(Suppression.id).where(
        Suppression.address_hash == address_hash(address),
        Suppression.subscription_id.is_(None) | (Suppression.subscription_id == (subscription_id or 0)),
    )
    return session.scalars(suppressed.limit(1)).first() is not None


def is_worth_telling(flag: Flag) -> bool:
    """Whether a notice asks for a decision that is still to be made: one on a turn to worse."""
    return flag.direction is FlagDirection.TO_WORSE and flag.state is FlagState.OPEN


def wants_no_notices(session: Session, user_id: int | None) -> bool:
    """Whether the person asked to hear of no flag."""
    pace = session.scalar(select(NoticePreference.pace).where(NoticePreference.user_id == (user_id or 0)))
    return pace is NoticePace.NEVER


def _owner_id(session: Session, subscription_id: int | None) -> int | None:
    return session.scalar(select(Subscription.owner_id).where(Subscription.id == (subscription_id or 0)))
