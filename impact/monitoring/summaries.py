"""The summary row of a series: the newest in one place, for boards and lists."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.monitoring.tables import Analysis, Flag, SeriesSummary
from impact.registry.handing_in import OWED_BY_SOMEBODY
from impact.registry.indicator_tables import DefinitionVersion, Indicator
from impact.registry.measurement_tables import Measurement, Revision
from impact.registry.schedules import schedule_of, stored_period
from impact.registry.units import band_of, unit_of
from impact.semantics.period import Frequency, ReportingPeriod, parse_period
from impact.semantics.series import Missing, Point, Series, Status
from impact.trend.verdict import Level

# How sure a value is; a sentence that calls a change small needs it.
PRECISION = ("standard_error", "n_observed")
parse_once = lru_cache(maxsize=4096)(parse_period)


def refresh_summary(
    session: Session,
    series_id: int,
    indicator: Indicator,
    series: Series,
    row: Analysis,
    level: Level,
    flag: Flag | None,
    *,
    now: datetime,
) -> SeriesSummary:
    """Write anew what boards and lists read of a series; the level is that among all."""
    summary = session.get(SeriesSummary, series_id) or SeriesSummary(series_id=series_id)
    latest = series.measured[-1] if series.measured else None
    summary.project_id = indicator.project_id
    summary.n_measured = len(series.measured)
    summary.latest_first_day = latest.period.first_day if latest else None
    summary.latest_last_day = latest.period.last_day if latest else None
    summary.latest_frequency = latest.period.frequency if latest else None
    summary.latest_value = latest.value if latest else None
    summary.latest_status = latest.status if latest else None
    summary.change = latest_change(series)
    summary.analysis_id, summary.verdict, summary.level = row.id, row.verdict, level
    summary.flag_id = flag.id if flag else None
    due = _next_due(session, series_id, indicator)
    summary.next_first_day = due.first_day if due else None
    summary.next_last_day = due.last_day if due else None
    summary.due_on = schedule_of(indicator).due_on(due) if due else None
    summary.spark = spark_of(series)
    summary.refreshed_at = now
    session.add(summary)
    session.flush()
    return summary


def latest_change(series: Series) -> float | None:
    """The newest value less the one before; None across a break or with one value."""
    if len(series.measured) < 2:
        return None
    before, latest = series.measured[-2:]
    if any(before.period < first_new <= latest.period for first_new in series.breaks):
        return None
    if before.value is None or latest.value is None:
        return None
    return latest.value - before.value


def spark_of(series: Series) -> list[dict[str, Any]]:
    """A series as a summary keeps it: enough to draw and to speak of it again.

    Only points are kept: a break stands at the first one under the new definition.
    """
    periods = [point.period for point in series.points]
    after_break = {next((each for each in periods if each >= new), None) for new in series.breaks}
    return [
        {
            "period": point.period.key(),
            "value": point.value,
            **({"missing": point.missing.value} if point.missing else {}),
            **({"status": point.status.value} if point.status is not Status.FINAL else {}),
            **({"break": True} if point.period in after_break else {}),
            **{name: given for name in PRECISION if (given := getattr(point, name)) is not None},
        }
        for point in series.points
    ]


def series_from(summary: SeriesSummary, indicator: Indicator, version: DefinitionVersion) -> Series:
    """The series that a summary keeps, without comments."""
    starts_in = indicator.first_day.month
    points, breaks = [], []
    for kept in summary.spark:
        period = _period(kept["period"], indicator.frequency, starts_in)
        missing = Missing(kept["missing"]) if "missing" in kept else None
        status = Status(kept.get("status", Status.FINAL))
        precise = kept.get("standard_error"), kept.get("n_observed")
        points.append(Point(period, kept["value"], missing, status, *precise))
        if kept.get("break"):
            breaks.append(period)
    return Series(
        points=tuple(points),
        unit=unit_of(version),
        direction=version.direction,
        breaks=tuple(breaks),
        band=band_of(version),
        gap_style=indicator.gap_style,
    )


def _period(key: str, frequency: Frequency, starts_in: int) -> ReportingPeriod:
    return parse_once(key, frequency, starts_in)


def _next_due(session: Session, series_id: int, indicator: Indicator) -> ReportingPeriod | None:
    """The first planned period of which nothing is recorded, why there is no value included."""
    recorded = {
        stored_period(row.first_day, row.last_day, row.frequency)
        for row in session.scalars(
            select(Measurement)
            .join(Revision, Revision.id == Measurement.newest_revision_id)
            .where(Measurement.series_id == series_id, sa.not_(OWED_BY_SOMEBODY))
        )
    }
    schedule = schedule_of(indicator)
    return schedule.next_after(max(recorded, default=None))
