"""Which way is better."""

from __future__ import annotations

from enum import StrEnum


class Direction(StrEnum):
    """Which way is better; never guessed from a name."""

    INCREASE = "increase"
    DECREASE = "decrease"
    BAND = "band"
    CONTEXT = "context"


def is_improvement(
    direction: Direction, before: float, after: float, band: tuple[float, float] | None = None
) -> bool | None:
    """Whether a change is for the better; None where it is neither or nobody can say.

    Args:
        direction: which way is better.
        before: the earlier value, in the indicator's unit.
        after: the later value, in the same unit.
        band: lowest and highest good value, needed for ``Direction.BAND``.

    Raises:
        ValueError: a band direction without its band.
    """
    if direction is Direction.CONTEXT or before == after:
        return None
    if direction is Direction.BAND:
        if band is None:
            raise ValueError("a band direction needs its band")
        before, after = -_distance(before, band), -_distance(after, band)
        return None if before == after else after > before
    return (after > before) == (direction is Direction.INCREASE)


def _distance(value: float, band: tuple[float, float]) -> float:
    low, high = band
    return max(low - value, value - high, 0.0)
