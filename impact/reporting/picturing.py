"""From a series with its plan to its picture: the same for page, mail and PDF."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from impact.charts.content import IndicatorChart
from impact.db import local_day
from impact.language import Voice, mark
from impact.monitoring.controlling import among_all
from impact.monitoring.standing import newest_analyses, standing_flags
from impact.monitoring.tables import Flag, FlagState
from impact.registry import lookup
from impact.registry.indicator_tables import (
    TOTAL,
    ReferenceLink,
    SeriesBreak,
)
from impact.registry.indicator_view import SeriesPlan, definition_of, plan_of
from impact.registry.lookup import SeriesPlace
from impact.registry.project_tables import ProjectEvent
from impact.registry.promised import stated_baseline, stated_targets
from impact.registry.schedules import stored_period
from impact.registry.series import read_series
from impact.reporting.comparing import told_comparison
from impact.reporting.groups import name_of
from impact.semantics.period import ReportingPeriod
from impact.semantics.series import Series
from impact.trend import sentences
from impact.trend.verdict import TrendAnalysis

FLAGGED = {
    FlagState.OPEN: mark("flagged"),
    FlagState.CONFIRMED: mark("flag confirmed"),
    FlagState.DISMISSED: mark("flag dismissed"),
}


@dataclass(frozen=True)
class _Read:
    """What was read of many series at once."""

    series: dict[int, Series]
    analyses: dict[int, TrendAnalysis]
    plans: dict[int, SeriesPlan]
    flags: dict[int, Flag]
    events: dict[int, list[ProjectEvent]]


def picture_of(
    session: Session,
    place: SeriesPlace,
    voice: Voice,
    *,
    known_at: datetime | None = None,
) -> IndicatorChart:
    """Everything the picture of one series needs, in the reader's language.

    Args:
        known_at: the instant as of which measurements and analysis are read.

    Raises:
        NotFound: the series was not known then.
    """
    return pictures_of(session, [place], voice, known_at=known_at)[place.series.id]


def pictures_of(
    session: Session,
    places: Collection[SeriesPlace],
    voice: Voice,
    *,
    known_at: datetime | None = None,
) -> dict[int, IndicatorChart]:
    """The pictures of many series, by series; what all have is read in the same statements.

    Raises:
        NotFound: one of the series was not known then.
    """
    if not places:
        return {}
    read = _read(session, places, known_at)
    return {place.series.id: _picture(session, place, read, voice, known_at) for place in places}


def _read(session: Session, places: Collection[SeriesPlace], known_at: datetime | None) -> _Read:
    ids = [place.series.id for place in places]
    whole = plan_of(session, ids, known_at)
    plans = {series_id: whole.of(series_id) for series_id in ids}
    newest = {plan.references[-1].reference_series_id for plan in plans.values() if plan.references}
    # What differs from project to project is small: the events of each.
    projects = {place.project.id for place in places if place.project is not None}
    return _Read(
        series={
            series_id: reading.series
            for series_id, reading in read_series(session, {*ids, *newest}, known_at).items()
        },
        analyses={
            series_id: among_all(session, row, known_at)
            for series_id, row in newest_analyses(session, ids, known_at).items()
        },
        plans=plans,
        # A flag's state as of an earlier instant stands in its events; a picture of then does without.
        flags=standing_flags(session, ids) if known_at is None else {},
        events={one: lookup.plan_rows(session, ProjectEvent, one, known_at) for one in sorted(projects)},
    )


def _picture(
    session: Session, place: SeriesPlace, read: _Read, voice: Voice, known_at: datetime | None
) -> IndicatorChart:
    version = definition_of(session, place.indicator, known_at)
    series, plan = read.series[place.series.id], read.plans[place.series.id]
    analysis = read.analyses.get(place.series.id)
    name = name_of(version, place.series.disaggregation, voice)
    return IndicatorChart(
        voice=voice,
        title=finding(analysis, series, name, voice),
        indicator=name,
        series=series,
        analysis=analysis,
        baseline=stated_baseline(plan.baselines),
        targets=stated_targets(plan.targets),
        events=_events(place, read, voice) if place.series.disaggregation == TOTAL else (),
        break_labels=_break_labels(plan.breaks, voice),
        reference=_reference(plan.references, read, voice),
        comparison=_comparison(session, plan.references, voice, known_at),
        source=voice.pick(place.indicator.source_sv, place.indicator.source_en)
        or voice.pick(version.source_sv, version.source_en),
        invented=place.indicator.is_invented,
        certainty=_certainty(analysis, read.flags.get(place.series.id), voice),
        direction_words=sentences.direction_words(version.direction, voice),
        known_on=local_day(session, known_at) if known_at else None,
    )


def finding(analysis: TrendAnalysis | None, series: Series, name: str, voice: Voice) -> str:
    """The finding in few words; the indicator's name where nothing was analysed yet."""
    if analysis is None:
        return name
    return sentences.headline(analysis, series, voice).rstrip(".")


def _certainty(analysis: TrendAnalysis | None, flag: Flag | None, voice: Voice) -> str:
    """How sure the finding is, and whether it was flagged and what was made of that."""
    if analysis is None:
        return ""
    words = [sentences.level_words(analysis.level, analysis.probability, voice)]
    if flag is not None:
        words.append(voice.gettext(FLAGGED[flag.state]))
    return " · ".join(word for word in words if word)


def _break_labels(rows: list[SeriesBreak], voice: Voice) -> tuple[tuple[ReportingPeriod, str], ...]:
    return tuple(
        (stored_period(row.first_day, row.last_day, row.frequency), voice.pick(row.reason_sv, row.reason_en))
        for row in rows
    )


def _events(place: SeriesPlace, read: _Read, voice: Voice) -> tuple[tuple[date, str], ...]:
    rows = read.events[place.project.id] if place.project is not None else []
    return tuple(sorted((row.happened_on, voice.pick(row.label_sv, row.label_en)) for row in rows))


def _reference(rows: list[ReferenceLink], read: _Read, voice: Voice) -> tuple[str, Series] | None:
    if not rows:
        return None
    newest = rows[-1]
    return voice.pick(newest.label_sv, newest.label_en), read.series[newest.reference_series_id]


def _comparison(session: Session, rows: list[ReferenceLink], voice: Voice, known_at: datetime | None) -> str:
    """Whether the series turned on its own or with the line that is drawn."""
    told = told_comparison(session, rows[-1], voice, known_at) if rows else None
    return told.sentence if told else ""
