"""The bars of the detector: every figure beside what was wanted, in one table.

    python -m benchmarks.detector_bars --seed 9041 --per 200 --shared ../shared

It takes about a minute and a half of one processor. ``--only`` takes some of the parts,
``--json`` keeps the figures. The exit code is 0 however many bars hold: it is an
instrument, not a test.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import cached_property
from pathlib import Path

from benchmarks.detector import (
    accuracy,
    early_warning,
    portfolios,
    probabilities,
    reference_line,
    robustness,
    seasons,
    speed,
    unseen,
)
from benchmarks.detector.figures import Figure, at_most, failures, table, told
from benchmarks.detector.ground import Answers, Ground, Row, read_ground

DEFAULT_SEED, DEFAULT_PER = 9041, 200
SERIES_FOR_SPEED = 40_000


class Run:
    """One run over one seed; labelled series are made and answered once."""

    def __init__(self, ground: Ground, seed: int, per: int) -> None:
        self.ground, self.seed, self.per = ground, seed, per
        self.unseen_per = max(10, per // 2)

    @cached_property
    def known(self) -> tuple[list[Row], Answers, Row]:
        """The generator's series, the answers, the scorer's figures."""
        return self._answered(self.ground.series(self.seed, self.per))

    @cached_property
    def unknown(self) -> tuple[list[Row], Answers, Row]:
        """The same for kinds of series that the generator does not have."""
        return self._answered(unseen.unseen_series(self.ground, self.seed, self.unseen_per))

    def _answered(self, rows: list[Row]) -> tuple[list[Row], Answers, Row]:
        answers, _seconds = self.ground.ask(rows)
        return rows, answers, self.ground.judge(rows, answers)


def known_bars(run: Run) -> list[Figure]:
    """Bars 1 to 4 and the weak spots."""
    rows, answers, judged = run.known
    return [
        *accuracy.false_alarms(judged),
        *accuracy.power(judged),
        *accuracy.cells(rows, answers, judged),
        *accuracy.turning_years(judged),
        *accuracy.weak_spots(rows, answers),
    ]


def stated(run: Run) -> list[Figure]:
    """Stated probabilities on both sets of series."""
    known, unknown = run.known, run.unknown
    return [
        *probabilities.stated_probabilities(known[0], known[1], run.seed, "known kinds"),
        *probabilities.stated_probabilities(unknown[0], unknown[1], run.seed, "unseen kinds"),
    ]


def whole_portfolios(run: Run) -> list[Figure]:
    """False discoveries over portfolios drawn from both sets of series."""
    known, unknown = run.known, run.unknown
    return [
        *portfolios.portfolios(known[0], known[1], run.seed, "known", judged=True),
        *portfolios.portfolios(unknown[0], unknown[1], run.seed, "unseen", judged=False),
    ]


def unseen_kinds(run: Run) -> list[Figure]:
    """False alarms and reversals found on kinds of series that nobody tuned for."""
    _rows, _answers, judged = run.unknown
    strata, matched = judged["strata"], judged["matched"]
    found = strata["ALL|rev"]
    turned = [(name, each) for name, each in strata.items() if name.startswith("rev/")]
    return [
        *accuracy.false_alarms(judged, "unseen", unseen.AUTOCORRELATED),
        told("unseen", "found at the default decision", 100 * found["rate"], found["n"]),
        told("unseen", "found at 5 % false alarms", 100 * matched[0.05], found["n"]),
        told("unseen", "found at 1 % false alarms", 100 * matched[0.01], found["n"]),
        told("unseen", "area under the curve", judged["auc_all"], unit=""),
        *(told("unseen", name, 100 * each["rate"], each["n"]) for name, each in turned),
        at_most("unseen", "median error of the turning year", found["mae"], 0.5, unit="years"),
        told("unseen", "within one year", 100 * found["within1"]),
        told("unseen", "90 % interval holds the truth", 100 * found["coverage"]),
    ]


PARTS: dict[str, Callable[[Run], list[Figure]]] = {
    "known": known_bars,
    "early": lambda run: early_warning.early_warnings(run.ground, run.seed, run.per * 5 // 2),
    "speed": lambda run: speed.series_a_second(run.seed, SERIES_FOR_SPEED),
    "seasons": lambda run: seasons.seasonal_series(run.ground, run.seed, run.per),
    "portfolio": whole_portfolios,
    "reference": lambda run: reference_line.reference_lines(run.ground, run.seed, run.per),
    "robust": lambda run: robustness.short_and_odd_series(run.seed, run.per),
    "prob": stated,
    "unseen": unseen_kinds,
}


def main() -> None:
    """Print the table."""
    arguments = _arguments()
    run = Run(read_ground(arguments.shared), arguments.seed, arguments.per)
    start = time.perf_counter()
    figures = list(_measured(run, arguments.only))
    print(f"seed {arguments.seed}, --per {arguments.per}, {time.perf_counter() - start:.0f} s\n")
    print(table(figures))
    print(f"\n{failures(figures)}")
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(figure) for figure in figures], indent=1))


def _measured(run: Run, only: list[str]) -> Iterator[Figure]:
    for name in only:
        start = time.perf_counter()
        yield from PARTS[name](run)
        print(f"{name}: {time.perf_counter() - start:.0f} s", file=sys.stderr)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
    parser.add_argument("--per", type=int, default=DEFAULT_PER, help="series for each kind and length")
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="folder with trend/")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--json", type=Path, help="file for the figures")
    return parser.parse_args()


if __name__ == "__main__":
    main()
