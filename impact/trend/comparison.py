"""Whether a series turned on its own, or together with the line it is compared with.

"On its own" asks three things: the series is reversed (its own p at ``reversed_at`` or
below); the two are further apart than series that turn together come to be (``together``,
with its simulated table); the reference is not reversed itself in the same direction at
about the same time. The stated p is the larger of the first two, which keeps to its level
because both have to hold (Berger 1982, Technometrics 24:295).

Counts are compared by their logarithms: a municipality has a hundred times the events of
a district, so that only shares of themselves can be compared. Their noise is taken as
that of chance, 1 / sqrt(count), at least. All else is compared in its unit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from impact.semantics.unit import Kind
from impact.trend.inputs import Batch, InputError, read_batch
from impact.trend.screening import Screening, screen
from impact.trend.settings import DEFAULT_SETTINGS, DetectorSettings
from impact.trend.together import WINDOW, Pairs, distance_from_together
from impact.trend.together_table import p_of_distance

Floats = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]


class Outcome(StrEnum):
    """What a comparison with a reference line comes to."""

    ON_ITS_OWN = "turned_on_its_own"
    WITH_REFERENCE = "turned_with_reference"
    CANNOT_TELL = "cannot_tell"
    NOT_TURNED = "not_turned"
    NOT_COMPARABLE = "not_comparable"


@dataclass(frozen=True)
class Comparisons:
    """Many series beside their references; arrays of shape (n_series,).

    Attributes:
        outcome: texts of :class:`Outcome`.
        p: how often a series and a reference that turn together look at least as much
            apart; NaN where the series has not turned or cannot be compared.
        n_common: periods in which both have a value.
        difference: the verdicts on series minus reference (counts: on the difference of
            the logarithms, a relative change), with the breaks of both.
    """

    outcome: npt.NDArray[np.str_]
    p: Floats
    n_common: npt.NDArray[np.int64]
    difference: Screening


def compare_many(
    times: npt.ArrayLike,
    values: npt.ArrayLike,
    references: npt.ArrayLike,
    *,
    standard_errors: npt.ArrayLike | None = None,
    reference_errors: npt.ArrayLike | None = None,
    n_observed: npt.ArrayLike | None = None,
    reference_n_observed: npt.ArrayLike | None = None,
    breaks: object = None,
    reference_breaks: object = None,
    direction: object = "context",
    kind: object = "number",
    bounds: object = None,
    periods_per_year: npt.ArrayLike = 1,
    settings: DetectorSettings | None = None,
) -> Comparisons:
    """Which of many series turned on their own, which with their reference.

    Args:
        times: as for :func:`impact.trend.screening.screen`, common to both.
        values: (n_series, n_periods); NaN is a gap.
        references: like ``values``, in the same unit.
        standard_errors, reference_errors, n_observed, reference_n_observed: of each.
        breaks, reference_breaks: first times under a new definition.
        direction, kind, bounds, periods_per_year, settings: as for ``screen``.

    Raises:
        InputError: what ``screen`` refuses, or references of another shape.
    """
    settings = settings or DEFAULT_SETTINGS
    options = (bounds, direction, kind, periods_per_year)
    own = read_batch(times, values, standard_errors, n_observed, breaks, *options)
    other = read_batch(times, references, reference_errors, reference_n_observed, reference_breaks, *options)
    if own.values.shape != other.values.shape:
        raise InputError("references have the shape of values")
    common = ~np.isnan(own.values) & ~np.isnan(other.values)
    of_own, of_other = _worked(own), _worked(other)
    result = Comparisons(
        outcome=np.full(len(own.values), str(Outcome.NOT_TURNED), dtype="<U24"),
        p=np.full(len(own.values), np.nan),
        n_common=np.sum(common, axis=-1),
        difference=_difference(own, other, of_own, of_other, settings),
    )
    usable = result.n_common - _n_spent(own, other, common)
    judged, reference = _screen(own, settings), _screen(other, settings)
    enough = usable >= settings.least_points
    result.outcome[judged.reversed & ~enough] = Outcome.NOT_COMPARABLE
    rows = np.flatnonzero(judged.reversed & enough)
    for some in _chunks(rows, own.values.shape[1], settings):
        step = _step(own.times[some], common[some])
        pairs = _pairs(own, other, of_own, of_other, common, some, step)
        distance = distance_from_together(pairs, judged.turning[some] / step, judged.slope_before[some] > 0)
        p = np.maximum(p_of_distance(distance, usable[some]), judged.p[some])
        alone = np.where(p <= settings.reversed_at, Outcome.ON_ITS_OWN, Outcome.CANNOT_TELL)
        too = _turned_too(judged, reference, some, step)
        result.p[some] = p
        result.outcome[some] = np.where(too, Outcome.WITH_REFERENCE, alone)
    return result


def _chunks(
    rows: npt.NDArray[np.int64], n_periods: int, settings: DetectorSettings
) -> Iterator[npt.NDArray[np.int64]]:
    at_once = max(1, settings.chunk_cells // (len(WINDOW) * max(1, n_periods)))
    for start in range(0, len(rows), at_once):
        yield rows[start : start + at_once]


@dataclass(frozen=True)
class _Worked:
    """Values and errors on the scale of the comparison."""

    values: Floats
    errors: Floats


def _worked(batch: Batch) -> _Worked:
    values, errors = batch.values, batch.standard_errors
    counted = ((batch.kind == Kind.COUNT) & ~np.any(values < 0, axis=-1))[:, None]
    moved = np.where(counted, np.where(counted, values, 0.0) + 0.5, 1.0)
    chance = np.where(np.isnan(errors), np.sqrt(moved), errors) / moved
    return _Worked(np.where(counted, np.log(moved), values), np.where(counted, chance, errors))


def _screen(batch: Batch, settings: DetectorSettings) -> Screening:
    return screen(
        batch.times,
        batch.values,
        standard_errors=batch.standard_errors,
        breaks=list(batch.breaks),
        direction=batch.direction.tolist(),
        kind=batch.kind.tolist(),
        bounds=batch.bounds.tolist(),
        periods_per_year=batch.periods_per_year,
        settings=settings,
    )


def _difference(
    own: Batch, other: Batch, of_own: _Worked, of_other: _Worked, settings: DetectorSettings
) -> Screening:
    errors = np.sqrt(of_own.errors**2 + of_other.errors**2)
    return screen(
        own.times,
        of_own.values - of_other.values,
        standard_errors=errors,
        breaks=list(np.concatenate([own.breaks, other.breaks], axis=-1)),
        direction=own.direction.tolist(),
        periods_per_year=own.periods_per_year,
        settings=settings,
    )


def _n_spent(own: Batch, other: Batch, common: Truths) -> npt.NDArray[np.int64]:
    """Points that breaks of either and the season use up."""
    breaks = np.concatenate([own.breaks, other.breaks], axis=-1)
    before = np.sum(common[:, :, None] & (own.times[:, :, None] < breaks[:, None, :]), axis=1)
    inside = (before > 0) & (before < np.sum(common, axis=-1)[:, None])
    places = np.sort(np.where(inside, before, 0), axis=-1)
    different = np.diff(places, axis=-1, prepend=0) > 0
    return np.asarray(np.sum(different, axis=-1) + own.periods_per_year - 1, dtype=np.int64)


def _step(times: Floats, common: Truths) -> Floats:
    """The usual distance of two common periods, in years."""
    there = np.sort(np.where(common, times, np.nan), axis=-1)
    return np.asarray(np.nanmedian(np.diff(there, axis=-1), axis=-1), dtype=np.float64)


def _pairs(
    own: Batch,
    other: Batch,
    of_own: _Worked,
    of_other: _Worked,
    common: Truths,
    rows: npt.NDArray[np.int64],
    step: Floats,
) -> Pairs:
    season = _season_columns(own.times[rows], own.periods_per_year[rows])
    sides: dict[str, Any] = {}
    for name, batch, worked in (("own", own, of_own), ("reference", other, of_other)):
        here, errors = common[rows], worked.errors[rows]
        known = np.all(~here | (errors > 0), axis=-1)
        given = here & known[:, None]
        steps = (batch.times[rows][:, :, None] >= batch.breaks[rows][:, None, :]).astype(np.float64)
        sides[name] = _centred(worked.values[rows], here)
        sides[f"{name}_weights"] = np.where(given, 1 / np.where(given, errors, 1.0), here * 1.0)
        sides[f"{name}_known"] = known
        sides[f"{name}_extra"] = np.concatenate([steps, season], axis=-1)
    # One scale for both, so that neither huge nor tiny units overflow.
    size = np.maximum(np.max(np.abs(sides["own"]), axis=-1), np.max(np.abs(sides["reference"]), axis=-1))
    size = np.where(size > 0, size, 1.0)[:, None]
    for name in ("own", "reference"):
        sides[name] = sides[name] / size
        known = sides[f"{name}_known"][:, None]
        sides[f"{name}_weights"] = sides[f"{name}_weights"] * np.where(known, size, 1.0)
    return Pairs(times=np.where(np.isnan(own.times[rows]), 0.0, own.times[rows]) / step[:, None], **sides)


def _centred(values: Floats, here: Truths) -> Floats:
    middle = np.nanmedian(np.where(here, values, np.nan), axis=-1, keepdims=True)
    return np.where(here, values - middle, 0.0)


def _season_columns(times: Floats, per_year: npt.NDArray[np.int64]) -> Floats:
    columns = int(per_year.max(initial=1)) - 1
    which = np.round(np.where(np.isnan(times), 0.0, times) * per_year[:, None]) % per_year[:, None]
    return np.asarray(which[:, :, None] == np.arange(1, columns + 1), dtype=np.float64)


def _turned_too(own: Screening, reference: Screening, rows: npt.NDArray[np.int64], step: Floats) -> Truths:
    """Reversed itself, the same way and at about the same time."""
    same = (own.slope_before[rows] > 0) == (reference.slope_before[rows] > 0)
    apart = np.abs(own.turning[rows] - reference.turning[rows]) <= WINDOW[-1] * step
    overlap = (own.turning_low[rows] <= reference.turning_high[rows]) & (
        reference.turning_low[rows] <= own.turning_high[rows]
    )
    return np.asarray(reference.reversed[rows] & same & (apart | overlap), dtype=np.bool_)
