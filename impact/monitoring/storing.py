"""TrendAnalysis to row and back: what the detector said is kept for good."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from impact.monitoring.tables import Analysis
from impact.trend.settings import DetectorSettings
from impact.trend.verdict import Estimate, TrendAnalysis

ESTIMATES = ("turning", "slope_before", "slope_after")


def row_of(
    analysis: TrendAnalysis, settings: DetectorSettings, series_id: int, fingerprint: str, *, now: datetime
) -> Analysis:
    """A new row that keeps what the detector said of a series."""
    estimates: dict[str, float | None] = {}
    for name in ESTIMATES:
        estimate: Estimate | None = getattr(analysis, name)
        estimates[name] = estimate.value if estimate else None
        estimates[f"{name}_low"] = estimate.low if estimate else None
        estimates[f"{name}_high"] = estimate.high if estimate else None
    return Analysis(
        series_id=series_id,
        recorded_at=now,
        fingerprint=fingerprint,
        detector_version=analysis.detector_version,
        detector_settings=asdict(settings),
        verdict=analysis.verdict,
        level=analysis.level,
        is_reversed=analysis.reversed,
        is_early=analysis.early,
        n_points=analysis.n_points,
        p=analysis.p,
        probability=analysis.probability,
        smallest_change=analysis.smallest_change,
        earlier_turns=[{"at": at} for at in analysis.earlier_turns],
        withdrawn_warning=analysis.withdrawn_warning,
        **estimates,
    )


def trend_of(row: Analysis) -> TrendAnalysis:
    """What the detector said, as it said it."""
    return TrendAnalysis(
        verdict=row.verdict,
        level=row.level,
        reversed=row.is_reversed,
        n_points=row.n_points,
        p=row.p,
        probability=row.probability,
        turning=_estimate(row.turning, row.turning_low, row.turning_high),
        slope_before=_estimate(row.slope_before, row.slope_before_low, row.slope_before_high),
        slope_after=_estimate(row.slope_after, row.slope_after_low, row.slope_after_high),
        smallest_change=row.smallest_change,
        early=row.is_early,
        earlier_turns=tuple(turn["at"] for turn in row.earlier_turns),
        detector_version=row.detector_version,
        withdrawn_warning=row.withdrawn_warning,
    )


def _estimate(value: float | None, low: float | None, high: float | None) -> Estimate | None:
    if value is None or low is None or high is None:
        return None
    return Estimate(value, low, high)
