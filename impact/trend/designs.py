"""The columns that histories are made of: level, line, steps, seasons, kinks.

All columns are freed of the base (level, declared breaks, season) once; every rival
history then costs a few products (see ``rivals``).
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
NOTHING = 1e-10  # a column this small beside what it was is fully explained by others
STEP_SIZE = 3.0  # standard deviation of an undeclared level step, in noise
FULL_BEFORE = 6.0  # periods of an old trend from which a turn away from it counts in full
FULL_AFTER = 4.0  # periods of a new trend from which its age does not matter


@dataclass(frozen=True)
class Design:
    """Columns freed of the base, with their inner products; the first axis is 1 or n_series.

    Attributes:
        base: (d, p, n) level, breaks and seasons, orthonormal; a superfluous row is zero.
        n_extra: (d,) columns beside the level that are not superfluous.
        leverage: (d, n) diagonal of the projection on the base.
        line: (d, n) the times; ``line_squared`` (d,) its squared length.
        taus: (d, k) candidate turning times.
        kinks: (d, k, n) max(t - tau, 0), with ``kink_squared`` and ``kink_line`` (d, k),
            the products with itself and with the line.
        bend: (d, k) squared length of a kink freed of the line too; 0 marks a candidate
            that cannot be told from the base and the line.
        steps, step_squared, step_line: the same for undeclared level steps.
        share: (d, k) logarithm of the part of the turns that happens at each tau.
        slope_prior: (d,) squared length that a slope of one noise a period has.
        step_prior: (d,) the same for a step, as large as it is expected to be.
    """

    base: Floats
    n_extra: npt.NDArray[np.int64]
    leverage: Floats
    line: Floats
    line_squared: Floats
    taus: Floats
    kinks: Floats
    kink_squared: Floats
    kink_line: Floats
    bend: Floats
    share: Floats
    steps: Floats
    step_squared: Floats
    step_line: Floats
    slope_prior: Floats
    step_prior: Floats

    def of(self, rows: npt.NDArray[np.int64]) -> Design:
        """The design of some of the series."""
        if len(self.line) == 1:
            return self
        return Design(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


def build_design(
    times: Floats, weights: Floats, breaks: Floats, periods_per_year: npt.NDArray[np.int64]
) -> Design:
    """The columns for series without gaps.

    Args:
        times: (d, n), rising, at least four.
        weights: (d, n), 1 / standard error, or 1.
        breaks: (d, b) first times under a new definition; NaN is none.
        periods_per_year: (d,) seasons; 1 is none.
    """
    t = times - times[:, :1]
    n = t.shape[1]
    base = _orthonormal(
        [np.ones_like(t), *_break_columns(times, breaks), *_season_columns(times, periods_per_year)], weights
    )
    line = _freed(base, (t * weights)[:, None, :])
    line_squared = _products(line, line)
    taus = _candidates(t)
    kink = np.maximum(t[:, None, :] - taus[:, :, None], 0.0) * weights[:, None, :]
    kinks = _freed(base, kink)
    kink_squared, kink_line = _products(kinks, kinks), _products(kinks, line)
    step = (np.arange(n) >= np.arange(1, n)[:, None]) * weights[:, None, :]
    steps = _freed(base, step)
    bend = kink_squared - kink_line**2 / np.where(line_squared > 0, line_squared, np.inf)
    loudness = np.mean(weights**2, axis=-1)
    return Design(
        base=base,
        n_extra=np.sum(np.any(base != 0, axis=-1), axis=-1) - 1,
        leverage=np.sum(base * base, axis=1),
        line=line[:, 0],
        line_squared=line_squared[:, 0],
        taus=_candidates(times),
        kinks=kinks,
        kink_squared=kink_squared,
        kink_line=kink_line,
        bend=np.where(bend > NOTHING * _products(kink, kink), bend, 0.0),
        share=_share(taus, t),
        steps=steps,
        step_squared=_products(steps, steps),
        step_line=_products(steps, line),
        slope_prior=loudness * (t[:, -1] / (n - 1)) ** 2,
        step_prior=loudness / STEP_SIZE**2,
    )


def _candidates(times: Floats) -> Floats:
    """Times with two points on each side, and the middles between two."""
    taus = np.empty((len(times), 2 * times.shape[1] - 7))
    taus[:, 0::2] = (times[:, 2:-1] + times[:, 1:-2]) / 2
    taus[:, 1::2] = times[:, 2:-2]
    return taus


def _share(taus: Floats, t: Floats) -> Floats:
    """Two points that differ by chance make a short arm: it has a smaller part than a long one."""
    period = t[:, -1:] / (t.shape[1] - 1)
    before = np.minimum(taus / period, FULL_BEFORE)
    after = np.minimum((t[:, -1:] - taus) / period, FULL_AFTER)
    part = before * np.sqrt(after)
    return np.asarray(np.log(part / np.sum(part, axis=-1, keepdims=True)), dtype=np.float64)


def _break_columns(times: Floats, breaks: Floats) -> list[Floats]:
    return [(times >= breaks[:, place, None]).astype(np.float64) for place in range(breaks.shape[1])]


def _season_columns(times: Floats, periods_per_year: npt.NDArray[np.int64]) -> list[Floats]:
    season = np.round(times * periods_per_year[:, None]) % periods_per_year[:, None]
    return [(season == each).astype(np.float64) for each in range(1, int(periods_per_year.max()))]


def _orthonormal(columns: list[Floats], weights: Floats) -> Floats:
    base = np.zeros((len(weights), len(columns), weights.shape[1]))
    for place, column in enumerate(columns):
        weighted = column * weights
        others = base[:, :place]
        rest = _freed(others, _freed(others, weighted[:, None, :]))[:, 0]  # twice, against rounding
        before = np.sqrt(np.sum(weighted * weighted, axis=-1))
        size = np.sqrt(np.sum(rest * rest, axis=-1))
        kept = size > 1e-7 * np.where(before > 0, before, 1.0)
        base[:, place] = np.where(kept[:, None], rest / np.where(kept, size, 1.0)[:, None], 0.0)
    return base


def _freed(base: Floats, columns: Floats) -> Floats:
    """The columns (d, k, n) without what the base explains."""
    for place in range(base.shape[1]):
        one = base[:, place, None]
        columns = columns - _products(columns, one)[..., None] * one
    return columns


def _products(columns: Floats, others: Floats) -> Floats:
    """Inner products of columns (d, k, n) with others (d, k or 1, n)."""
    return np.asarray(np.einsum("dkn,dkn->dk", columns, others), dtype=np.float64)
