"""What a reader has to know of how an indicator is measured: the notes of the report."""

from __future__ import annotations

from impact.charts.alt_text import break_words, missing_words
from impact.charts.content import IndicatorChart
from impact.language import Voice
from impact.registry.indicator_tables import DefinitionVersion
from impact.semantics.series import Point

# Of a normal distribution: so many standard errors make a margin of 95 per cent.
IN_MARGIN = 1.96


def method_notes(version: DefinitionVersion, picture: IndicatorChart) -> tuple[tuple[str, str], ...]:
    """Definition, method, source, uncertainty, breaks and gaps: those that there are."""
    voice = picture.voice
    notes = (
        (voice.gettext("Definition"), voice.pick(version.text_sv, version.text_en)),
        (voice.gettext("Method"), voice.pick(version.method_sv, version.method_en)),
        (voice.gettext("Source"), picture.source),
        (voice.gettext("Uncertainty"), _uncertainty(picture, voice)),
        (voice.gettext("Comparability"), ". ".join(words.rstrip(".") for words in break_words(picture))),
        (voice.gettext("Gaps"), missing_words(picture)),
    )
    return tuple((label, text) for label, text in notes if text.strip())


def _uncertainty(picture: IndicatorChart, voice: Voice) -> str:
    """The margin of the newest value that has one, and how many answered."""
    known = [point for point in picture.series.measured if point.standard_error]
    return _margin(known[-1], picture, voice) if known else ""


def _margin(point: Point, picture: IndicatorChart, voice: Voice) -> str:
    unit = picture.series.unit
    margin = unit.change_text(IN_MARGIN * (point.standard_error or 0.0), voice).replace("+", "±")
    period, share = point.period.label(voice), voice.percent("95")
    text = voice.gettext(
        "%(margin)s for %(period)s, with %(share)s certainty", margin=margin, period=period, share=share
    )
    if point.n_observed:
        answers = voice.ngettext("%(n)s answer", "%(n)s answers", round(point.n_observed))
        return f"{text}; {answers}"
    return text
