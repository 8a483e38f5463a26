"""No slope, and no end of its interval, leads out of what the values can be."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def within_range(
    slopes: tuple[Floats, Floats, Floats],
    times: Floats,
    values: Floats,
    inside: npt.NDArray[np.bool_],
    bounds: Floats,
) -> tuple[Floats, Floats, Floats]:
    """Slopes with their intervals, cut at the steepest line that stays possible.

    A line through the middle of the measurements of an arm leaves the range at its ends if
    it is steeper than twice the room on the nearer side by the arm's length.

    Args:
        slopes: slope, low and high end, each (n_series,), in the unit per year.
        times, values: (1 or n_series, n) and (n_series, n).
        inside: (n_series, n) which measurements belong to the arm.
        bounds: (n_series, 2) lowest and highest possible value, infinite where open.
    """
    slope, low, high = slopes
    count = np.maximum(inside.sum(axis=-1), 1)
    middle = np.sum(np.where(inside, values, 0.0), axis=-1) / count
    room = np.minimum(bounds[:, 1] - middle, middle - bounds[:, 0])
    span = np.max(np.where(inside, times, -np.inf), axis=-1) - np.min(
        np.where(inside, times, np.inf), axis=-1
    )
    # Measurements beyond the ends say that these are not the ends.
    beyond = (values < bounds[:, :1]) | (values > bounds[:, 1:])
    cut = (span > 0) & ~beyond.any(axis=-1)
    steepest = np.where(cut, 2 * room / np.where(cut, span, 1.0), np.inf)
    slope = np.clip(slope, -steepest, steepest)
    return (
        slope,
        np.minimum(slope, np.clip(low, -steepest, steepest)),
        np.maximum(slope, np.clip(high, -steepest, steepest)),
    )
