"""The stale mark: set by whatever changes what the detector reads, cleared by it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from impact.registry.indicator_tables import IndicatorSeries


def mark_changed(session: Session, series_id: int, *, now: datetime, stale: bool) -> None:
    """Count a change of a series for its tags, and mark it stale if it must be re-read.

    One statement, so that two writers' counts add up.
    """
    changed: dict[str, object] = {"revision_count": IndicatorSeries.revision_count + 1}
    if stale:
        changed["stale_since"] = now
    session.execute(
        sa.update(IndicatorSeries)
        .where(IndicatorSeries.id == series_id)
        .values(changed)
        .execution_options(synchronize_session=False)
    )
