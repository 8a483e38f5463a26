"""What is plausible for a series: no faster change than it has ever shown."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from impact.semantics.unit import Unit

# A single step says nothing of how far steps go.
FEWEST_STEPS = 2
# Of the largest pace, so that the same step again is no surprise to floating point.
TOLERANCE = 1e-9

Place = tuple[float, float]


def largest_pace(places: Sequence[Place], breaks: Sequence[float] = ()) -> float | None:
    """The largest change per year between neighbours, none across a break; None where too few.

    Args:
        places: position in years and value of each measurement, in order.
        breaks: positions of the first periods under a new definition.
    """
    paces = [
        abs(after - before) / (later - earlier)
        for (earlier, before), (later, after) in pairwise(places)
        if not _is_between(breaks, earlier, later)
    ]
    return max(paces) if len(paces) >= FEWEST_STEPS else None


def is_jump(one: Place, other: Place, pace: float | None, breaks: Sequence[float] = ()) -> bool:
    """Whether two neighbours lie further apart than the pace can explain, and no break does."""
    (earlier, before), (later, after) = sorted((one, other))
    if pace is None or _is_between(breaks, earlier, later):
        return False
    return abs(after - before) > pace * (later - earlier) * (1 + TOLERANCE)


def plausible_range(before: Place, position: float, pace: float | None, unit: Unit) -> tuple[float, float]:
    """From where to where a value is plausible after the one before, within what the unit can be."""
    lowest, highest = unit.range
    if pace is None:
        return lowest, highest
    reach = pace * abs(position - before[0])
    return max(lowest, before[1] - reach), min(highest, before[1] + reach)


def _is_between(breaks: Sequence[float], earlier: float, later: float) -> bool:
    return any(earlier < position <= later for position in breaks)
