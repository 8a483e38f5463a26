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
from impact.trend.student import quantile, quantiles, upper_tail

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
    outcomes = [_leaving(times, values, first, k, settings) for k in (1, 2)]
    p = np.minimum(outcomes[0][0], outcomes[1][0])
    rising = np.where(outcomes[1][0] <= outcomes[0][0], outcomes[1][1], outcomes[0][1])
    return Newest(np.minimum(1.0, 2 * p), rising)


def _leaving(
    times: Floats, values: Floats, first: npt.NDArray[np.int64], k: int, settings: DetectorSettings
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    n = values.shape[1] - k
    start = np.maximum(first, n - settings.early_old_points)
    m = np.maximum(n - start, 0)
    enough = m >= settings.early_least
    used = (np.arange(n) >= start[:, None]).astype(np.float64)
    safe = np.maximum(m, 1)
    t = np.broadcast_to(times, values.shape)[:, :n]
    y = values[:, :n]
    middle = np.sum(used * t, axis=-1) / safe
    mean = np.sum(used * y, axis=-1) / safe
    offset = (t - middle[:, None]) * used
    spread = np.sum(offset * offset, axis=-1)
    spread = np.where(spread > 0, spread, 1.0)
    slope = np.sum(offset * y, axis=-1) / spread
    left = (y - mean[:, None] - slope[:, None] * offset) * used
    freedom = np.maximum(safe - 2, 1)
    size = np.max(np.abs(y), axis=-1)
    sigma = np.sqrt(np.sum(left * left, axis=-1) / freedom + (1e-9 * size) ** 2 + np.finfo(np.float64).tiny)
    way = np.sign(slope)
    trend = np.abs(slope) / (sigma / np.sqrt(spread))
    reach = t[:, -1] - middle
    newest = np.mean(values[:, n:], axis=-1)
    lever = 1 / k + 1 / safe + reach**2 / spread
    z = way * (mean + slope * reach - newest) / (sigma * np.sqrt(lever))
    beyond = way * (np.mean(y[:, -2:], axis=-1) - newest) / (sigma * np.sqrt(1 / k + 0.5))
    counts = enough & (trend > quantiles(1 - settings.trend_at / 2, freedom))
    fewness = np.minimum(1.0, safe / settings.early_full)
    guard = np.array(
        [
            quantile(1 - settings.early_guard * min(1.0, each / settings.early_full), max(1, each - 2))
            for each in range(settings.early_old_points + 1)
        ]
    )
    counts &= beyond > guard[np.minimum(safe, settings.early_old_points)]
    return np.where(counts, upper_tail(z, freedom) / fewness, 1.0), way > 0
