"""A country's series in one process: time, memory, and how far the limit is.

    python -m benchmarks.detector_scale [--series 1740000] [--kind shared|errors|gaps]

The series are made a block at a time outside of the time that is told, and of the answers
only sums are kept.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np

from benchmarks.detector.machine import load, memory_bandwidth, multiplications, product_seconds
from benchmarks.detector.phases import shares
from benchmarks.detector.speed import N_YEARS, some_series, with_gaps
from impact.trend.screening import screen

FLEET = 1_740_000
AT_ONCE = 60_000
KINDS = ("shared", "errors", "gaps")
SHOWN = 12


def main() -> None:
    """Print time, memory, the machine's limits and the share of each function."""
    arguments = _arguments()
    before = _peak_megabytes()
    seconds, processor, verdicts = _screened(arguments.series, arguments.kind)
    n = arguments.series
    print(f"{n:,} series of {N_YEARS} years, {arguments.kind}: {seconds:.1f} s, {n / seconds:,.0f} series/s")
    print(f"processor time {processor:.1f} s, {n / processor:,.0f} series/s")
    print(f"peak memory {_peak_megabytes():,.0f} MB, of which {before:,.0f} MB before the first series")
    print(f"machine: {load()}")
    print("\nverdicts: " + ", ".join(f"{verdict} {count:,}" for verdict, count in verdicts.most_common()))
    _print_limits(n, processor)
    _print_shares(arguments.kind)


def _screened(n_series: int, kind: str) -> tuple[float, float, Counter[str]]:
    """Seconds by the clock and of the processor, and how often each verdict came."""
    seconds, processor, verdicts = 0.0, 0.0, Counter[str]()
    for times, values, options in _blocks(n_series, kind):
        start, work = time.perf_counter(), time.process_time()
        result = screen(times, values, **options)
        seconds += time.perf_counter() - start
        processor += time.process_time() - work
        words, counts = np.unique(result.verdict, return_counts=True)
        verdicts.update(dict(zip(words.tolist(), counts.tolist(), strict=True)))
    return seconds, processor, verdicts


def _blocks(n_series: int, kind: str) -> Iterator[tuple[Any, Any, dict[str, Any]]]:
    rng = np.random.default_rng(50)
    for start in range(0, n_series, AT_ONCE):
        times, values = some_series(rng, min(AT_ONCE, n_series - start))
        if kind == "gaps":
            values = with_gaps(rng, values)
        errors = rng.uniform(0.5, 1.5, values.shape) if kind == "errors" else None
        yield times, values, {"standard_errors": errors}


def _print_limits(n_series: int, processor: float) -> None:
    bandwidth, speed = memory_bandwidth(), multiplications()
    product = product_seconds(AT_ONCE, N_YEARS) * n_series / AT_ONCE  # processor time, like the detector's
    reading = n_series * N_YEARS * 8 / bandwidth / 1e9
    print(f"\nmemory bandwidth {bandwidth:.1f} GB/s: the values are read in {reading:.3f} s")
    print(f"matrix product {speed:.0f} Gflop/s; values times all candidate columns {product:.2f} s")
    print(f"the detector takes {processor / product:,.0f} times that product")


def _print_shares(kind: str) -> None:
    times, values, options = next(_blocks(AT_ONCE, kind))
    print(f"\nshare of the processor time on {AT_ONCE:,} series")
    for name, percent in shares(lambda: screen(times, values, **options))[:SHOWN]:
        print(f"{percent:6.1f} %  {name}")


def _peak_megabytes() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak / 1e3


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--series", type=int, default=FLEET)
    parser.add_argument("--kind", choices=KINDS, default=KINDS[0])
    return parser.parse_args()


if __name__ == "__main__":
    main()
