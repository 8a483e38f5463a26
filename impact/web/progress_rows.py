"""The part of an indicator's page about its target."""

from __future__ import annotations

from typing import Any

from impact.charts.content import IndicatorChart
from impact.language import Voice
from impact.reporting.goal_words import STANDING_MEANINGS
from impact.semantics.pace import Pace
from impact.semantics.progress_words import progress_sentence, standing_words


def progress_part(picture: IndicatorChart, voice: Voice) -> dict[str, Any] | None:
    """Where the series stands against its target, and the paces behind it; None without one."""
    progress, unit = picture.progress, picture.series.unit
    if progress is None:
        return None

    def pace_text(pace: Pace | None) -> str:
        return unit.pace_text(pace.per_year, voice, max(unit.decimals, 1)) if pace is not None else ""

    standing = standing_words(progress.standing, voice)
    plain, newest = progress.since_baseline, progress.newest
    paces = []
    if plain is not None and plain != progress.kept:
        label = voice.gettext("Change since the baseline, %(period)s", period=plain.since.label(voice))
        paces.append((label, pace_text(plain)))
    if newest is not None and newest not in (progress.kept, plain):
        label = voice.gettext("Change since %(period)s", period=newest.since.label(voice))
        paces.append((label, pace_text(newest)))
    return {
        "standing": standing[:1].upper() + standing[1:],
        "meaning": STANDING_MEANINGS.get(progress.standing),
        "sentence": progress_sentence(progress, unit, voice),
        "paces": paces,
    }
