"""Histories with a single odd value, for series in which one stands out.

A turn beside an odd value looks like neither a turn nor a line. Each history is therefore
also weighed with one value off, at every place; this costs n times as much and changes
nothing where no value stands out, so it is done only where one does, and with one size of
slope.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from impact.trend.designs import Design
from impact.trend.liking import Liking, Pair

Floats = npt.NDArray[np.float64]

ODD_SIZE: Final = 1 / 5.0**2  # a single odd value is off by five times the noise
ODD_SHARE: Final = 0.2  # series that have one


@dataclass(frozen=True)
class OddHistories:
    """Histories with one odd value; arrays of shape (n_series, k).

    Attributes:
        broken: (s, k, n) log M of a line broken at tau, with the value at i odd.
        before, after: slopes around tau then.
        level: (s, n) log M of a constant with the value at i odd.
    """

    broken: Floats
    before: Floats
    after: Floats
    level: Floats


def stands_out(left: Floats, scatter: Floats) -> npt.NDArray[np.bool_]:
    """Whether the largest residual is larger than the noise of so many values makes it.

    Args:
        left: (n_series, n) residuals around the best broken line.
        scatter: (n_series,) their variance.
    """
    n = left.shape[1]
    usual = np.sqrt(2 * np.log(n)) - 0.2  # the expected largest of n, a little early
    return np.asarray(np.max(left * left, axis=-1) > usual**2 * scatter, dtype=np.bool_)


def odd_histories(design: Design, free: Floats, liking: Liking, bent: Pair, usual: Floats) -> OddHistories:
    """Every history with one odd value.

    Args:
        design: the columns.
        free: (n_series, n) the series freed of the base.
        liking: what their histories have to explain.
        bent: products of the two arms of the broken line.
        usual: (1 or n_series, 1) slopes that are usual, as 1 / u^2.
    """
    early, late = design.line[:, None, :] - design.kinks, design.kinks
    open_room = 1.0 - design.leverage
    determinant = bent.determinant(usual, usual)[..., None]
    mixed = bent.between[..., None] / determinant
    on_early = ((bent.squared_second + usual)[..., None] / determinant) * early - mixed * late
    on_late = ((bent.squared_first + usual)[..., None] / determinant) * late - mixed * early
    room = open_room[:, None, :] - on_early * early - on_late * late + ODD_SIZE
    before, after = bent.sizes(usual, usual)
    left = free[:, None, :] - before[..., None] * early - after[..., None] * late
    size = left / room
    explained, price = bent.explained(usual, usual)
    prices = price[..., None] + 0.5 * np.log(room / ODD_SIZE) + _vote(room.shape[2]) - design.share[..., None]
    shape = (len(free), -1)
    broken = liking.of((explained[..., None] + left * size).reshape(shape), prices.reshape(len(prices), -1))
    return OddHistories(
        broken=broken.reshape(left.shape),
        before=before[..., None] - size * on_early,
        after=after[..., None] - size * on_late,
        level=_constant(free, liking, open_room),
    )


def _constant(free: Floats, liking: Liking, open_room: Floats) -> Floats:
    room = open_room + ODD_SIZE
    return liking.of(free**2 / room, 0.5 * np.log(room / ODD_SIZE) + _vote(free.shape[1]))


def _vote(n_cells: int) -> float:
    """What each of so many places costs, so that all of them have one small vote."""
    return float(np.log(n_cells) - np.log(ODD_SHARE))
