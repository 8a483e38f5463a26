"""Kinds of series that the shared generator does not have, so that over-tuning shows."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from benchmarks.detector.ground import Ground, Row, as_row, numbered

Floats = npt.NDArray[np.float64]
LENGTHS = (7, 9, 11, 14, 18, 25)
AUTOCORRELATED = "null/ar0.45_flat"
END = 2025


def unseen_series(ground: Ground, seed: int, per: int) -> list[Row]:
    """Labelled series of every unseen kind, ``per`` for each length."""
    rng = np.random.default_rng([seed, 30])
    rows = [
        row
        for n in LENGTHS
        for _ in range(per)
        for make in (_quiet_noises, _quiet_courses, _turned_noises, _turned_courses)
        for row in make(ground, rng, n)
    ]
    return numbered([_rescaled(rng, row) for row in rows], "u")


def _quiet_noises(ground: Ground, rng: np.random.Generator, n: int) -> Iterator[Row]:
    t, x, d = _calendar(rng, n)
    line = d * rng.choice([0.1, 0.5]) * x
    yield as_row("null/uniform_line", t, line + _uniform(rng, n))
    yield as_row("null/laplace_line", t, line + _laplace(rng, n))
    yield as_row("null/lognormal_line", t, line + _skewed(rng, n))
    yield as_row(AUTOCORRELATED, t, _follows(ground, rng, n, 0.45))
    yield as_row("null/ar0.45_line", t, line + _follows(ground, rng, n, 0.45))
    yield as_row("null/negative_ar_line", t, line + _follows(ground, rng, n, -0.4))
    yield as_row("null/moving_average_line", t, line + _moving_average(rng, n))
    yield as_row("null/noise_grows_with_level", t, 0.2 * d * (x + 3) * (3 + rng.standard_normal(n)))
    quarters = END - np.arange(n, 0, -1) / 4
    yield as_row("null/quarterly_ar0.45", quarters, line + _follows(ground, rng, n, 0.45))
    yield as_row("null/two_outliers", t, line + _two_outliers(rng, n) + rng.standard_normal(n))


def _quiet_courses(_ground: Ground, rng: np.random.Generator, n: int) -> Iterator[Row]:
    t, x, d = _calendar(rng, n)
    noise = rng.standard_normal(n)
    tau = float(rng.uniform(2, n - 3))
    yield as_row("null/s_curve", t, 6 * d / (1 + np.exp(-(x - tau) / (n / 10))) + noise)
    yield as_row("null/exponential_growth", t, d * np.exp(2.3 * x / (n - 1)) + noise)
    yield as_row("null/decay_to_a_floor", t, 8 * d * np.exp(-x / (n / 6)) + noise)
    yield as_row("null/staircase", t, 2.5 * d * ((x >= n // 3).astype(float) + (x >= 2 * n // 3)) + noise)
    late = x >= n - rng.integers(2, 4)
    yield as_row("null/late_step_against_line", t, 0.5 * d * x - 3 * d * late + noise)
    bump = (x >= n // 2) & (x < n // 2 + 2)
    yield as_row("null/two_odd_years_in_line", t, 0.5 * d * x + 3 * bump + noise)
    gappy, place = _with_gap(rng, n)
    yield as_row("null/plateau_with_gap", gappy, d * np.minimum(place, tau) + noise)
    yield as_row("null/pause_in_line", t, 0.6 * d * (x - np.clip(x - n // 3, 0, n // 3)) + noise)


def _turned_noises(ground: Ground, rng: np.random.Generator, n: int) -> Iterator[Row]:
    t, x, d = _calendar(rng, n)
    mean, turning = _tent(rng, t, x, d)
    yield as_row("rev/uniform", t, mean + _uniform(rng, n), turning)
    yield as_row("rev/laplace", t, mean + _laplace(rng, n), turning)
    yield as_row("rev/lognormal", t, mean + _skewed(rng, n), turning)
    yield as_row("rev/ar0.45", t, mean + _follows(ground, rng, n, 0.45), turning)
    yield as_row("rev/two_outliers", t, mean + _two_outliers(rng, n) + rng.standard_normal(n), turning)
    quarters = END - np.arange(n, 0, -1) / 4
    turned = float(quarters[0] + (turning - t[0]) / 4)
    yield as_row("rev/quarterly_ar0.3", quarters, mean + _follows(ground, rng, n, 0.3), turned)


def _turned_courses(_ground: Ground, rng: np.random.Generator, n: int) -> Iterator[Row]:
    t, x, d = _calendar(rng, n)
    noise = rng.standard_normal(n)
    middle = (n - 1) / 2
    vertex = middle + rng.uniform(-0.15, 0.15) * n
    turning = float(t[0] + vertex)
    yield as_row("rev/parabola", t, -d * 4 * ((x - vertex) / middle) ** 2 + noise, turning)
    yield as_row("rev/rounded_tent", t, -d * np.hypot(x - vertex, 1.5) + noise, turning)
    fall = np.clip(x - np.floor(vertex), 0, 3)
    falling = d * (np.minimum(x, np.floor(vertex)) - 1.5 * fall)
    yield as_row("rev/fell_and_stayed", t, falling + noise, float(t[0] + np.floor(vertex)))
    gappy, place = _with_gap(rng, n)
    tau = float(place[n // 2])
    mean = d * (np.minimum(place, tau) - np.maximum(place - tau, 0))
    yield as_row("rev/gap_beside_the_turn", gappy, mean + noise, float(gappy[n // 2]))
    level = 30 * np.exp(-0.2 * np.abs(x - np.floor(vertex)))
    yield as_row("rev/few_counts", t, rng.poisson(level), float(t[0] + np.floor(vertex)), kind="count")


def _calendar(rng: np.random.Generator, n: int) -> tuple[Floats, Floats, float]:
    return np.arange(END - n, END, dtype=float), np.arange(n, dtype=float), float(rng.choice([-1.0, 1.0]))


def _tent(rng: np.random.Generator, t: Floats, x: Floats, d: float) -> tuple[Floats, float]:
    tau = float(rng.integers(2, len(t) - 3)) + rng.choice([0.0, 0.5])
    slope = d * rng.choice([0.7, 1.4])
    return slope * (np.minimum(x, tau) - np.maximum(x - tau, 0)), float(t[0] + tau)


def _uniform(rng: np.random.Generator, n: int) -> Floats:
    return rng.uniform(-1, 1, n) * np.sqrt(3)


def _laplace(rng: np.random.Generator, n: int) -> Floats:
    return rng.laplace(0, np.sqrt(0.5), n)


def _skewed(rng: np.random.Generator, n: int) -> Floats:
    draws = rng.lognormal(0, 0.6, n)
    mean, square = np.exp(0.18), np.exp(0.72)
    return np.asarray((draws - mean) / np.sqrt(square - mean**2))


def _follows(ground: Ground, rng: np.random.Generator, n: int, phi: float) -> Floats:
    return np.asarray(ground.early.noise(rng, 1, n, phi)[0])


def _moving_average(rng: np.random.Generator, n: int) -> Floats:
    shocks = rng.standard_normal(n + 1)
    return np.asarray((shocks[1:] + 0.5 * shocks[:-1]) / np.sqrt(1.25))


def _two_outliers(rng: np.random.Generator, n: int) -> Floats:
    odd = np.zeros(n)
    odd[rng.choice(n, 2, replace=False)] = 4 * rng.choice([-1.0, 1.0], 2)
    return odd


def _with_gap(rng: np.random.Generator, n: int) -> tuple[Floats, Floats]:
    """Years with three missing in a row, and how far each lies from the first."""
    place = np.arange(n, dtype=float)
    place[rng.integers(n // 3, n - n // 3) :] += 3
    return END - 1 - place[-1] + place, place


def _rescaled(rng: np.random.Generator, row: Row) -> Row:
    if row["kind"] == "count":
        return row
    scale = 10 ** rng.uniform(-1, 2)
    offset = rng.uniform(-1, 3) * 30 * scale
    return {**row, "y": [float(f"{value * scale + offset:.8g}") for value in row["y"]]}
