"""What people read about the second step over all indicators."""

from __future__ import annotations

from impact.language import Voice
from impact.trend.verdict import Level


def among_all_words(alone: Level, level: Level, voice: Voice) -> str:
    """Why the level differs from that of the series alone; empty where it does not."""
    if alone is level:
        return ""
    if level is Level.CLEAR:
        return voice.gettext(
            "Seen alone the turn is not quite clear, but among all indicators that are followed "
            "so few would look like this by chance that it counts as clear."
        )
    return voice.gettext(
        "Seen alone the turn is clear, but among all indicators that are followed "
        "some look like this by chance; so read it with more caution."
    )
