"""From the distance of a pair to its p-value, by simulation instead of theory.

The null class: series and reference turn together, the reference at half the slope (the
hardest case), up to two periods earlier or later, with half, equal or twice the noise and
autocorrelation 0, .3 and .6 in the shares of ``calibration``; own slopes of .5, 1 and 2
standard deviations a period, turns two to four periods old or in the middle. Kept are the
pairs whose own series the detector calls reversed: with those alone a p is spoken of. Then

    p = max(share of the whole class with this distance or more,
            that share where the autocorrelation is .3 or less,
            that share with autocorrelation .6 / 2).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from impact.trend.calibration import AUTOCORRELATIONS, LEVELS, SEED
from impact.trend.screening import screen
from impact.trend.synthetic import noise
from impact.trend.together import LEAST_SHARE, Pairs, distance_from_together

Floats = npt.NDArray[np.float64]

TABLE = Path(__file__).with_name("together.npz")
LENGTHS = (6, 7, 8, 9, 10, 12, 15, 20, 30, 60)
N_EACH = 150
SLOPES = (0.5, 1.0, 2.0)
NOISES = (0.5, 1.0, 2.0)
DELAYS = (-2, -1, 0, 1, 2)
STRONG_ALLOWED = 2.0
STRONG = 0.6


def build_table(seed: int = SEED, lengths: tuple[int, ...] = LENGTHS, n_each: int = N_EACH) -> Floats:
    """Distances at which p reaches each of ``calibration.LEVELS``, shape (lengths, levels)."""
    return np.stack([_one_length(np.random.default_rng([seed, n, 3]), n, n_each) for n in lengths])


def save_table(table: Floats, path: Path = TABLE) -> None:
    """Writes the table beside the code."""
    np.savez_compressed(path, lengths=np.array(LENGTHS), distances=table.astype(np.float32))


def p_of_distance(distance: Floats, n: npt.NDArray[np.int64]) -> Floats:
    """The p of each distance for pairs with ``n`` common points; NaN stays NaN."""
    lengths, table = _load()
    inside = np.clip(n, lengths[0], lengths[-1])
    upper = np.clip(np.searchsorted(lengths, inside), 1, len(lengths) - 1)
    part = (inside - lengths[upper - 1]) / (lengths[upper] - lengths[upper - 1])
    p = np.full(distance.shape, np.nan)
    for group in np.unique(np.stack([upper, inside], axis=-1), axis=0):
        rows = (inside == group[1]) & ~np.isnan(distance)
        share = part[inside == group[1]][0]
        limits = (1 - share) * table[group[0] - 1] + share * table[group[0]]
        p[rows] = _read(limits, distance[rows])
    return p


@cache
def _load() -> tuple[npt.NDArray[np.int64], Floats]:
    with np.load(TABLE) as kept:
        return kept["lengths"].astype(np.int64), kept["distances"].astype(np.float64)


def _read(limits: Floats, distance: Floats) -> Floats:
    """P by straight lines in log p over log distance; beyond the table they go on."""
    logs, known = np.log(LEVELS), np.log(np.maximum(limits, 1e-6))
    x = np.log(np.maximum(distance, 1e-6))
    p = np.where(distance > 0, np.interp(x, known, logs, left=0.0), 0.0)
    tail = np.searchsorted(-logs, -(logs[-1] + np.log(10)))
    fall = (logs[-1] - logs[tail]) / max(known[-1] - known[tail], 1e-6)
    p = np.where(x > known[-1], logs[-1] + fall * (x - known[-1]), p)
    return np.asarray(np.maximum(np.exp(p), 1e-9), dtype=np.float64)


def _one_length(rng: np.random.Generator, n: int, n_each: int) -> Floats:
    found = [
        _distances(rng, n, n_each, age, delay)
        for age in sorted({2, 3, 4, n // 2} & set(range(2, n - 2)))
        for delay in DELAYS
        if min(age - delay, n - 1 - age + delay) >= 2  # else its turn cannot be seen yet, or any more
    ]
    return _limits(*np.concatenate(found, axis=-1))


def _distances(rng: np.random.Generator, n: int, n_each: int, age: int, delay: int) -> Floats:
    """Distance and autocorrelation of the pairs whose own series is called reversed."""
    times = np.arange(n, dtype=np.float64)
    own_course, other_course = _tent(times, n - 1 - age), LEAST_SHARE * _tent(times, n - 1 - age + delay)
    own: list[Floats] = []
    reference: list[Floats] = []
    for slope in SLOPES:
        for spread in NOISES:
            for phi, _ in AUTOCORRELATIONS:
                own.append(slope * own_course + noise(rng, n_each, n, phi))
                reference.append(slope * other_course + spread * noise(rng, n_each, n, phi))
    phis = np.tile(np.repeat([phi for phi, _ in AUTOCORRELATIONS], n_each), len(SLOPES) * len(NOISES))
    found = screen(times, np.concatenate(own))
    rows = np.flatnonzero(found.reversed)
    ones, nothing = np.ones((len(rows), n)), np.empty((len(rows), n, 0))
    unknown = np.zeros(len(rows), dtype=np.bool_)
    pairs = Pairs(
        times=times * ones,
        own=np.concatenate(own)[rows],
        reference=np.concatenate(reference)[rows],
        own_weights=ones,
        reference_weights=ones,
        own_known=unknown,
        reference_known=unknown,
        own_extra=nothing,
        reference_extra=nothing,
    )
    distance = distance_from_together(pairs, found.turning[rows], found.slope_before[rows] > 0)
    return np.stack([distance, phis[rows]])[:, ~np.isnan(distance)]


def _tent(times: Floats, tau: float) -> Floats:
    return np.asarray(np.minimum(times, tau) - np.maximum(times - tau, 0.0), dtype=np.float64)


def _limits(distance: Floats, phi: Floats) -> Floats:
    weights = dict(AUTOCORRELATIONS)
    weight = np.array([weights[each] for each in np.unique(phi)])[np.unique(phi, return_inverse=True)[1]]
    places = np.quantile(distance, np.linspace(0, 1, 4000))
    calm, strong = phi < STRONG, phi >= STRONG
    p = _share_above(distance, weight, places)
    p = np.maximum(p, _share_above(distance[calm], weight[calm], places))
    p = np.maximum(p, _share_above(distance[strong], weight[strong], places) / STRONG_ALLOWED)
    falling = np.minimum.accumulate(p)
    return np.asarray(np.interp(-np.log(LEVELS), -np.log(falling), places), dtype=np.float64)


def _share_above(distance: Floats, weight: Floats, places: Floats) -> Floats:
    order = np.argsort(distance, kind="stable")
    above = np.append(np.cumsum(weight[order][::-1])[::-1], 0.0)
    first = np.searchsorted(distance[order], places, side="left")
    return np.asarray((above[first] + weight.mean()) / (weight.sum() + weight.mean()), dtype=np.float64)
