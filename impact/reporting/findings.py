"""What is found of one series, in the reader's language: numbers and words, ready to print."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from impact.errors import NotFound
from impact.language import Voice, mark
from impact.monitoring.analysing import newest_analysis
from impact.monitoring.cards import SeriesCard
from impact.monitoring.promises import progress_of_cards
from impact.monitoring.summaries import latest_change
from impact.monitoring.tables import Flag, FlagDirection, FlagState, SeriesSummary
from impact.registry.indicator_view import definition_of
from impact.registry.lookup import SeriesPlace
from impact.registry.series import SeriesReading, read_series
from impact.reporting.card_words import warning_words
from impact.reporting.groups import name_of
from impact.reporting.picturing import finding
from impact.semantics.progress import Progress
from impact.semantics.progress_words import progress_sentence
from impact.semantics.series import Series, Status
from impact.trend import sentences
from impact.trend.verdict import TrendAnalysis

_STATUS = {Status.PRELIMINARY: mark("preliminary"), Status.ESTIMATED: mark("estimated")}
_DECISIONS = {
    FlagState.OPEN: mark("not decided yet"),
    FlagState.CONFIRMED: mark("confirmed"),
    FlagState.DISMISSED: mark("dismissed"),
}


@dataclass(frozen=True)
class Finding:
    """One indicator's newest value, its change, and what its trend does, in words.

    Attributes:
        value: newest value with its unit where short; empty where nothing was measured.
        period: of the newest value.
        change: against the measurement before; empty where there is none to compare with.
        status: preliminary or estimated, in words; empty if final.
        headline: the finding in few words.
        sentence: the finding in whole sentences.
        progress: how it stands against its target, in sentences; empty without one.
        certainty: how strong the evidence is, in words; empty without a reversal.
        decision: what people made of the standing flag, in words; empty without one.
    """

    series_id: int
    indicator_id: int
    name: str
    unit: str
    value: str
    period: str
    change: str
    status: str
    headline: str
    sentence: str
    progress: str
    verdict: str
    certainty: str
    decision: str
    is_key: bool
    is_early: bool
    is_invented: bool
    flag_id: int | None
    flag_direction: FlagDirection | None
    flag_state: FlagState | None
    analysis_id: int | None
    revision_ids: tuple[int, ...]

    @property
    def is_early_warning(self) -> bool:
        """Whether it may have turned; what is flagged has turned, and stands there alone."""
        return self.is_early and not self.is_flagged

    @property
    def is_flagged(self) -> bool:
        """Whether a flag stands that is not dismissed."""
        return self.flag_state in (FlagState.OPEN, FlagState.CONFIRMED)


def finding_of_series(session: Session, place: SeriesPlace, voice: Voice) -> Finding:
    """What is found of one series, total or part, with its stored analysis and standing flag.

    Raises:
        NotFound: the series has not been analysed yet.
    """
    series_id = place.series.id
    summary, row = session.get(SeriesSummary, series_id), newest_analysis(session, series_id)
    if summary is None or row is None:
        raise NotFound("The series has not been analysed yet.")
    flag = session.get(Flag, summary.flag_id) if summary.flag_id else None
    version = definition_of(session, place.indicator)
    card = SeriesCard(
        place.project, place.indicator, version, place.series.disaggregation, summary, row, flag
    )
    reading = read_series(session, [series_id])[series_id]
    progress = progress_of_cards(session, [card]).get(series_id)
    return finding_of(card, reading, progress, voice)


def finding_of(card: SeriesCard, reading: SeriesReading, progress: Progress | None, voice: Voice) -> Finding:
    """What is found of a card's series as approved, with its stored analysis and its target."""
    series = reading.series
    name = name_of(card.version, card.disaggregation, voice)
    analysis, flag = card.analysis, card.flag
    latest = series.measured[-1] if series.measured else None
    change = latest_change(series)
    status = _STATUS.get(latest.status) if latest else None
    return Finding(
        series_id=card.summary.series_id,
        indicator_id=card.indicator.id,
        name=name,
        unit=series.unit.name(voice),
        value=series.unit.value_text(latest.value or 0.0, voice) if latest else "",
        period=latest.period.label(voice) if latest else "",
        change=series.unit.change_text(change, voice) if change is not None else "",
        status=voice.gettext(status) if status else "",
        headline=finding(analysis, series, name, voice),
        sentence=sentences.sentence(analysis, series, name, voice) if analysis else "",
        progress=progress_sentence(progress, series.unit, voice) if progress else "",
        verdict=_verdict(analysis, series, voice) if analysis else "",
        certainty=sentences.level_words(analysis.level, analysis.probability, voice) if analysis else "",
        decision=voice.gettext(_DECISIONS[flag.state]) if flag and flag.state in _DECISIONS else "",
        is_key=card.indicator.is_key,
        is_early=analysis is not None and analysis.early,
        is_invented=card.indicator.is_invented,
        flag_id=flag.id if flag else None,
        flag_direction=flag.direction if flag else None,
        flag_state=flag.state if flag else None,
        analysis_id=card.summary.analysis_id,
        revision_ids=reading.revision_ids,
    )


def _verdict(analysis: TrendAnalysis, series: Series, voice: Voice) -> str:
    """The verdict in a few words; of an early warning which way it may have turned."""
    if analysis.is_warning:
        return warning_words(series, voice)
    return sentences.verdict_words(analysis.verdict, voice)
