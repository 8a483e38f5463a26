"""Units: what a number counts, its decimals and bounds, and how readers see it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from impact.language import NO_BREAK_SPACE, Voice


class Kind(StrEnum):
    """What sort of number an indicator is."""

    NUMBER = "number"
    COUNT = "count"
    SHARE = "share"
    RATE = "rate"
    INDEX = "index"
    CLASS = "class"


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

    def name(self, voice: Voice) -> str:
        """The unit's name in the voice's language."""
        return voice.pick(self.name_sv, self.name_en)

    def value_text(self, value: float, voice: Voice) -> str:
        """A value with its unit where the unit is short: 62,7 %, 1 204."""
        text = voice.number(value, self.decimals)
        return voice.percent(text) if self.kind is Kind.SHARE else text

    def change_text(self, change: float, voice: Voice) -> str:
        """A signed change; of a share in percentage points, never in per cent."""
        text = voice.number(change, self.decimals, signed=True)
        if self.kind is not Kind.SHARE:
            return text
        points = voice.ngettext("percentage point", "percentage points", 1 if abs(change) == 1 else 2)
        return f"{text}{NO_BREAK_SPACE}{points}"
