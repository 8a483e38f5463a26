"""Put a frozen mail into the outbox, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from impact.delivery.letters import FrozenMail
from impact.delivery.tables import MessageKind, OutboxMessage


@dataclass(frozen=True)
class About:
    """What a mail is about: where the mail log shows it and who may still get it."""

    kind: MessageKind
    edition_id: int | None = None
    flag_id: int | None = None
    project_id: int | None = None


def enqueue(
    session: Session,
    mail: FrozenMail,
    about: About,
    *,
    dedupe_key: str,
    address: str,
    user_id: int | None = None,
    now: datetime,
) -> OutboxMessage | None:
    """The waiting message, or None where this very mail is in the outbox already."""
    if session.scalar(select(OutboxMessage.id).where(OutboxMessage.dedupe_key == dedupe_key)) is not None:
        return None
    message = OutboxMessage(
        dedupe_key=dedupe_key,
        kind=about.kind,
        edition_id=about.edition_id,
        flag_id=about.flag_id,
        project_id=about.project_id,
        user_id=user_id,
        address=address,
        subject=mail.subject,
        message_id=mail.message_id,
        mime=mail.mime,
        checksum=mail.checksum,
        created_at=now,
        next_attempt_at=now,
    )
    try:
        with session.begin_nested():
            session.add(message)
    except IntegrityError:
        # Another clock was first; its message is the same.
        return None
    return message
