"""Finding places for words in the plot: measured, inside, never one over another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from impact.charts.ruler import Ruler, Type

Numbers = npt.NDArray[np.float64]

CLEARANCE = 3.0
SAMPLE_EVERY, CELL = 3.0, 2.0
FRACTIONS = ((0.5, 0.0), (0.4, 0.3), (0.6, 0.3), (0.25, 0.8), (0.75, 0.8), (0.1, 1.6), (0.9, 1.6))


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels, from its lower left corner."""

    left: float
    low: float
    right: float
    high: float


class Spot(NamedTuple):
    """A place a label may take: its middle line, the side it starts at, how unwelcome."""

    x: float
    y: float
    align: float = 0.0
    cost: float = 0.0


class Placer:
    """Remembers what stands in the picture and puts each new label beside it."""

    def __init__(self, ruler: Ruler, bounds: Box) -> None:
        self.ruler = ruler
        self.bounds = bounds
        self._boxes: list[Box] = []
        self._points: list[npt.NDArray[np.float64]] = [np.empty((0, 3))]
        self._sums: Numbers | None = None

    def block(self, box: Box) -> None:
        """Keep a box free of all later labels."""
        self._boxes.append(box)

    def avoid(self, xs: Sequence[float], ys: Sequence[float], cost: float) -> None:
        """Make it costly to cover a line through pixels."""
        self._sums = None
        for x0, y0, x1, y1 in zip(xs, ys, xs[1:], ys[1:], strict=False):
            n = max(2, int(np.hypot(x1 - x0, y1 - y0) / SAMPLE_EVERY) + 1)
            along = np.linspace(0.0, 1.0, n)
            costs = np.full(n, cost)
            self._points.append(np.column_stack([x0 + (x1 - x0) * along, y0 + (y1 - y0) * along, costs]))
        if len(xs) == 1:
            self._points.append(np.array([[xs[0], ys[0], cost]]))

    def place(self, text: str, kind: Type, spots: Sequence[Spot] | Numbers) -> Box | None:
        """The cheapest free place among the spots, now taken; None where all are taken."""
        if not len(spots):
            return None
        extent = self.ruler.measure(text, kind)
        width, height = extent.width, extent.ascent + extent.descent
        wanted = np.array(spots)
        left = wanted[:, 0] - wanted[:, 2] * width
        low = wanted[:, 1] - height / 2
        free = self._free(left, low, left + width, low + height)
        if not len(free):
            return None
        best = free[(wanted[free, 3] + self._covered(left[free], low[free], width, height)).argmin()]
        box = Box(float(left[best]), float(low[best]), float(left[best] + width), float(low[best] + height))
        self.block(box)
        return box

    def _free(self, left: Numbers, low: Numbers, right: Numbers, high: Numbers) -> npt.NDArray[np.intp]:
        """Which of these boxes lie within the bounds and clear of all that is taken."""
        bounds, gap = self.bounds, CLEARANCE
        inside = (left >= bounds.left) & (right <= bounds.right) & (low >= bounds.low) & (high <= bounds.high)
        found = np.flatnonzero(inside)
        if not self._boxes:
            return found
        taken = np.array([(box.left, box.low, box.right, box.high) for box in self._boxes]).T[:, None, :]
        over = (
            (left[found, None] - gap < taken[2])
            & (taken[0] < right[found, None] + gap)
            & (low[found, None] - gap < taken[3])
            & (taken[1] < high[found, None] + gap)
        )
        free: npt.NDArray[np.intp] = found[~over.any(axis=1)]
        return free

    def _covered(self, left: Numbers, low: Numbers, width: float, height: float) -> Numbers:
        """What each of these boxes of one size would cover: a difference of four sums."""
        if self._sums is None:
            self._sums = self._summed()
        n_rows, n_columns = self._sums.shape[0] - 1, self._sums.shape[1] - 1

        def cell(pixels: Numbers, most: int) -> npt.NDArray[np.intp]:
            return np.clip(np.rint(pixels / CELL).astype(np.intp), 0, most)

        west, east = cell(left - CLEARANCE, n_columns), cell(left + width + CLEARANCE, n_columns)
        south, north = cell(low - CLEARANCE, n_rows), cell(low + height + CLEARANCE, n_rows)
        sums = self._sums
        found: Numbers = sums[north, east] - sums[south, east] - sums[north, west] + sums[south, west]
        return found.round(6)

    def _summed(self) -> Numbers:
        """The costs of all lines, over a raster and added up from its lower left corner."""
        xs, ys, costs = np.concatenate(self._points).T
        n_columns, n_rows = (int(end / CELL) + 2 for end in (self.bounds.right, self.bounds.high))
        columns = np.clip((xs / CELL).astype(np.intp), 0, n_columns - 1)
        rows = np.clip((ys / CELL).astype(np.intp), 0, n_rows - 1)
        raster = np.bincount(rows * n_columns + columns, weights=costs, minlength=n_rows * n_columns)
        sums = np.zeros((n_rows + 1, n_columns + 1))
        sums[1:, 1:] = raster.reshape(n_rows, n_columns).cumsum(axis=0).cumsum(axis=1)
        return sums


def beside(x: float, y: float, *, distance: float = 12.0) -> Numbers:
    """Spots at a line's end: right of it at any near height, else above or below or left."""
    aside, shift, align, cost = _beside().T
    return np.column_stack([x + aside * distance, y + shift, align, cost])


def along(xs: Sequence[float], ys: Sequence[float], *, above_first: bool = True) -> Numbers:
    """Spots above and below a line, from its middle outwards."""
    fraction, shift, align, cost = _along(above_first).T
    x, y = xs[0] + fraction * (xs[-1] - xs[0]), ys[0] + fraction * (ys[-1] - ys[0])
    return np.column_stack([x, y + shift, align, cost])


@cache
def _beside() -> Numbers:
    """How often the distance aside, how far up, alignment and cost of each spot at an end."""
    spots = []
    for step in range(26):
        for sign in (1, -1) if step else (1,):
            shift = sign * step * 3.0
            spots.append((1.0, shift, 0.0, 0.12 * step))
            spots.append((-1.0, shift, 1.0, 6.0 + 0.2 * step))
    for step in range(14):
        for align, extra in ((0.5, 3.0), (0.0, 3.5), (1.0, 3.5)):
            spots.append((0.0, 15.0 + 3.0 * step, align, extra + 0.3 * step))
            spots.append((0.0, -15.0 - 3.0 * step, align, extra + 0.3 * step))
    return np.array(spots)


@cache
def _along(above_first: bool) -> Numbers:
    """The share of the line, how far up, alignment and cost of each spot along it."""
    spots = []
    for (fraction, extra), step, sign in product(FRACTIONS, range(34), (1, -1)):
        shift = sign * (16.0 + 3.0 * step)
        cost = extra + 0.22 * step + (0.0 if (sign > 0) == above_first else 0.4)
        spots += [
            (fraction, shift, align, cost + dear) for align, dear in ((0.5, 0.0), (0.0, 0.1), (1.0, 0.1))
        ]
    return np.array(spots)
