"""Which indicators say something else than at an earlier instant."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.audit import history
from impact.monitoring.tables import Analysis, Flag, FlagEvent
from impact.registry.indicator_tables import Indicator, IndicatorSeries
from impact.registry.series import SeriesReading, read_series
from impact.trend.verdict import Verdict


def changed_since(
    session: Session, readings: Mapping[int, SeriesReading], since_at: datetime
) -> frozenset[int]:
    """The series with other values, another verdict or a step of a flag since then.

    One that was not known then has changed. The same number of statements however many.
    """
    known = _known(session, readings, since_at)
    before = read_series(session, known, since_at) if known else {}
    then, now = _verdicts(session, known, since_at), _verdicts(session, known, None)
    moved = _with_steps(session, known, since_at)
    return frozenset(
        series_id
        for series_id, reading in readings.items()
        if series_id not in before
        or before[series_id].revision_ids != reading.revision_ids
        or then.get(series_id) != now.get(series_id)
        or series_id in moved
    )


def _known(session: Session, readings: Mapping[int, SeriesReading], at: datetime) -> list[int]:
    rows = session.execute(
        select(IndicatorSeries.id, IndicatorSeries.indicator_id).where(IndicatorSeries.id.in_(readings))
    ).all()
    known = {row.id for row in history.rows_as_known(session, Indicator, [each for _, each in rows], at)}
    return [series_id for series_id, indicator_id in rows if indicator_id in known]


def _verdicts(session: Session, series_ids: list[int], at: datetime | None) -> dict[int, Verdict]:
    newest = select(sa.func.max(Analysis.id)).where(
        Analysis.series_id.in_(series_ids), Analysis.reference_series_id.is_(None)
    )
    if at is not None:
        newest = newest.where(Analysis.recorded_at <= at)
    rows = session.execute(
        select(Analysis.series_id, Analysis.verdict).where(
            Analysis.id.in_(newest.group_by(Analysis.series_id))
        )
    )
    return {series_id: verdict for series_id, verdict in rows}  # noqa: C416 - rows are no pairs to mypy


def _with_steps(session: Session, series_ids: list[int], at: datetime) -> set[int]:
    return set(
        session.scalars(
            select(Flag.series_id)
            .join(FlagEvent, FlagEvent.flag_id == Flag.id)
            .where(Flag.series_id.in_(series_ids), FlagEvent.recorded_at > at)
        )
    )
