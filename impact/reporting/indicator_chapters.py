"""One indicator as the yearly report tells it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.charts.alt_text import alt_text
from impact.charts.content import IndicatorChart
from impact.charts.sparkline import Sparkline
from impact.language import Voice
from impact.monitoring.cards import SeriesCard
from impact.registry.indicator_tables import DefinitionVersion, IndicatorSeries
from impact.registry.lookup import SeriesPlace
from impact.registry.project_tables import Project
from impact.registry.promised import promises_of
from impact.registry.series import SeriesReading
from impact.reporting.findings import Finding, finding_of
from impact.reporting.impact_report import Dated, IndicatorChapter
from impact.reporting.method_notes import method_notes
from impact.reporting.picturing import pictures_of
from impact.semantics.progress import Progress
from impact.semantics.progress_words import standing_words
from impact.semantics.promise import Stated
from impact.semantics.unit import Unit
from impact.trend.sentences import direction_words


@dataclass(frozen=True)
class Known:
    """What was read of a project's series at once: measurements, targets, findings."""

    project: Project
    readings: Mapping[int, SeriesReading]
    progress: Mapping[int, Progress]
    findings: Mapping[int, Finding]
    known_at: datetime | None


def known_series(
    project: Project,
    cards: Collection[SeriesCard],
    readings: Mapping[int, SeriesReading],
    progress: Mapping[int, Progress],
    voice: Voice,
    known_at: datetime | None,
) -> Known:
    """The findings of a project's cards with what they were made from."""
    findings = {
        series_id: finding_of(card, readings[series_id], progress.get(series_id), voice)
        for card in cards
        for series_id in [card.summary.series_id]
    }
    return Known(project, readings, progress, findings, known_at)


def indicator_chapters(
    session: Session,
    cards: Collection[SeriesCard],
    known: Known,
    pictured: Collection[int] | None,
    voice: Voice,
) -> dict[int, IndicatorChapter]:
    """The chapters of a project's indicators, by series.

    Args:
        pictured: the series that get a picture and notes on their method; None is all.
    """
    ids = [card.summary.series_id for card in cards]
    rows = session.scalars(select(IndicatorSeries).where(IndicatorSeries.id.in_(ids)))
    series = {row.id: row for row in rows}
    promises = promises_of(session, ids, known.known_at)
    places = {
        series_id: SeriesPlace(series[series_id], card.indicator, known.project)
        for card in cards
        for series_id in [card.summary.series_id]
    }
    shown = [place for series_id, place in places.items() if pictured is None or series_id in pictured]
    pictures = pictures_of(session, shown, voice, known_at=known.known_at)
    found = {}
    for card in cards:
        series_id = card.summary.series_id
        place, picture = places[series_id], pictures.get(series_id)
        stated = promises.get(series_id, (None, ()))
        version = session.get_one(DefinitionVersion, card.version.id)
        found[series_id] = _chapter(card, place, known, stated, picture, version, voice)
    return found


def _chapter(
    card: SeriesCard,
    place: SeriesPlace,
    known: Known,
    stated: tuple[Stated | None, tuple[Stated, ...]],
    picture: IndicatorChart | None,
    version: DefinitionVersion,
    voice: Voice,
) -> IndicatorChapter:
    series_id = card.summary.series_id
    finding, unit = known.findings[series_id], card.series.unit
    progress = known.progress.get(series_id)
    baseline, targets = stated
    target = progress.promise.target if progress else (targets[-1] if targets else None)
    return IndicatorChapter(
        place=place,
        finding=finding,
        direction=direction_words(card.version.direction, voice),
        baseline=_dated(baseline, unit, voice),
        latest=Dated(finding.value, finding.period) if finding.value else None,
        target=_dated(target, unit, voice, whole=True),
        standing=progress.standing if progress else None,
        standing_words=standing_words(progress.standing, voice) if progress else "",
        comparison=picture.comparison if picture else "",
        spark=Sparkline(card.series, card.analysis),
        notes=method_notes(version, picture) if picture else (),
        chart=picture,
        alt=alt_text(picture) if picture else "",
    )


def _dated(stated: Stated | None, unit: Unit, voice: Voice, *, whole: bool = False) -> Dated | None:
    if stated is None:
        return None
    period, value = stated
    text = unit.stated_text(value, voice) if whole else unit.value_text(value, voice)
    return Dated(text, period.label(voice))
