"""Links by which people stop a mail without signing in: signed, good for one mail alone."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.tables import User
from impact.delivery.tables import (
    NoticePace,
    NoticePreference,
    Subscription,
    SubscriptionRecipient,
    Suppression,
)
from impact.delivery.withholding import address_hash, is_suppressed, wants_no_notices
from impact.errors import NotFound

N_SIGNATURE_BYTES = 18
OF_RECIPIENT, OF_NOTICES, OF_REMINDERS = "r", "n", "m"
KINDS = (OF_RECIPIENT, OF_NOTICES, OF_REMINDERS)


@dataclass(frozen=True)
class Unsubscribing:
    """What a link stops: the mails of a subscription by name, all notices, or all reminders."""

    subscription_name: str | None
    is_stopped: bool
    of_reminders: bool = False


def token_of_recipient(secret_key: str, recipient_id: int) -> str:
    """The token that stops one subscription for one of its recipients."""
    return _signed(secret_key, f"{OF_RECIPIENT}{recipient_id}")


def token_of_notices(secret_key: str, user_id: int) -> str:
    """The token that stops the notices to one person."""
    return _signed(secret_key, f"{OF_NOTICES}{user_id}")


def token_of_reminders(secret_key: str, user_id: int) -> str:
    """The token that stops the reminders to one person."""
    return _signed(secret_key, f"{OF_REMINDERS}{user_id}")


def unsubscribing(session: Session, secret_key: str, token: str) -> Unsubscribing:
    """What the token would stop, and whether it is stopped already; changes nothing.

    Raises:
        NotFound: the token is not ours, or what it was for is gone.
    """
    kind, number = _read(secret_key, token)
    if kind == OF_NOTICES:
        return Unsubscribing(None, wants_no_notices(session, number))
    if kind == OF_REMINDERS:
        kept = _preference(session, number)
        return Unsubscribing(None, kept is not None and not kept.wants_reminders, of_reminders=True)
    subscription, address = _recipient(session, number)
    return Unsubscribing(subscription.name, is_suppressed(session, address, subscription.id))


def unsubscribe(session: Session, secret_key: str, token: str, *, now: datetime) -> Unsubscribing:
    """Stop what the token is for; doing it again changes nothing.

    Raises:
        NotFound: the token is not ours, or what it was for is gone.
    """
    found = unsubscribing(session, secret_key, token)
    if found.is_stopped:
        return found
    kind, number = _read(secret_key, token)
    if kind in (OF_NOTICES, OF_REMINDERS):
        preference = _preference(session, number) or NoticePreference(user_id=number)
        if kind == OF_NOTICES:
            preference.pace = NoticePace.NEVER
        else:
            preference.wants_reminders = False
        session.add(preference)
    else:
        subscription, address = _recipient(session, number)
        session.add(
            Suppression(address_hash=address_hash(address), subscription_id=subscription.id, recorded_at=now)
        )
    session.flush()
    return replace(found, is_stopped=True)


def _preference(session: Session, user_id: int) -> NoticePreference | None:
    return session.scalars(select(NoticePreference).where(NoticePreference.user_id == user_id)).first()


def _recipient(session: Session, recipient_id: int) -> tuple[Subscription, str]:
    row = session.execute(
        select(Subscription, SubscriptionRecipient.address, User.email)
        .join(SubscriptionRecipient, SubscriptionRecipient.subscription_id == Subscription.id)
        .outerjoin(User, User.id == SubscriptionRecipient.user_id)
        .where(SubscriptionRecipient.id == recipient_id)
    ).first()
    address = (row[1] or row[2]) if row else None
    if row is None or not address:
        raise NotFound("This link is no longer valid.")
    return row[0], address


def _signed(secret_key: str, content: str) -> str:
    key = hashlib.sha256(b"unsubscribe:" + secret_key.encode()).digest()
    signature = hmac.digest(key, content.encode(), "sha256")[:N_SIGNATURE_BYTES]
    return f"{content}.{urlsafe_b64encode(signature).decode()}"


def _read(secret_key: str, token: str) -> tuple[str, int]:
    content = token.partition(".")[0]
    if not content[1:].isdecimal() or len(content) > 20 or content[0] not in KINDS:
        raise NotFound("This link is no longer valid.")
    if not hmac.compare_digest(_signed(secret_key, content).encode(), token.encode()):
        raise NotFound("This link is no longer valid.")
    return content[0], int(content[1:])
