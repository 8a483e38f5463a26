"""Finding places for words in the plot: measured, inside, never one over another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from impact.charts.ruler import Ruler, Type

CLEARANCE = 3.0
SAMPLE_EVERY = 3.0
FRACTIONS = ((0.5, 0.0), (0.4, 0.3), (0.6, 0.3), (0.25, 0.8), (0.75, 0.8), (0.1, 1.6), (0.9, 1.6))


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels, from its lower left corner."""

    left: float
    low: float
    right: float
    high: float

    def overlaps(self, other: Box) -> bool:
        """Whether the two have a point in common."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.low < other.high
            and other.low < self.high
        )

    def inside(self, other: Box) -> bool:
        """Whether this lies within the other."""
        return (
            self.left >= other.left
            and self.right <= other.right
            and self.low >= other.low
            and self.high <= other.high
        )

    def grown(self, pixels: float) -> Box:
        """The box, so much larger on each side."""
        return Box(self.left - pixels, self.low - pixels, self.right + pixels, self.high + pixels)


@dataclass(frozen=True)
class Spot:
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

    def block(self, box: Box) -> None:
        """Keep a box free of all later labels."""
        self._boxes.append(box)

    def avoid(self, xs: Sequence[float], ys: Sequence[float], cost: float) -> None:
        """Make it costly to cover a line through pixels."""
        for x0, y0, x1, y1 in zip(xs, ys, xs[1:], ys[1:], strict=False):
            n = max(2, int(np.hypot(x1 - x0, y1 - y0) / SAMPLE_EVERY) + 1)
            along = np.linspace(0.0, 1.0, n)
            costs = np.full(n, cost)
            self._points.append(np.column_stack([x0 + (x1 - x0) * along, y0 + (y1 - y0) * along, costs]))
        if len(xs) == 1:
            self._points.append(np.array([[xs[0], ys[0], cost]]))

    def box(self, text: str, kind: Type, spot: Spot) -> Box:
        """The box that a text would fill at a spot."""
        extent = self.ruler.measure(text, kind)
        left = spot.x - spot.align * extent.width
        half = (extent.ascent + extent.descent) / 2
        return Box(left, spot.y - half, left + extent.width, spot.y + half)

    def place(self, text: str, kind: Type, spots: Iterable[Spot]) -> Box | None:
        """The cheapest free place among the spots, now taken; None where all are taken."""
        points = np.concatenate(self._points)
        best, best_cost = None, np.inf
        for spot in spots:
            box = self.box(text, kind, spot)
            grown = box.grown(CLEARANCE)
            if not box.inside(self.bounds) or any(grown.overlaps(other) for other in self._boxes):
                continue
            covered = (
                (points[:, 0] > grown.left)
                & (points[:, 0] < grown.right)
                & (points[:, 1] > grown.low)
                & (points[:, 1] < grown.high)
            )
            cost = spot.cost + float(points[covered, 2].sum())
            if cost < best_cost - 1e-9:
                best, best_cost = box, cost
        if best is not None:
            self.block(best)
        return best


def beside(x: float, y: float, *, distance: float = 12.0) -> list[Spot]:
    """Spots at a line's end: right of it at any near height, else above or below or left."""
    spots = []
    for step in range(26):
        for sign in (1, -1) if step else (1,):
            shift = sign * step * 3.0
            spots.append(Spot(x + distance, y + shift, 0.0, 0.12 * step))
            spots.append(Spot(x - distance, y + shift, 1.0, 6.0 + 0.2 * step))
    for step in range(14):
        for align, extra in ((0.5, 3.0), (0.0, 3.5), (1.0, 3.5)):
            spots.append(Spot(x, y + 15.0 + 3.0 * step, align, extra + 0.3 * step))
            spots.append(Spot(x, y - 15.0 - 3.0 * step, align, extra + 0.3 * step))
    return spots


def along(xs: Sequence[float], ys: Sequence[float], *, above_first: bool = True) -> list[Spot]:
    """Spots above and below a line, from its middle outwards."""
    spots = []
    for (fraction, extra), step, sign in product(FRACTIONS, range(34), (1, -1)):
        x = xs[0] + fraction * (xs[-1] - xs[0])
        y = ys[0] + fraction * (ys[-1] - ys[0]) + sign * (16.0 + 3.0 * step)
        cost = extra + 0.22 * step + (0.0 if (sign > 0) == above_first else 0.4)
        spots += [Spot(x, y, 0.5, cost), Spot(x, y, 0.0, cost + 0.1), Spot(x, y, 1.0, cost + 0.1)]
    return spots
