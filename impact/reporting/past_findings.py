"""What was said of a series before: each finding with the data as they were known then."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.language import Voice, mark
from impact.monitoring.storing import trend_of
from impact.monitoring.tables import Analysis
from impact.registry.lookup import SeriesPlace
from impact.registry.past_series import PastSeries, series_over_time
from impact.reporting.groups import name_of
from impact.semantics.period import ReportingPeriod
from impact.semantics.series import Series
from impact.trend import sentences

# More than anybody reads; a series analysed every month for sixteen years.
MOST: Final = 200
MOST_PERIODS: Final = 4


class Cause(StrEnum):
    """Why a series was analysed again."""

    FIRST = "first"
    NEW_MEASUREMENT = "new_measurement"
    CORRECTION = "correction"
    BREAK = "break"
    DEFINITION = "definition"
    DETECTOR = "detector"


_CAUSES = {
    Cause.FIRST: mark("First analysis"),
    Cause.BREAK: mark("Series break declared or changed"),
    Cause.DEFINITION: mark("New definition"),
    Cause.DETECTOR: mark("New version of the detector"),
}
_DATED = {
    Cause.NEW_MEASUREMENT: mark("New measurement: %(periods)s"),
    Cause.CORRECTION: mark("Correction: %(periods)s"),
}


@dataclass(frozen=True)
class Reason:
    """A cause, with the periods it is about where it is about values."""

    cause: Cause
    periods: tuple[ReportingPeriod, ...] = ()

    def words(self, voice: Voice) -> str:
        """The cause as readers say it: New measurement: 2023."""
        if self.cause in _CAUSES:
            return voice.gettext(_CAUSES[self.cause])
        labels = [period.label(voice) for period in self.periods[-MOST_PERIODS:]]
        more = ["…"] if len(self.periods) > MOST_PERIODS else []
        return voice.gettext(_DATED[self.cause], periods=", ".join([*more, *labels]))


@dataclass(frozen=True)
class PastFinding:
    """A finding as it was told first, and why it was told.

    Attributes:
        row: the stored analysis.
        sentence: what was said, with the data as they were known then.
        certainty: how strong the evidence was, in words; empty without a reversal.
        reasons: what had changed since the analysis before.
    """

    row: Analysis
    sentence: str
    certainty: str
    reasons: tuple[Reason, ...]


def past_findings(session: Session, place: SeriesPlace, voice: Voice) -> list[PastFinding]:
    """The findings of a series in the reader's words, newest first.

    Only those where something changed that a reader sees; the same number of statements
    however many there are.
    """
    rows = session.scalars(
        select(Analysis)
        .where(Analysis.series_id == place.series.id, Analysis.reference_series_id.is_(None))
        .order_by(Analysis.id.desc())
        .limit(MOST)
    ).all()[::-1]
    if not rows:
        return []
    known = series_over_time(session, place.series.id, [row.recorded_at for row in rows])
    told = [_told(row, past, place, voice) for row, past in zip(rows, known, strict=True)]
    found = [PastFinding(rows[0], *told[0], (Reason(Cause.FIRST),))]
    pairs = zip(pairwise(rows), pairwise(known), pairwise(told), strict=True)
    for (row_before, row), (before, past), (said, says) in pairs:
        if says != said:
            found.append(PastFinding(row, *says, _reasons(row_before, row, before, past)))
    return found[::-1]


def _told(row: Analysis, past: PastSeries, place: SeriesPlace, voice: Voice) -> tuple[str, str]:
    trend = trend_of(row)
    name = name_of(past.version, place.series.disaggregation, voice)
    return (
        sentences.sentence(trend, past.series, name, voice),
        sentences.level_words(trend.level, trend.probability, voice),
    )


def _reasons(row_before: Analysis, row: Analysis, before: PastSeries, past: PastSeries) -> tuple[Reason, ...]:
    reasons = _of_values(before.series, past.series)
    if before.series.breaks != past.series.breaks:
        reasons.append(Reason(Cause.BREAK))
    if before.version.id != past.version.id:
        reasons.append(Reason(Cause.DEFINITION))
    if row_before.detector_version != row.detector_version:
        reasons.append(Reason(Cause.DETECTOR))
    return tuple(reasons)


def _of_values(before: Series, now: Series) -> list[Reason]:
    points = {point.period: point for point in before.points}
    new = tuple(point.period for point in now.points if point.period not in points)
    corrected = tuple(
        point.period for point in now.points if point.period in points and points[point.period] != point
    )
    found = [Reason(Cause.NEW_MEASUREMENT, new)] if new else []
    return [*found, Reason(Cause.CORRECTION, corrected)] if corrected else found
