"""What stands of many series: the newest analysis and the flag of each, in one statement."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.monitoring.tables import Analysis, Flag, FlagState


def newest_analyses(
    session: Session, series_ids: Collection[int], known_at: datetime | None = None
) -> dict[int, Analysis]:
    """What was last said of each series itself, now or as known at an instant."""
    newest = select(sa.func.max(Analysis.id)).where(
        Analysis.series_id.in_(series_ids), Analysis.reference_series_id.is_(None)
    )
    if known_at is not None:
        newest = newest.where(Analysis.recorded_at <= known_at)
    rows = select(Analysis).where(Analysis.id.in_(newest.group_by(Analysis.series_id)))
    return {row.series_id: row for row in session.scalars(rows)}


def standing_flags(session: Session, series_ids: Collection[int]) -> dict[int, Flag]:
    """The newest flag of each series that has one not superseded."""
    rows = select(Flag).where(Flag.series_id.in_(series_ids), Flag.state != FlagState.SUPERSEDED)
    return {flag.series_id: flag for flag in session.scalars(rows.order_by(Flag.id))}
