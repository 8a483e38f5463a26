"""Whom the answer to a mail goes to: a person, never a machine."""

from __future__ import annotations

from collections.abc import Collection
from email.headerregistry import Address

from sqlalchemy.orm import Session

from impact.delivery.letters import address_of
from impact.delivery.readers import Reader, acting_as


def who_answers(session: Session, responsible_ids: Collection[int | None], reader: Reader) -> Address | None:
    """Whom the reader's answer goes to: the one person who is responsible for all that they are told of.

    None where that is nobody, several people or the reader.
    """
    one = next(iter(responsible_ids)) if len(responsible_ids) == 1 else None
    return None if one == reader.actor.id else address_as(session, one)


def address_as(session: Session, actor_id: int | None) -> Address | None:
    """The address of the person whom history knows by that number; None for nobody to write to."""
    found = acting_as(session, actor_id)
    return address_of(found.user.name, found.user.email) if found else None
