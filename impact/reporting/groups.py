"""The words for disaggregations: which part of the total a series is about."""

from __future__ import annotations

from impact.language import Voice, mark
from impact.registry.indicator_tables import TOTAL, DefinitionVersion

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


def name_of(version: DefinitionVersion, disaggregation: str, voice: Voice) -> str:
    """What a series is called: the indicator, with its part of the total if it is of one."""
    name, group = voice.pick(version.name_sv, version.name_en), group_words(disaggregation, voice)
    return f"{name}, {group.lower()}" if group else name
