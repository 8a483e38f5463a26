"""Many series at once: the engine of the detector.

The method is the rival-models test of decision record 0004: a turn against every history
without one (``rivals``), its score made a p-value by simulation (``calibration``).
Series with equally many usable points are worked on together, a chunk at a time; each
row is computed for itself, so no verdict depends on the batch.

    >>> from impact.trend.screening import screen
    >>> values = [[61, 62, 64, 65, 67, 68, 66, 65, 63, 62], [50, 52, 51, 53, 54, 53, 55, 57, 56, 58]]
    >>> screen(range(2015, 2025), values, direction="increase").verdict.tolist()
    ['reversed_to_worse', 'improving']
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from impact.trend.inputs import Batch, read_batch
from impact.trend.judging import judge
from impact.trend.preparing import Stretch, prepare
from impact.trend.settings import DEFAULT_SETTINGS, DetectorSettings
from impact.trend.verdict import Level, Verdict

Floats = npt.NDArray[np.float64]
Words = npt.NDArray[np.str_]

MOST_EARLIER = 4  # turns that are listed beside the newest
SAME_TURN = 2.0  # periods within which two findings are one turn


@dataclass(frozen=True)
class Screening:
    """The verdicts on many series; arrays of shape (n_series,), NaN is "does not exist".

    Fields mean what they mean in :class:`impact.trend.verdict.TrendAnalysis`; ``verdict``
    and ``level`` hold the texts of ``Verdict`` and ``Level``; ``earlier_turns`` has the shape
    (n_series, 4), oldest first, filled up with NaN.
    """

    verdict: Words
    level: Words
    reversed: npt.NDArray[np.bool_]
    p: Floats
    probability: Floats
    turning: Floats
    turning_low: Floats
    turning_high: Floats
    slope_before: Floats
    slope_before_low: Floats
    slope_before_high: Floats
    slope_after: Floats
    slope_after_low: Floats
    slope_after_high: Floats
    smallest_change: Floats
    early: npt.NDArray[np.bool_]
    n_points: npt.NDArray[np.int64]
    earlier_turns: Floats


def screen(
    times: npt.ArrayLike,
    values: npt.ArrayLike,
    *,
    standard_errors: npt.ArrayLike | None = None,
    n_observed: npt.ArrayLike | None = None,
    breaks: object = None,
    direction: object = "context",
    kind: object = "number",
    bounds: object = None,
    periods_per_year: npt.ArrayLike = 1,
    settings: DetectorSettings | None = None,
) -> Screening:
    """Verdicts on many series: improving, reversed to worse, too short to tell, …

    Args:
        times: (n_periods,) or (n_series, n_periods), rising, in years.
        values: (n_series, n_periods); NaN is a gap.
        standard_errors: known errors of the values; used where every value has one.
        n_observed: how many were asked; gives shares without errors theirs.
        breaks: first times under a new definition: one time for all, or one entry per
            series (a time, several times, or None).
        direction: "increase", "decrease", "band" or "context"; a band is judged like
            context, because how far it is away is not known here.
        kind: "number", "count", "share", "rate", "index" or "class".
        bounds: lowest and highest possible value, a pair or one pair per series.
        periods_per_year: 1, 2, 4 or 12; above 1 the series is freed of its season.
        settings: the limits; the detector is calibrated for the defaults.

    Returns:
        A :class:`Screening`.

    Raises:
        InputError: a wrong shape, an infinity, times that do not rise, an unknown word.
    """
    settings = settings or DEFAULT_SETTINGS
    batch = read_batch(
        times, values, standard_errors, n_observed, breaks, bounds, direction, kind, periods_per_year
    )
    return _screen(batch, settings)


def _screen(batch: Batch, settings: DetectorSettings) -> Screening:
    result = _silent(len(batch.values))
    turns = np.full((2, len(batch.values)), np.nan)
    n_usable = np.sum(~np.isnan(batch.values), axis=-1)
    result.n_points[:] = n_usable
    for rows in _chunks(n_usable, settings):
        stretch = prepare(batch, rows, settings)
        result.verdict[rows] = stretch.refusal
        _keep(result, turns, stretch, settings)
    several = np.flatnonzero(~np.isnan(turns[0]))
    if len(several):
        _judge_newest_turn(result, batch, several, turns[0, several], turns[1, several], settings)
    return result


def _judge_newest_turn(
    result: Screening,
    batch: Batch,
    rows: npt.NDArray[np.int64],
    first: Floats,
    second: Floats,
    settings: DetectorSettings,
) -> None:
    """Where several turns are likely: the newest, by the points since the one before it.

    It counts where it stands on its own; the earlier ones, found in the points until it,
    are listed. ``first`` and ``second`` are as in ``judging.Judgement``. In a history that
    winds, the turn before the newest must be found too, and the newest be told from there.
    """
    forever = np.full(len(rows), np.inf)
    newest = _screen(batch.part(rows, first, forever), settings)
    winding = np.isinf(second)
    later = ~result.reversed[rows] | (newest.turning > result.turning[rows])
    counts = newest.reversed & (~winding | (later & (newest.p <= settings.winding_at)))
    older = _screen(batch.part(rows, -forever, np.where(winding, newest.turning, second)), settings)
    counts &= ~winding | older.reversed
    again = np.flatnonzero(counts & winding)
    if len(again):
        since = older.turning[again]
        _put(newest, again, _screen(batch.part(rows[again], since, forever[again]), settings))
        first[again], counts[again] = since, newest.reversed[again]
    measured = np.where(np.isnan(batch.values[rows]), np.nan, batch.times[rows])
    span = np.nanmax(measured, axis=-1) - np.nanmin(measured, axis=-1)
    apart = SAME_TURN * span / (result.n_points[rows] - 1)
    for place in np.flatnonzero(counts):
        newest.earlier_turns[place] = _earlier(newest, older, int(place), first[place], apart[place])
    newest.n_points[:] = result.n_points[rows]
    told = np.flatnonzero(counts)
    _put(result, rows[told], _rows_of(newest, told))


def _earlier(newest: Screening, older: Screening, place: int, since: float, apart: float) -> Floats:
    """The turns before the newest of one series; what lies this near is the same turn."""
    turns = [at for at in (*newest.earlier_turns[place], newest.turning[place]) if not np.isnan(at)]
    found = [*older.earlier_turns[place], older.turning[place] if older.reversed[place] else np.nan, since]
    for at in reversed(found):
        if at < min(turns) - apart:
            turns.append(at)
    listed = np.full(MOST_EARLIER, np.nan)
    before = np.sort([at for at in turns if at < newest.turning[place]])[-MOST_EARLIER:]
    listed[: len(before)] = before
    return listed


def _put(result: Screening, rows: npt.NDArray[np.int64], other: Screening) -> None:
    for field in fields(Screening):
        getattr(result, field.name)[rows] = getattr(other, field.name)


def _rows_of(result: Screening, rows: npt.NDArray[np.int64]) -> Screening:
    return Screening(**{field.name: getattr(result, field.name)[rows] for field in fields(Screening)})


def _chunks(n_usable: npt.NDArray[np.int64], settings: DetectorSettings) -> Iterator[npt.NDArray[np.int64]]:
    for n in np.unique(n_usable[n_usable >= settings.least_points]):
        rows = np.flatnonzero(n_usable == n)
        size = max(1, settings.chunk_cells // int(3 * n * n))
        for start in range(0, len(rows), size):
            yield rows[start : start + size]


def _keep(result: Screening, turns: Floats, stretch: Stretch, settings: DetectorSettings) -> None:
    if not len(stretch.rows):
        return
    judgement = judge(stretch, settings)
    turns[:, stretch.rows] = judgement.turns
    for name, column in judgement.columns.items():
        getattr(result, name)[stretch.rows] = column


def _silent(n_series: int) -> Screening:
    columns: dict[str, npt.NDArray[np.generic]] = {
        field.name: np.full(n_series, np.nan) for field in fields(Screening)
    }
    columns["verdict"] = np.full(n_series, str(Verdict.TOO_SHORT), dtype="<U24")
    columns["level"] = np.full(n_series, str(Level.NONE), dtype="<U16")
    columns["reversed"] = np.zeros(n_series, dtype=np.bool_)
    columns["early"] = np.zeros(n_series, dtype=np.bool_)
    columns["n_points"] = np.zeros(n_series, dtype=np.int64)
    columns["earlier_turns"] = np.full((n_series, MOST_EARLIER), np.nan)
    return Screening(**columns)  # type: ignore[arg-type]
