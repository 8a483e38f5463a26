"""Bar 7: quarterly and monthly series, with a season and without."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from benchmarks.detector.figures import Figure, at_least, at_most, told
from benchmarks.detector.ground import Answers, Ground, Row, answer_seasonless, as_row, numbered

Floats = npt.NDArray[np.float64]
LENGTHS = {4: (16, 24, 40), 12: (48, 72, 120)}
SEASON = 3.0
FOUND_AGAIN = 0.9
# Rise up to a turn in the middle, in standard errors of a slope on half the series.
RISES = (3.0, 5.0)
END = 2025


def seasonal_series(ground: Ground, seed: int, per: int) -> list[Figure]:
    """False alarms and reversals found, for the same series with a season and without."""
    rng = np.random.default_rng([seed, 7])
    plain = [row for _ in range(per) for row in _one_of_each(ground, rng)]
    plain = numbered(plain, "q")
    with_season = [{**row, "y": list(row["y"] + _season(rng, row))} for row in plain]
    without, _seconds = ground.ask(plain)
    beside, _seconds = ground.ask(with_season)
    untold, _seconds = ground.ask(plain, answer_seasonless)
    return [
        *_alarms(plain, without, "season 0"),
        *_alarms(plain, beside, f"season {SEASON:g}"),
        *_found(plain, without, beside, untold),
    ]


def _one_of_each(ground: Ground, rng: np.random.Generator) -> Iterator[Row]:
    for periods, lengths in LENGTHS.items():
        for n in lengths:
            t = END - np.arange(n, 0, -1) / periods
            x = np.arange(n, dtype=float)
            for name, mean, phi in _quiet(rng, x):
                yield as_row(f"null/{name}", t, mean + ground.early.noise(rng, 1, n, phi)[0], periods=periods)
            for place in (n // 2, n - n // 4):
                for rise in RISES:
                    tau = t[place]
                    slope = rise * np.sqrt(12 / (n / 2) ** 3) * rng.choice([-1.0, 1.0])
                    mean = slope * (np.minimum(x, place) - np.maximum(x - place, 0))
                    y = mean + rng.standard_normal(n)
                    yield as_row("rev", t, y, turning=float(tau), periods=periods)


def _quiet(rng: np.random.Generator, x: Floats) -> Iterator[tuple[str, Floats, float]]:
    n = len(x)
    sign = rng.choice([-1.0, 1.0])
    slope = sign * rng.choice([3.0, 8.0]) * np.sqrt(12 / n**3)
    tau = x[rng.integers(n // 6, n - n // 6)]
    yield "flat", 0 * x, 0.0
    yield "line", slope * x, 0.0
    yield "plateau", slope * np.minimum(x, tau), 0.0
    yield "takeoff", slope * np.maximum(x - tau, 0), 0.0
    yield "slowdown", slope * (np.minimum(x, tau) + 0.3 * np.maximum(x - tau, 0)), 0.0
    yield "step_flat", 3 * sign * (x >= tau), 0.0
    yield "step_against_line", slope * x - 4 * sign * (x >= tau), 0.0
    yield "outlier", slope * x + 5 * (x == tau) * rng.choice([-1.0, 1.0]), 0.0
    yield "ar0.3_flat", 0 * x, 0.3
    yield "ar0.3_line", slope * x, 0.3
    yield "ar0.6_flat", 0 * x, 0.6


def _season(rng: np.random.Generator, row: Row) -> Floats:
    """A pattern of the year, at most three standard deviations away from its mean."""
    pattern = rng.standard_normal(row["periods"])
    pattern -= pattern.mean()
    pattern *= SEASON / np.abs(pattern).max()
    place = np.round(np.array(row["t"]) * row["periods"]).astype(int) % row["periods"]
    return pattern[place]


def _alarms(rows: Sequence[Row], answers: Answers, season: str) -> list[Figure]:
    quiet = [row for row in rows if row["group"] == "null"]
    percent, n = _flagged(quiet, answers)
    figures = [at_most("7", f"{season}: false alarms, all kinds", percent, 5, n)]
    for kind in sorted({row["stratum"] for row in quiet}):
        percent, n = _flagged([row for row in quiet if row["stratum"] == kind], answers)
        limit = 12 if kind == "null/ar0.6_flat" else 6.5
        figures.append(at_most("7", f"{season}: {kind}", percent, limit, n))
    return figures


def _found(rows: Sequence[Row], without: Answers, beside: Answers, untold: Answers) -> list[Figure]:
    figures = []
    for periods, lengths in LENGTHS.items():
        for n in lengths:
            turned = [r for r in rows if r["group"] == "rev" and r["n"] == n and r["periods"] == periods]
            figures += _found_again(f"{periods} a year, n={n}", turned, without, beside, untold)
    turned = [row for row in rows if row["group"] == "rev"]
    return [*figures, *_found_again("all", turned, without, beside, untold)]


def _found_again(
    name: str, turned: Sequence[Row], without: Answers, beside: Answers, untold: Answers
) -> list[Figure]:
    plain, n = _flagged(turned, without)
    seasonal, _n = _flagged(turned, beside)
    yearly, _n = _flagged(turned, untold)
    least = round(FOUND_AGAIN * plain, 1)
    return [
        at_least("7", f"{name}: found with season", seasonal, least, n),
        told("7", f"{name}: found without season", plain, n),
        told("7", f"{name}: found without, asked as yearly", yearly, n),
    ]


def _flagged(rows: Sequence[Row], answers: Answers) -> tuple[float, int]:
    return 100 * float(np.mean([bool(answers[row["id"]].get("reversed")) for row in rows])), len(rows)
