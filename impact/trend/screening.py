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

from impact.trend.inputs import read_batch
from impact.trend.judging import judge
from impact.trend.preparing import Stretch, prepare
from impact.trend.settings import DEFAULT_SETTINGS, DetectorSettings
from impact.trend.verdict import Level, Verdict

Floats = npt.NDArray[np.float64]
Words = npt.NDArray[np.str_]


@dataclass(frozen=True)
class Screening:
    """The verdicts on many series; arrays of shape (n_series,), NaN is "does not exist".

    Fields mean what they mean in :class:`impact.trend.verdict.TrendAnalysis`; ``verdict``
    and ``level`` hold the texts of ``Verdict`` and ``Level``.
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
    result = _silent(len(batch.values))
    n_usable = np.sum(~np.isnan(batch.values), axis=-1)
    result.n_points[:] = n_usable
    for rows in _chunks(n_usable, settings):
        stretch = prepare(batch, rows, settings)
        result.verdict[rows] = stretch.refusal
        _keep(result, stretch, settings)
    return result


def _chunks(n_usable: npt.NDArray[np.int64], settings: DetectorSettings) -> Iterator[npt.NDArray[np.int64]]:
    for n in np.unique(n_usable[n_usable >= settings.least_points]):
        rows = np.flatnonzero(n_usable == n)
        size = max(1, settings.chunk_cells // int(3 * n * n))
        for start in range(0, len(rows), size):
            yield rows[start : start + size]


def _keep(result: Screening, stretch: Stretch, settings: DetectorSettings) -> None:
    if not len(stretch.rows):
        return
    for name, column in judge(stretch, settings).items():
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
    return Screening(**columns)  # type: ignore[arg-type]
