"""The path from a baseline to a target, and whether a series keeps to it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from impact.semantics.direction import Direction
from impact.semantics.period import ReportingPeriod


class Standing(StrEnum):
    """How a value stands against the path to its target."""

    MET = "met"
    ON_TRACK = "on_track"
    BEHIND = "behind"
    NO_JUDGEMENT = "no_judgement"


@dataclass(frozen=True)
class TargetPath:
    """A straight path from the baseline's period and value to the target's.

    Raises:
        ValueError: the target's period is not after the baseline's.
    """

    baseline_period: ReportingPeriod
    baseline: float
    target_period: ReportingPeriod
    target: float
    direction: Direction
    band: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if self.target_period.position <= self.baseline_period.position:
            raise ValueError("a target comes after its baseline")

    def expected_at(self, period: ReportingPeriod) -> float:
        """The value the path passes at a period; the ends' values beyond the ends."""
        start, end = self.baseline_period.position, self.target_period.position
        part = min(1.0, max(0.0, (period.position - start) / (end - start)))
        return self.baseline + part * (self.target - self.baseline)

    def needed_per_year(self, period: ReportingPeriod, value: float) -> float | None:
        """Change per year that would still reach the target; None from its period on."""
        left = self.target_period.position - period.position
        return (self.target - value) / left if left > 0 else None

    def share_done(self, value: float) -> float | None:
        """How much of the way is done: 0 at the baseline, 1 at the target, below 0 if worse.

        None where baseline and target are equal: holding a value has no way to go. A
        baseline of zero is like any other, because the way and not the ratio counts.
        """
        way = self.target - self.baseline
        return (value - self.baseline) / way if way else None

    def standing(self, period: ReportingPeriod, value: float) -> Standing:
        """How a value measured for a period stands against the path.

        A target against the direction (a promise to get worse) and a context indicator
        are not judged, nor is anything from before the baseline. A value already at the
        target is met, even before its time.
        """
        if self._cannot_judge() or period.position < self.baseline_period.position:
            return Standing.NO_JUDGEMENT
        if self._reached(value, self.target):
            return Standing.MET
        if period.position >= self.target_period.position:
            return Standing.BEHIND
        return Standing.ON_TRACK if self._reached(value, self.expected_at(period)) else Standing.BEHIND

    def _cannot_judge(self) -> bool:
        match self.direction:
            case Direction.INCREASE:
                return self.target < self.baseline
            case Direction.DECREASE:
                return self.target > self.baseline
            case Direction.BAND:
                return self.band is None
            case _:
                return True

    def _reached(self, value: float, goal: float) -> bool:
        if self.direction is Direction.BAND and self.band is not None:
            return self._distance(value) <= self._distance(goal)
        return value >= goal if self.direction is Direction.INCREASE else value <= goal

    def _distance(self, value: float) -> float:
        low, high = self.band or (value, value)
        return max(low - value, value - high, 0.0)
