"""The second step over all indicators of the installation: it changes levels, nothing else.

The analysis keeps the level that a series has for itself; the run keeps what became of it
among the others, and the summary carries the outcome to boards and lists.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.monitoring.storing import trend_of
from impact.monitoring.tables import Analysis, ScreeningRun, SeriesSummary
from impact.registry.indicator_tables import Indicator, IndicatorSeries
from impact.registry.project_tables import Project
from impact.trend.detector import DETECTOR_VERSION
from impact.trend.portfolio import control, levels_after
from impact.trend.verdict import Level, TrendAnalysis

# Only these speak of a reversal; the others have no level that the step could change.
CHANGEABLE = frozenset({Level.CLEAR, Level.LIKELY})


class _Judged(NamedTuple):
    series_id: int
    analysis_id: int
    level: Level
    p: float
    n_points: int


def control_portfolio(session: Session, *, now: datetime) -> ScreeningRun | None:
    """Control the newest analyses of all live projects; None where none is new since the last run.

    Invented sample projects count only while there are no others. Of two runs at a time
    one may rest on older analyses; it gives way at the next look.
    """
    live = _live(is_sample=False)
    basis = _basis(session, live)
    if basis is None:
        live = _live(is_sample=True)
        basis = _basis(session, live)
    newest = session.scalars(
        select(ScreeningRun.fitted_null).order_by(ScreeningRun.id.desc()).limit(1)
    ).first()
    if (newest or {}).get("basis") == basis:
        return None
    judged = [
        _Judged(series_id, analysis_id, level, p, n_points)
        for series_id, analysis_id, level, p, n_points in session.execute(_judged(live))
        if p is not None
    ]
    found = control([each.p for each in judged], n_points=[each.n_points for each in judged])
    levels = levels_after([each.level for each in judged], found)
    outcome = {
        str(each.series_id): {
            "analysis": each.analysis_id,
            "q": round(float(q), 4),
            "level": str(level),
        }
        for each, q, level in zip(judged, found.q, levels, strict=True)
        if each.level in CHANGEABLE
    }
    run = ScreeningRun(
        recorded_at=now,
        detector_version=DETECTOR_VERSION,
        false_discovery_rate=found.rate,
        n_series=len(judged),
        fitted_null=asdict(found.null) | {"basis": basis},
        outcome=outcome,
    )
    session.add(run)
    session.flush()
    _carry_to_summaries(session, outcome)
    return run


def among_all(session: Session, row: Analysis, known_at: datetime | None = None) -> TrendAnalysis:
    """What the detector said, with the level that the analysis has among all indicators."""
    return replace(trend_of(row), level=level_of(session, row, known_at))


def level_of(session: Session, row: Analysis, known_at: datetime | None = None) -> Level:
    """The level of an analysis among all indicators, as known now or at an instant.

    Until a run has judged the analysis, and where it was judged by none, it is its own.
    """
    if row.level not in CHANGEABLE:
        return row.level
    runs = select(ScreeningRun.outcome[str(row.series_id)])
    if known_at is not None:
        runs = runs.where(ScreeningRun.recorded_at <= known_at)
    judged: dict[str, Any] | None = session.scalars(runs.order_by(ScreeningRun.id.desc()).limit(1)).first()
    if judged is None or judged["analysis"] != row.id:
        return row.level
    return Level(judged["level"])


def _live(*, is_sample: bool) -> sa.Select[int]:
    """The series whose indicators are followed in a project."""
    return (
        select(IndicatorSeries.id)
        .join(Indicator, Indicator.id == IndicatorSeries.indicator_id)
        .join(Project, Project.id == Indicator.project_id)
        .where(
            Indicator.withdrawn_at.is_(None),
            Project.withdrawn_at.is_(None),
            Project.is_sample.is_(is_sample),
        )
    )


def _basis(session: Session, live: sa.Select[int]) -> str | None:
    """Short for which analyses these are; None where there are none."""
    n, total, newest = session.execute(
        select(
            sa.func.count(),
            sa.func.sum(SeriesSummary.analysis_id),
            sa.func.max(SeriesSummary.analysis_id),
        ).where(SeriesSummary.series_id.in_(live), SeriesSummary.analysis_id.is_not(None))
    ).one()
    return f"{n} {total} {newest}" if n else None


def _judged(live: sa.Select[int]) -> sa.Select[int, int, Level, float | None, int]:
    return (
        select(SeriesSummary.series_id, Analysis.id, Analysis.level, Analysis.p, Analysis.n_points)
        .join(Analysis, Analysis.id == SeriesSummary.analysis_id)
        .where(SeriesSummary.series_id.in_(live))
        .order_by(SeriesSummary.series_id)
    )


def _carry_to_summaries(session: Session, outcome: dict[str, dict[str, Any]]) -> None:
    """Each summary's level becomes that of the run, or again its own; few differ."""
    rows = session.execute(
        select(SeriesSummary.series_id, SeriesSummary.analysis_id, SeriesSummary.level, Analysis.level)
        .join(Analysis, Analysis.id == SeriesSummary.analysis_id)
        .where(Analysis.level.in_(CHANGEABLE))
    ).all()
    for series_id, analysis_id, before, own in rows:
        judged = outcome.get(str(series_id))
        after = Level(judged["level"]) if judged else own
        if after is not before:
            session.execute(
                sa.update(SeriesSummary)
                # Analysed anew meanwhile, it waits for the next run.
                .where(SeriesSummary.series_id == series_id, SeriesSummary.analysis_id == analysis_id)
                .values(level=after)
            )
