"""What goes into the detector, checked at the door and laid out one row per series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from impact.semantics.direction import Direction
from impact.semantics.unit import NATURAL_RANGES, Kind

Floats = npt.NDArray[np.float64]


class InputError(ValueError):
    """Series or options that no detector could make sense of."""


@dataclass(frozen=True)
class Batch:
    """Many series with their options; arrays of shape (n_series, n_periods).

    ``standard_errors`` are NaN for a whole series where one of its values has none;
    ``breaks`` holds the times of the declared breaks, NaN where a series has fewer;
    ``bounds`` the possible range, infinite where open.
    """

    times: Floats
    values: Floats
    standard_errors: Floats
    breaks: Floats
    bounds: Floats
    direction: npt.NDArray[np.str_]
    kind: npt.NDArray[np.str_]
    periods_per_year: npt.NDArray[np.int64]

    def part(self, rows: npt.NDArray[np.int64], since: Floats, until: Floats) -> Batch:
        """Some of the series, without their values before and after a time (each (rows,))."""
        columns = {field.name: getattr(self, field.name)[rows] for field in fields(self)}
        times = columns["times"]
        inside = (times >= since[:, None]) & (times <= until[:, None])
        return Batch(**{**columns, "values": np.where(inside, columns["values"], np.nan)})


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
        InputError: a wrong shape, an infinity, times that do not rise, an unknown word, a
            negative error or number asked, a lowest value above the highest.
    """
    y = _finite("values", values)
    if y.ndim != 2:
        raise InputError("values have the shape (n_series, n_periods)")
    kinds = _words("kind", kind, [str(sort) for sort in Kind], len(y))
    ends = _bounds(bounds, kinds)
    errors = _beside("standard_errors", standard_errors, y)
    asked = _beside("n_observed", n_observed, y)
    return Batch(
        times=_times(times, y),
        values=y,
        standard_errors=_known_errors(y, errors, asked, ends, kinds),
        breaks=_breaks(breaks, len(y)),
        bounds=ends,
        direction=_words("direction", direction, [str(way) for way in Direction], len(y)),
        kind=kinds,
        periods_per_year=_whole(periods_per_year, len(y)),
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
    if np.any(array < 0):
        raise InputError(f"{name} are not negative")
    if array.ndim == 1 and len(values) == len(array) != values.shape[1]:
        array = array[:, None]
    try:
        return np.broadcast_to(array, values.shape)
    except ValueError as error:
        raise InputError(f"{name} are one number, one per series or one per value") from error


def _known_errors(
    values: Floats, errors: Floats, asked: Floats, bounds: Floats, kind: npt.NDArray[np.str_]
) -> Floats:
    """Errors as given, of shares otherwise by how many were asked.

    A series in which a value has none, or one of nought, has none: the others' would be
    believed as if they were the whole noise.
    """
    share = (kind == Kind.SHARE)[:, None] & np.isnan(errors) & (asked > 0)
    if share.any():
        whole = np.where(bounds[:, 1] == 1.0, 1.0, 100.0)[:, None]
        known = np.where(share, asked, 1.0)
        # One more yes and one more no keep a share of 0 or 100 per cent from having no error.
        part = np.clip((values / whole * known + 1) / (known + 2), 0.0, 1.0)
        errors = np.where(share, whole * np.sqrt(part * (1 - part) / known), errors)
    complete = np.all((errors > 0) | np.isnan(values), axis=-1)
    return np.where(complete[:, None], errors, np.nan) if not complete.all() else errors


def _breaks(breaks: object, n_series: int) -> Floats:
    if breaks is None or np.isscalar(breaks):
        return np.broadcast_to(_row(breaks), (n_series, len(_row(breaks))))
    if not isinstance(breaks, Sequence | np.ndarray) or len(breaks) != n_series:
        raise InputError("breaks are one time or one entry per series")
    rows = [_row(each) for each in breaks]
    width = max((len(row) for row in rows), default=0)
    table = np.full((n_series, width), np.nan)
    for place, row in enumerate(rows):
        table[place, : len(row)] = row
    return table


def _row(entry: object) -> Floats:
    numbers = _finite("breaks", [] if entry is None else np.atleast_1d(np.asarray(entry, dtype=np.float64)))
    return np.unique(numbers[~np.isnan(numbers)])


def _bounds(bounds: object, kinds: npt.NDArray[np.str_]) -> Floats:
    n_series = len(kinds)
    table = np.empty((n_series, 2))
    table[:] = (-np.inf, np.inf)
    for kind, natural in NATURAL_RANGES.items():
        table[kinds == kind] = natural
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
    if np.any(table[:, 0] > table[:, 1]):
        raise InputError("the lowest possible value is not above the highest")
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
