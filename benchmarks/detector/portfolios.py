"""Bar 8, first half: false discoveries over the indicators of whole portfolios."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from benchmarks.detector.figures import Figure, at_least, at_most, told
from benchmarks.detector.ground import Answers, Row
from impact.trend.portfolio import control

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]
Listing = Callable[[Floats, Places], Truths]
Q = 0.10
SIZES = (50, 200, 2000)
# Per cent of true reversals, and per cent of them to be found.
PREVALENCES = {5: 24, 20: 40}
SERIES_IN_ALL, FEWEST_PORTFOLIOS = 20_000, 20


def portfolios(rows: Sequence[Row], answers: Answers, seed: int, kinds: str, judged: bool) -> list[Figure]:
    """Realised false discoveries and reversals found, by prevalence and size.

    Benjamini and Hochberg's procedure on the p-values as they stand is told beside it.

    Args:
        rows: labelled series to draw portfolios from.
        answers: what the detector says of them.
        seed: starts the draws.
        kinds: what the series are called in the figures.
        judged: whether the bars hold for them.
    """
    p = np.array([_p(answers[row["id"]]) for row in rows])
    n = np.array([answers[row["id"]]["n_points"] for row in rows])
    pools = [np.flatnonzero([row["group"] == group for row in rows]) for group in ("rev", "null")]
    rng = np.random.default_rng([seed, 81])
    figures = []
    for prevalence, least in PREVALENCES.items():
        for size in SIZES:
            draws = list(_draws(rng, pools, size, prevalence))
            name = f"{kinds}, {prevalence} % of {size}"
            measured = _measured(draws, p, n, pools[0], _listed)
            figures += _figures(name, measured, least if judged else None)
            measured = _measured(draws, p, n, pools[0], benjamini_hochberg)
            figures += _figures(f"{name}, p as they stand", measured, None)
    return figures


def benjamini_hochberg(p: Floats, _n: Places) -> Truths:
    """What the plain step-up procedure discovers at q."""
    judged = np.where(np.isnan(p), 1.0, p)
    m = np.count_nonzero(~np.isnan(p))
    ordered = np.sort(judged)[:m]
    passing = np.flatnonzero(ordered <= Q * np.arange(1, m + 1) / max(m, 1))
    return np.asarray(judged <= (ordered[passing[-1]] if len(passing) else -1.0))


def _listed(p: Floats, n: Places) -> Truths:
    return control(p, q=Q, n_points=n).listed


def _draws(rng: np.random.Generator, pools: Sequence[Places], size: int, prevalence: int) -> Iterator[Places]:
    n_turned = round(size * prevalence / 100)
    for _ in range(max(FEWEST_PORTFOLIOS, SERIES_IN_ALL // size)):
        yield np.concatenate([rng.choice(pools[0], n_turned), rng.choice(pools[1], size - n_turned)])


def _measured(
    draws: Sequence[Places], p: Floats, n: Places, turned: Places, listing: Listing
) -> tuple[list[float], list[float]]:
    """For each portfolio the share of its list that is false, the share of reversals on it."""
    shares, found = [], []
    for places in draws:
        listed = listing(p[places], n[places])
        true = np.isin(places, turned)
        shares.append(100 * np.count_nonzero(listed & ~true) / max(1, np.count_nonzero(listed)))
        found.append(100 * np.count_nonzero(listed & true) / np.count_nonzero(true))
    return shares, found


def _figures(name: str, measured: tuple[list[float], list[float]], least: float | None) -> list[Figure]:
    shares, found = measured
    note = f"{len(shares)} portfolios, 2 se {2 * np.std(shares) / math.sqrt(len(shares)):.1f}"
    false, power = float(np.mean(shares)), float(np.mean(found))
    if least is None:
        return [told("8", f"{name}: false", false, note=note), told("8", f"{name}: found", power)]
    return [
        at_most("8", f"{name}: false", false, 100 * Q, note=note),
        at_least("8", f"{name}: found", power, least),
    ]


def _p(answer: Row) -> float:
    return float("nan") if answer["p"] is None else float(answer["p"])
