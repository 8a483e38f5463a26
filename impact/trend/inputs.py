"""What goes into the detector, checked at the door and laid out one row per series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from impact.semantics.direction import Direction
from impact.semantics.unit import Kind

Floats = npt.NDArray[np.float64]


class InputError(ValueError):
    """Series or options that no detector could make sense of."""


@dataclass(frozen=True)
class Batch:
    """Many series with their options; arrays of shape (n_series, n_periods).

    ``breaks`` holds the times of the declared breaks, NaN where a series has fewer;
    ``bounds`` the possible range, infinite where open. ``shared`` says that all series
    stand on one calendar, so that ``times`` is one row seen many times.
    """

    times: Floats
    values: Floats
    standard_errors: Floats
    n_observed: Floats
    breaks: Floats
    bounds: Floats
    direction: npt.NDArray[np.str_]
    kind: npt.NDArray[np.str_]
    periods_per_year: npt.NDArray[np.int64]
    shared: bool


def read_batch(
    times: npt.ArrayLike,
    values: npt.ArrayLike,
    standard_errors: npt.ArrayLike | None,
    n_observed: npt.ArrayLike | None,
    breaks: object,
    bounds: object,
    direction: object,
    kind: object,
    periods_per_year: npt.ArrayLike,
) -> Batch:
    """The series and their options as one checked batch.

    Raises:
        InputError: a wrong shape, an infinity, times that do not rise, an unknown word.
    """
    y = _finite("values", values)
    if y.ndim != 2:
        raise InputError("values have the shape (n_series, n_periods)")
    return Batch(
        times=_times(times, y),
        values=y,
        standard_errors=_beside("standard_errors", standard_errors, y),
        n_observed=_beside("n_observed", n_observed, y),
        breaks=_breaks(breaks, len(y)),
        bounds=_bounds(bounds, len(y)),
        direction=_words("direction", direction, [str(way) for way in Direction], len(y)),
        kind=_words("kind", kind, [str(sort) for sort in Kind], len(y)),
        periods_per_year=_whole(periods_per_year, len(y)),
        shared=np.ndim(times) == 1,
    )


def _finite(name: str, numbers: npt.ArrayLike) -> Floats:
    array = np.asarray(numbers, dtype=np.float64)
    if np.isinf(array).any():
        raise InputError(f"{name} hold an infinity; a gap is NaN")
    return array


def _times(times: npt.ArrayLike, values: Floats) -> Floats:
    array = _finite("times", times)
    if array.shape not in {values.shape, values.shape[1:]}:
        raise InputError("times have the shape (n_periods,) or that of values")
    if np.any(np.diff(array, axis=-1) <= 0):
        raise InputError("times rise strictly")
    known = np.isnan(array) & ~np.isnan(values) if array.ndim == 2 else np.isnan(array)
    if known.any():
        raise InputError("every value has a time")
    return np.broadcast_to(array, values.shape)


def _beside(name: str, numbers: npt.ArrayLike | None, values: Floats) -> Floats:
    if numbers is None:
        return np.broadcast_to(np.float64(np.nan), values.shape)
    array = _finite(name, numbers)
    if array.ndim == 1 and len(values) == len(array) != values.shape[1]:
        array = array[:, None]
    try:
        return np.broadcast_to(array, values.shape)
    except ValueError as error:
        raise InputError(f"{name} are one number, one per series or one per value") from error


def _breaks(breaks: object, n_series: int) -> Floats:
    rows: list[Floats] = []
    if breaks is None or np.isscalar(breaks):
        rows = [_row(breaks)] * n_series
    elif isinstance(breaks, Sequence | np.ndarray) and len(breaks) == n_series:
        rows = [_row(each) for each in breaks]
    else:
        raise InputError("breaks are one time or one entry per series")
    width = max((len(row) for row in rows), default=0)
    table = np.full((n_series, width), np.nan)
    for place, row in enumerate(rows):
        table[place, : len(row)] = row
    return table


def _row(entry: object) -> Floats:
    numbers = _finite("breaks", [] if entry is None else np.atleast_1d(np.asarray(entry, dtype=np.float64)))
    return np.unique(numbers[~np.isnan(numbers)])


def _bounds(bounds: object, n_series: int) -> Floats:
    table = np.empty((n_series, 2))
    table[:] = (-np.inf, np.inf)
    if bounds is None:
        return table
    entries = list(bounds) if isinstance(bounds, Sequence | np.ndarray) else []
    one_for_all = len(entries) == 2 and all(each is None or np.ndim(each) == 0 for each in entries)
    pairs = [entries] * n_series if one_for_all else entries
    if len(pairs) != n_series:
        raise InputError("bounds are one pair or one pair per series")
    for row, pair in enumerate(pairs):
        for side, end in enumerate((None, None) if pair is None else pair):
            if end is not None and not np.isnan(end):
                table[row, side] = end
    return table


def _words(name: str, words: object, known: list[str], n_series: int) -> npt.NDArray[np.str_]:
    array = np.asarray(words if isinstance(words, str) else [str(word) for word in words])  # type: ignore[attr-defined]
    unknown = set(np.unique(array).tolist()) - set(known)
    if unknown:
        raise InputError(f"{name} is one of {', '.join(known)}, not {', '.join(sorted(unknown))}")
    if array.shape not in {(), (n_series,)}:
        raise InputError(f"{name} is one word or one per series")
    return np.broadcast_to(array.astype(np.str_), (n_series,))


def _whole(numbers: npt.ArrayLike, n_series: int) -> npt.NDArray[np.int64]:
    array = np.asarray(numbers)
    if array.shape not in {(), (n_series,)} or np.any(array < 1) or np.any(array != np.round(array)):
        raise InputError("periods_per_year is a whole number from 1, or one per series")
    return np.broadcast_to(array.astype(np.int64), (n_series,))
