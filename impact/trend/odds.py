"""From a p-value to the probability of a reversal, by simulation at a prior share.

Turns of .5, 1 and 2 standard deviations a period, two to four periods old or in the
middle, stand against the quiet shapes of ``calibration``; how much oftener turns than
quiet series show a p-value gives the odds. Odds never fall as p gets smaller. The noise is
independent: that noise may follow itself is in the p-value already, and counting it twice
would state 40 % where 60 % turned.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from impact.trend.calibration import SEED, load, p_values
from impact.trend.designs import build_design
from impact.trend.rivals import fit_histories
from impact.trend.synthetic import QUIET_SHAPES, noise, quiet_shape, turned

Floats = npt.NDArray[np.float64]

TABLE = Path(__file__).with_name("odds.npz")
LENGTHS = (6, 8, 10, 12, 15, 20, 30)
SLOPES = (0.5, 1.0, 2.0)
EDGES = np.array(
    [1.0, 0.7, 0.5, 0.35, 0.25, 0.18, 0.12, 0.08, 0.05, 0.03, 0.018, 0.01, 0.005, 0.002, 0.0005, 0.0]
)
MIDDLES = np.sqrt(EDGES[:-1] * np.append(EDGES[1:-1], 0.0001))


def build_odds(seed: int = SEED, n_each: int = 500) -> Floats:
    """Likelihood ratios of turn against no turn at ``MIDDLES``, made anew."""
    quiet, turns = np.zeros(len(EDGES) - 1), np.zeros(len(EDGES) - 1)
    for n in LENGTHS:
        rng = np.random.default_rng([seed, n, 2])
        for shape in QUIET_SHAPES:
            quiet += _spread(quiet_shape(rng, shape, n_each, n) + noise(rng, n_each, n, 0.0))
        ages = sorted({2, 3, 4, n // 2} & set(range(2, n - 2)))
        for age in ages:
            for slope in SLOPES:
                turns += _spread(turned(rng, n_each, n, age, slope)) / (len(ages) * len(SLOPES))
    ratio = (turns / turns.sum()) / ((quiet + 0.5) / (quiet + 0.5).sum())
    return np.asarray(np.maximum.accumulate(ratio), dtype=np.float64)


def save_odds(odds: Floats, path: Path = TABLE) -> None:
    """Writes the ratios beside the code."""
    np.savez_compressed(path, odds=odds)


def probability_of(p: Floats, prior: float) -> Floats:
    """The probability of a reversal that a p-value stands for, at a prior share."""
    ratio = np.exp(np.interp(-np.log(np.maximum(p, 1e-12)), -np.log(MIDDLES), np.log(load_odds())))
    odds = prior / (1 - prior) * ratio
    return np.asarray(odds / (1 + odds), dtype=np.float64)


@cache
def load_odds() -> Floats:
    """The ratios that ship with the detector."""
    with np.load(TABLE) as table:
        return np.asarray(table["odds"], dtype=np.float64)


def _spread(values: Floats) -> Floats:
    """How many series have their p in each of the bins."""
    n = values.shape[1]
    times = np.arange(n, dtype=np.float64)[None, :]
    design = build_design(times, np.ones_like(times), np.empty((1, 0)), np.ones(1, dtype=np.int64))
    unknown = np.zeros(len(values), dtype=np.bool_)
    fit = fit_histories(design, values, unknown, np.full(len(values), 1e-12), 1.8)
    p = p_values(load(), fit.score, fit.r1, fit.n, unknown)
    return np.asarray(np.histogram(-p, bins=-EDGES)[0], dtype=np.float64)
