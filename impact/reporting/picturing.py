"""From a series with its plan to its picture: the same for page, mail and PDF."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from impact.charts.content import IndicatorChart
from impact.db import local_day
from impact.language import Voice, mark
from impact.monitoring.analysing import analysis_of
from impact.monitoring.flagging import standing_flag
from impact.monitoring.tables import FlagState
from impact.registry import lookup
from impact.registry.indicator_tables import (
    TOTAL,
    ReferenceLink,
    SeriesBreak,
)
from impact.registry.indicator_view import definition_of, plan_of
from impact.registry.lookup import SeriesPlace
from impact.registry.project_tables import ProjectEvent
from impact.registry.promised import stated_baseline, stated_targets
from impact.registry.schedules import stored_period
from impact.registry.series import series_of
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
    version = definition_of(session, place.indicator, known_at)
    series = series_of(session, place.series.id, known_at)
    analysis = analysis_of(session, place.series.id, known_at)
    plan = plan_of(session, [place.series.id], known_at)
    name = name_of(version, place.series.disaggregation, voice)
    return IndicatorChart(
        voice=voice,
        title=finding(analysis, series, name, voice),
        indicator=name,
        series=series,
        analysis=analysis,
        baseline=stated_baseline(plan.baselines),
        targets=stated_targets(plan.targets),
        events=_events(session, place, voice, known_at) if place.series.disaggregation == TOTAL else (),
        break_labels=_break_labels(plan.breaks, voice),
        reference=_reference(session, plan.references, voice, known_at),
        comparison=_comparison(session, plan.references, voice, known_at),
        source=voice.pick(place.indicator.source_sv, place.indicator.source_en)
        or voice.pick(version.source_sv, version.source_en),
        invented=place.indicator.is_invented,
        certainty=_certainty(session, place.series.id, analysis, voice, known_at),
        direction_words=sentences.direction_words(version.direction, voice),
        known_on=local_day(session, known_at) if known_at else None,
    )


def finding(analysis: TrendAnalysis | None, series: Series, name: str, voice: Voice) -> str:
    """The finding in few words; the indicator's name where nothing was analysed yet."""
    if analysis is None:
        return name
    return sentences.headline(analysis, series, voice).rstrip(".")


def _certainty(
    session: Session,
    series_id: int,
    analysis: TrendAnalysis | None,
    voice: Voice,
    known_at: datetime | None,
) -> str:
    """How sure the finding is, and whether it was flagged and what was made of that."""
    if analysis is None:
        return ""
    words = [sentences.level_words(analysis.level, analysis.probability, voice)]
    # A flag's state as of an earlier instant stands in its events; a picture of then does without.
    flag = standing_flag(session, series_id) if known_at is None else None
    if flag is not None:
        words.append(voice.gettext(FLAGGED[flag.state]))
    return " · ".join(word for word in words if word)


def _break_labels(rows: list[SeriesBreak], voice: Voice) -> tuple[tuple[ReportingPeriod, str], ...]:
    return tuple(
        (stored_period(row.first_day, row.last_day, row.frequency), voice.pick(row.reason_sv, row.reason_en))
        for row in rows
    )


def _events(
    session: Session, place: SeriesPlace, voice: Voice, known_at: datetime | None
) -> tuple[tuple[date, str], ...]:
    if place.project is None:
        return ()
    rows = lookup.plan_rows(session, ProjectEvent, place.project.id, known_at)
    return tuple(sorted((row.happened_on, voice.pick(row.label_sv, row.label_en)) for row in rows))


def _reference(
    session: Session, rows: list[ReferenceLink], voice: Voice, known_at: datetime | None
) -> tuple[str, Series] | None:
    if not rows:
        return None
    newest = rows[-1]
    label = voice.pick(newest.label_sv, newest.label_en)
    return label, series_of(session, newest.reference_series_id, known_at)


def _comparison(session: Session, rows: list[ReferenceLink], voice: Voice, known_at: datetime | None) -> str:
    """Whether the series turned on its own or with the line that is drawn."""
    told = told_comparison(session, rows[-1], voice, known_at) if rows else None
    return told.sentence if told else ""
