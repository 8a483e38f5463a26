"""A report tried out: seen beforehand as it will arrive, or sent to oneself alone."""

from __future__ import annotations

from datetime import datetime

from impact.accounts.permissions import Actor
from impact.db import Database
from impact.delivery.composing import AddressedLetter, Asked, Recipient
from impact.delivery.letters import Letterhead
from impact.delivery.making import compose, post
from impact.delivery.readers import reader_of
from impact.delivery.subscribing import subscription
from impact.errors import Conflict, Invalid


def preview(
    database: Database, head: Letterhead, actor: Actor, subscription_id: int, *, now: datetime
) -> AddressedLetter:
    """The report as it would go out now, as its owner sees it; nothing is written.

    Raises:
        NotFound: there is no such subscription, or it is not the actor's.
        Invalid: the report cannot be made.
    """
    with database.reading() as session:
        owner = reader_of(session, subscription(session, actor, subscription_id).subscription.owner_id)
    if owner is None:
        raise Invalid("The owner of the subscription can no longer sign in.")
    reader = Recipient(0, owner.user.id, owner.user.email or "", owner)
    return compose(database, head, subscription_id, Asked(readers=(reader,)), now=now).finished[0][1][0]


def send_test(
    database: Database, head: Letterhead, actor: Actor, subscription_id: int, *, now: datetime
) -> int:
    """The number of the message that brings the report to the actor alone, as it would go out now.

    It counts for nothing: the due dates stay, and "since your last report" does too.

    Raises:
        NotFound, Invalid: as for a preview, or the actor has no mail address.
        Conflict: the very same one was asked for a moment ago.
    """
    with database.reading() as session:
        subscription(session, actor, subscription_id)
        reader = reader_of(session, actor.user_id or 0)
    if reader is None or not reader.user.email:
        raise Invalid("You have no email address here, so no email can be sent to you.")
    recipient = Recipient(0, reader.user.id, reader.user.email, reader)
    made = compose(database, head, subscription_id, Asked(readers=(recipient,), is_test=True), now=now)
    occasion = f"test:{reader.user.id}:{now.isoformat()}"
    with database.transaction() as session:
        posted = post(session, head, made, occasion, counts=False, now=now)
        if not posted.messages:
            raise Conflict("This test email is on its way already.")
        return posted.messages[0].id
