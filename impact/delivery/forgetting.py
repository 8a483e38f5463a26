"""Forget the addresses of mails that went out long ago; what was said stays."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.delivery.letters import without_addresses
from impact.delivery.tables import MessageState, OutboxMessage

KEPT = timedelta(days=365)
MOST_AT_ONCE = 500


def forget_addresses(session: Session, *, now: datetime) -> int:
    """Blank the addresses of the oldest mails that wait no longer; returns how many had one.

    Their content and checksum stay as they were.
    """
    old = session.scalars(
        select(OutboxMessage)
        .where(
            OutboxMessage.created_at < now - KEPT,
            OutboxMessage.state != MessageState.WAITING,
            OutboxMessage.address.is_not(None),
        )
        .order_by(OutboxMessage.id)
        .limit(MOST_AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    for message in old:
        message.address = None
        message.mime = without_addresses(message.mime)
    session.flush()
    return len(old)
