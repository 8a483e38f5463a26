"""How far a series and its reference are from having turned together.

"Together" means: the reference bends within two periods of the series' own turning point,
the same way, and each of its slopes, before and after, is at least half the own one.
With own slopes b (variance V), those of the reference c (variance W), both counted
positive along the own turn, and each bend tau of the reference within the window,

    T = min_tau [RSS(tau)/s^2 + D(tau)] - min_tau RSS(tau)/s^2,
    D(tau) = min over v >= 0 of (c - b/2 - v)' (W + V/4)^-1 (c - b/2 - v)

so T is the likelihood-ratio distance from the nearest history in which both turned. A
straight line in the reference, rising or falling, does not hide a turn of one's own,
as it would in the plain difference of the two.

Source: the distance to an orthant as in Kudo (1963), Biometrika 50:403.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]

# A reference that turns half as steeply or more has turned too.
LEAST_SHARE = 0.5
# Where the reference may bend, in periods from the own turning point.
WINDOW = np.arange(-2.0, 2.01, 0.5)
# Points of the reference on either side of its bend: one alone is no slope.
LEAST_BESIDE = 2


@dataclass(frozen=True)
class Pairs:
    """Series beside their references on common times, one row per pair.

    Attributes:
        times: (s, n) rising; counted in periods.
        own, reference: (s, n) values; 0 where there is none.
        own_weights, reference_weights: (s, n) 1 or 1 / standard error; 0 where the pair
            has no common value.
        own_known, reference_known: (s,) whether the weights come from known errors.
        own_extra, reference_extra: (s, n, k) and (s, n, l) columns beside the level: one
            for each declared break and each season but one; columns of zeros do nothing.
    """

    times: Floats
    own: Floats
    reference: Floats
    own_weights: Floats
    reference_weights: Floats
    own_known: Truths
    reference_known: Truths
    own_extra: Floats
    reference_extra: Floats


@dataclass(frozen=True)
class _Bent:
    """A broken line at each bend: arrays (s, k); slopes with their covariance at noise 1."""

    usable: Truths
    before: Floats
    after: Floats
    var_before: Floats
    var_after: Floats
    between: Floats
    rss: Floats
    variance: Floats


def distance_from_together(pairs: Pairs, turning: Floats, rising: Truths) -> Floats:
    """T of the module for each pair, shape (s,); NaN where it cannot be had.

    Args:
        pairs: the series and their references.
        turning: (s,) the own turning point on the time of the pairs.
        rising: (s,) whether the series rose before it.
    """
    sign = np.where(rising, 1.0, -1.0)[:, None]
    own = _bend(pairs.times, pairs.own, pairs.own_weights, pairs.own_extra, turning[:, None], pairs.own_known)
    bends = turning[:, None] + WINDOW
    reference = _bend(
        pairs.times,
        pairs.reference,
        pairs.reference_weights,
        pairs.reference_extra,
        bends,
        pairs.reference_known,
    )
    usable = reference.usable & _has_points_beside(pairs, bends)
    spread = reference.variance
    share = LEAST_SHARE
    before = sign * (reference.before - share * own.before)
    after = -sign * (reference.after - share * own.after)
    own_spread = share**2 * own.variance
    from_both = _to_orthant(
        before,
        after,
        spread * reference.var_before + own_spread * own.var_before,
        spread * reference.var_after + own_spread * own.var_after,
        -(spread * reference.between + own_spread * own.between),
    )
    misfit = np.where(usable, reference.rss / spread, np.inf)
    turned = own.usable & (sign * own.before > 0) & (sign * own.after < 0)
    answered = turned[:, 0] & usable.any(axis=-1)
    best = np.where(answered, np.min(misfit, axis=-1), 0.0)
    joint = np.min(np.where(usable, misfit + from_both, np.inf), axis=-1)
    return np.where(answered, np.where(answered, joint, 0.0) - best, np.nan)


def _bend(
    times: Floats, values: Floats, weights: Floats, extra: Floats, bends: Floats, known: Truths
) -> _Bent:
    """Broken lines with a bend at each of ``bends`` (s, k), and the noise around the best."""
    basis = _basis(np.concatenate([np.ones((*times.shape, 1)), extra], axis=-1), weights)
    x = times[:, None, :] - bends[:, :, None]
    first = _rest(weights[:, None] * np.minimum(x, 0.0), basis)
    second = _rest(weights[:, None] * np.maximum(x, 0.0), basis)
    y = _rest((weights * values)[:, None], basis)
    g11, g12, g22 = np.sum(first**2, axis=-1), np.sum(first * second, axis=-1), np.sum(second**2, axis=-1)
    on_first, on_second = np.sum(first * y, axis=-1), np.sum(second * y, axis=-1)
    det = g11 * g22 - g12**2
    usable = det > 1e-8 * g11 * g22
    safe = np.where(usable, det, 1.0)
    before, after = (g22 * on_first - g12 * on_second) / safe, (g11 * on_second - g12 * on_first) / safe
    whole = np.sum(y**2, axis=-1)
    rss = np.where(usable, np.maximum(whole - before * on_first - after * on_second, 0.0), whole)
    line = _rest((weights * times)[:, None], basis)
    size = np.sum(line**2, axis=-1)
    straight = whole - np.sum(line * y, axis=-1) ** 2 / np.where(size > 0, size, 1.0)
    n = np.sum(weights > 0, axis=-1) - np.sum(np.any(basis != 0, axis=1), axis=-1)
    found = np.min(np.where(usable, rss, np.inf), axis=-1) / np.maximum(n - 3, 1)
    # Where a line fits as well, it leaves more points to tell the noise from.
    found = np.minimum(found, straight[:, 0] / np.maximum(n - 1, 1))
    # Known errors are a floor: a lucky scatter does not make a survey better than it is.
    found = np.where(known, np.maximum(found, 1.0), found)
    variance = np.maximum(found, _least_noise(values, weights))[:, None]
    return _Bent(usable, before, after, g22 / safe, g11 / safe, -g12 / safe, rss, variance)


def _basis(columns: Floats, weights: Floats) -> Floats:
    """The weighted columns (s, n, m) made orthonormal; zeros for those that add nothing."""
    done = np.zeros_like(columns)
    for place in range(columns.shape[-1]):
        column = weights * columns[..., place]
        size = np.sqrt(np.sum(column**2, axis=-1, keepdims=True))
        for earlier in range(place):
            one = done[..., earlier]
            column = column - np.sum(column * one, axis=-1, keepdims=True) * one
        left = np.sqrt(np.sum(column**2, axis=-1, keepdims=True))
        new = left > 1e-9 * size
        done[..., place] = np.where(new, column / np.where(new, left, 1.0), 0.0)
    return done


def _rest(rows: Floats, basis: Floats) -> Floats:
    """What the basis leaves of rows (s, k, n)."""
    for place in range(basis.shape[-1]):
        one = basis[:, None, :, place]
        rows = rows - np.sum(rows * one, axis=-1, keepdims=True) * one
    return rows


def _least_noise(values: Floats, weights: Floats) -> Floats:
    """The noise that rounding leaves in a series, so that none is taken for exact."""
    there = weights > 0
    ordered = np.sort(np.where(there, values, np.inf), axis=-1)
    with np.errstate(invalid="ignore"):
        steps = np.diff(ordered, axis=-1)
    size = np.max(np.abs(np.where(there, values, 0.0)), axis=-1)
    real = np.isfinite(steps) & (steps > 1e-9 * size[:, None])
    smallest = np.min(np.where(real, steps, np.inf), axis=-1)
    smallest = np.where(np.isfinite(smallest), smallest, 0.0)
    weight = np.max(weights, axis=-1)
    return np.asarray(
        weight**2 * (smallest**2 / 12 + (1e-12 * size) ** 2) + np.finfo(np.float64).tiny, dtype=np.float64
    )


def _has_points_beside(pairs: Pairs, bends: Floats) -> Truths:
    there = (pairs.reference_weights > 0)[:, None, :]
    x = pairs.times[:, None, :] - bends[:, :, None]
    before, after = np.sum(there & (x < -1e-9), axis=-1), np.sum(there & (x > 1e-9), axis=-1)
    return np.asarray(np.minimum(before, after) >= LEAST_BESIDE, dtype=np.bool_)


def _to_orthant(x: Floats, y: Floats, xx: Floats, yy: Floats, xy: Floats) -> Floats:
    """Squared distance of (x, y) from the quarter plane where both are 0 or more.

    Distances are measured by the inverse of the covariance [[xx, xy], [xy, yy]].
    """
    xx, yy = np.maximum(xx, np.finfo(np.float64).tiny), np.maximum(yy, np.finfo(np.float64).tiny)
    det = np.maximum(xx * yy - xy**2, 1e-12 * xx * yy)
    corner = (yy * x**2 - 2 * xy * x * y + xx * y**2) / np.maximum(det, np.finfo(np.float64).tiny)
    to_x = (x < 0) & (y - xy / xx * x >= 0)
    to_y = (y < 0) & (x - xy / yy * y >= 0)
    edge = np.where(to_x, x**2 / xx, np.where(to_y, y**2 / yy, corner))
    return np.asarray(np.where((x >= 0) & (y >= 0), 0.0, edge), dtype=np.float64)
