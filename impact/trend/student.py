"""Student's t distribution for whole degrees of freedom, without SciPy."""

from __future__ import annotations

from functools import lru_cache
from math import atan, cos, pi, sin, sqrt

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def upper_tail(statistic: Floats, freedom: npt.NDArray[np.int64]) -> Floats:
    """P(T > statistic), element by element; NaN stays NaN.

    Notes:
        The finite cosine series for whole degrees of freedom; cost grows with the
        largest number of degrees of freedom.

    Source:
        Abramowitz and Stegun (1964), 26.7.3 and 26.7.4.
    """
    tail = np.full(statistic.shape, np.nan)
    for n in _present(freedom):
        rows = freedom == n
        tail[rows] = _tail(statistic[rows], n)
    return tail


def _tail(statistic: Floats, n: int) -> Floats:
    angle = np.arctan(statistic / np.sqrt(n))
    square = np.cos(angle) ** 2
    start = 1 + n % 2
    term = np.sin(angle) * (np.cos(angle) if n % 2 else 1.0)
    total = np.zeros_like(angle)
    for k in range(start, n, 2):
        total += term
        term = term * square * k / (k + 1)
    inside = 2 / pi * (angle + total) if n % 2 else total
    return np.asarray(np.clip(0.5 * (1 - inside), 0.0, 1.0), dtype=np.float64)


@lru_cache(maxsize=4096)
def quantile(share: float, n: int) -> float:
    """The t that a share (.5 to 1) of the distribution with n degrees lies below."""
    low, high = 0.0, 1.0
    while _below(high, n) < share:
        high *= 2
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if _below(middle, n) < share else (low, middle)
    return high


def quantiles(share: float, freedom: npt.NDArray[np.int64]) -> Floats:
    """:func:`quantile` for each number of degrees of freedom; NaN below one."""
    found = np.full(int(freedom.max(initial=0)) + 1, np.nan)
    for n in _present(freedom):
        found[n] = quantile(share, n)
    return np.asarray(found[np.maximum(freedom, 0)], dtype=np.float64)


def _present(freedom: npt.NDArray[np.int64]) -> list[int]:
    """The degrees of freedom from one up that occur; sorting them would take longer."""
    return [int(n) for n in np.flatnonzero(np.bincount(np.maximum(freedom, 0))) if n]


def _below(statistic: float, n: int) -> float:
    angle = atan(statistic / sqrt(n))
    square = cos(angle) ** 2
    term = sin(angle) * (cos(angle) if n % 2 else 1.0)
    total = 0.0
    for k in range(1 + n % 2, n, 2):
        total += term
        term *= square * k / (k + 1)
    return 0.5 + 0.5 * (2 / pi * (angle + total) if n % 2 else total)
