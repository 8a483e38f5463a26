"""What pages say of a series: one row of a board or list, ready for the macros."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import url_for
from markupsafe import Markup

from impact.charts.meaning import meaning_of_newest
from impact.charts.sparkline import Sparkline
from impact.language import Voice
from impact.monitoring.cards import SeriesCard
from impact.reporting.card_words import warning_words
from impact.semantics.series import Series
from impact.semantics.unit import Kind
from impact.trend import sentences
from impact.trend.verdict import Level, Verdict

MILLION = 1_000_000
# What can grow that large; an index or a share is told as it is.
ADDED_UP = frozenset({Kind.COUNT, Kind.NUMBER})
MEANINGS = {
    Verdict.REVERSED_TO_WORSE: "worse",
    Verdict.REVERSED_TO_BETTER: "better",
    Verdict.TURNED: "neither",
    Verdict.TOO_SHORT: "unknown",
    Verdict.NOT_COMPARABLE: "unknown",
}


def card_row(
    card: SeriesCard, voice: Voice, *, with_project: bool = True, known_on: date | None = None
) -> dict[str, Any]:
    """The arguments of the macro ``row`` for one card.

    Args:
        known_on: the day as of which the card is; its links lead to that day too.
    """
    analysis, series = card.analysis, card.series
    then = known_on.isoformat() if known_on else None
    row = {
        "name": voice.pick(card.version.name_sv, card.version.name_en),
        "href": url_for("indicators.show", indicator_id=card.indicator.id, known_at=then),
        "meaning": _verdict_meaning(card),
        "words": _verdict_words(card, voice),
        "level": None,
        "sentence": None,
        "spark": Markup(Sparkline(series, analysis).svg()),  # noqa: S704 - the kernel escapes
        "value": latest_text(series, voice),
        "change": change_text(series, voice),
    }
    if analysis is not None:
        row["level"] = sentences.level_words(analysis.level, analysis.probability, voice)
        row["sentence"] = sentences.headline(analysis, series, voice)
    if with_project and card.project is not None:
        row["context"] = voice.pick(card.project.short_sv, card.project.short_en)
        row["context_href"] = url_for("projects.show", slug=card.project.slug, known_at=then)
    return row


def _verdict_meaning(card: SeriesCard) -> str:
    """Which mark and colour a verdict has: better, worse, neither, unknown, steady."""
    if card.summary.verdict is None:
        return "unknown"
    if card.summary.level is Level.EARLY_WARNING:
        return meaning_of_newest(card.series).value
    return MEANINGS.get(card.summary.verdict, "steady")


def _verdict_words(card: SeriesCard, voice: Voice) -> str:
    """The verdict in words; what has not been analysed says so."""
    if card.summary.verdict is None:
        return voice.gettext("Not analysed yet")
    if card.summary.level is Level.EARLY_WARNING:
        return warning_words(card.series, voice)
    return sentences.verdict_words(card.summary.verdict, voice)


def latest_text(series: Series, voice: Voice) -> str | None:
    """The newest value as readers write it, huge ones in millions; None where nothing was measured."""
    if not series.measured:
        return None
    value = series.measured[-1].value
    if value is None:
        return None
    if abs(value) >= MILLION and series.unit.kind in ADDED_UP:
        return voice.gettext("%(number)s million", number=voice.number(value / MILLION, 1))
    return series.unit.value_text(value, voice)


def change_text(series: Series, voice: Voice) -> str | None:
    """The newest change with the period it is counted from; None across a break."""
    if len(series.measured) < 2:
        return None
    before, latest = series.measured[-2:]
    if any(before.period < first_new <= latest.period for first_new in series.breaks):
        return voice.gettext("new definition, not comparable")
    change = series.unit.change_text((latest.value or 0.0) - (before.value or 0.0), voice)
    return voice.gettext("%(change)s since %(period)s", change=change, period=before.period.label(voice))
