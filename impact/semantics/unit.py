"""Units: what a number counts, its decimals and bounds, and how readers see it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import floor, inf, log10

from impact.language import NO_BREAK_SPACE, Voice


class Kind(StrEnum):
    """What sort of number an indicator is."""

    NUMBER = "number"
    COUNT = "count"
    SHARE = "share"
    RATE = "rate"
    INDEX = "index"
    CLASS = "class"


# What a number of a kind can be where its unit does not say.
NATURAL_RANGES = {Kind.SHARE: (0.0, 100.0), Kind.COUNT: (0.0, inf), Kind.RATE: (0.0, inf)}


@dataclass(frozen=True)
class Unit:
    """What the number counts, in both languages, with decimals and possible range."""

    kind: Kind
    name_sv: str
    name_en: str = ""
    decimals: int = 0
    lowest: float | None = None
    highest: float | None = None

    def allows(self, value: float) -> bool:
        """Whether the value lies within the unit's bounds."""
        return (self.lowest is None or value >= self.lowest) and (
            self.highest is None or value <= self.highest
        )

    @property
    def range(self) -> tuple[float, float]:
        """The lowest and highest value that can be, infinite where there is no end."""
        lowest, highest = NATURAL_RANGES.get(self.kind, (-inf, inf))
        return (
            lowest if self.lowest is None else self.lowest,
            highest if self.highest is None else self.highest,
        )

    @property
    def spellings(self) -> tuple[str, ...]:
        """What may stand behind a number that somebody writes."""
        sign = "%" if self.kind is Kind.SHARE else ""
        return tuple(filter(None, (self.name_sv, self.name_en, sign)))

    def name(self, voice: Voice) -> str:
        """The unit's name in the voice's language."""
        return voice.pick(self.name_sv, self.name_en)

    def value_text(self, value: float, voice: Voice, decimals: int | None = None) -> str:
        """A value with its unit where the unit is short: 62,7 %, 1 204."""
        text = voice.number(value, self.decimals if decimals is None else decimals)
        return voice.percent(text) if self.kind is Kind.SHARE else text

    def stated_text(self, value: float, voice: Voice) -> str:
        """A value that was stated and not measured, whole where it is: 75 %."""
        return self.value_text(value, voice, 0 if value == round(value) else None)

    def change_text(self, change: float, voice: Voice) -> str:
        """A signed change; of a share in percentage points, never in per cent."""
        text = voice.number(change, self.decimals, signed=True)
        if self.kind is not Kind.SHARE:
            return text
        points = voice.ngettext("percentage point", "percentage points", 1 if abs(change) == 1 else 2)
        return f"{text}{NO_BREAK_SPACE}{points}"

    def pace_text(self, pace: float, voice: Voice, decimals: int | None = None) -> str:
        """A signed change per year; of a share in percentage points, never in per cent."""
        number = voice.number(pace, self.pace_decimals(pace) if decimals is None else decimals, signed=True)
        if self.kind is Kind.SHARE:
            return voice.gettext("%(number)s percentage points per year", number=number)
        return voice.gettext("%(number)s per year", number=number)

    def pace_decimals(self, pace: float) -> int:
        """How many decimals a change per year needs for two telling digits."""
        digits = 1 - floor(log10(abs(pace))) if pace else 0
        decimals = min(max(digits, 0), self.decimals + 1)
        while decimals > self.decimals and round(pace, decimals) == round(pace, decimals - 1):
            decimals -= 1
        return decimals
