"""Bar 9: what is too short says so, and no value makes the detector stumble."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator

import numpy as np

from benchmarks.detector.figures import Figure, at_most
from benchmarks.detector.ground import Row, answer, as_row

LEAST_POINTS = 6
TIMES = 2000 + np.arange(12)


def short_and_odd_series(seed: int, per: int) -> list[Figure]:
    """How many short series were judged, and how many odd ones crashed or were flagged."""
    rng = np.random.default_rng([seed, 9])
    short = [row for _ in range(per) for row in _short(rng)]
    judged = [
        a for a in answer(short) if a["verdict"] not in {"too_short", "not_comparable"} or a["reversed"]
    ]
    crashes = flagged = n_odd = 0
    for _ in range(max(1, per // 10)):
        for row in _odd(rng):
            n_odd += 1
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                try:
                    flagged += answer([row])[0]["reversed"]
                except Exception as error:  # every way to stumble counts
                    crashes += 1
                    print(f"stumbled over {row['stratum']}: {error!r}")
    return [
        at_most("9", "too short, yet judged", 100 * len(judged) / len(short), 0, len(short)),
        at_most("9", "odd values: crashes and warnings", crashes, 0, unit="", note=f"n={n_odd}"),
        at_most("9", "odd values without a turn: flagged", flagged, 0, unit="", note=f"n={n_odd}"),
    ]


def _short(rng: np.random.Generator) -> Iterator[Row]:
    for n in range(1, LEAST_POINTS):
        yield as_row("short", TIMES[:n], np.cumsum(rng.standard_normal(n)))
    for n_breaks in (1, 2, 3):
        n = LEAST_POINTS - 1 + n_breaks
        breaks = [float(time) for time in rng.choice(TIMES[1:n], n_breaks, replace=False)]
        yield as_row("short", TIMES[:n], np.cumsum(rng.standard_normal(n)), breaks=sorted(breaks))
    y = rng.standard_normal(12)
    y[rng.choice(12, 7, replace=False)] = math.nan
    yield as_row("short", TIMES, y)


def _odd(rng: np.random.Generator) -> Iterator[Row]:
    line = np.arange(12) * 0.25
    for scale in (1e-300, 1e-12, 1.0, 1e12, 1e150):
        yield as_row(f"constant {scale:g}", TIMES, np.full(12, scale))
        yield as_row(f"line {scale:g}", TIMES, (3 + line) * scale)
        yield as_row(f"offset {scale:g}", TIMES, scale + line)
    yield as_row("zeros", TIMES, np.zeros(12), kind="count")
    yield as_row("rounded", TIMES, np.round(rng.uniform(0, 0.4, 12)))
    yield as_row("one differs", TIMES, np.eye(12)[rng.integers(12)])
    yield as_row("never measured", TIMES, np.full(12, math.nan))
    yield as_row("no value", [], [])
    yield as_row("perfect share", TIMES, np.full(12, 100.0), kind="percent", n=[50] * 12)
    yield as_row("errors of nothing", TIMES, line, se=[1e-12] * 12)
    yield as_row("break everywhere", TIMES, line, breaks=[float(time) for time in TIMES[1:]])
    yield as_row("far apart", np.cumsum(10.0 ** rng.integers(-3, 4, 12)), line)
