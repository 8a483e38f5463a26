"""How much better a turn explains a series than every history without one.

With M the marginal likelihood of a history (``liking``),

    S = log mean_tau M(turn at tau) - log sum_rivals mean_position M(rival)

and a turn is a broken line whose fitted slopes have opposite signs. Rivals: constant;
line; broken line without change of sign; flat, then slope; slope, then flat; a level step
with and without line; line with one odd value. Where a value stands out, the histories of
``oddities`` join on both sides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from impact.trend.designs import Design
from impact.trend.liking import Liking
from impact.trend.oddities import stands_out
from impact.trend.seeing import bend_column, break_lines, see
from impact.trend.weighing import add_odd, weigh
from impact.trend.zigzag import FOLLOWING, LEAST_POINTS, look_for_zigzag

Floats = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Fit:
    """Every history fitted to every series; arrays of shape (n_series,) or (n_series, k).

    Attributes:
        score: S of the module, -inf where no turn is possible.
        r1: lag-1 autocorrelation of the residuals around the best broken line.
        slope: slope of the line; ``slope_sd`` its standard error with noise 1.
        before, after: (s, k) slopes around each tau; ``before_sd``, ``after_sd`` likewise.
        bend_before, bend_after: (s, k) the same for bends of whatever way.
        turn, bend: (s, k) how likely each tau is, with and without change of sign.
        rss_line: residual sum of squares of the line, ``rss`` of the best broken line.
        freedom: degrees of freedom of a broken line with its tau.
        zigzag: log odds of two turns against at most one, -inf where not looked for;
            ``first`` and ``second`` are the likeliest two.
        levelled: log odds of "slope, then flat" against the line or a constant.
        believed: whether the known standard errors agree with the scatter.
        n: usable points less one for each extra column.
    """

    score: Floats
    r1: Floats
    slope: Floats
    slope_sd: Floats
    before: Floats
    after: Floats
    bend_before: Floats
    bend_after: Floats
    before_sd: Floats
    after_sd: Floats
    turn: Floats
    bend: Floats
    rss_line: Floats
    rss: Floats
    freedom: npt.NDArray[np.int64]
    levelled: Floats
    believed: Truths
    n: npt.NDArray[np.int64]
    zigzag: Floats
    first: Floats
    second: Floats

    def of(self, rows: npt.NDArray[np.int64]) -> Fit:
        """The fit of some of the series."""
        return Fit(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


def fit_histories(
    design: Design, values: Floats, known: Truths, rounding: Floats, extra_scatter: float
) -> Fit:
    """Fits the turn and its rivals to weighted values (n_series, n).

    Args:
        design: the columns, weighted alike.
        values: values times their weights.
        known: (n_series,) whether the weights come from known standard errors.
        rounding: (n_series,) variance that rounding and arithmetic add to each value.
        extra_scatter: scatter from which on known errors are not believed.
    """
    seen = see(design, values)
    n = values.shape[1] - np.broadcast_to(design.n_extra, seen.line.shape)
    freedom = n - 4
    added = np.maximum(freedom, 1) * rounding
    lines = break_lines(design, seen)
    rows = np.arange(len(values))
    best = np.argmax(lines.explained, axis=-1)
    rss = np.maximum(seen.rss_line - lines.explained[rows, best], 0.0) + added
    left = seen.rest - lines.delta[rows, best][:, None] * bend_column(design, best)
    scatter = rss / np.maximum(freedom, 1)
    believed = known & (scatter < extra_scatter)
    liking = Liking(seen.length, n, believed, np.maximum(1.0, scatter), added)
    weights = weigh(design, seen, liking, lines)
    for odd in in_parts(np.flatnonzero(stands_out(left, scatter)), design.taus):
        add_odd(weights, design.of(odd), seen.of(odd), liking.rows(odd), odd)
    r1 = _follow(left)
    zigzag, first, second = (np.full(len(values), start) for start in (-np.inf, np.nan, np.nan))
    for two in in_parts(np.flatnonzero((r1 > FOLLOWING) & (n >= LEAST_POINTS)), design.taus):
        found = look_for_zigzag(
            design.of(two), seen.free[two], seen.line[two], liking.rows(two), weights.everything()[two]
        )
        zigzag[two], first[two], second[two] = found.odds, found.first, found.second
    return Fit(
        score=weights.score(),
        r1=r1,
        slope=seen.line / design.line_squared,
        slope_sd=np.broadcast_to(1 / np.sqrt(design.line_squared), seen.line.shape),
        before=weights.before,
        after=weights.after,
        bend_before=weights.bend_before,
        bend_after=weights.bend_after,
        before_sd=np.broadcast_to(lines.before_sd, lines.before.shape),
        after_sd=np.broadcast_to(lines.after_sd, lines.before.shape),
        turn=weights.turn,
        bend=weights.bend,
        rss_line=seen.rss_line + added,
        rss=rss,
        freedom=freedom,
        levelled=weights.levelled,
        believed=believed,
        n=n,
        zigzag=zigzag,
        first=first,
        second=second,
    )


def _follow(left: Floats) -> Floats:
    """Lag-1 autocorrelation of residuals."""
    spread = np.sum(left * left, axis=-1)
    follow = np.sum(left[:, 1:] * left[:, :-1], axis=-1)
    return np.asarray(np.where(spread > 0, follow / np.where(spread > 0, spread, 1.0), 0.0), dtype=np.float64)


def in_parts(
    rows: npt.NDArray[np.int64], taus: Floats, cells: int = 500_000
) -> Iterator[npt.NDArray[np.int64]]:
    """Rows in parts, so that an array of (rows, k, n) stays small."""
    size = max(1, cells // (taus.shape[1] * (taus.shape[1] + 7) // 2))
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
