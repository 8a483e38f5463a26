"""Other detectors on the series of the bars, in the same run.

    python -m benchmarks.detector_peers --seed 9041 --per 40 --slow 2 --shared ../shared

Needs the packages of requirements-bench.lock. A slow detector sees the first few series of
each stratum and length; Impact stands below on the same subsets. The last column is
processor time, reckoned up from series of 20 years.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.detector.ground import Ground, Row, as_row, read_ground
from benchmarks.detector.machine import least_processor_seconds, load
from benchmarks.detector.peers import Peer, all_peers
from benchmarks.detector.speed import some_series
from impact.trend.screening import screen

FLEET = 1_740_000
OURS = "Impact"
# With fewer series a worst kind or one false alarm in a hundred would be chance.
FEWEST_OF_A_KIND, FEWEST_FOR_ONE_IN_HUNDRED = 50, 200


@dataclass(frozen=True)
class Line:
    """A detector's figures on so many series, in per cent; None is not to be told."""

    name: str
    n_series: int
    false_alarms: float
    worst: float | None
    found: float
    at_5: float | None
    at_1: float | None
    area: float | None
    seconds: float | None


def main() -> None:
    """Print the table."""
    arguments = _arguments()
    ground = read_ground(arguments.shared)
    rows = ground.series(arguments.seed, arguments.per)
    peers = all_peers(arguments.seed, arguments.slow)
    lines = [_measured(ground, OURS, rows, None, seconds=_our_seconds(arguments.seed))]
    lines += [_line_of(ground, peer, rows, arguments.seed) for peer in peers]
    for most in sorted({peer.most for peer in peers if peer.most}, reverse=True):
        some = ground.score.subset(rows, most)
        lines.append(_measured(ground, f"{OURS}, first {most} of each", some, None))
    print(f"seed {arguments.seed}, --per {arguments.per}, {load()}\n")
    print("\n".join(_table(lines)))


def _line_of(ground: Ground, peer: Peer, rows: list[Row], seed: int) -> Line:
    start = time.perf_counter()
    some = ground.score.subset(rows, peer.most)
    line = _measured(
        ground, peer.name, some, peer.answer, has_p=peer.has_p, seconds=_fleet_seconds(peer, seed)
    )
    print(f"{peer.name}: {time.perf_counter() - start:.0f} s", flush=True)
    return line


def _measured(
    ground: Ground,
    name: str,
    rows: Sequence[Row],
    detector: Callable[[Sequence[Row]], list[Row]] | None,
    *,
    has_p: bool = True,
    seconds: float | None = None,
) -> Line:
    answers, _seconds = ground.ask(rows, detector)
    judged = ground.judge(rows, answers)
    strata, matched = judged["strata"], judged["matched"]
    kinds = [each for name, each in strata.items() if each["group"] == "null" and "|" not in name]
    many = [each["rate"] for each in kinds if each["n"] >= FEWEST_OF_A_KIND]
    fewest = min(each["n"] for name, each in strata.items() if name.startswith("null|n="))
    return Line(
        name,
        len(rows),
        100 * strata["ALL|null"]["rate"],
        100 * max(many) if many else None,
        100 * strata["ALL|rev"]["rate"],
        100 * matched[0.05] if has_p else None,
        100 * matched[0.01] if has_p and fewest >= FEWEST_FOR_ONE_IN_HUNDRED else None,
        judged["auc_all"] if has_p else None,
        seconds,
    )


def _fleet_seconds(peer: Peer, seed: int) -> float:
    """Processor seconds for a country's series of 20 years, from what two seconds are enough for."""
    times, values = some_series(np.random.default_rng([seed, 41]), 2000)
    rows = [as_row("speed", times, each) for each in values]
    start, done = time.process_time(), 0
    while time.process_time() - start < 2 and done < len(rows):
        peer.answer(rows[done : done + 5])
        done += 5
    return FLEET * (time.process_time() - start) / done


def _our_seconds(seed: int) -> float:
    times, values = some_series(np.random.default_rng([seed, 41]), 100_000)
    return FLEET * least_processor_seconds(lambda: screen(times, values)) / len(values)


def _table(lines: Sequence[Line]) -> list[str]:
    names = f"{'FAR':>6s} {'worst':>6s} {'found':>6s} {'@5 / @1':>14s} {'AUC':>6s} {'1.74 M series':>15s}"
    return [f"{'detector':46s} {'series':>7s} {names}", *map(_printed, lines)]


def _printed(line: Line) -> str:
    matched = f"{_percent(line.at_5)} / {_percent(line.at_1)}"
    area = "-" if line.area is None else f"{line.area:.3f}"
    return (
        f"{line.name:46s} {line.n_series:7d} {line.false_alarms:6.1f} {_percent(line.worst):>6s} "
        f"{line.found:6.1f} {matched:>14s} {area:>6s} {_duration(line.seconds):>15s}"
    )


def _percent(number: float | None) -> str:
    return "-" if number is None else f"{number:.1f}"


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seed", type=int, default=9041)
    parser.add_argument("--per", type=int, default=40, help="series for each kind and length")
    parser.add_argument("--slow", type=int, default=2, help="series of each for the slowest")
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="folder with trend/")
    return parser.parse_args()


if __name__ == "__main__":
    main()
