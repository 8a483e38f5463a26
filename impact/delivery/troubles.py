"""Tell people when a mail could not be made or not be delivered, once each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.delivery.letters import Letter, Letterhead, freeze, one_line
from impact.delivery.posting import About, enqueue
from impact.delivery.readers import Reader, administrators, reader_of
from impact.delivery.tables import MessageKind, OutboxMessage, Subscription
from impact.delivery.wording import word
from impact.language import mark
from impact.reporting.tables import Edition

REFUSED = mark("An email could not be delivered.")
REPORT_NOT_MADE = mark("A report could not be made, so nothing was sent.")
REMINDER_NOT_MADE = mark("A reminder could not be made, so nothing was sent.")
NOTICE_NOT_MADE = mark("A notice could not be made, so nothing was sent.")


@dataclass(frozen=True)
class Trouble:
    """What went wrong with a mail: which one, why, and a key that makes it told once.

    ``what`` is a marked text; ``why`` are words of a server or of the program.
    """

    key: str
    what: str
    subject: str
    why: str
    path: str = "/mail"


def tell_trouble(
    session: Session, head: Letterhead, trouble: Trouble, owner_id: int | None, *, now: datetime
) -> list[OutboxMessage]:
    """The messages to the owner and the administrators; each hears of a trouble once."""
    told = []
    for reader in _who(session, owner_id):
        key = f"trouble:{trouble.key}:{reader.user.id}"
        mail = freeze(_letter(reader, head, trouble, now), head, key, now=now)
        message = enqueue(
            session,
            mail,
            About(MessageKind.TROUBLE),
            dedupe_key=key,
            address=reader.user.email or "",
            user_id=reader.user.id,
            now=now,
        )
        told += [message] if message else []
    return told


def tell_refusal(
    session: Session, head: Letterhead, message: OutboxMessage, words: str, *, now: datetime
) -> None:
    """Tell of a mail that nobody will try to deliver again; of trouble mails never."""
    if message.kind is MessageKind.TROUBLE:
        return
    trouble = Trouble(
        key=f"message:{message.id}",
        what=REFUSED,
        subject=message.subject,
        why=words,
        path=f"/reports/log/{message.id}",
    )
    tell_trouble(session, head, trouble, owner_of(session, message), now=now)


def owner_of(session: Session, message: OutboxMessage) -> int | None:
    """The person whose subscription a message comes from, if it comes from one."""
    return session.scalar(
        select(Subscription.owner_id)
        .join(Edition, Edition.subscription_id == Subscription.id)
        .where(Edition.id == message.edition_id)
    )


def _who(session: Session, owner_id: int | None) -> Iterable[Reader]:
    owner = reader_of(session, owner_id) if owner_id is not None else None
    people = {reader.user.id: reader for reader in administrators(session)}
    if owner is not None and owner.user.email:
        people.setdefault(owner.user.id, owner)
    return people.values()


def _letter(reader: Reader, head: Letterhead, trouble: Trouble, now: datetime) -> Letter:
    voice = reader.voice
    wording = word(
        "trouble",
        voice,
        what=voice.gettext(trouble.what),
        subject=one_line(trouble.subject),
        why=trouble.why,
        link=head.link(trouble.path),
        happened=voice.moment(now, head.zone),
        public_url=head.public_url,
    )
    return Letter(wording.subject, wording.text, wording.html, voice.language)
