"""A report is made: gathered, drawn, worded; then its edition and mails are stored as one.

Reading and drawing happen before the transaction, so that no writer waits for a chart.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from impact.db import Database
from impact.delivery.composing import (
    AddressedLetter,
    Asked,
    Composition,
    Reading,
    gather_for,
    letters_of,
)
from impact.delivery.letters import Letterhead, freeze
from impact.delivery.posting import About, enqueue
from impact.delivery.schedules import due_plan
from impact.delivery.tables import MessageKind, OutboxMessage, Subscription
from impact.errors import NotFound
from impact.reporting.drawn import DrawnPictures
from impact.reporting.editions import publish

# Nothing special: the report to everybody who is to get it.
EVERYBODY = Asked()


@dataclass(frozen=True)
class Made:
    """A report that is made and not yet stored: its letters, and the pictures drawn for them."""

    composition: Composition
    finished: list[tuple[Reading, list[AddressedLetter]]]
    drawn: DrawnPictures


@dataclass(frozen=True)
class Posted:
    """A report that is stored: its first edition and the messages that wait."""

    edition_id: int
    messages: tuple[OutboxMessage, ...]


def compose(
    database: Database, head: Letterhead, subscription_id: int, asked: Asked = EVERYBODY, *, now: datetime
) -> Made:
    """A subscription's report, gathered and with finished letters; nothing is written.

    Raises:
        NotFound: there is no such subscription.
        Invalid: the report cannot be made, or there is nobody to send it to.
    """
    with database.reading() as session:
        subscription = session.get(Subscription, subscription_id)
        if subscription is None:
            raise NotFound("There is no such subscription.")
        composition = gather_for(
            session,
            subscription,
            asked,
            published_on=due_plan(session, subscription).today(now),
            now=now,
        )
    drawn = DrawnPictures(database)
    finished = [(reading, letters_of(composition, reading, head, drawn)) for reading in composition.readings]
    return Made(composition, finished, drawn)


def post(
    session: Session,
    head: Letterhead,
    made: Made,
    occasion: str,
    *,
    occurrence_on: date | None = None,
    counts: bool = True,
    now: datetime,
) -> Posted:
    """The report's editions and messages, put into the outbox as one.

    Args:
        occasion: tells this sending from every other of the subscription.
        occurrence_on: the due date that it is for.
        counts: off for a trial, after which "since your last report" means what it meant before.
    """
    made.drawn.keep(session, now=now)
    composition = made.composition
    editions, messages = [], []
    for reading, letters in made.finished:
        edition = publish(
            session,
            reading.report,
            composition.voice.language,
            subscription_id=composition.subscription_id if counts else None,
            occurrence_on=occurrence_on,
            now=now,
        )
        editions.append(edition.id)
        for addressed in letters:
            recipient = addressed.recipient
            key = f"report:{composition.subscription_id}:{occasion}:{recipient.id}"
            message = enqueue(
                session,
                freeze(addressed.letter, head, key, now=now),
                About(MessageKind.REPORT, edition_id=edition.id),
                dedupe_key=key,
                address=recipient.address,
                user_id=recipient.user_id,
                now=now,
            )
            messages += [message] if message else []
    session.flush()
    return Posted(editions[0], tuple(messages))
