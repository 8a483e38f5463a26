"""From the numbers of a series to its verdict and its level: decisions as a table."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from impact.semantics.direction import Direction
from impact.trend.settings import DetectorSettings
from impact.trend.verdict import Level, Verdict

Floats = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]

_GOING = {
    (Direction.INCREASE, True): Verdict.IMPROVING,
    (Direction.INCREASE, False): Verdict.WORSENING,
    (Direction.DECREASE, True): Verdict.WORSENING,
    (Direction.DECREASE, False): Verdict.IMPROVING,
    (Direction.BAND, True): Verdict.RISING,
    (Direction.BAND, False): Verdict.FALLING,
    (Direction.CONTEXT, True): Verdict.RISING,
    (Direction.CONTEXT, False): Verdict.FALLING,
}
_TURNING = {
    (Direction.INCREASE, True): Verdict.REVERSED_TO_WORSE,
    (Direction.INCREASE, False): Verdict.REVERSED_TO_BETTER,
    (Direction.DECREASE, True): Verdict.REVERSED_TO_BETTER,
    (Direction.DECREASE, False): Verdict.REVERSED_TO_WORSE,
}


def verdict_of_trend(direction: str, *, rising: bool) -> Verdict:
    """What a series without a turn does, given which way it goes."""
    return _GOING[Direction(direction), rising]


def verdict_of_turn(direction: str, *, rising_before: bool) -> Verdict:
    """What a turn means, given which way the series went before it."""
    return _TURNING.get((Direction(direction), rising_before), Verdict.TURNED)


def decide(
    direction: npt.NDArray[np.str_],
    turned: Truths,
    rising_before: Truths,
    levelled: Truths,
    going: Truths,
    rising: Truths,
) -> npt.NDArray[np.str_]:
    """The verdict of each series that has one; arrays of shape (n_series,).

    Args:
        direction: which way is better.
        turned: whether a reversal is spoken of.
        rising_before: which way a series went before it turned.
        levelled: whether the series went somewhere and then stopped.
        going: whether the line as a whole has a direction.
        rising: which direction that is.
    """
    verdict = np.full(direction.shape, str(Verdict.FLAT), dtype="<U24")
    for way in np.unique(direction):
        for up in (True, False):
            same = direction == way
            verdict[same & going & (rising == up)] = verdict_of_trend(way, rising=up)
            verdict[same & levelled] = Verdict.LEVELLED_OFF
    for way in np.unique(direction):
        for up in (True, False):
            rows = (direction == way) & turned & (rising_before == up)
            verdict[rows] = verdict_of_turn(way, rising_before=up)
    return verdict


def level_of(p: Floats, turned: Truths, early: Truths, settings: DetectorSettings) -> npt.NDArray[np.str_]:
    """How strong the evidence for a reversal is, for p-values and early warnings."""
    level = np.full(p.shape, str(Level.NONE), dtype="<U16")
    level[early] = Level.EARLY_WARNING
    level[turned] = Level.LIKELY
    level[turned & (p <= settings.reversed_at)] = Level.CLEAR
    return level
