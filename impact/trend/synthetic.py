"""Seeded series with known truth: histories without a turn, and turns.

Slopes and steps are in standard deviations of the noise per period, so that the noise
has variance 1 throughout.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

QUIET_SHAPES = (
    "flat",
    "gentle line",
    "steep line",
    "plateau",
    "steep plateau",
    "take-off",
    "steep take-off",
    "slow-down",
    "step against the trend",
    "saturating",
    "odd value",
    "odd newest value",
)


def noise(rng: np.random.Generator, n_series: int, n: int, phi: float = 0.0) -> Floats:
    """Noise of variance 1, each value following the one before by the share ``phi``."""
    shocks = rng.standard_normal((n_series, n))
    path = shocks.copy()
    for i in range(1, n):
        path[:, i] = phi * path[:, i - 1] + np.sqrt(1 - phi * phi) * shocks[:, i]
    return path


def quiet_shape(rng: np.random.Generator, shape: str, n_series: int, n: int) -> Floats:
    """The course, without noise, of series that never change the sign of their slope.

    Raises:
        ValueError: a shape that is not among ``QUIET_SHAPES``.
    """
    if shape not in QUIET_SHAPES:
        raise ValueError(f"no such shape: {shape}")
    x = np.arange(n, dtype=np.float64)[None, :]
    tau = rng.integers(2, max(3, n - 2), n_series)[:, None]
    sign, odd_sign = (rng.choice([-1.0, 1.0], n_series)[:, None] for _ in range(2))
    odd = x == rng.integers(0, n, n_series)[:, None]
    sloping = 0.3 * x * rng.integers(0, 2, n_series)[:, None]
    courses = {
        "flat": 0.0 * x,
        "gentle line": 0.3 * x,
        "steep line": 1.0 * x,
        "plateau": np.minimum(x, tau),
        "steep plateau": 3.0 * np.minimum(x, tau),
        "steep take-off": 3.0 * np.maximum(x - tau, 0),
        "take-off": np.maximum(x - tau, 0),
        "slow-down": np.minimum(x, tau) + 0.3 * np.maximum(x - tau, 0),
        "step against the trend": 0.5 * x - 4.0 * (x >= tau),
        "saturating": 4 * (1 - np.exp(-x / (n / 4))),
        "odd value": sloping + 5 * odd * odd_sign,
        "odd newest value": 0.3 * x + 4 * (x == n - 1) * odd_sign,
    }
    return np.asarray(sign * courses[shape] + np.zeros((n_series, 1)), dtype=np.float64)


def turned(rng: np.random.Generator, n_series: int, n: int, n_after: int, slope: float) -> Floats:
    """Noisy series that rise (or fall) and turn ``n_after`` periods before the end."""
    x = np.arange(n, dtype=np.float64)[None, :]
    tau = n - 1 - n_after
    sign = rng.choice([-1.0, 1.0], n_series)[:, None]
    course = sign * slope * (np.minimum(x, tau) - np.maximum(x - tau, 0))
    return np.asarray(course + noise(rng, n_series, n), dtype=np.float64)
