"""Bar 6: series a second, and memory that stays flat."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.detector.figures import Figure, at_least, at_most, told
from benchmarks.detector.machine import (
    least_processor_seconds,
    least_seconds,
    load,
    memory_bandwidth,
    multiplications,
    product_seconds,
)
from impact.trend.screening import screen

N_YEARS = 20
SHARED, OWN = 70_000, 24_000
# A series brings 160 bytes and its answer takes about 300; the rest would be work.
BYTES_A_SERIES = 1000


def series_a_second(seed: int, n_series: int) -> list[Figure]:
    """Speed on a shared calendar, with own errors, with gaps; the machine's limits beside."""
    rng = np.random.default_rng([seed, 6])
    times, values = some_series(rng, n_series)
    kinds = {
        "shared calendar": (SHARED, _screening(times, values)),
        "standard errors of their own": (
            OWN,
            _screening(times, values, standard_errors=rng.uniform(0.5, 1.5, values.shape)),
        ),
        "gaps": (OWN, _screening(times, with_gaps(rng, values))),
    }
    product = product_seconds(n_series, N_YEARS)
    figures = []
    for name, (wanted, work) in kinds.items():
        seconds = least_seconds(work)
        figures.append(at_least("6", name, n_series / seconds, wanted, unit="series/s", note=load()))
        busy = least_processor_seconds(work)
        figures.append(told("6", f"{name}: by processor time", n_series / busy, unit="series/s"))
        figures.append(told("6", f"{name}: times one matrix product", busy / product, unit=""))
    return [
        *figures,
        at_most("6", "memory a further series", _bytes_a_series(rng, n_series), BYTES_A_SERIES, unit="bytes"),
        told("6", "memory bandwidth", memory_bandwidth(), unit="GB/s"),
        told("6", "matrix product", multiplications(), unit="Gflop/s"),
    ]


def some_series(
    rng: np.random.Generator, n_series: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Twenty years of lines with noise, one in five of them turned."""
    x = np.arange(N_YEARS, dtype=float)
    slope = rng.normal(0, 0.4, (n_series, 1))
    turn = np.where(rng.random((n_series, 1)) < 0.2, rng.integers(4, 16, (n_series, 1)), N_YEARS)
    course = slope * (np.minimum(x, turn) - np.maximum(x - turn, 0))
    return 2005 + x, course + rng.standard_normal((n_series, N_YEARS))


def with_gaps(rng: np.random.Generator, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The same values, one in seven of them missing."""
    gappy = values.copy()
    gappy[rng.random(values.shape) < 1 / 7] = np.nan
    return gappy


def _screening(times: Any, values: Any, **options: Any) -> Callable[[], object]:
    return lambda: screen(times, values, **options)


def _bytes_a_series(rng: np.random.Generator, n_series: int) -> float:
    """How much higher the peak is for each further series, its values not counted."""
    few = _peak(rng, n_series // 4)
    return (_peak(rng, n_series) - few) / (n_series - n_series // 4)


def _peak(rng: np.random.Generator, n_series: int) -> int:
    times, values = some_series(rng, n_series)
    tracemalloc.start()
    screen(times, values)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak
