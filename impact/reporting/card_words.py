"""What a picture of many says of one series: verdict, unit and direction in few words."""

from __future__ import annotations

from impact.charts.meaning import AFTER_REVERSAL, WHOLE, meaning_of_newest
from impact.charts.style import Meaning
from impact.language import Voice, mark
from impact.monitoring.cards import SeriesCard
from impact.semantics.series import Series
from impact.semantics.unit import Kind
from impact.trend import sentences
from impact.trend.findings import find
from impact.trend.verdict import REVERSALS

_WARNINGS = {
    Meaning.BETTER: mark("May have turned for the better"),
    Meaning.WORSE: mark("May have turned for the worse"),
    Meaning.NEITHER: mark("May have turned"),
}


def card_words(card: SeriesCard, voice: Voice) -> str:
    """The verdict in few words, of a turn with its period: Turned for the worse 2018."""
    analysis = card.analysis
    if analysis is None:
        return voice.gettext("Not analysed yet")
    if analysis.is_warning:
        return warning_words(card.series, voice)
    words = sentences.verdict_words(analysis.verdict, voice)
    if analysis.verdict not in REVERSALS or not card.series.measured:
        return words
    return f"{words} {find(analysis, card.series).turning.period.label(voice)}"


def warning_words(series: Series, voice: Voice) -> str:
    """An early warning in few words, with what it would mean: May have turned for the worse."""
    return voice.gettext(_WARNINGS[meaning_of_newest(series)])


def card_meaning(card: SeriesCard) -> Meaning:
    """What the verdict means: better, worse or neither."""
    if card.analysis is None:
        return Meaning.NEITHER
    if card.analysis.is_warning:
        return meaning_of_newest(card.series)
    verdict = card.analysis.verdict
    return AFTER_REVERSAL.get(verdict) or WHOLE.get(verdict) or Meaning.NEITHER


def under_words(series: Series, voice: Voice, project: str, name: str = "") -> str:
    """Project, unit and direction, as far as they are said: % · higher is better.

    Args:
        name: what stands above; a rate whose name says per what it is needs no unit below.
    """
    unit = series.unit.name(voice) or ("%" if series.unit.kind is Kind.SHARE else "")
    if series.unit.kind is Kind.RATE and unit.casefold() in name.casefold():
        unit = ""
    parts = (project, unit, sentences.direction_words(series.direction, voice))
    return " · ".join(part for part in parts if part)
