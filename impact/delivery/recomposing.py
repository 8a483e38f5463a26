"""A report that waits for somebody who lost part of what is in it is made anew for them."""

from __future__ import annotations

from datetime import datetime

from impact.db import Database
from impact.delivery.composing import Asked, recipients_of
from impact.delivery.letters import Letterhead
from impact.delivery.making import Made, compose
from impact.delivery.readers import reader_of
from impact.delivery.tables import OutboxMessage, Subscription
from impact.errors import Invalid
from impact.reporting.tables import Edition


def made_anew(database: Database, head: Letterhead, message_id: int, *, now: datetime) -> Made | None:
    """The report as its recipient may see it now; None where nothing is left to tell them."""
    with database.reading() as session:
        message = session.get_one(OutboxMessage, message_id)
        edition = session.get(Edition, message.edition_id) if message.edition_id else None
        if edition is None or edition.subscription_id is None:
            return None
        subscription = session.get_one(Subscription, edition.subscription_id)
        owner = reader_of(session, subscription.owner_id)
        if owner is None:
            return None
        number = int(message.dedupe_key.rpartition(":")[2])
        found = [each for each in recipients_of(session, subscription, owner) if each.id == number]
    if not found:
        return None
    asked = Asked(readers=tuple(found), before=edition.known_at)
    try:
        return compose(database, head, subscription.id, asked, now=now)
    except Invalid:
        return None
