"""How the installation does: clocks, mails, series and sign-ins, as counts alone.

No name, no address and no word of a mail is in it, so that machines may read it too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from impact.accounts.tables import SignInAttempt
from impact.accounts.throttling import RESET_MARK
from impact.delivery.heartbeat import last_beat
from impact.delivery.tables import Delivery, MessageState, OutboxMessage, Outcome
from impact.monitoring.tables import Flag, FlagState
from impact.registry.indicator_tables import IndicatorSeries

# A clock beats with each tick; one that missed so much time has stopped.
ALIVE_WITHIN = timedelta(minutes=5)
# A mail that is put off is tried again within minutes; after this somebody should look.
WAITING_LONG = timedelta(hours=1)
# A series is read anew with the next tick.
STALE_LONG = timedelta(hours=1)
RECENT = timedelta(hours=1)
# What failed longer ago was seen, or nobody missed it.
FAILED_LATELY = timedelta(days=7)
Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True)
class Condition:
    """The installation at one moment, in numbers."""

    at: datetime
    beat_at: datetime | None
    messages: dict[MessageState, int]
    waiting_since: datetime | None
    n_failed_lately: int
    deliveries: dict[Outcome, int]
    n_stale: int
    stale_since: datetime | None
    flags: dict[FlagState, int]
    n_sign_ins_failed: int

    @property
    def is_clock_alive(self) -> bool:
        """Whether some clock was alive just now."""
        return self.beat_at is not None and self.beat_at >= self.at - ALIVE_WITHIN

    @property
    def is_mail_late(self) -> bool:
        """Whether a mail has been waiting for too long."""
        return self.waiting_since is not None and self.waiting_since < self.at - WAITING_LONG

    @property
    def is_analysis_late(self) -> bool:
        """Whether a changed series has been waiting for its analysis for too long."""
        return self.stale_since is not None and self.stale_since < self.at - STALE_LONG


def condition(session: Session, *, now: datetime) -> Condition:
    """How the installation does now; sign-ins that failed are those of the last hour."""
    n_stale, stale_since = session.execute(
        select(sa.func.count(IndicatorSeries.stale_since), sa.func.min(IndicatorSeries.stale_since))
    ).one()
    n_failed = session.scalar(
        select(sa.func.count(SignInAttempt.id)).where(
            SignInAttempt.attempted_at > now - RECENT,
            SignInAttempt.succeeded.is_(False),
            sa.not_(SignInAttempt.name_key.startswith(RESET_MARK)),
        )
    )
    return Condition(
        at=now,
        beat_at=last_beat(session),
        messages=_counted(session, MessageState, OutboxMessage.state),
        waiting_since=session.scalar(
            select(sa.func.min(OutboxMessage.created_at)).where(OutboxMessage.state == MessageState.WAITING)
        ),
        n_failed_lately=session.scalar(
            select(sa.func.count(OutboxMessage.id)).where(
                OutboxMessage.state == MessageState.FAILED, OutboxMessage.created_at > now - FAILED_LATELY
            )
        )
        or 0,
        deliveries=_counted(session, Outcome, Delivery.outcome),
        n_stale=n_stale,
        stale_since=stale_since,
        flags=_counted(session, FlagState, Flag.state),
        n_sign_ins_failed=n_failed or 0,
    )


def _counted(
    session: Session, choices: type[Choice], column: InstrumentedAttribute[Any]
) -> dict[Choice, int]:
    """How many rows there are of each choice, none left out."""
    rows = session.execute(select(column, sa.func.count()).group_by(column))
    found: dict[Choice, int] = dict(rows.all())
    return {choice: found.get(choice, 0) for choice in choices}
