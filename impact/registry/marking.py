"""The stale mark: set by whatever changes what the detector reads, cleared by it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from impact.registry.indicator_tables import IndicatorSeries, ReferenceLink


def mark_changed(session: Session, series_id: int, *, now: datetime, stale: bool) -> None:
    """Count a change of a series for its tags, and mark it stale if it must be re-read.

    Then the series that are compared with it are marked too: their pictures show it and
    their comparisons read it. Each in one statement, so that two writers' counts add up.
    """
    mark_many_changed(session, {series_id: 1}, now=now, stale=stale)


def mark_many_changed(session: Session, counted: Mapping[int, int], *, now: datetime, stale: bool) -> None:
    """The same for many series, each with how many of its measurements changed."""
    by_count: dict[int, list[int]] = {}
    for series_id, n in sorted(counted.items()):
        by_count.setdefault(n, []).append(series_id)
    for n, series_ids in sorted(by_count.items()):
        changed: dict[str, object] = {"revision_count": IndicatorSeries.revision_count + n}
        if stale:
            changed["stale_since"] = now
        _mark(session, IndicatorSeries.id.in_(series_ids), changed)
        if stale:
            compared = sa.select(ReferenceLink.series_id).where(
                ReferenceLink.reference_series_id.in_(series_ids), ReferenceLink.withdrawn_at.is_(None)
            )
            _mark(session, IndicatorSeries.id.in_(compared), changed)


def _mark(session: Session, which: sa.ColumnElement[bool], changed: dict[str, object]) -> None:
    session.execute(
        sa.update(IndicatorSeries).where(which).values(changed).execution_options(synchronize_session=False)
    )
