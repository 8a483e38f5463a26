"""What a target promises: from which value on it counts as reached."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from impact.semantics.direction import Direction
from impact.semantics.period import ReportingPeriod

Stated = tuple[ReportingPeriod, float]


@dataclass(frozen=True)
class Promise:
    """A target with what it was counted from and which way is better."""

    target: Stated
    baseline: Stated | None
    direction: Direction
    band: tuple[float, float] | None = None

    @property
    def reached(self) -> tuple[float, float]:
        """The lowest and highest value at which it counts as reached.

        A target outside the good band counts from its distance to the band, on both sides.
        """
        promised = self.target[1]
        match self.direction:
            case Direction.INCREASE:
                return promised, inf
            case Direction.DECREASE:
                return -inf, promised
            case Direction.BAND if self.band is not None:
                low, high = self.band
                beside = max(low - promised, promised - high, 0.0)
                return low - beside, high + beside
            case _:
                return promised, promised

    def goal_from(self, value: float) -> float:
        """The nearest value at which it counts as reached; the value itself where it is."""
        low, high = self.reached
        return min(max(value, low), high)

    @property
    def can_be_judged(self) -> bool:
        """Not without a better direction, nor a promise to get worse than the baseline."""
        started = self.target[1] if self.baseline is None else self.baseline[1]
        match self.direction:
            case Direction.INCREASE:
                return self.target[1] >= started
            case Direction.DECREASE:
                return self.target[1] <= started
            case Direction.BAND:
                return self.band is not None
            case _:
                return False
