"""Analyse what has changed: keep the analysis, move the flag, renew the summary."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.errors import NotFound
from impact.monitoring.comparing import refresh_comparisons
from impact.monitoring.controlling import among_all, level_of
from impact.monitoring.flagging import update_flag
from impact.monitoring.standing import newest_analyses
from impact.monitoring.storing import row_of, trend_of
from impact.monitoring.summaries import refresh_summary
from impact.monitoring.tables import Analysis, SeriesSummary
from impact.registry.indicator_tables import Indicator, IndicatorSeries
from impact.registry.series import read_series
from impact.semantics.period import ReportingPeriod
from impact.semantics.series import Series
from impact.trend.detector import DETECTOR_VERSION, analyse_series
from impact.trend.settings import DetectorSettings
from impact.trend.verdict import REVERSALS, TrendAnalysis

SETTINGS = DetectorSettings()


def refresh_series(session: Session, series_id: int, *, now: datetime) -> TrendAnalysis:
    """Analyse a series as approved now; keep the outcome and clear the stale mark.

    The same data and detector leave no second analysis. A change that comes in between
    leaves the series stale, so that it is read again.

    Raises:
        NotFound: there is no such series.
    """
    series_row = session.scalars(
        select(IndicatorSeries)
        .where(IndicatorSeries.id == series_id)
        # No stronger: whoever records another period meanwhile refers to this row and waits for it.
        .with_for_update(key_share=True)
        # Read before, it does not know yet that this very change made it stale.
        .execution_options(populate_existing=True)
    ).first()
    if series_row is None:
        raise NotFound("There is no such series.")
    indicator = session.get_one(Indicator, series_row.indicator_id)
    reading = read_series(session, [series_id])[series_id]
    row = newest_analysis(session, series_id)
    if row is None or (row.fingerprint, row.detector_version) != (reading.fingerprint, DETECTOR_VERSION):
        outcome = analyse_series(reading.series, SETTINGS)
        withdrawn = _withdrawn_warning(session, row, reading.series, outcome)
        outcome = replace(outcome, withdrawn_warning=withdrawn)
        row = row_of(outcome, SETTINGS, series_id, reading.fingerprint, now=now)
        session.add(row)
        session.flush()
    analysis = trend_of(row)
    refresh_comparisons(session, series_id, reading, SETTINGS, now=now)
    flag = None
    # An area's indicators are reference lines: nobody has to decide on their turns.
    if indicator.project_id is not None:
        flag = update_flag(session, series_id, indicator.project_id, reading.series, analysis, row, now=now)
    level = level_of(session, row)
    refresh_summary(session, series_id, indicator, reading.series, row, level, flag, now=now)
    _clear_stale(session, series_row)
    return analysis


def stale_series(session: Session, limit: int) -> list[int]:
    """Series that wait to be analysed, longest waiting first."""
    return list(
        session.scalars(
            select(IndicatorSeries.id)
            .where(IndicatorSeries.stale_since.is_not(None))
            .order_by(IndicatorSeries.stale_since, IndicatorSeries.id)
            .limit(limit)
        )
    )


def mark_outdated(session: Session, made_before: datetime, *, now: datetime) -> None:
    """Mark every series stale whose newest analysis another version of the detector made.

    Args:
        made_before: the start of whoever asks. Of two versions that run side by side while
            an installation is upgraded, none undoes for ever what the other one says.
    """
    outdated = (
        select(SeriesSummary.series_id)
        .join(Analysis, Analysis.id == SeriesSummary.analysis_id)
        .where(Analysis.detector_version != DETECTOR_VERSION, Analysis.recorded_at < made_before)
    )
    session.execute(
        sa.update(IndicatorSeries)
        .where(IndicatorSeries.stale_since.is_(None), IndicatorSeries.id.in_(outdated))
        .values(stale_since=now)
        .execution_options(synchronize_session=False)
    )


def newest_analysis(session: Session, series_id: int, known_at: datetime | None = None) -> Analysis | None:
    """What was last said of a series itself, now or as known at an instant."""
    return newest_analyses(session, [series_id], known_at).get(series_id)


def analysis_of(session: Session, series_id: int, known_at: datetime | None = None) -> TrendAnalysis | None:
    """The stored analysis of a series with its level among all; None before the first."""
    row = newest_analysis(session, series_id, known_at)
    return among_all(session, row, known_at) if row else None


def _withdrawn_warning(
    session: Session, before: Analysis | None, series: Series, outcome: TrendAnalysis
) -> float | None:
    """When the early warning was given that this analysis takes back; told until the next measurement."""
    if before is None or outcome.is_warning or outcome.verdict in REVERSALS:
        return None
    summary = session.get(SeriesSummary, before.series_id)
    if summary is None or not (summary.latest_first_day and summary.latest_last_day and series.measured):
        return None
    newest = series.measured[-1].period
    told = ReportingPeriod(summary.latest_first_day, summary.latest_last_day, newest.frequency)
    if trend_of(before).is_warning:
        return told.position
    return before.withdrawn_warning if newest == told else None


def _clear_stale(session: Session, series_row: IndicatorSeries) -> None:
    session.execute(
        sa.update(IndicatorSeries)
        .where(IndicatorSeries.id == series_row.id, IndicatorSeries.stale_since == series_row.stale_since)
        .values(stale_since=None)
        .execution_options(synchronize_session=False)
    )
