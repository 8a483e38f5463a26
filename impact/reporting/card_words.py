"""What a picture of many says of one series: verdict, unit and direction in few words."""

from __future__ import annotations

from impact.charts.meaning import AFTER_REVERSAL, WHOLE
from impact.charts.style import Meaning
from impact.language import Voice
from impact.monitoring.cards import SeriesCard
from impact.semantics.series import Series
from impact.semantics.unit import Kind
from impact.trend import sentences
from impact.trend.findings import find
from impact.trend.verdict import REVERSALS


def card_words(card: SeriesCard, voice: Voice) -> str:
    """The verdict in few words, of a turn with its period: Turned for the worse 2018."""
    analysis = card.analysis
    if analysis is None:
        return voice.gettext("Not analysed yet")
    if analysis.is_warning:
        return voice.gettext("May have turned")
    words = sentences.verdict_words(analysis.verdict, voice)
    if analysis.verdict not in REVERSALS or not card.series.measured:
        return words
    return f"{words} {find(analysis, card.series).turning.period.label(voice)}"


def card_meaning(card: SeriesCard) -> Meaning:
    """What the verdict means: better, worse or neither."""
    if card.analysis is None or card.analysis.is_warning:
        return Meaning.NEITHER
    verdict = card.analysis.verdict
    return AFTER_REVERSAL.get(verdict) or WHOLE.get(verdict) or Meaning.NEITHER


def under_words(series: Series, voice: Voice, project: str) -> str:
    """Project, unit and direction, as far as they are said: % · higher is better."""
    unit = series.unit.name(voice) or ("%" if series.unit.kind is Kind.SHARE else "")
    parts = (project, unit, sentences.direction_words(series.direction, voice))
    return " · ".join(part for part in parts if part)
