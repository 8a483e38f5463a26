"""The words for disaggregations: which part of the total a series is about."""

from __future__ import annotations

from impact.language import Voice, mark
from impact.registry.indicator_tables import TOTAL

_CATEGORIES = {
    "sex=women": mark("Women"),
    "sex=men": mark("Men"),
    "sex=girls": mark("Girls"),
    "sex=boys": mark("Boys"),
}


def group_words(disaggregation: str, voice: Voice) -> str:
    """The part of the total as readers say it: Women; empty for the total."""
    if disaggregation == TOTAL:
        return ""
    return ", ".join(
        voice.gettext(_CATEGORIES[pair]) if pair in _CATEGORIES else pair.partition("=")[2]
        for pair in disaggregation.split(",")
    )
