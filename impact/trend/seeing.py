"""What the columns of a design see of each series, and lines broken by least squares."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

import numpy as np
import numpy.typing as npt

from impact.trend.designs import Design
from impact.trend.liking import Pair

Floats = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]

# Products so small that no threads are started for them: those would wait longer than they work.
AT_ONCE: Final = 128


@dataclass(frozen=True)
class Seen:
    """Series freed of the base, and what each column sees of them."""

    free: Floats
    rest: Floats
    length: Floats
    rss_line: Floats
    line: Floats
    kink: Floats
    step: Floats

    def of(self, rows: npt.NDArray[np.int64]) -> Seen:
        """The same for some of the series."""
        return Seen(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


@dataclass(frozen=True)
class BrokenLines:
    """Broken lines by least squares at each tau; (n_series, k), errors (1 or n_series, k).

    ``early`` and ``late`` are what the two arms see, with their inner products in ``arms``.
    """

    usable: Truths
    delta: Floats
    before: Floats
    after: Floats
    before_sd: Floats
    after_sd: Floats
    explained: Floats
    arms: Pair


def see(design: Design, values: Floats) -> Seen:
    """What the columns see of weighted values (n_series, n)."""
    free = values
    for place in range(design.base.shape[1]):
        one = design.base[:, place]
        free = free - np.sum(free * one, axis=-1, keepdims=True) * one
    line = np.sum(free * design.line, axis=-1)
    rest = free - (line / design.line_squared)[:, None] * design.line
    kink, step = (_products(columns, free) for columns in (design.kinks, design.steps))
    return Seen(free, rest, np.sum(free * free, axis=-1), np.sum(rest * rest, axis=-1), line, kink, step)


def _products(columns: Floats, free: Floats) -> Floats:
    if len(columns) == 1:
        found = np.empty((len(free), columns.shape[1]))
        for start in range(0, len(free), AT_ONCE):
            part = slice(start, start + AT_ONCE)
            np.matmul(free[part], columns[0].T, out=found[part])
        return found
    return np.asarray(np.matmul(columns, free[:, :, None])[..., 0], dtype=np.float64)


def break_lines(design: Design, seen: Seen) -> BrokenLines:
    """Least squares of a broken line at every tau."""
    usable = design.bend > 0
    safe = np.where(usable, design.bend, np.inf)
    share = design.kink_line / design.line_squared[:, None]
    beside = seen.kink - share * seen.line[:, None]
    delta = beside / safe
    before = (seen.line / design.line_squared)[:, None] - delta * share
    variance = (1 / design.line_squared)[:, None]
    early = design.line_squared[:, None] - 2 * design.kink_line + design.kink_squared
    arms = Pair(
        seen.line[:, None] - seen.kink,
        seen.kink,
        early,
        design.kink_squared,
        design.kink_line - design.kink_squared,
    )
    return BrokenLines(
        usable=usable,
        delta=delta,
        before=before,
        after=before + delta,
        before_sd=np.sqrt(variance + share**2 / safe),
        after_sd=np.sqrt(variance + (1 - share) ** 2 / safe),
        explained=delta * beside,
        arms=arms,
    )


def bend_column(design: Design, best: npt.NDArray[np.int64]) -> Floats:
    """The kink at each series' best tau, freed of the line."""
    rows = np.arange(len(best)) if len(design.kinks) > 1 else np.zeros(len(best), dtype=np.int64)
    share = design.kink_line[rows, best] / design.line_squared[rows]
    return np.asarray(design.kinks[rows, best] - share[:, None] * design.line[rows], dtype=np.float64)
