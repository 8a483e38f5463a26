"""Series of equal length made ready: gaps closed up, weights, transform, refusals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from impact.semantics.unit import Kind
from impact.trend.inputs import Batch
from impact.trend.settings import DetectorSettings
from impact.trend.verdict import Verdict

Floats = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]

EXTREME = (1e-9, 1e9)


@dataclass(frozen=True)
class Stretch:
    """Series with equally many points and no gaps, the refused ones left out.

    Attributes:
        rows: (s,) which series of the batch stand here.
        refusal: verdict for every series asked for, refused or not.
        times: (s, n) or, where all share calendar and columns, (1, n).
        values: (s, n) as measured.
        worked: (s, n) moved and scaled (counts: made of equal variance).
        weights: like ``times``.
        scale: (s,) what one of ``worked`` is worth in the unit.
        known: (s,) whether the weights come from known errors.
        counted: (s,) whether the values were transformed as counts.
        rounding: (s,) variance added by rounding and arithmetic.
        breaks, bounds, direction, periods_per_year: options of the series.
    """

    rows: npt.NDArray[np.int64]
    refusal: npt.NDArray[np.str_]
    times: Floats
    values: Floats
    worked: Floats
    weights: Floats
    scale: Floats
    known: Truths
    counted: Truths
    rounding: Floats
    breaks: Floats
    bounds: Floats
    direction: npt.NDArray[np.str_]
    periods_per_year: npt.NDArray[np.int64]


def prepare(batch: Batch, rows: npt.NDArray[np.int64], settings: DetectorSettings) -> Stretch:
    """The series of ``rows``, which have equally many values, ready for the fit."""
    here = ~np.isnan(batch.values[rows])
    n = int(here[0].sum())
    times, values = (table[rows][here].reshape(len(rows), n) for table in (batch.times, batch.values))
    breaks = batch.breaks[rows]
    refusal = _refusals(times, breaks, batch.periods_per_year[rows], settings)
    kept = refusal == Verdict.FLAT
    inner = rows[kept]
    times, values, breaks = times[kept], values[kept], _effective(times[kept], breaks[kept])
    errors = batch.standard_errors[inner][here[kept]].reshape(len(inner), n)
    kind = batch.kind[inner]
    given = np.all(errors > 0, axis=-1) if n else np.zeros(len(inner), dtype=np.bool_)
    counted = (kind == Kind.COUNT) & ~given & np.all(values >= 0, axis=-1)
    lowest, highest = values.min(axis=-1, initial=np.inf), values.max(axis=-1, initial=-np.inf)
    level = (lowest / 2 + highest / 2)[:, None]
    size = highest / 2 - lowest / 2
    scale = np.where(size > 0, size, 1.0)
    worked = (values - level) / scale[:, None]
    worked = np.where(counted[:, None], 2 * np.sqrt(np.where(counted[:, None], values, 0.0) + 0.375), worked)
    scale = np.where(counted, 1.0, scale)
    # An error beyond these beside the spread says nothing more, and its square would overflow.
    with np.errstate(over="ignore", under="ignore"):
        errors = np.clip(np.where(given[:, None], errors, 1.0) / scale[:, None], *EXTREME)
    weights = np.where(given[:, None], 1 / errors, 1.0)
    times, weights, shared_breaks, season = _shared(
        times, weights, breaks, batch.periods_per_year[inner], bool(given.any())
    )
    return Stretch(
        rows=inner,
        refusal=refusal,
        times=times,
        values=values,
        worked=worked,
        weights=weights,
        scale=scale,
        known=given | counted,
        counted=counted,
        rounding=_rounding(values, scale, counted) * np.mean(weights**2, axis=-1),
        breaks=shared_breaks,
        bounds=batch.bounds[inner],
        direction=batch.direction[inner],
        periods_per_year=season,
    )


def _refusals(
    times: Floats, breaks: Floats, season: npt.NDArray[np.int64], settings: DetectorSettings
) -> npt.NDArray[np.str_]:
    """Too short, not comparable, or FLAT as a place for the verdict to come."""
    n = times.shape[1]
    refusal = np.full(len(times), str(Verdict.FLAT), dtype="<U24")
    effective = _effective(times, breaks)
    n_breaks = np.sum(~np.isnan(effective), axis=-1)
    short = (n - n_breaks < settings.least_points) | ((season > 1) & (n < 2 * season))
    short |= n - n_breaks - (season - 1) < settings.least_points
    refusal[short] = Verdict.TOO_SHORT
    under = np.sum(times[:, :, None] >= effective[:, None, :], axis=-1)
    longest = np.max([np.sum(under == each, axis=-1) for each in range(breaks.shape[1] + 1)], axis=0)
    refusal[(n_breaks > 0) & (longest < settings.least_stretch)] = Verdict.NOT_COMPARABLE
    return refusal


def _effective(times: Floats, breaks: Floats) -> Floats:
    """The breaks that have points on both sides, each stretch between two counted once."""
    before = np.sum(times[:, :, None] < breaks[:, None, :], axis=1)
    counts = (before > 0) & (before < times.shape[1])
    counts[:, 1:] &= before[:, 1:] != before[:, :-1]
    return np.where(counts, breaks, np.nan)


def _rounding(values: Floats, scale: Floats, counted: Truths) -> Floats:
    """Variance of rounding (smallest difference squared / 12) and of double arithmetic."""
    ordered = np.sort(values, axis=-1)
    steps = np.diff(ordered, axis=-1)
    size = np.max(np.abs(values), axis=-1)
    real = steps > 1e-9 * np.maximum(ordered[:, -1:] - ordered[:, :1], 1e-5 * size[:, None])
    smallest = np.min(np.where(real, steps, np.inf), axis=-1)
    smallest = np.where(np.isfinite(smallest), smallest, 0.0) / scale
    arithmetic = (1e-15 * size / scale) ** 2 + 1e-26
    return np.where(counted, 1e-12, smallest**2 / 12 + arithmetic)


def _shared(
    times: Floats, weights: Floats, breaks: Floats, season: npt.NDArray[np.int64], weighted: bool
) -> tuple[Floats, Floats, Floats, npt.NDArray[np.int64]]:
    """One row for all where calendar, weights, breaks and season are the same."""
    same = len(times) > 0 and not weighted and bool(np.all(times == times[:1]))
    same = same and bool(np.all(season == season[:1])) and bool(np.isnan(breaks).all())
    if not same:
        return times, weights, breaks, season
    return times[:1], weights[:1], breaks[:1], season[:1]
