"""When each clock was last alive."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.delivery.tables import ClockHeartbeat

# A clock that was silent for so long has been replaced by another.
FORGOTTEN_AFTER = timedelta(days=7)


def beat(
    session: Session,
    name: str,
    *,
    started_at: datetime,
    public_url: str = "",
    mail_mark: str = "",
    now: datetime,
) -> None:
    """Write down that this clock is alive, and with which settings, and forget those long gone."""
    row = session.scalars(select(ClockHeartbeat).where(ClockHeartbeat.name == name)).first()
    if row is None:
        row = ClockHeartbeat(name=name)
        session.add(row)
    row.started_at, row.last_beat_at = started_at, now
    row.public_url, row.mail_mark = public_url, mail_mark
    session.execute(sa.delete(ClockHeartbeat).where(ClockHeartbeat.last_beat_at < now - FORGOTTEN_AFTER))


def clocks(session: Session) -> list[ClockHeartbeat]:
    """The clocks that were alive within the last week, newest beat first."""
    return list(session.scalars(select(ClockHeartbeat).order_by(ClockHeartbeat.last_beat_at.desc())))


def served_at(session: Session) -> str:
    """Where people reach the pages, as the newest clock tells; empty where none ever ran."""
    newest = next(iter(clocks(session)), None)
    return newest.public_url if newest else ""


def mailed_with(session: Session) -> str:
    """The mark of the settings that the newest clock makes mails with; empty where none ever ran."""
    newest = next(iter(clocks(session)), None)
    return newest.mail_mark if newest else ""


def last_beat(session: Session) -> datetime | None:
    """When some clock was last alive; None if none ever was."""
    return session.scalar(select(sa.func.max(ClockHeartbeat.last_beat_at)))
