"""How p spreads over series without a turn and with one, by simulation.

A portfolio's p-values are read against these spreads (``portfolio``). Every history goes
through the detector itself, so that the table fits whatever the detector says.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from impact.trend.calibration import SEED
from impact.trend.screening import screen
from impact.trend.synthetic import QUIET_SHAPES, noise, quiet_shape, turned

Floats = npt.NDArray[np.float64]

TABLE: Final = Path(__file__).with_name("portfolio.npz")
LENGTHS: Final = (6, 8, 10, 12, 15, 20, 30)
EDGES: Final = np.concatenate([[0.0], np.logspace(-5, -1, 25), np.arange(0.15, 0.96, 0.05), [0.9999, 1.01]])
# The default comes first, turned series last; those between explain p-values that are too small,
# and "still" those of series so straight that their p is 1.
HISTORIES: Final = ("independent", "some memory", "strong memory", "wandering", "still", "turned")
MEMORY: Final = {"independent": 0.0, "some memory": 0.3, "strong memory": 0.6}
N_EACH: Final = 2000
SLOPES: Final = (0.5, 1.0, 2.0)


def build_spreads(
    seed: int = SEED, lengths: tuple[int, ...] = LENGTHS, n_each: int = N_EACH
) -> npt.NDArray[np.int64]:
    """Series whose p lies between two ``EDGES``: (histories, lengths, bins), made anew.

    Args:
        seed: starts the random numbers; each length has a stream of its own.
        lengths: points of the series.
        n_each: series for each shape.
    """
    counts = np.zeros((len(HISTORIES), len(lengths), len(EDGES) - 1), dtype=np.int64)
    for place, n in enumerate(lengths):
        rng = np.random.default_rng([seed, n, 4])
        for row, history in enumerate(HISTORIES):
            if history == "still":
                counts[row, place, -1] = n_each
                continue
            for values in _simulated(rng, history, n, n_each):
                p = screen(np.arange(n, dtype=np.float64), values).p
                counts[row, place] += np.histogram(p, EDGES)[0]
    return counts


def save_spreads(counts: npt.NDArray[np.int64], path: Path = TABLE) -> None:
    """Writes the table beside the code."""
    np.savez_compressed(path, counts=counts.astype(np.int32))


@cache
def load_spreads() -> Floats:
    """The shares that ship with the detector: (histories, lengths, bins), none of them 0."""
    with np.load(TABLE) as table:
        counts = table["counts"].astype(np.float64)
    return np.asarray((counts + 0.1) / (counts + 0.1).sum(axis=-1, keepdims=True))


def _simulated(rng: np.random.Generator, history: str, n: int, n_each: int) -> list[Floats]:
    if history in MEMORY:
        return [
            quiet_shape(rng, shape, n_each, n) + noise(rng, n_each, n, MEMORY[history])
            for shape in QUIET_SHAPES
        ]
    if history == "wandering":
        return [np.cumsum(rng.standard_normal((n_each * len(QUIET_SHAPES) // 2, n)), axis=1)]
    ages = sorted({2, 3, 4, n // 2} & set(range(2, n - 2)))
    return [turned(rng, n_each // 2, n, age, slope) for age in ages for slope in SLOPES]
