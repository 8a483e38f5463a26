"""Who gets which report when: subscriptions made, changed, paused, each with its trail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor, reach, require_somewhere
from impact.accounts.tables import User
from impact.audit.digests import plain
from impact.audit.trail import record_change
from impact.delivery.schedules import skip_past, waiting_due
from impact.delivery.subscription_plans import SubscriptionPlan, judged, plan_of
from impact.delivery.tables import DueOccurrence, Subscription, SubscriptionRecipient
from impact.delivery.withholding import address_hash
from impact.errors import Conflict, Invalid, NotFound
from impact.language import mark
from impact.ordering import ListOrder, Part
from impact.registry import access
from impact.registry.project_tables import Category, Project

ALREADY_PAST = mark("Skipped: the hour had passed when the subscription was made or changed.")
# The orders in which programs list subscriptions; the last column tells any two apart.
ORDERS = {
    "id": ListOrder((Subscription.id,)),
    "starts_on": ListOrder((Subscription.starts_on, Subscription.id)),
    "ends_on": ListOrder((Subscription.ends_on, Subscription.id)),
}
PAUSED = mark("Skipped: the subscription was paused.")


@dataclass(frozen=True)
class SubscriptionView:
    """A subscription as its page shows it."""

    subscription: Subscription
    owner_name: str
    recipients: tuple[SubscriptionRecipient, ...]
    newest: DueOccurrence | None


def make(session: Session, actor: Actor, plan: SubscriptionPlan, *, now: datetime) -> Subscription:
    """A new subscription that the actor owns; its first report is one still to come.

    Raises:
        NotAllowed: the actor may subscribe to nothing.
        NotFound: its project or category is none that the actor may see.
        Invalid: a choice that makes no sense, or nobody to send to.
    """
    require_somewhere(actor, Action.SUBSCRIBE)
    if actor.user_id is None:
        raise Invalid("Only a person can own a subscription.")
    plan = _judged(session, actor, plan)
    subscription = Subscription(owner_id=actor.user_id, created_at=now, **_columns(plan))
    session.add(subscription)
    session.flush()
    _set_recipients(session, subscription, plan)
    skip_past(session, subscription, ALREADY_PAST, now=now)
    _record(session, actor, "create", subscription, {}, _said(plan), now)
    return subscription


def change(
    session: Session,
    actor: Actor,
    subscription_id: int,
    expected_version: int,
    plan: SubscriptionPlan,
    *,
    now: datetime,
) -> Subscription:
    """The subscription as now wanted; a date that the change puts into the past is skipped.

    A report that was due already and waits for the clock is still made.

    Raises:
        NotFound, Invalid: as for a new one, or it is not the actor's.
        Conflict: somebody changed it in between.
    """
    subscription = _own(session, actor, subscription_id)
    if subscription.version != expected_version:
        raise Conflict("The subscription was changed in between. Look at it again.")
    plan = _judged(session, actor, plan)
    is_waiting = waiting_due(session, subscription, now) is not None
    before = _said(plan_of(session, subscription))
    for name, value in _columns(plan).items():
        setattr(subscription, name, value)
    _set_recipients(session, subscription, plan)
    if subscription.paused_at is None and not is_waiting:
        skip_past(session, subscription, ALREADY_PAST, now=now)
    _record(session, actor, "change", subscription, before, _said(plan), now)
    return subscription


def set_paused(
    session: Session, actor: Actor, subscription_id: int, *, paused: bool, now: datetime
) -> Subscription:
    """The subscription paused, or going on with the next date to come.

    Raises:
        NotFound: there is none, or it is not the actor's.
    """
    subscription = _own(session, actor, subscription_id)
    before = {"paused_at": subscription.paused_at}
    if paused == (subscription.paused_at is not None):
        return subscription
    if not paused:
        skip_past(session, subscription, PAUSED, now=now)
    subscription.paused_at = now if paused else None
    verb = "pause" if paused else "resume"
    _record(session, actor, verb, subscription, before, {"paused_at": subscription.paused_at}, now)
    return subscription


def subscriptions_of(session: Session, actor: Actor, part: Part | None = None) -> list[SubscriptionView]:
    """The actor's own subscriptions, a part or all; everybody's for an administrator of everything.

    Three statements, however many there are.
    """
    return _views(session, _theirs(actor), part=part)


def subscription(session: Session, actor: Actor, subscription_id: int) -> SubscriptionView:
    """One subscription with its recipients.

    Raises:
        NotFound: there is none, or it is not the actor's.
    """
    found = _views(session, _theirs(actor), Subscription.id == subscription_id)
    if not found:
        raise NotFound("There is no such subscription.")
    return found[0]


def _theirs(actor: Actor) -> sa.ColumnElement[bool]:
    if reach(actor, Action.ADMINISTER).everywhere:
        return sa.true()
    return Subscription.owner_id == (actor.user_id or 0)


def _own(session: Session, actor: Actor, subscription_id: int) -> Subscription:
    found = session.scalars(
        select(Subscription).where(Subscription.id == subscription_id, _theirs(actor)).with_for_update()
    ).first()
    if found is None:
        raise NotFound("There is no such subscription.")
    return found


def _views(
    session: Session, *conditions: sa.ColumnElement[bool], part: Part | None = None
) -> list[SubscriptionView]:
    wanted = select(Subscription, User.name).join(User, User.id == Subscription.owner_id).where(*conditions)
    wanted = part.of(wanted) if part else wanted.order_by(Subscription.name, Subscription.id)
    rows = session.execute(wanted).all()
    ids = [row.id for row, _ in rows]
    recipients = _by_subscription(
        session.scalars(
            select(SubscriptionRecipient)
            .where(SubscriptionRecipient.subscription_id.in_(ids))
            .order_by(SubscriptionRecipient.id)
        ).all()
    )
    newest = select(sa.func.max(DueOccurrence.id)).group_by(DueOccurrence.subscription_id)
    occurrences = {
        row.subscription_id: row
        for row in session.scalars(
            select(DueOccurrence).where(
                DueOccurrence.id.in_(newest.where(DueOccurrence.subscription_id.in_(ids)))
            )
        )
    }
    return [
        SubscriptionView(row, name, tuple(recipients.get(row.id, ())), occurrences.get(row.id))
        for row, name in rows
    ]


def _by_subscription(rows: Sequence[SubscriptionRecipient]) -> dict[int, list[SubscriptionRecipient]]:
    found: dict[int, list[SubscriptionRecipient]] = {}
    for row in rows:
        found.setdefault(row.subscription_id, []).append(row)
    return found


def _judged(session: Session, actor: Actor, plan: SubscriptionPlan) -> SubscriptionPlan:
    """The plan, tidied, with a scope that the actor may see and recipients that exist."""
    plan = judged(plan)
    if plan.project_id is not None:
        seen = access.project_ids(actor, Action.SEE).where(Project.id == plan.project_id)
        if session.scalars(seen).first() is None:
            raise NotFound("There is no such project.")
    if plan.category_id is not None and session.get(Category, plan.category_id) is None:
        raise NotFound("There is no such category.")
    known = set(
        session.scalars(select(User.id).where(User.id.in_(plan.user_ids), User.disabled_at.is_(None)))
    )
    if known != set(plan.user_ids):
        raise Invalid("One of the recipients can no longer sign in.", field="user_ids")
    return plan


def _set_recipients(session: Session, row: Subscription, plan: SubscriptionPlan) -> None:
    wanted = {(number, None) for number in plan.user_ids} | {(None, text) for text in plan.addresses}
    for recipient in session.scalars(
        select(SubscriptionRecipient).where(SubscriptionRecipient.subscription_id == row.id)
    ):
        key = (recipient.user_id, recipient.address)
        if key in wanted:
            wanted.remove(key)
        else:
            session.delete(recipient)
    session.add_all(
        SubscriptionRecipient(subscription_id=row.id, user_id=user_id, address=address)
        for user_id, address in sorted(wanted, key=str)
    )
    session.flush()


def _columns(plan: SubscriptionPlan) -> dict[str, Any]:
    return {name: getattr(plan, name) for name in SubscriptionPlan.columns()}


def _said(plan: SubscriptionPlan) -> dict[str, Any]:
    """A plan as the trail keeps it: addresses by hash, so that they can be forgotten."""
    said = plain(asdict(plan))
    return said | {
        "user_ids": list(plan.user_ids),
        "addresses": [address_hash(address) for address in plan.addresses],
    }


def _record(
    session: Session,
    actor: Actor,
    verb: str,
    row: Subscription,
    before: dict[str, Any],
    after: dict[str, Any],
    now: datetime,
) -> None:
    session.flush()
    record_change(
        session,
        actor.id,
        verb,
        "subscription",
        row.id,
        before=before,
        after=after,
        now=now,
        project_id=row.project_id,
    )
