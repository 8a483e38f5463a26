"""Forgetting a person whole: the account, and every mail and subscription that names them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.erasing import erase_account
from impact.accounts.permissions import Actor
from impact.accounts.tables import User
from impact.delivery.letters import without_addresses
from impact.delivery.tables import (
    MessageState,
    NoticePreference,
    OutboxMessage,
    Subscription,
    SubscriptionRecipient,
)


def erase_person(session: Session, actor: Actor, user: User, *, now: datetime) -> None:
    """Blank the person's name and address everywhere; what they did keeps their number.

    Mails that still wait are never sent, those that went lose the address. Their own
    subscriptions pause, they get no one else's.

    Raises:
        Invalid: this is the last administrator.
        NotAllowed: the actor does not administer the installation.
    """
    address = user.email
    erase_account(session, actor, user, now=now)
    _forget_mails(session, user.id, address)
    recipients = [SubscriptionRecipient.user_id == user.id]
    if address:
        recipients.append(sa.func.lower(SubscriptionRecipient.address) == address.lower())
    session.execute(sa.delete(SubscriptionRecipient).where(sa.or_(*recipients)))
    session.execute(sa.delete(NoticePreference).where(NoticePreference.user_id == user.id))
    own = select(Subscription).where(Subscription.owner_id == user.id, Subscription.paused_at.is_(None))
    for subscription in session.scalars(own):
        subscription.paused_at = now
    session.flush()


def _forget_mails(session: Session, user_id: int, address: str | None) -> None:
    named = [OutboxMessage.user_id == user_id]
    if address:
        named.append(sa.func.lower(OutboxMessage.address) == address.lower())
    for message in session.scalars(select(OutboxMessage).where(sa.or_(*named)).with_for_update()):
        if message.state is MessageState.WAITING:
            message.state, message.claimed_until = MessageState.CANCELLED, None
        message.address = None
        message.mime = without_addresses(message.mime)
