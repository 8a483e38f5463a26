"""The rows of boards and lists as they were known at an instant, rebuilt from history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.audit import history
from impact.monitoring.cards import SeriesCard
from impact.monitoring.controlling import CHANGEABLE
from impact.monitoring.past_flags import flags_as_known, standing_then
from impact.monitoring.standing import newest_analyses
from impact.monitoring.summaries import latest_change, spark_of
from impact.monitoring.tables import Analysis, Flag, ScreeningRun, SeriesSummary
from impact.registry.handing_in import OWED_BY_SOMEBODY
from impact.registry.indicator_tables import TOTAL, DefinitionVersion, Indicator, IndicatorSeries
from impact.registry.measurement_tables import Measurement, Revision
from impact.registry.project_tables import Project
from impact.registry.schedules import schedule_of, stored_period
from impact.registry.series import read_series
from impact.semantics.period import ReportingPeriod
from impact.semantics.series import Series
from impact.trend.verdict import Level


@dataclass(frozen=True)
class _Then:
    """What was known of the series at the instant."""

    series: dict[int, Series]
    analyses: dict[int, Analysis]
    levels: dict[str, Any]
    flags: dict[int, list[Flag]]
    recorded: dict[int, ReportingPeriod]
    known_at: datetime


def past_cards(session: Session, project_ids: Collection[int], known_at: datetime) -> list[SeriesCard]:
    """The cards of these projects' indicators as known then, in order of project and goal.

    The same number of statements however many there are.
    """
    projects = {row.id: row for row in history.rows_as_known(session, Project, project_ids, known_at)}
    of_projects = session.scalars(select(Indicator.id).where(Indicator.project_id.in_(projects))).all()
    indicators = {row.id: row for row in history.rows_as_known(session, Indicator, of_projects, known_at)}
    totals = session.scalars(
        select(IndicatorSeries).where(
            IndicatorSeries.indicator_id.in_(indicators), IndicatorSeries.disaggregation == TOTAL
        )
    )
    series_ids = {row.id: row.indicator_id for row in totals}
    meant = {row.definition_version_id for row in indicators.values()}
    versions = {
        row.id: row
        for row in session.scalars(select(DefinitionVersion).where(DefinitionVersion.id.in_(meant)))
    }
    then = _then(session, list(series_ids), known_at)
    found = []
    for series_id, indicator_id in series_ids.items():
        indicator = indicators[indicator_id]
        project = projects.get(indicator.project_id or 0)
        if project is not None:
            version = versions[indicator.definition_version_id]
            found.append(_card(series_id, project, indicator, version, then))
    return sorted(found, key=_in_order)


def _then(session: Session, series_ids: Collection[int], known_at: datetime) -> _Then:
    readings = read_series(session, series_ids, known_at)
    return _Then(
        series={series_id: reading.series for series_id, reading in readings.items()},
        analyses=newest_analyses(session, series_ids, known_at),
        levels=_levels(session, known_at),
        flags=flags_as_known(session, series_ids, known_at),
        recorded=_newest_recorded(session, series_ids, known_at),
        known_at=known_at,
    )


def _card(
    series_id: int, project: Project, indicator: Indicator, version: DefinitionVersion, then: _Then
) -> SeriesCard:
    series, row = then.series[series_id], then.analyses.get(series_id)
    flag = standing_then(then.flags.get(series_id, []))
    latest = series.measured[-1] if series.measured else None
    schedule = schedule_of(indicator)
    due = schedule.next_after(then.recorded.get(series_id))
    summary = SeriesSummary(
        series_id=series_id,
        project_id=project.id,
        n_measured=len(series.measured),
        latest_first_day=latest.period.first_day if latest else None,
        latest_last_day=latest.period.last_day if latest else None,
        latest_frequency=latest.period.frequency if latest else None,
        latest_value=latest.value if latest else None,
        latest_status=latest.status if latest else None,
        change=latest_change(series),
        analysis_id=row.id if row else None,
        verdict=row.verdict if row else None,
        level=_level(row, then.levels) if row else None,
        flag_id=flag.id if flag else None,
        next_first_day=due.first_day if due else None,
        next_last_day=due.last_day if due else None,
        due_on=schedule.due_on(due) if due else None,
        spark=spark_of(series),
        refreshed_at=then.known_at,
    )
    return SeriesCard(project, indicator, version, TOTAL, summary, row, flag)


def _levels(session: Session, known_at: datetime) -> dict[str, Any]:
    """What the newest control of then made of each series."""
    outcome: dict[str, Any] | None = session.scalars(
        select(ScreeningRun.outcome)
        .where(ScreeningRun.recorded_at <= known_at)
        .order_by(ScreeningRun.id.desc())
        .limit(1)
    ).first()
    return outcome or {}


def _level(row: Analysis, levels: dict[str, Any]) -> Level:
    judged = levels.get(str(row.series_id))
    if row.level not in CHANGEABLE or judged is None or judged["analysis"] != row.id:
        return row.level
    return Level(judged["level"])


def _newest_recorded(
    session: Session, series_ids: Collection[int], known_at: datetime
) -> dict[int, ReportingPeriod]:
    """The newest period of each series of which anything had been recorded and handed in."""
    newest = (
        select(sa.func.max(Revision.id))
        .join(Measurement, Measurement.id == Revision.measurement_id)
        .where(Measurement.series_id.in_(series_ids), Revision.recorded_at <= known_at)
        .group_by(Revision.measurement_id)
    )
    rows = session.execute(
        select(Measurement.series_id, Measurement.first_day, Measurement.last_day, Measurement.frequency)
        .join(Revision, Revision.measurement_id == Measurement.id)
        .where(Revision.id.in_(newest), sa.not_(OWED_BY_SOMEBODY))
    )
    periods: dict[int, list[ReportingPeriod]] = defaultdict(list)
    for series_id, first_day, last_day, frequency in rows:
        periods[series_id].append(stored_period(first_day, last_day, frequency))
    return {series_id: max(found) for series_id, found in periods.items()}


def _in_order(card: SeriesCard) -> tuple[str, int, int, int]:
    indicator = card.indicator
    name = card.project.sort_key if card.project else ""
    return name, indicator.goal_id or 0, indicator.position, indicator.id
