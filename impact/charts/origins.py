"""Words at the foot of a picture: where figures come from, how far they reach, what is left out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from impact.language import Voice
from impact.semantics.series import Series


def origin_words(source: str, invented: bool, voice: Voice) -> tuple[str, str]:
    """The source in a sentence, and one that says that figures are made up where they are."""
    source = source.strip().rstrip(".")
    told = voice.gettext("Source: %(source)s.", source=source) if source else ""
    return told, voice.gettext("Invented figures.") if invented else ""


def known_words(known_on: date | None, series: Sequence[Series], voice: Voice) -> str:
    """How far the figures of these series reach, or as of when they were known."""
    newest = [each.measured[-1].period for each in series if each.measured]
    if not newest:
        return ""
    if known_on is None:
        period = max(newest, key=lambda period: period.last_day).label(voice)
        return voice.gettext("Figures up to and including %(period)s", period=period)
    # Short, so that it is not cut on a telephone; the axis shows how far they reach.
    return known_day_words(known_on, voice)


def known_day_words(known_on: date | None, voice: Voice) -> str:
    """As of when figures were known; nothing for now."""
    return voice.gettext("Figures known on %(day)s", day=voice.day(known_on)) if known_on else ""


def left_out_words(n: int, voice: Voice) -> str:
    """How many more there are that a picture does not show, in a sentence."""
    return voice.ngettext("One more is not shown.", "%(n)s more are not shown.", n) if n else ""
