"""A mail to oneself, to see whether mails arrive."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor, require_everywhere
from impact.delivery.letters import Letter, Letterhead, freeze
from impact.delivery.posting import About, enqueue
from impact.delivery.readers import reader_of
from impact.delivery.tables import MessageKind, OutboxMessage
from impact.delivery.wording import word
from impact.errors import Conflict, Invalid


def post_trial_mail(session: Session, actor: Actor, head: Letterhead, *, now: datetime) -> OutboxMessage:
    """A mail to the actor's own address, waiting in the outbox like any other.

    It takes the way of all mails, so that it proves the clock and the mail server at once.

    Raises:
        Invalid: the actor has no mail address.
        Conflict: the very same mail was asked for a moment ago.
        NotAllowed: the actor does not administer the installation.
    """
    require_everywhere(actor, Action.ADMINISTER)
    reader = reader_of(session, actor.user_id) if actor.user_id is not None else None
    if reader is None or not reader.user.email:
        raise Invalid("You have no email address here, so no email can be sent to you.")
    key = f"trial:{reader.user.id}:{now.isoformat()}"
    wording = word(
        "trial",
        reader.voice,
        happened=reader.voice.moment(now, head.zone),
        link=head.link("/administration"),
        public_url=head.public_url,
    )
    letter = Letter(wording.subject, wording.text, wording.html, reader.voice.language)
    message = enqueue(
        session,
        freeze(letter, head, key, now=now),
        About(MessageKind.ACCOUNT),
        dedupe_key=key,
        address=reader.user.email,
        user_id=reader.user.id,
        now=now,
    )
    if message is None:
        raise Conflict("This test email is on its way already.")
    return message
