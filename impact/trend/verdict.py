"""What the detector says about one series: verdict, level, evidence.

Times are in the unit of the ``times`` that went in (decimal years for reporting
periods), slopes in the indicator's unit per year. What does not exist is None.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What the trend of a series did."""

    IMPROVING = "improving"
    WORSENING = "worsening"
    RISING = "rising"
    FALLING = "falling"
    FLAT = "flat"
    LEVELLED_OFF = "levelled_off"
    REVERSED_TO_WORSE = "reversed_to_worse"
    REVERSED_TO_BETTER = "reversed_to_better"
    TURNED = "turned"
    TOO_SHORT = "too_short"
    NOT_COMPARABLE = "not_comparable"


REVERSALS = frozenset({Verdict.REVERSED_TO_WORSE, Verdict.REVERSED_TO_BETTER, Verdict.TURNED})


class Level(StrEnum):
    """How strong the evidence for a reversal is."""

    CLEAR = "clear"
    LIKELY = "likely"
    EARLY_WARNING = "early_warning"
    NONE = "none"


@dataclass(frozen=True)
class Estimate:
    """A number with its 90 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class TrendAnalysis:
    """The detector's answer for one series.

    ``reversed`` means p <= .05 for the series alone and goes with the level clear; a verdict
    of reversal with the level likely has .05 < p <= .10 and raises no flag. ``probability`` is that of a
    reversal, 0 to 1. ``turning`` is set where a turning point is spoken of (a reversal or
    a levelling off), ``slope_after`` too; a series without one has ``slope_before`` only,
    the slope of the whole. ``early`` says that the newest one or two points may have
    turned. ``earlier_turns`` are the times of reversals before the newest one.
    ``withdrawn_warning`` is the time of an early warning that newer data did not bear out.
    """

    verdict: Verdict
    level: Level
    reversed: bool
    n_points: int
    p: float | None = None
    probability: float | None = None
    turning: Estimate | None = None
    slope_before: Estimate | None = None
    slope_after: Estimate | None = None
    smallest_change: float | None = None
    early: bool = False
    earlier_turns: tuple[float, ...] = ()
    detector_version: str = ""
    withdrawn_warning: float | None = None

    @property
    def is_warning(self) -> bool:
        """Whether the newest points may have turned and nothing stronger is said."""
        return self.level is Level.EARLY_WARNING and self.verdict not in REVERSALS
