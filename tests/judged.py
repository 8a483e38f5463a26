"""Series with an analysis of a chosen p, without measurements: portfolios for tests."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from impact.monitoring.tables import Analysis, SeriesSummary
from impact.trend.verdict import Level, Verdict
from tests.builders import NOW, Ground, make_indicator

QUIET_P = [0.15 + 0.85 * step / 59 for step in range(60)]


def judged(
    session: Session, series_id: int, project_id: int, p: float | None, now: datetime = NOW
) -> Analysis:
    """A series with an analysis that has this p, and its summary."""
    turned = p is not None and p <= 0.10
    level = Level.NONE if not turned else Level.CLEAR if p is not None and p <= 0.05 else Level.LIKELY
    row = Analysis(
        series_id=series_id,
        recorded_at=now,
        fingerprint="0" * 64,
        detector_version="test",
        detector_settings={},
        verdict=Verdict.REVERSED_TO_WORSE if turned else Verdict.FLAT,
        level=level,
        is_reversed=level is Level.CLEAR,
        is_early=False,
        n_points=12,
        p=p,
    )
    session.add(row)
    session.flush()
    summary = session.get(SeriesSummary, series_id) or SeriesSummary(series_id=series_id)
    summary.project_id, summary.analysis_id, summary.refreshed_at = project_id, row.id, now
    summary.verdict, summary.level = row.verdict, row.level
    session.add(summary)
    session.flush()
    return row


def add_judged(session: Session, ground: Ground, p: float | None) -> Analysis:
    """One more indicator of a project, judged with this p."""
    _, series = make_indicator(session, ground.planner, ground.goal, ground.version)
    return judged(session, series.id, ground.project.id, p)
