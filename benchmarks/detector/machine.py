"""What this machine can do at best: bytes moved and numbers multiplied a second."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

import numpy as np

MANY = 2**25
WIDE = 1500


def least_seconds(work: Callable[[], object], rounds: int = 3) -> float:
    """The shortest time of some rounds: what others on the machine took is not counted."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def least_processor_seconds(work: Callable[[], object], rounds: int = 2) -> float:
    """The least processor time of some rounds, which others on the machine hardly change."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def memory_bandwidth() -> float:
    """Gigabytes a second, read and written, of copying one large array to another."""
    source, target = np.ones(MANY), np.empty(MANY)
    return 2 * source.nbytes / least_seconds(lambda: np.copyto(target, source)) / 1e9


def multiplications() -> float:
    """Thousand millions of operations a second of one large matrix product."""
    square = np.ones((WIDE, WIDE))
    return float(2 * WIDE**3 / least_seconds(lambda: square @ square) / 1e9)


def product_seconds(n_series: int, n: int) -> float:
    """Processor seconds of one product of the series with as many columns as there are histories.

    Every method has to look at each value for each turn and step that it weighs: 3 n - 8.
    """
    values, columns = np.ones((n_series, n)), np.ones((n, 3 * n - 8))
    out = np.empty((n_series, columns.shape[1]))
    return least_processor_seconds(lambda: np.matmul(values, columns, out=out), rounds=5)


def load() -> str:
    """How busy the machine was over the last minute, beside its cores."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
