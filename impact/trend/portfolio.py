"""Control of false discoveries over all series of a portfolio: the second step.

The p-values of quiet series are smaller or larger than they should be, depending on what
the series of a portfolio are like. So each p is first read against the null of this very
portfolio, and then controlled by Benjamini and Hochberg's step-up. The method and its
measured rates stand in decision record 0009.

Source:
    Efron (2004), Large-scale simultaneous hypothesis testing: the choice of a null
    hypothesis, JASA 99:96; Benjamini and Hochberg (1995), JRSS B 57:289.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from impact.trend.portfolio_table import EDGES, HISTORIES, LENGTHS, load_spreads
from impact.trend.verdict import Level

Floats = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]

FALSE_DISCOVERY_RATE: Final = 0.10
# Fewer p-values say too little about their null; each level then stays the series' own.
LEAST_SERIES: Final = 40
# What the fit of a null may get wrong; without it the realised rate comes close to the stated one.
MARGIN: Final = 1.2
# How many were found is a count too: the first needs half as much evidence again, the tenth little more.
MARGIN_OF_FEW: Final = 0.5
# Turned series are no quiet ones; most of their share is believed, and only with the default null:
# where another one is fitted, what it cannot explain looks turned.
TURNED_BELIEVED: Final = 0.6
# Log-likelihood by which another null must beat the default before it is believed as much.
EVIDENCE_NEEDED: Final = 2.0
# Series' worth of belief in the default when another null is fitted.
PRIOR_SERIES: Final = 2.0
PRIOR: Final = np.array([0.94, 0.0, 0.0, 0.02, 0.04])


@dataclass(frozen=True)
class FittedNull:
    """What series without a turn are like in a portfolio.

    Attributes:
        n_series: how many have a p.
        is_fitted: False where they are too few and p was taken as it stands.
        shares: share of each history without a turn in the null; they add up to one.
        turned: share of turned series in the fit.
        evidence: log-likelihood by which the fit beats the default null.
    """

    n_series: int
    is_fitted: bool
    shares: dict[str, float] = field(default_factory=dict)
    turned: float = 0.0
    evidence: float = 0.0


@dataclass(frozen=True)
class PortfolioControl:
    """The second step's answer, in the order of the p-values that went in.

    Attributes:
        rate: the false discoveries that a list may have, as a share.
        q: (n,) the smallest rate at which the series would be on the list; NaN without p.
        listed: (n,) whether the series is on the list.
        null: what the p-values were read against.
    """

    rate: float
    q: Floats
    listed: Truths
    null: FittedNull


def control(
    p: npt.ArrayLike, *, q: float = FALSE_DISCOVERY_RATE, n_points: npt.ArrayLike | None = None
) -> PortfolioControl:
    """The reversals of a portfolio of which at most a share of ``q`` is false.

    Args:
        p: (n,) p-values of the series; NaN for a series without a verdict.
        q: the share of false discoveries that the list may have.
        n_points: (n,) usable points of the series; p-values of long series tell more.

    Raises:
        ValueError: a p outside 0 to 1, or shapes that differ.
    """
    given = np.asarray(p, dtype=np.float64)
    lengths = np.full(given.shape, np.nan) if n_points is None else np.asarray(n_points, dtype=np.float64)
    if given.ndim != 1 or lengths.shape != given.shape:
        raise ValueError("p and n_points must have one number for each series")
    has_p = ~np.isnan(given)
    if np.any((given[has_p] < 0) | (given[has_p] > 1)):
        raise ValueError("p must lie between 0 and 1")
    rates = np.full(given.shape, np.nan)
    if has_p.sum() < LEAST_SERIES:
        null = FittedNull(int(has_p.sum()), is_fitted=False)
        rates[has_p] = _step_up(given[has_p], few=0.0)
    else:
        null, read = _read_against_null(given[has_p], lengths[has_p])
        rates[has_p] = _step_up(MARGIN * read, few=MARGIN_OF_FEW)
    return PortfolioControl(q, rates, rates <= q, null)


def levels_after(level: npt.ArrayLike, outcome: PortfolioControl) -> npt.NDArray[np.str_]:
    """The levels of the series after the second step.

    A likely reversal on the list becomes clear, a clear one that is not on it likely. A
    series without a reversal keeps its level, and in a portfolio too small for a null of
    its own all do.
    """
    before = np.asarray(level).astype("<U16")
    if not outcome.null.is_fitted:
        return before
    has_q = ~np.isnan(outcome.q)
    after = before.copy()
    after[has_q & outcome.listed & (before == Level.LIKELY)] = Level.CLEAR
    after[has_q & ~outcome.listed & (before == Level.CLEAR)] = Level.LIKELY
    return after


def _step_up(p: Floats, few: float) -> Floats:
    """The smallest rate at which each is listed; equal p-values get equal rates."""
    if not len(p):
        return p
    order = np.argsort(p, kind="stable")
    rank = np.searchsorted(p[order], p[order], side="right")
    rate = len(p) * p[order] / rank * (1 + few / rank)
    smallest = np.minimum.accumulate(rate[::-1])[::-1]
    rates = np.empty_like(p)
    rates[order] = np.minimum(smallest, 1.0)
    return rates


def _read_against_null(p: Floats, n_points: Floats) -> tuple[FittedNull, Floats]:
    """The portfolio's null, and how large a share of the portfolio it has at or below each p."""
    lengths, which = np.unique(n_points, return_inverse=True)
    spreads = _spreads_at(lengths)
    bins = np.clip(np.searchsorted(EDGES, p, side="right") - 1, 0, len(EDGES) - 2)
    counts = np.zeros(spreads.shape[1:])
    np.add.at(counts, (which, bins), 1.0)
    default = np.zeros(len(HISTORIES) - 1)
    default[0] = 1.0
    alone = _fitted(spreads[[0, -1]], counts, np.zeros(2))
    shares = _fitted(spreads, counts, np.append(PRIOR_SERIES * PRIOR, 0.0))
    evidence = _fit_of(shares, spreads, counts) - _fit_of(alone, spreads[[0, -1]], counts)
    belief = 1 / (1 + np.exp(-np.clip(evidence - EVIDENCE_NEEDED, -50, 50)))
    quiet = belief * shares[:-1] / shares[:-1].sum() + (1 - belief) * default
    null = FittedNull(
        n_series=len(p),
        is_fitted=True,
        shares={name: float(share) for name, share in zip(HISTORIES[:-1], quiet, strict=True)},
        turned=float(belief * shares[-1] + (1 - belief) * alone[-1]),
        evidence=float(evidence),
    )
    cumulated = np.cumsum(np.tensordot(quiet, spreads[:-1], 1), axis=-1)
    read = np.empty_like(p)
    for row in range(len(lengths)):
        read[which == row] = _share_below(p[which == row], cumulated[row])
    return null, read * (1 - TURNED_BELIEVED * (1 - belief) * alone[-1])


def _spreads_at(lengths: Floats) -> Floats:
    """The spreads of p for series of these lengths; NaN takes the mean of all lengths."""
    shipped, known = load_spreads(), np.array(LENGTHS)
    inside = np.clip(np.nan_to_num(lengths, nan=known[0]), known[0], known[-1])
    upper = np.clip(np.searchsorted(known, inside), 1, len(known) - 1)
    part = ((inside - known[upper - 1]) / (known[upper] - known[upper - 1]))[:, None]
    spreads = (1 - part) * shipped[:, upper - 1] + part * shipped[:, upper]
    spreads[:, np.isnan(lengths)] = shipped.mean(axis=1, keepdims=True)
    return np.asarray(spreads)


def _fitted(spreads: Floats, counts: Floats, prior: Floats) -> Floats:
    """The share of each history that makes the counts likeliest, by EM."""
    shares = np.full(len(spreads), 0.05 / (len(spreads) - 1))
    shares[0] = 0.95
    for _ in range(500):
        parts = shares[:, None, None] * spreads
        renewed = np.sum(parts / parts.sum(axis=0) * counts, axis=(1, 2)) + prior
        renewed /= renewed.sum()
        if np.max(np.abs(renewed - shares)) < 1e-6:
            return np.asarray(renewed)
        shares = renewed
    return shares


def _fit_of(shares: Floats, spreads: Floats, counts: Floats) -> float:
    return float(np.sum(counts * np.log(np.tensordot(shares, spreads, 1))))


def _share_below(p: Floats, cumulated: Floats) -> Floats:
    """By straight lines between the edges, on logarithms; proportional to p below the first."""
    logs = np.log(np.maximum(p, 1e-300))
    share = np.interp(logs, np.log(EDGES[1:]), np.log(np.minimum(cumulated, 1.0)))
    below = np.minimum(logs - np.log(EDGES[1]), 0.0)
    return np.asarray(np.exp(share + below))
