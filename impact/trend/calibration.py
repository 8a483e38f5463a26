"""From the score of a turn to its p-value, by simulation instead of theory.

The null class is every shape of ``synthetic.QUIET_SHAPES`` with autocorrelation 0, .3 and
.6 in the shares .45, .30, .25. For each length, separately for each tercile of the lag-1
autocorrelation of the residuals,

    p = max(share of the whole class with this score or more,
            that share in the worst single shape and autocorrelation / 5)

so the average false alarm stays at the stated level and no single kind rises above about
five times it. The table holds the scores at which p reaches a fixed row of levels.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from impact.trend.designs import build_design
from impact.trend.rivals import fit_histories
from impact.trend.synthetic import QUIET_SHAPES, noise, quiet_shape

Floats = npt.NDArray[np.float64]

TABLE = Path(__file__).with_name("calibration.npz")
SEED = 20_261_123
N_EACH = 2500
LENGTHS = (*range(6, 31), 35, 40, 50, 60, 80, 120)
LEVELS = np.concatenate([np.arange(0.95, 0.15, -0.05), np.logspace(np.log10(0.15), -3.3, 32)])
AUTOCORRELATIONS = ((0.0, 0.45), (0.3, 0.30), (0.6, 0.25))
WORST_ALLOWED = 5.0
FIRM = 0.03
N_THIRDS = 3


@dataclass(frozen=True)
class Calibration:
    """Scores at which p reaches each of ``LEVELS``.

    Attributes:
        lengths: (l,) usable points, rising.
        edges: (2, l, 2) limits between the terciles of the autocorrelation.
        scores: (2, l, 3, levels); the first axis is noise unknown, noise known.
    """

    lengths: npt.NDArray[np.int64]
    edges: Floats
    scores: Floats


def build(
    seed: int = SEED, lengths: tuple[int, ...] = LENGTHS, n_each: int = N_EACH, extra_scatter: float = 1.8
) -> Calibration:
    """The calibration made anew; a part of the lengths gives the same numbers as all.

    Args:
        seed: starts the random numbers; each length has a stream of its own.
        lengths: usable points of the series.
        n_each: series for each shape and autocorrelation.
        extra_scatter: as in ``DetectorSettings``.
    """
    edges = np.empty((2, len(lengths), N_THIRDS - 1))
    scores = np.empty((2, len(lengths), N_THIRDS, len(LEVELS)))
    for place, n in enumerate(lengths):
        for known in (0, 1):
            rng = np.random.default_rng([seed, n, known])
            edges[known, place], scores[known, place] = _one_length(
                rng, n, n_each, bool(known), extra_scatter
            )
    return Calibration(np.array(lengths), edges, scores)


def save(calibration: Calibration, path: Path = TABLE) -> None:
    """Writes the table beside the code."""
    np.savez_compressed(
        path,
        lengths=calibration.lengths,
        edges=calibration.edges.astype(np.float32),
        scores=calibration.scores.astype(np.float32),
    )


@cache
def load() -> Calibration:
    """The table that ships with the detector."""
    with np.load(TABLE) as table:
        return Calibration(
            table["lengths"].astype(np.int64),
            table["edges"].astype(np.float64),
            _never_easier(table["scores"].astype(np.float64)),
        )


def _never_easier(scores: Floats) -> Floats:
    """A longer series needs at least the score that a shorter one does.

    A late stop looks the same however long the history before it is, but the longer that is,
    the fewer of the quiet class stop late, so that the simulated limits would sink with
    length. Limits of smaller p than ``FIRM`` rest on too few series to be carried on.
    """
    firm = LEVELS >= FIRM
    kept = scores.copy()
    kept[..., firm] = np.maximum.accumulate(scores[..., firm], axis=1)
    return np.maximum.accumulate(kept, axis=-1)


def p_values(
    calibration: Calibration,
    score: Floats,
    r1: Floats,
    n: npt.NDArray[np.int64],
    known: npt.NDArray[np.bool_],
) -> Floats:
    """The p-value of each score; between two lengths of the table the scores are mixed."""
    lengths = calibration.lengths
    inside = np.clip(n, lengths[0], lengths[-1])
    upper = np.clip(np.searchsorted(lengths, inside), 1, len(lengths) - 1)
    part = (inside - lengths[upper - 1]) / (lengths[upper] - lengths[upper - 1])
    p = np.ones(score.shape)
    kind = known.astype(np.int64)
    edges = calibration.edges
    limit = (1 - part)[:, None] * edges[kind, upper - 1] + part[:, None] * edges[kind, upper]
    third = np.sum(r1[:, None] > limit, axis=-1)
    shape = calibration.scores.shape[:3]
    groups = np.ravel_multi_index((kind, upper, third), shape)
    for group in np.flatnonzero(np.bincount(groups)):
        rows = groups == group
        of_kind, length, of_third = np.unravel_index(group, shape)
        table = calibration.scores[of_kind]
        below, above = table[length - 1, of_third], table[length, of_third]
        for share in np.unique(part[rows]):
            same = rows & (part == share)
            p[same] = _read((1 - share) * below + share * above, score[same])
    return p


def _read(thresholds: Floats, score: Floats) -> Floats:
    """P by straight lines in log p; beyond the table the last tenth goes on."""
    logs = np.log(LEVELS)
    p = np.interp(score, thresholds, logs, left=0.0)
    tail = np.searchsorted(-logs, -(logs[-1] + np.log(10)))
    fall = (logs[-1] - logs[tail]) / max(thresholds[-1] - thresholds[tail], 1e-6)
    beyond = score > thresholds[-1]
    p[beyond] = logs[-1] + fall * (score[beyond] - thresholds[-1])
    return np.asarray(np.maximum(np.exp(p), 1e-9), dtype=np.float64)


def _one_length(
    rng: np.random.Generator, n: int, n_each: int, known: bool, extra_scatter: float
) -> tuple[Floats, Floats]:
    times = np.arange(n, dtype=np.float64)[None, :]
    design = build_design(times, np.ones_like(times), np.empty((1, 0)), np.ones(1, dtype=np.int64))
    scores: list[Floats] = []
    autocorrelations: list[Floats] = []
    weights: list[Floats] = []
    classes: list[npt.NDArray[np.int64]] = []
    for shape in QUIET_SHAPES:
        for phi, part in AUTOCORRELATIONS:
            values = quiet_shape(rng, shape, n_each, n) + noise(rng, n_each, n, phi)
            fit = fit_histories(design, values, np.full(n_each, known), np.full(n_each, 1e-12), extra_scatter)
            kept = fit.believed if known else np.ones(n_each, dtype=np.bool_)
            scores.append(fit.score[kept])
            autocorrelations.append(fit.r1[kept])
            weights.append(np.full(kept.sum(), part))
            classes.append(np.full(kept.sum(), len(classes)))
    score, r1 = np.concatenate(scores), np.concatenate(autocorrelations)
    weight, kind = np.concatenate(weights), np.concatenate(classes)
    edges = np.quantile(r1, [1 / N_THIRDS, 2 / N_THIRDS])
    third = np.sum(r1[:, None] > edges, axis=-1)
    table = [
        _thresholds(score[third == each], weight[third == each], kind[third == each])
        for each in range(N_THIRDS)
    ]
    return edges, np.stack(table)


def _thresholds(score: Floats, weight: Floats, kind: npt.NDArray[np.int64]) -> Floats:
    finite = np.sort(score[np.isfinite(score)])
    places = finite[np.linspace(0, len(finite) - 1, min(len(finite), 6000)).astype(np.int64)]
    p = _share_above(score, weight, places)
    for each in np.unique(kind):
        if np.count_nonzero(kind == each) >= 50:  # fewer say nothing about a tail
            of_kind = _share_above(score[kind == each], weight[kind == each], places)
            p = np.maximum(p, of_kind / WORST_ALLOWED)
    rising = np.maximum.accumulate(-np.log(p))
    return np.asarray(np.interp(-np.log(LEVELS), rising, places), dtype=np.float64)


def _share_above(score: Floats, weight: Floats, places: Floats) -> Floats:
    order = np.argsort(score, kind="stable")
    above = np.cumsum(weight[order][::-1])[::-1]
    total = weight.sum()
    first = np.searchsorted(score[order], places, side="left")
    counted = np.append(above, 0.0)[first]
    return np.asarray((counted + weight.mean()) / (total + weight.mean()), dtype=np.float64)
