"""How much better a turn explains a series than every history without one.

For one series with residual sum of squares RSS of each history,

    L = -(n-1)/2 log RSS - k/2 log n            (noise unknown)
    L = -RSS / (2 max(1, s^2)) - k/2 log n      (standard errors known)
    S = log mean_tau exp L(turn) - log sum_rivals mean_position exp L(rival)

with k the columns beyond the level and s^2 the scatter around the best broken line.
Rivals: constant; line; broken line without change of sign; flat, then slope; slope, then
flat; a level step with and without line; line with one outlier.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from impact.trend.designs import Design

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Fit:
    """Every history fitted to every series; arrays of shape (n_series,) or (n_series, k).

    Attributes:
        score: S of the module, -inf where no turn is possible.
        r1: lag-1 autocorrelation of the residuals around the best broken line.
        slope: slope of the line; ``slope_sd`` its standard error with noise 1.
        before, after: (s, k) slopes around each tau; ``before_sd``, ``after_sd`` likewise.
        rss_line, rss: residual sums of squares of the line and (s, k) the broken lines.
        freedom: degrees of freedom of a broken line with its tau.
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
    before_sd: Floats
    after_sd: Floats
    rss_line: Floats
    rss: Floats
    freedom: npt.NDArray[np.int64]
    levelled: Floats
    believed: npt.NDArray[np.bool_]
    n: npt.NDArray[np.int64]


def fit_histories(
    design: Design, values: Floats, known: npt.NDArray[np.bool_], rounding: Floats, extra_scatter: float
) -> Fit:
    """Fits the turn and its rivals to weighted values (n_series, n).

    Args:
        design: the columns, weighted alike.
        values: values times their weights.
        known: (n_series,) whether the weights come from known standard errors.
        rounding: (n_series,) variance that rounding and arithmetic add to each value.
        extra_scatter: scatter from which on known errors are not believed.
    """
    parts = _project(design, values)
    n = values.shape[1] - np.broadcast_to(design.n_extra, parts.on_line.shape)
    freedom = n - 4
    added = np.maximum(freedom, 1) * rounding
    usable = design.kink_squared > 0
    safe = np.where(usable, design.kink_squared, 1.0)
    delta = np.where(usable, parts.kink / safe, 0.0)
    explained = np.where(usable, parts.kink * delta, 0.0)
    rss = np.maximum(parts.rss_line[:, None] - explained, 0.0) + added[:, None]
    share = design.kink_on_line / design.line_size[:, None]
    slope = parts.on_line / design.line_size
    before = slope[:, None] - delta * share
    bend = np.where(usable, 1.0 / safe, np.inf)
    line_variance = 1.0 / design.line_size**2

    best = np.argmax(np.where(usable, explained, -1.0), axis=-1)
    rows = np.arange(len(values))
    scatter = rss[rows, best] / np.maximum(freedom, 1)
    believed = known & (scatter < extra_scatter)
    liking = _Liking(n, believed, np.maximum(1.0, scatter), added)
    tent = usable & (before * (before + delta) < 0)
    score, levelled = _compare(design, liking, parts, rss, tent, usable)
    return Fit(
        score=score,
        r1=_follow(design, parts.rest, best, delta[rows, best]),
        slope=slope,
        slope_sd=np.broadcast_to(np.sqrt(line_variance), slope.shape),
        before=before,
        after=before + delta,
        before_sd=np.sqrt(line_variance[:, None] + share**2 * bend) + 0 * before,
        after_sd=np.sqrt(line_variance[:, None] + (1 - share) ** 2 * bend) + 0 * before,
        rss_line=parts.rss_line + added,
        rss=np.where(usable, rss, np.inf),
        freedom=freedom,
        levelled=levelled,
        believed=believed,
        n=n,
    )


@dataclass(frozen=True)
class _Parts:
    """Series taken apart: the line's share, what it leaves, what each column sees of that."""

    on_line: Floats
    rest: Floats
    rss_level: Floats
    rss_line: Floats
    kink: Floats
    step: Floats


def _project(design: Design, values: Floats) -> _Parts:
    level_rest = values
    for place in range(design.base.shape[1]):
        one = design.base[:, place]
        level_rest = level_rest - np.sum(level_rest * one, axis=-1, keepdims=True) * one
    on_line = np.sum(level_rest * design.line, axis=-1)
    rest = level_rest - on_line[:, None] * design.line
    rss_line = np.sum(rest * rest, axis=-1)
    kink = np.matmul(design.kinks, rest[:, :, None])[..., 0]
    step = np.matmul(design.steps, rest[:, :, None])[..., 0]
    return _Parts(on_line, rest, rss_line + on_line**2, rss_line, kink, step)


def _compare(
    design: Design,
    liking: _Liking,
    parts: _Parts,
    rss: Floats,
    tent: npt.NDArray[np.bool_],
    usable: npt.NDArray[np.bool_],
) -> tuple[Floats, Floats]:
    """The score of a turn, and the log odds of "slope, then flat" against a line."""
    broken = liking.of(rss, 2, ready=True)
    line = liking.of(parts.rss_line, 1)
    level = liking.of(parts.rss_level, 0)
    flat_before = _less(parts.rss_level, *_flat_before(design, parts.on_line, parts.kink))
    flat_after = _less(parts.rss_level, *_flat_after(design, parts.on_line, parts.kink))
    then_flat = _mean(liking.of(flat_after, 1), usable)
    rivals = np.stack([
        level,
        line,
        _mean(broken, usable & ~tent),
        _mean(liking.of(flat_before, 1), usable),
        then_flat,
        *_with_step(design, liking, parts.rss_level, parts.rss_line, parts.on_line, parts.step),
        _with_outlier(design, liking, parts.rss_line, parts.rest),
    ])  # fmt: skip
    return _mean(broken, tent) - _logsum(rivals, axis=0), then_flat - np.maximum(line, level)


def _follow(design: Design, rest: Floats, best: npt.NDArray[np.int64], delta: Floats) -> Floats:
    """Lag-1 autocorrelation of what the best broken line leaves over."""
    rows = np.arange(len(rest))
    kinks = np.broadcast_to(design.kinks, (len(rest), *design.kinks.shape[1:]))
    left = rest - delta[:, None] * kinks[rows, best]
    spread = np.sum(left * left, axis=-1)
    follow = np.sum(left[:, 1:] * left[:, :-1], axis=-1)
    return np.asarray(np.where(spread > 0, follow / np.where(spread > 0, spread, 1.0), 0.0), dtype=np.float64)


@dataclass(frozen=True)
class _Liking:
    """Log likelihood of a history, less the price of its columns."""

    n: npt.NDArray[np.int64]
    believed: npt.NDArray[np.bool_]
    scatter: Floats
    added: Floats

    def of(self, rss: Floats, n_columns: int, *, ready: bool = False) -> Floats:
        def lift(each: npt.NDArray[Any]) -> npt.NDArray[Any]:
            return each[:, None] if rss.ndim == 2 else each

        full = rss if ready else rss + lift(self.added)
        price = n_columns / 2 * np.log(self.n)
        tiny = np.finfo(np.float64).tiny
        unknown = -lift((self.n - 1) / 2) * np.log(np.maximum(full, tiny))
        if not self.believed.any():
            return np.asarray(unknown - lift(price), dtype=np.float64)
        chosen = np.where(lift(self.believed), -full / lift(2 * self.scatter), unknown)
        return np.asarray(chosen - lift(price), dtype=np.float64)


def _flat_before(design: Design, on_line: Floats, kink: Floats) -> tuple[Floats, Floats]:
    return design.kink_on_line * on_line[:, None] + kink, design.kink_on_line**2 + design.kink_squared


def _flat_after(design: Design, on_line: Floats, kink: Floats) -> tuple[Floats, Floats]:
    left = design.line_size[:, None] - design.kink_on_line
    return left * on_line[:, None] - kink, left**2 + design.kink_squared


def _less(rss: Floats, product: Floats, squared: Floats) -> Floats:
    explained = product**2 / np.where(squared > 0, squared, np.inf)
    return np.maximum(rss[:, None] - explained, 0.0)


def _with_step(
    design: Design, liking: _Liking, rss_level: Floats, rss_line: Floats, on_line: Floats, step: Floats
) -> tuple[Floats, Floats]:
    usable = design.step_squared > 0
    product = design.step_on_line * on_line[:, None] + step
    alone = _less(rss_level, product, design.step_on_line**2 + design.step_squared)
    beside = _less(rss_line, step, design.step_squared)
    return _mean(liking.of(alone, 1), usable), _mean(liking.of(beside, 2), usable)


def _with_outlier(design: Design, liking: _Liking, rss_line: Floats, rest: Floats) -> Floats:
    room = 1.0 - design.leverage
    usable = room > 1e-6
    return _mean(liking.of(_less(rss_line, rest, np.where(usable, room, 0.0)), 2), usable)


def _mean(liking: Floats, counted: npt.NDArray[np.bool_]) -> Floats:
    """Log of the mean over all positions; those not counted are worth nothing."""
    return np.asarray(
        _logsum(np.where(counted, liking, -np.inf), axis=-1) - np.log(liking.shape[-1]), dtype=np.float64
    )


def _logsum(terms: Floats, axis: int) -> Floats:
    top = np.max(terms, axis=axis)
    calm = np.where(np.isfinite(top), top, 0.0)
    total = np.sum(np.exp(terms - np.expand_dims(calm, axis)), axis=axis)
    return np.asarray(
        np.where(total > 0, np.log(np.where(total > 0, total, 1.0)) + calm, -np.inf), dtype=np.float64
    )
