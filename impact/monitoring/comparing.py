"""Compare a series with its reference lines; keep what each comparison comes to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.audit.digests import digest_of
from impact.monitoring.storing import row_of, trend_of
from impact.monitoring.tables import Analysis
from impact.registry.indicator_tables import ReferenceLink
from impact.registry.series import SeriesReading, read_series
from impact.trend.comparing import COMPARISON_VERSION, Comparison, compare_series
from impact.trend.settings import DetectorSettings


def refresh_comparisons(
    session: Session, series_id: int, reading: SeriesReading, settings: DetectorSettings, *, now: datetime
) -> None:
    """Compare a series as approved now with each of its reference lines.

    The fingerprint covers both; the same data and method leave no second comparison.
    """
    reference_ids = session.scalars(
        select(ReferenceLink.reference_series_id)
        .where(ReferenceLink.series_id == series_id, ReferenceLink.withdrawn_at.is_(None))
        .order_by(ReferenceLink.id)
    ).all()
    if not reference_ids:
        return
    references = read_series(session, reference_ids)
    for reference_id in reference_ids:
        reference = references[reference_id]
        fingerprint = digest_of({"series": reading.fingerprint, "reference": reference.fingerprint})
        kept = newest_comparison(session, series_id, reference_id)
        if kept and (kept.fingerprint, kept.detector_version) == (fingerprint, COMPARISON_VERSION):
            continue
        comparison = compare_series(reading.series, reference.series, settings)
        row = row_of(comparison.difference, settings, series_id, fingerprint, now=now)
        row.reference_series_id = reference_id
        row.outcome, row.outcome_p = comparison.outcome, comparison.p
        session.add(row)
    session.flush()


def newest_comparison(
    session: Session, series_id: int, reference_series_id: int, known_at: datetime | None = None
) -> Analysis | None:
    """What was last said of a series beside its reference, now or as known at an instant."""
    rows = select(Analysis).where(
        Analysis.series_id == series_id, Analysis.reference_series_id == reference_series_id
    )
    if known_at is not None:
        rows = rows.where(Analysis.recorded_at <= known_at)
    return session.scalars(rows.order_by(Analysis.id.desc()).limit(1)).first()


def comparison_from(row: Analysis) -> Comparison | None:
    """The comparison that a row keeps, None for a row about a series alone."""
    if row.outcome is None:
        return None
    return Comparison(row.outcome, row.n_points, trend_of(row), row.outcome_p)
