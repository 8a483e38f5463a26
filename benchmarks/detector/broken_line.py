"""A line that bends once: its least squares fit and whether both slopes are significant."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from impact.trend.student import upper_tail

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class BrokenLine:
    """The slopes before and after a bend and the larger of their two-sided p-values."""

    before: float
    after: float
    p: float

    @property
    def turns(self) -> bool:
        """Whether the slopes have opposite signs."""
        return self.before * self.after < 0


def fit_broken_line(t: Floats, y: Floats, tau: float, weights: Floats | None = None) -> BrokenLine:
    """The line that bends at ``tau``."""
    w = np.ones_like(t) if weights is None else weights
    columns = np.stack([np.ones_like(t), np.minimum(t - tau, 0), np.maximum(t - tau, 0)], axis=1) * w[:, None]
    inverse = np.linalg.pinv(columns.T @ columns)
    slopes = inverse @ (columns.T @ (y * w))
    freedom = len(t) - 3
    rss = float(np.sum((y * w - columns @ slopes) ** 2))
    errors = np.sqrt(np.maximum(np.diag(inverse)[1:] * rss / max(freedom, 1), 0))
    if freedom < 1 or not np.all(errors > 1e-12 * (np.abs(y).max() + 1)):
        return BrokenLine(float(slopes[1]), float(slopes[2]), 1.0)
    tails = upper_tail(np.abs(slopes[1:]) / errors, np.full(2, freedom))
    return BrokenLine(float(slopes[1]), float(slopes[2]), float(2 * tails.max()))


@lru_cache(maxsize=512)
def bends(times: tuple[float, ...]) -> tuple[Floats, Floats]:
    """Observed times with two others on each side, and what a bend there adds to a line.

    Returns:
        The times (k,) and unit columns (n, k) freed of level and line.
    """
    t = np.array(times)
    taus = t[2:-2]
    line = np.linalg.qr(np.stack([np.ones_like(t), t - t.mean()], axis=1))[0]
    kinks = np.maximum(t[:, None] - taus, 0.0)
    kinks -= line @ (line.T @ kinks)
    return taus, kinks / np.linalg.norm(kinks, axis=0)
