"""What a definition says, and what it must say to make sense."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from impact.errors import Invalid
from impact.registry.indicator_tables import DefinitionVersion
from impact.registry.plan_texts import LONGEST_NAME, judge_text
from impact.semantics.direction import Direction
from impact.semantics.unit import Kind

MOST_DECIMALS: Final = 6
LARGEST: Final = 1e15
# A change of these may change what is measured; a name or decimals never do.
ASKED_ABOUT: Final = (
    "text_sv", "method_sv", "source_sv", "kind", "unit_sv", "rate_base",
    "lowest", "highest", "direction", "band_low", "band_high",
)  # fmt: skip
# No two words for the same thing: another kind of number is another measurement.
NEVER_WORDING: Final = ("kind", "rate_base")
NAMES: Final = ("name_sv", "name_en", "unit_sv", "unit_en")
TEXTS: Final = ("text_sv", "text_en", "method_sv", "method_en", "source_sv", "source_en")


@dataclass(frozen=True)
class Meaning:
    """What an indicator measures, in what, and which way is better.

    ``lowest`` and ``highest`` are what the number can be; the band is what is good, where
    the direction is a band. ``rate_base`` is the number per how many, for a rate.
    """

    name_sv: str
    kind: Kind | None = None
    unit_sv: str = ""
    direction: Direction | None = None
    name_en: str = ""
    text_sv: str = ""
    text_en: str = ""
    method_sv: str = ""
    method_en: str = ""
    source_sv: str = ""
    source_en: str = ""
    unit_en: str = ""
    rate_base: int | None = None
    lowest: float | None = None
    highest: float | None = None
    decimals: int = 0
    band_low: float | None = None
    band_high: float | None = None


def meaning_of(version: DefinitionVersion) -> Meaning:
    """What a version says."""
    return Meaning(**{each.name: getattr(version, each.name) for each in fields(Meaning)})


def judged(meaning: Meaning) -> Meaning:
    """The definition with what goes without saying: a share lies between 0 and 100 per cent.

    Raises:
        Invalid: a sentence that says what to change; ``field`` names where.
    """
    meaning = _stripped(meaning)
    if not meaning.name_sv:
        raise Invalid("Say what the indicator is called.", field="name_sv")
    for name in NAMES:
        judge_text(getattr(meaning, name), name, LONGEST_NAME)
    for name in TEXTS:
        judge_text(getattr(meaning, name), name)
    if meaning.kind is None:
        raise Invalid("Choose what kind of number it is.", field="kind")
    if meaning.direction is None:
        raise Invalid("Choose which way is better.", field="direction")
    if not 0 <= meaning.decimals <= MOST_DECIMALS:
        raise Invalid("Decimals are a whole number from 0 to %(most)d.", field="decimals", most=MOST_DECIMALS)
    _judge_rate(meaning)
    meaning = _with_what_goes_without_saying(meaning)
    if not meaning.unit_sv:
        raise Invalid("Say in what it is counted.", field="unit_sv")
    _judge_limits(meaning)
    _judge_band(meaning)
    return meaning


def asked_about(before: Meaning, after: Meaning) -> tuple[str, ...]:
    """The fields whose change may mean that something else is measured.

    A text that was empty before says more of the same.
    """
    return tuple(
        name
        for name in ASKED_ABOUT
        if getattr(before, name) != getattr(after, name) and getattr(before, name) != ""
    )


def _stripped(meaning: Meaning) -> Meaning:
    texts: dict[str, Any] = {name: getattr(meaning, name).strip() for name in (*NAMES, *TEXTS)}
    return replace(meaning, **texts)


def _with_what_goes_without_saying(meaning: Meaning) -> Meaning:
    unit, lowest, highest = meaning.unit_sv, meaning.lowest, meaning.highest
    if meaning.kind is Kind.SHARE:
        highest = 100.0 if highest is None else highest
        unit = unit or "%"
    if meaning.kind in (Kind.SHARE, Kind.COUNT, Kind.RATE):
        lowest = 0.0 if lowest is None else lowest
    return replace(meaning, unit_sv=unit, lowest=lowest, highest=highest)


def _judge_rate(meaning: Meaning) -> None:
    if meaning.kind is Kind.RATE and (meaning.rate_base is None or not 0 < meaning.rate_base <= LARGEST):
        raise Invalid("Say per how many: 1 000 inhabitants, say.", field="rate_base")
    if meaning.kind is not Kind.RATE and meaning.rate_base is not None:
        raise Invalid("Only a rate is counted per so many.", field="rate_base")


def _judge_limits(meaning: Meaning) -> None:
    for name in ("lowest", "highest", "band_low", "band_high"):
        number = getattr(meaning, name)
        if number is not None and not (math.isfinite(number) and abs(number) <= LARGEST):
            raise Invalid("The value is too large or too small to be stored exactly.", field=name)
    if meaning.lowest is not None and meaning.highest is not None and meaning.lowest >= meaning.highest:
        raise Invalid("The highest possible value lies above the lowest.", field="highest")


def _judge_band(meaning: Meaning) -> None:
    low, high = meaning.band_low, meaning.band_high
    if meaning.direction is not Direction.BAND:
        if low is not None or high is not None:
            raise Invalid("Only a band has a lowest and a highest good value.", field="band_low")
        return
    if low is None or high is None:
        raise Invalid("Say from where to where the values are good.", field="band_low")
    if low >= high:
        raise Invalid("The highest good value lies above the lowest.", field="band_high")
    if (meaning.lowest is not None and low < meaning.lowest) or (
        meaning.highest is not None and high > meaning.highest
    ):
        raise Invalid("The good values lie within what the number can be.", field="band_low")
