"""Early warning: whether the newest one or two points leave the old trend.

A line through the newest points before them gives the last fitted value of the old
trend. The warning asks how far the new points lie against the old direction, measured
from "stopped" and not from "went on": a mere pause does not fire.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from impact.trend.settings import DetectorSettings
from impact.trend.student import quantile, upper_tail

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Newest:
    """What the newest points say; ``p`` is 1 where there is no old trend to leave.

    ``rising`` says which way the old trend goes.
    """

    p: Floats
    rising: npt.NDArray[np.bool_]


def judge_newest(
    times: Floats, values: Floats, first: npt.NDArray[np.int64], settings: DetectorSettings
) -> Newest:
    """The p-value of a turn in the newest one or two points.

    Args:
        times: (n_series, n) or (1, n), rising.
        values: (n_series, n) without gaps, freed of season.
        first: (n_series,) index of the first point under the newest definition.
        settings: how many points the old trend takes and when it counts.
    """
    p = np.ones(len(values))
    rising = np.zeros(len(values), dtype=np.bool_)
    for start in np.unique(first):
        rows = np.flatnonzero(first == start)
        where = rows if len(times) > 1 else slice(None)
        one, two = (_leaving(times[where], values[rows], int(start), k, settings) for k in (1, 2))
        p[rows] = np.minimum(1.0, 2 * np.minimum(one.p, two.p))
        rising[rows] = np.where(two.p <= one.p, two.rising, one.rising)
    return Newest(p, rising)


def _leaving(times: Floats, values: Floats, first: int, k: int, settings: DetectorSettings) -> Newest:
    """Whether the newest k points leave the trend of those before them, one-sided."""
    n = values.shape[1] - k
    start = max(first, n - settings.early_old_points)
    m = n - start
    if m < settings.early_least:
        return Newest(np.ones(len(values)), np.zeros(len(values), dtype=np.bool_))
    y, t = values[:, start:n], times[:, start:n]
    middle, mean = t.mean(axis=-1), y.mean(axis=-1)
    offset = t - middle[:, None]
    spread = np.sum(offset * offset, axis=-1)
    slope = np.sum(offset * y, axis=-1) / spread
    left = y - mean[:, None] - slope[:, None] * offset
    freedom = max(m - 2, 1)
    size = np.max(np.abs(y), axis=-1)
    sigma = np.sqrt(np.sum(left * left, axis=-1) / freedom + (1e-9 * size) ** 2 + np.finfo(np.float64).tiny)
    way = np.sign(slope)
    trend = np.abs(slope) / (sigma / np.sqrt(spread))
    reach = t[:, -1] - middle
    # The farther from a turn, the more a value says about it: of two the newer counts double.
    part = np.arange(1.0, k + 1) / np.arange(k + 1).sum()
    newest = np.sum(values[:, n:] * part, axis=-1)
    chance = float(np.sum(part**2))
    lever = chance + 1 / m + reach**2 / spread
    z = way * (mean + slope * reach - newest) / (sigma * np.sqrt(lever))
    beyond = way * (np.mean(y[:, -2:], axis=-1) - newest) / (sigma * np.sqrt(chance + 0.5))
    fewness = min(1.0, m / settings.early_full)
    counts = trend > quantile(1 - settings.trend_at / 2, freedom)
    counts &= beyond > quantile(1 - settings.early_guard * fewness, freedom)
    # A dip that has recovered is no sign any more, however deep it was.
    counts &= way * (np.mean(y[:, -2:], axis=-1) - values[:, -1]) > 0
    tail = upper_tail(z, np.full(len(z), freedom))
    return Newest(np.where(counts, tail / fewness, 1.0), way > 0)
