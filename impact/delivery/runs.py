"""How the sending of mails does: last and next runs, what waits, what failed, and trying again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from impact.accounts.permissions import Action, Actor, require_everywhere
from impact.audit.trail import record_change
from impact.delivery.due import next_dues
from impact.delivery.schedules import due_plan
from impact.delivery.tables import Delivery, DueOccurrence, MessageState, OutboxMessage, Subscription
from impact.errors import Conflict, Invalid, NotFound

MOST_RUNS = 20
MOST_MESSAGES = 100


@dataclass(frozen=True)
class Stuck:
    """A mail that waits or failed, and what the server said last."""

    message: OutboxMessage
    words: str


@dataclass(frozen=True)
class Run:
    """What became of a due date of a subscription, and why where it was not sent."""

    occurrence: DueOccurrence
    subscription: Subscription
    words: str


@dataclass(frozen=True)
class Runs:
    """What was made lately, what is made next, and mails that did not go out."""

    last: list[Run]
    coming: list[tuple[datetime, Subscription]]
    waiting: list[Stuck]
    failed: list[Stuck]


def runs(session: Session, actor: Actor, *, now: datetime) -> Runs:
    """The newest and the next runs of subscriptions, and mails that wait or failed, oldest first.

    Raises:
        NotAllowed: the actor does not administer the installation.
    """
    require_everywhere(actor, Action.ADMINISTER)
    last = session.execute(
        select(DueOccurrence, Subscription)
        .join(Subscription, Subscription.id == DueOccurrence.subscription_id)
        .order_by(DueOccurrence.id.desc())
        .limit(MOST_RUNS)
    )
    active = session.scalars(
        select(Subscription).where(
            Subscription.paused_at.is_(None),
            sa.or_(Subscription.ends_on.is_(None), Subscription.ends_on >= now.date()),
        )
    )
    coming = [(dues[0][1], row) for row in active if (dues := next_dues(due_plan(session, row), now, 1))]
    return Runs(
        [Run(occurrence, subscription, occurrence.note) for occurrence, subscription in last],
        sorted(coming, key=lambda each: (each[0], each[1].id))[:MOST_RUNS],
        _stuck(session, MessageState.WAITING),
        _stuck(session, MessageState.FAILED),
    )


def retry(session: Session, actor: Actor, message_id: int, *, now: datetime) -> OutboxMessage:
    """A mail that failed or waits, to be handed over with the next tick, its attempts counted anew.

    Raises:
        NotAllowed: the actor does not administer the installation.
        NotFound: there is no such mail.
        Invalid: its address has been removed.
        Conflict: it was sent or cancelled, or a clock has it in hand.
    """
    require_everywhere(actor, Action.ADMINISTER)
    message = session.scalars(
        select(OutboxMessage).where(OutboxMessage.id == message_id).with_for_update()
    ).first()
    if message is None:
        raise NotFound("There is no such message.")
    if message.address is None:
        raise Invalid("The address of this email has been removed.")
    is_held = message.claimed_until is not None and message.claimed_until > now
    if message.state not in (MessageState.FAILED, MessageState.WAITING) or is_held:
        raise Conflict("This email is not waiting any more, or is being sent right now.")
    before = message.state
    message.state, message.n_attempts = MessageState.WAITING, 0
    message.next_attempt_at, message.claimed_until = now, None
    session.flush()
    record_change(
        session,
        actor.id,
        "retry",
        "outbox_message",
        message.id,
        before={"state": before, "tried_again_at": None},
        after={"state": message.state, "tried_again_at": now.isoformat()},
        now=now,
        project_id=message.project_id,
    )
    return message


def _stuck(session: Session, state: MessageState) -> list[Stuck]:
    newest = select(sa.func.max(Delivery.id)).where(Delivery.message_id == OutboxMessage.id)
    rows = session.execute(
        select(OutboxMessage, Delivery.server_words)
        .outerjoin(Delivery, Delivery.id == newest.correlate(OutboxMessage).scalar_subquery())
        .where(OutboxMessage.state == state)
        .order_by(OutboxMessage.id.desc() if state is MessageState.FAILED else OutboxMessage.next_attempt_at)
        .limit(MOST_MESSAGES)
        .options(defer(OutboxMessage.mime, raiseload=True))
    )
    return [Stuck(message, words or "") for message, words in rows]
