"""What others do, on the same series: each a function from series to answers.

None of them takes declared breaks or standard errors; packages run with their defaults
where nothing else is said here.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import piecewise_regression
import pymannkendall
import ruptures

from benchmarks.detector.broken_line import bends, fit_broken_line
from benchmarks.detector.ground import Row

Floats = npt.NDArray[np.float64]
Answer = dict[str, Any]
Judge = Callable[[Floats, Floats], Answer]
AT = 0.05
PERMUTATIONS = 499
RESTARTS = 20  # of piecewise-regression; with its default of 100 a series takes half a second
# Of s^2 log n for each bend: two numbers a bend as in BIC, one more because s is estimated.
PENALTY = 3.0


@dataclass(frozen=True)
class Peer:
    """Another detector; ``most`` is how many series of a stratum it has time for."""

    name: str
    judge: Judge
    most: int | None
    has_p: bool = True

    def answer(self, rows: Sequence[Row]) -> list[Row]:
        """The answers to series, one after the other."""
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return [{"id": row["id"], **self.judge(np.array(row["t"]), np.array(row["y"]))} for row in rows]


def all_peers(seed: int, slow: int) -> list[Peer]:
    """Every other detector; ``slow`` is how many of a stratum and length the slow ones see."""
    permuting = partial(permutation_test, np.random.default_rng([seed, 40]))
    return [
        Peer("Joinpoint-style permutation test, both slopes", permuting, 10 * slow),
        Peer("piecewise-regression (Davies, both slopes)", davies, slow),
        Peer("ruptures Binseg, one break, both slopes", one_break, 10 * slow),
        Peer("ruptures PELT, slope signs", slope_signs, 10 * slow, has_p=False),
        Peer("pymannkendall, best split", best_split, 5 * slow),
        Peer("spreadsheet habit: the last difference flips", last_difference, None, has_p=False),
    ]


def permutation_test(rng: np.random.Generator, t: Floats, y: Floats) -> Answer:
    """One joinpoint against none by permuting residuals, then both slopes.

    Source:
        Kim, Fay, Feuer and Midthune (2000), Statistics in Medicine 19, section 3.
    """
    taus, kinks = bends(tuple((t - t[0]).tolist()))
    line = np.polynomial.polynomial.polyfit(t - t[0], y, 1)
    residual = y - np.polynomial.polynomial.polyval(t - t[0], line)
    total = float(residual @ residual)
    if total <= 1e-20 * float(y @ y + 1):
        return _no_turn()
    gain = (residual @ kinks) ** 2
    shuffled = rng.permuted(np.broadcast_to(residual, (PERMUTATIONS, len(y))), axis=1)
    # Permuted residuals have a line of their own, which the null model fits too.
    x = np.stack([np.ones_like(t), t - t.mean()], axis=1)
    basis = np.linalg.qr(x)[0]
    left = np.sum(shuffled**2, axis=1) - np.sum((shuffled @ basis) ** 2, axis=1)
    best = np.max((shuffled @ kinks) ** 2, axis=1) / left
    p = (1 + np.count_nonzero(best >= gain.max() / total)) / (PERMUTATIONS + 1)
    return _two_slopes(t, y, float(t[0] + taus[np.argmax(gain)]), p)


def davies(t: Floats, y: Floats) -> Answer:
    """Muggeo's broken line: Davies' test, then the intervals of both slopes."""
    try:
        fit = piecewise_regression.Fit(t - t[0], y, n_breakpoints=1, n_boot=RESTARTS, verbose=False)
        found = fit.get_results()
    except (ValueError, np.linalg.LinAlgError):
        return _no_turn()
    estimates = found["estimates"]
    if not found["converged"] or estimates is None:
        return _no_turn()
    slopes = [estimates[name] for name in ("alpha1", "alpha2")]
    if slopes[0]["estimate"] * slopes[1]["estimate"] >= 0:
        return _no_turn()
    p = float(max(found["davies"], *(slope["p_t"] for slope in slopes)))
    return _turn(p, float(t[0] + estimates["breakpoint1"]["estimate"]))


def one_break(t: Floats, y: Floats) -> Answer:
    """Binary segmentation for one bend, then both slopes."""
    ends = ruptures.Binseg(model="clinear", min_size=2, jump=1).fit(y).predict(n_bkps=1)
    return _no_turn() if len(ends) < 2 else _two_slopes(t, y, float(t[ends[0] - 1]), 0.0)


def slope_signs(t: Floats, y: Floats) -> Answer:
    """PELT segments of a bent line; reversed where neighbours slope in opposite ways."""
    noise = np.median(np.abs(np.diff(y, 2))) / 0.6745 / np.sqrt(6)
    penalty = PENALTY * max(float(noise) ** 2, 1e-300) * np.log(len(y))
    ends = ruptures.Pelt(model="clinear", min_size=2, jump=1).fit(y).predict(pen=penalty)
    knots = [0, *(end - 1 for end in ends)]
    rises = np.diff(y[knots]) / np.diff(t[knots])
    turns = np.flatnonzero(rises[1:] * rises[:-1] < 0)
    if not len(turns):
        return {"reversed": False, "turning": None, "p": None}
    return {"reversed": True, "turning": float(t[knots[turns[-1] + 1]]), "p": None}


def best_split(t: Floats, y: Floats) -> Answer:
    """Mann-Kendall before and after every split; the best pair with opposite signs."""
    best = _no_turn()
    for place in range(4, len(y) - 3):
        before, after = (pymannkendall.original_test(part) for part in (y[:place], y[place:]))
        p = float(max(before.p, after.p))
        if before.s * after.s < 0 and p < best["p"]:
            best = _turn(p, float(t[place - 1] + t[place]) / 2)
    return best


def last_difference(t: Floats, y: Floats) -> Answer:
    """The last difference has another sign than the one before."""
    flips = (y[-1] - y[-2]) * (y[-2] - y[-3]) < 0
    return {"reversed": bool(flips), "turning": float(t[-2]) if flips else None, "p": None}


def _two_slopes(t: Floats, y: Floats, tau: float, p: float) -> Answer:
    fit = fit_broken_line(t, y, tau)
    return _turn(max(p, fit.p), tau) if fit.turns else _no_turn()


def _turn(p: float, turning: float) -> Answer:
    p = p if np.isfinite(p) else 1.0
    return {"reversed": p <= AT, "turning": turning, "p": p}


def _no_turn() -> Answer:
    return {"reversed": False, "turning": None, "p": 1.0}
