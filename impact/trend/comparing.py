"""One series beside its reference line; the engine is ``comparison``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isnan

import numpy as np
import numpy.typing as npt

from impact.semantics.period import Frequency
from impact.semantics.series import Series
from impact.trend.comparison import Outcome, compare_many
from impact.trend.detector import DETECTOR_VERSION, first_analysis, judged_direction
from impact.trend.settings import DetectorSettings
from impact.trend.verdict import Level, TrendAnalysis, Verdict

COMPARISON_VERSION = f"{DETECTOR_VERSION}, 1 together"


@dataclass(frozen=True)
class Comparison:
    """Whether a series turned on its own or with the line it is compared with.

    ``p`` is how often a series and a reference that turn together look at least as far
    apart; None where the series has not turned or cannot be compared. ``difference`` is
    what the detector says of series minus reference (counts: of the difference of the
    logarithms); ``n_common`` counts the periods in which both have a value.
    """

    outcome: Outcome
    n_common: int
    difference: TrendAnalysis
    p: float | None = None


def compare_series(series: Series, reference: Series, settings: DetectorSettings | None = None) -> Comparison:
    """Whether a series turned on its own, or with its reference.

    Series of another unit, kind or frequency are not comparable. Both are judged on all
    their periods, compared on those they have in common; the breaks of both count.
    """
    if not _speak_of_the_same(series, reference):
        nothing = TrendAnalysis(
            Verdict.NOT_COMPARABLE, Level.NONE, False, 0, detector_version=COMPARISON_VERSION
        )
        return Comparison(Outcome.NOT_COMPARABLE, 0, nothing)
    own, other = series.to_arrays(), reference.to_arrays()
    times = np.union1d(own.times, other.times)

    def on(times_of: npt.NDArray[np.float64], column: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        laid_out = np.full((1, len(times)), np.nan)
        laid_out[0, np.searchsorted(times, times_of)] = column
        return laid_out

    found = compare_many(
        times[None, :],
        on(own.times, own.values),
        on(other.times, other.values),
        standard_errors=on(own.times, own.standard_errors),
        reference_errors=on(other.times, other.standard_errors),
        n_observed=on(own.times, own.n_observed),
        reference_n_observed=on(other.times, other.n_observed),
        breaks=[own.breaks],
        reference_breaks=[other.breaks],
        direction=str(judged_direction(series)),
        kind=str(series.unit.kind),
        bounds=[series.unit.range],
        periods_per_year=series.periods_per_year,
        settings=settings,
    )
    p = float(found.p[0])
    return Comparison(
        outcome=Outcome(str(found.outcome[0])),
        n_common=int(found.n_common[0]),
        difference=replace(first_analysis(found.difference), detector_version=COMPARISON_VERSION),
        p=None if isnan(p) else p,
    )


def _speak_of_the_same(series: Series, reference: Series) -> bool:
    """Same unit and kind of number, same frequency, and both with periods."""
    if not series.points or not reference.points:
        return False
    ours, theirs = series.unit, reference.unit
    if (ours.kind, ours.name_sv) != (theirs.kind, theirs.name_sv):
        return False
    lengths = {
        (point.period.frequency, point.period.frequency is Frequency.WINDOW and point.period.n_months)
        for point in (*series.points, *reference.points)
    }
    return len(lengths) == 1
