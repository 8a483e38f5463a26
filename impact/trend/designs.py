"""The columns that histories are made of: level, line, steps, seasons, kinks.

All columns are freed of the base (level, declared breaks, season) and of the line once;
every rival history then costs a few products (see ``rivals``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
NOTHING = 1e-10  # a column this small beside what it was is fully explained by others


@dataclass(frozen=True)
class Design:
    """Orthonormal base, line and candidate columns; the first axis is 1 or n_series.

    Attributes:
        base: (d, p, n) level, breaks and seasons, orthonormal; a superfluous row is zero.
        n_extra: (d,) columns beside the level that are not superfluous.
        line: (d, n) unit vector of the line freed of the base.
        line_size: (d,) its length before: slope = projection / line_size.
        taus: (d, k) candidate turning times.
        kinks: (d, k, n) max(t - tau, 0) freed of base and line.
        kink_on_line: (d, k) what the line explained of each kink.
        kink_squared: (d, k) squared length of ``kinks``; 0 marks an unusable candidate.
        steps, step_on_line, step_squared: the same for undeclared level steps.
        leverage: (d, n) diagonal of the projection on base and line.
    """

    base: Floats
    n_extra: npt.NDArray[np.int64]
    line: Floats
    line_size: Floats
    taus: Floats
    kinks: Floats
    kink_on_line: Floats
    kink_squared: Floats
    steps: Floats
    step_on_line: Floats
    step_squared: Floats
    leverage: Floats


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
    base = _orthonormal(
        [np.ones_like(t), *_break_columns(times, breaks), *_season_columns(times, periods_per_year)], weights
    )
    line = _freed(base, (t * weights)[:, None, :])[:, 0]
    line_size = np.sqrt(np.sum(line * line, axis=-1))
    line /= np.where(line_size > 0, line_size, 1.0)[:, None]
    middles = (t[:, 1:] + t[:, :-1]) / 2
    taus = np.empty((len(t), 2 * t.shape[1] - 7))
    taus[:, 0::2] = middles[:, 1:-1]
    taus[:, 1::2] = t[:, 2:-2]
    kink = np.maximum(t[:, None, :] - taus[:, :, None], 0.0) * weights[:, None, :]
    n = t.shape[1]
    step = (np.arange(n) >= np.arange(1, n)[:, None]) * weights[:, None, :]
    kinks, kink_on_line, kink_squared = _beside_line(base, line, kink)
    steps, step_on_line, step_squared = _beside_line(base, line, step)
    return Design(
        base=base,
        n_extra=np.sum(np.any(base != 0, axis=-1), axis=-1) - 1,
        line=line,
        line_size=line_size,
        taus=taus + times[:, :1],
        kinks=kinks,
        kink_on_line=kink_on_line,
        kink_squared=kink_squared,
        steps=steps,
        step_on_line=step_on_line,
        step_squared=step_squared,
        leverage=np.sum(base * base, axis=1) + line * line,
    )


def _break_columns(times: Floats, breaks: Floats) -> list[Floats]:
    return [(times >= breaks[:, place, None]).astype(np.float64) for place in range(breaks.shape[1])]


def _season_columns(times: Floats, periods_per_year: npt.NDArray[np.int64]) -> list[Floats]:
    season = np.round(times * periods_per_year[:, None]) % periods_per_year[:, None]
    return [(season == each).astype(np.float64) for each in range(1, int(periods_per_year.max()))]


def _orthonormal(columns: list[Floats], weights: Floats) -> Floats:
    base = np.zeros((len(weights), len(columns), weights.shape[1]))
    for place, column in enumerate(columns):
        weighted = column * weights
        rest = _freed(base[:, :place], weighted[:, None, :])[:, 0]
        before = np.sqrt(np.sum(weighted * weighted, axis=-1))
        size = np.sqrt(np.sum(rest * rest, axis=-1))
        kept = size > 1e-7 * np.where(before > 0, before, 1.0)
        base[:, place] = np.where(kept[:, None], rest / np.where(kept, size, 1.0)[:, None], 0.0)
    return base


def _freed(base: Floats, columns: Floats) -> Floats:
    """The columns (d, k, n) without what the base explains; twice, against rounding."""
    for _ in range(2):
        for place in range(base.shape[1]):
            one = base[:, place]
            share = np.sum(columns * one[:, None, :], axis=-1)
            columns = columns - share[..., None] * one[:, None, :]
    return columns


def _beside_line(base: Floats, line: Floats, columns: Floats) -> tuple[Floats, Floats, Floats]:
    before = np.sum(columns * columns, axis=-1)
    freed = _freed(base, columns)
    on_line = np.sum(freed * line[:, None, :], axis=-1)
    freed = _freed(line[:, None, :], freed)
    squared = np.sum(freed * freed, axis=-1)
    squared = np.where(squared > NOTHING * before, squared, 0.0)
    return freed, on_line, squared
