"""Due dates become editions and mails in one transaction, or a trouble that is told.

The unique key of a due date makes two clocks collide instead of sending twice.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from impact.db import Database
from impact.delivery.composing import Asked
from impact.delivery.due import Due
from impact.delivery.letters import Letterhead
from impact.delivery.making import compose, post
from impact.delivery.schedules import due_now, due_plan, record_occurrence
from impact.delivery.tables import OccurrenceState, Subscription
from impact.delivery.troubles import REPORT_NOT_MADE, Trouble, tell_trouble
from impact.errors import ImpactError
from impact.language import mark
from impact.monitoring.analysing import stale_series

MISSED = mark("Skipped: no clock was running. A newer report was sent instead.")
# Fresh values are analysed first; a series that cannot be analysed holds nothing up for ever.
WAIT_FOR_ANALYSIS = timedelta(hours=1)
log = structlog.get_logger()


def make_due_reports(database: Database, head: Letterhead, *, now: datetime) -> int:
    """Make every report that is due; returns how many due dates were dealt with."""
    with database.reading() as session:
        waiting = due_now(session, now)
        is_stale = bool(stale_series(session, 1))
    n_done = 0
    for subscription_id, due in waiting:
        try:
            n_done += _make(database, head, subscription_id, due, now, is_stale=is_stale)
        except OperationalError:
            raise
        except SQLAlchemyError:
            log.exception("report not stored", subscription=subscription_id)
    return n_done


def send_now(database: Database, head: Letterhead, subscription_id: int, *, now: datetime) -> int:
    """Send a subscription's report now, outside its calendar; returns how many mails wait.

    Raises:
        NotFound: there is no such subscription.
        Invalid: the report cannot be made, or there is nobody to send it to.
    """
    made = compose(database, head, subscription_id, now=now)
    with database.transaction() as session:
        return len(post(session, head, made, f"now:{now.isoformat()}", now=now).messages)


def _make(
    database: Database, head: Letterhead, subscription_id: int, due: Due, now: datetime, *, is_stale: bool
) -> bool:
    """Whether a due date was dealt with: sent, or failed in view of its owner."""
    with database.reading() as session:
        subscription = session.get_one(Subscription, subscription_id)
        became_due_at = due_plan(session, subscription).becomes_due_at(due.newest)
    if is_stale and now - became_due_at < WAIT_FOR_ANALYSIS:
        return False
    try:
        made = compose(database, head, subscription_id, Asked(missed=due.missed), now=now)
        with database.transaction() as session:
            _skip(session, subscription_id, due, now)
            posted = post(session, head, made, due.newest.isoformat(), occurrence_on=due.newest, now=now)
            record_occurrence(
                session,
                subscription_id,
                due.newest,
                OccurrenceState.SENT,
                edition_id=posted.edition_id,
                now=now,
            )
    except IntegrityError:
        return False  # Another clock was first and has sent it.
    except SQLAlchemyError:
        raise
    except Exception as error:
        log.exception("report not made", subscription=subscription_id)
        return _fail(database, head, subscription, due, error, now)
    return True


def _skip(session: Session, subscription_id: int, due: Due, now: datetime) -> None:
    for day in due.missed:
        record_occurrence(session, subscription_id, day, OccurrenceState.SKIPPED, MISSED, now=now)


def _fail(
    database: Database,
    head: Letterhead,
    subscription: Subscription,
    due: Due,
    error: Exception,
    now: datetime,
) -> bool:
    why = str(error) if isinstance(error, ImpactError) else f"{type(error).__name__}: {error}"
    trouble = Trouble(
        key=f"report:{subscription.id}:{due.newest}",
        what=REPORT_NOT_MADE,
        subject=subscription.name,
        why=why,
        path=f"/reports/{subscription.id}",
    )
    try:
        with database.transaction() as session:
            _skip(session, subscription.id, due, now)
            record_occurrence(session, subscription.id, due.newest, OccurrenceState.FAILED, why, now=now)
            tell_trouble(session, head, trouble, subscription.owner_id, now=now)
    except IntegrityError:
        return False
    return True
