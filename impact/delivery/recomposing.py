"""A mail that waits for somebody who lost part of what is in it is made anew for them.

Reports, gathered notices and the morning's reminders speak of several projects; a mail about
one alone has nothing left once that is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from impact.db import Database
from impact.delivery.composing import Asked, recipients_of
from impact.delivery.gathered_notices import gathered
from impact.delivery.letters import Letterhead
from impact.delivery.making import compose, post
from impact.delivery.personal_lists import post_list
from impact.delivery.readers import reader_of
from impact.delivery.reminders import reminder_again
from impact.delivery.tables import MessageKind, OutboxMessage, Subscription
from impact.errors import Invalid
from impact.reporting.tables import Edition

# Puts what was made into the outbox, within the transaction that cancels what was made before.
Posting = Callable[[Session], object]


def made_anew(database: Database, head: Letterhead, message_id: int, *, now: datetime) -> Posting | None:
    """The mail as its recipient may see it now; None where nothing is left to tell them."""
    with database.reading() as session:
        message = session.get_one(OutboxMessage, message_id)
        edition = session.get(Edition, message.edition_id) if message.edition_id else None
        if edition is None:
            return None
        if message.kind is not MessageKind.REPORT:
            return _list_anew(session, head, message, edition, now)
    return _report_anew(database, head, message, edition, now)


def _list_anew(
    session: Session, head: Letterhead, message: OutboxMessage, edition: Edition, now: datetime
) -> Posting | None:
    """What was gathered for one person, gathered again over the same time."""
    asked = {name: said for name, said in edition.contents.items() if name != "projects"}
    reader = reader_of(session, message.user_id or 0)
    if reader is None or not asked:
        return None
    key = f"{message.dedupe_key.partition(':anew-')[0]}:anew-{message.id}"
    gather = gathered if message.kind is MessageKind.NOTICE else reminder_again
    made = gather(session, head, reader, key, asked, now=now)
    return partial(post_list, made=made, now=now) if made else None


def _report_anew(
    database: Database, head: Letterhead, message: OutboxMessage, edition: Edition, now: datetime
) -> Posting | None:
    """A report for the one recipient, against the edition before the one that is cancelled."""
    with database.reading() as session:
        subscription = session.get(Subscription, edition.subscription_id or 0)
        owner = reader_of(session, subscription.owner_id) if subscription else None
        if subscription is None or owner is None:
            return None
        number = int(message.dedupe_key.rpartition(":")[2])
        found = [each for each in recipients_of(session, subscription, owner) if each.id == number]
    if not found:
        return None
    asked = Asked(readers=tuple(found), before=edition.known_at)
    try:
        made = compose(database, head, subscription.id, asked, now=now)
    except Invalid:
        return None
    return partial(post, head=head, made=made, occasion=f"anew-{message.id}", now=now)
