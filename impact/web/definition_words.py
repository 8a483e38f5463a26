"""The words for definitions: kinds of number and directions, each with an example."""

from __future__ import annotations

from dataclasses import asdict

from impact.language import Voice, mark
from impact.registry.meaning import Meaning
from impact.semantics.direction import Direction
from impact.semantics.unit import Kind, Unit

KINDS = {
    Kind.SHARE: (
        mark("A share, in per cent"),
        mark("For example: safe tenants, 62.7 per cent of those who answered."),
    ),
    Kind.COUNT: (
        mark("A number of people or things"),
        mark("For example: 412 reported crimes, 85 children in clubs."),
    ),
    Kind.RATE: (
        mark("A number per so many"),
        mark("For example: 48.3 reported crimes per 1,000 inhabitants."),
    ),
    Kind.INDEX: (mark("An index"), mark("For example: a safety index of 71 out of 100.")),
    Kind.CLASS: (
        mark("A class or grade"),
        mark("For example: 0 not on the police list, 1 vulnerable, 2 particularly vulnerable."),
    ),
    Kind.NUMBER: (
        mark("Another number"),
        mark("For example: kronor, days of waiting, points of merit."),
    ),
}
DIRECTIONS = {
    Direction.INCREASE: (mark("Higher is better"), mark("For example: the share of safe tenants.")),
    Direction.DECREASE: (mark("Lower is better"), mark("For example: reported crimes.")),
    Direction.BAND: (
        mark("Best within a band"),
        mark("For example: flats without a tenant, where both none at all and many are bad."),
    ),
    Direction.CONTEXT: (
        mark("Neither is better"),
        mark("For example: how many people live there. It is charted, and never called good or bad."),
    ),
}
FIELDS = {
    "name_sv": mark("Name"),
    "name_en": mark("Name in English"),
    "text_sv": mark("Definition"),
    "text_en": mark("Definition in English"),
    "method_sv": mark("Method"),
    "method_en": mark("Method in English"),
    "source_sv": mark("Source"),
    "source_en": mark("Source in English"),
    "kind": mark("Kind of number"),
    "unit_sv": mark("Unit"),
    "unit_en": mark("Unit in English"),
    "rate_base": mark("Per how many"),
    "lowest": mark("Lowest possible value"),
    "highest": mark("Highest possible value"),
    "decimals": mark("Decimals"),
    "direction": mark("Which way is better"),
    "band_low": mark("Good from"),
    "band_high": mark("Good up to"),
}


def kind_choices(voice: Voice) -> list[tuple[str, str, str]]:
    """Each kind of number with its words and an example."""
    return [(kind.value, voice.gettext(KINDS[kind][0]), voice.gettext(KINDS[kind][1])) for kind in KINDS]


def direction_choices(voice: Voice) -> list[tuple[str, str, str]]:
    """Each direction with its words and an example."""
    return [
        (way.value, voice.gettext(DIRECTIONS[way][0]), voice.gettext(DIRECTIONS[way][1]))
        for way in DIRECTIONS
    ]


def meaning_facts(meaning: Meaning, voice: Voice) -> list[tuple[str, str]]:
    """What a definition says, word by word; the other language's words come after its own."""
    return [(voice.gettext(FIELDS[name]), _said(meaning, name, voice)) for name in FIELDS]


def meaning_changes(before: Meaning, after: Meaning, voice: Voice) -> list[tuple[str, str, str]]:
    """What differs between two versions: what it is, what it was, what it is now."""
    old, new = asdict(before), asdict(after)
    nothing = voice.gettext("nothing")

    def said(meaning: Meaning, name: str) -> str:
        return _said(meaning, name, voice) or nothing

    return [
        (voice.gettext(FIELDS[name]), said(before, name), said(after, name))
        for name in FIELDS
        if old[name] != new[name]
    ]


def direction_label(direction: Direction, voice: Voice) -> str:
    """Which way is better, in three words."""
    return voice.gettext(DIRECTIONS[direction][0])


def _said(meaning: Meaning, name: str, voice: Voice) -> str:
    value = getattr(meaning, name)
    if value is None:
        return ""
    if isinstance(value, Kind):
        return voice.gettext(KINDS[value][0])
    if isinstance(value, Direction):
        return direction_label(value, voice)
    if name == "decimals" or name == "rate_base":
        return voice.number(value, 0)
    if isinstance(value, float):
        assert meaning.kind is not None  # noqa: S101 - what is stored was judged
        return Unit(meaning.kind, meaning.unit_sv, meaning.unit_en, meaning.decimals).stated_text(
            value, voice
        )
    return str(value)
