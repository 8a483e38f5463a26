"""Which subscriptions are due, read from their rows."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action
from impact.delivery.due import Due, DuePlan, newest_due
from impact.delivery.readers import reader_of
from impact.delivery.tables import DueOccurrence, OccurrenceState, Rhythm, Subscription
from impact.registry import access
from impact.registry.measurement_tables import ReportingRound, RoundState
from impact.registry.project_tables import Project


def due_plan(session: Session, subscription: Subscription) -> DuePlan:
    """When a subscription wants its report."""
    follows_rounds = subscription.rhythm is Rhythm.ROUND_CLOSED
    return DuePlan(
        rhythm=subscription.rhythm,
        day=subscription.day,
        month=subscription.month,
        hour=subscription.hour,
        zone=ZoneInfo(subscription.time_zone),
        starts_on=subscription.starts_on,
        ends_on=subscription.ends_on,
        closed_at=_closings(session, subscription) if follows_rounds else (),
    )


def due_now(session: Session, now: datetime) -> list[tuple[int, Due]]:
    """The subscriptions whose report is due, with the newest due date and the missed ones."""
    handled = (
        select(DueOccurrence.subscription_id, sa.func.max(DueOccurrence.due_on).label("last"))
        .group_by(DueOccurrence.subscription_id)
        .subquery()
    )
    rows = session.execute(
        select(Subscription, handled.c.last)
        .outerjoin(handled, handled.c.subscription_id == Subscription.id)
        .where(Subscription.paused_at.is_(None))
        .order_by(Subscription.id)
    )
    found = (
        (subscription.id, newest_due(due_plan(session, subscription), last, now))
        for subscription, last in rows
    )
    return [(subscription_id, due) for subscription_id, due in found if due]


def waiting_due(session: Session, subscription: Subscription, now: datetime) -> Due | None:
    """What of a subscription is due already and not yet handled."""
    return newest_due(due_plan(session, subscription), _last_handled(session, subscription.id), now)


def skip_past(session: Session, subscription: Subscription, note: str, *, now: datetime) -> None:
    """Mark what is due already as skipped, so that the next report is one still to come."""
    due = waiting_due(session, subscription, now)
    if due:
        record_occurrence(session, subscription.id, due.newest, OccurrenceState.SKIPPED, note, now=now)


def record_occurrence(
    session: Session,
    subscription_id: int,
    due_on: date,
    state: OccurrenceState,
    note: str = "",
    *,
    edition_id: int | None = None,
    now: datetime,
) -> None:
    """Write down what became of a due date; of two clocks the second collides here."""
    session.add(
        DueOccurrence(
            subscription_id=subscription_id,
            due_on=due_on,
            state=state,
            edition_id=edition_id,
            recorded_at=now,
            note=note,
        )
    )
    session.flush()


def _closings(session: Session, subscription: Subscription) -> tuple[datetime, ...]:
    """When rounds of what the subscription is about were closed, as far as its owner sees them."""
    owner = reader_of(session, subscription.owner_id)
    if owner is None:
        return ()
    seen = access.project_ids(owner.actor, Action.SEE)
    if subscription.own_projects:
        seen = select(Project.id).where(access.within_reach(owner.actor, Action.SEE, with_public=False))
    if subscription.project_id is not None:
        seen = seen.where(Project.id == subscription.project_id)
    if subscription.category_id is not None:
        seen = seen.where(Project.category_id == subscription.category_id)
    # A day before the start, since the hour of a closing may fall on the day after it.
    first = datetime.combine(subscription.starts_on - timedelta(days=1), time(), UTC)
    closings = select(ReportingRound.changed_at).where(
        ReportingRound.state == RoundState.CLOSED,
        ReportingRound.project_id.in_(seen),
        ReportingRound.changed_at >= first,
    )
    return tuple(session.scalars(closings))


def _last_handled(session: Session, subscription_id: int) -> date | None:
    """The newest due date that something became of."""
    return session.scalar(
        select(sa.func.max(DueOccurrence.due_on)).where(DueOccurrence.subscription_id == subscription_id)
    )
