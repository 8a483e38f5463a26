"""Lists gathered for one person from several projects: a notice of flags, a morning's reminder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.delivery.letters import FrozenMail, Letter, Letterhead, freeze
from impact.delivery.posting import About, enqueue
from impact.delivery.readers import Reader
from impact.delivery.senders import sender_for, written
from impact.delivery.tables import MessageKind, OutboxMessage
from impact.reporting.editions import publish_list


@dataclass(frozen=True)
class PersonalList:
    """A mail to one person that is made and not yet stored.

    Attributes:
        key: tells it from every other mail.
        project_ids: of which projects it speaks.
        asked: what it was gathered by, so that it can be gathered again.
    """

    kind: MessageKind
    reader: Reader
    mail: FrozenMail
    key: str
    project_ids: frozenset[int]
    asked: Mapping[str, str]


def personal_list(
    session: Session,
    head: Letterhead,
    kind: MessageKind,
    reader: Reader,
    letter: Letter,
    key: str,
    project_ids: frozenset[int],
    asked: Mapping[str, str],
    *,
    now: datetime,
) -> PersonalList:
    """The letter as a mail of the organisation that all of its projects have."""
    sender = written(sender_for(session, project_ids), head)
    mail = freeze(replace(letter, sender=sender), head, key, now=now)
    return PersonalList(kind, reader, mail, key, project_ids, asked)


def post_list(session: Session, made: PersonalList, *, now: datetime) -> bool:
    """Put it into the outbox, once, with the edition that says what it was made of; whether it is new."""
    if session.scalars(select(OutboxMessage.id).where(OutboxMessage.dedupe_key == made.key)).first():
        return False
    reader, mail = made.reader, made.mail
    edition = publish_list(
        session, made.project_ids, reader.voice.language, mail.checksum, now=now, **made.asked
    )
    message = enqueue(
        session,
        mail,
        About(made.kind, edition_id=edition.id),
        dedupe_key=made.key,
        address=reader.user.email or "",
        user_id=reader.user.id,
        now=now,
    )
    return message is not None
