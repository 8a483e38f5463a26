"""When each clock was last alive."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.delivery.tables import ClockHeartbeat

# A clock that was silent for so long has been replaced by another.
FORGOTTEN_AFTER = timedelta(days=7)


def beat(session: Session, name: str, *, started_at: datetime, now: datetime) -> None:
    """Write down that this clock is alive, and forget those long gone."""
    row = session.scalars(select(ClockHeartbeat).where(ClockHeartbeat.name == name)).first()
    if row is None:
        session.add(ClockHeartbeat(name=name, started_at=started_at, last_beat_at=now))
    else:
        row.started_at, row.last_beat_at = started_at, now
    session.execute(sa.delete(ClockHeartbeat).where(ClockHeartbeat.last_beat_at < now - FORGOTTEN_AFTER))


def last_beat(session: Session) -> datetime | None:
    """When some clock was last alive; None if none ever was."""
    return session.scalar(select(sa.func.max(ClockHeartbeat.last_beat_at)))
