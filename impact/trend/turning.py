"""Where a series turned and how steep it was on either side, with intervals."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from impact.trend.designs import Design
from impact.trend.rivals import Fit
from impact.trend.student import quantiles

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Turning:
    """A turning point per series; arrays of shape (n_series,), NaN where there is none.

    ``rising_before`` says which way the series went before it turned.
    """

    at: Floats
    low: Floats
    high: Floats
    before: Floats
    before_low: Floats
    before_high: Floats
    after: Floats
    after_low: Floats
    after_high: Floats
    rising_before: npt.NDArray[np.bool_]

    def spread(self, rows: npt.NDArray[np.int64], n_series: int) -> Turning:
        """The same as ``rows`` of so many series; NaN and False for the others."""
        columns: dict[str, npt.NDArray[np.generic]] = {}
        for field in fields(self):
            column = getattr(self, field.name)
            columns[field.name] = np.full(n_series, False if column.dtype == np.bool_ else np.nan)
            columns[field.name][rows] = column
        return Turning(**columns)  # type: ignore[arg-type]


def locate_turning(design: Design, fit: Fit, interval: float, *, levelling: bool = False) -> Turning:
    """The mean turning time under what the data say for each candidate.

    Args:
        design: the columns of the series.
        fit: what :func:`rivals.fit_histories` found.
        interval: share that the intervals cover.
        levelling: take every kink instead of changes of sign alone.
    """
    freedom = np.maximum(fit.freedom, 1)
    variance = fit.rss / freedom
    variance = np.where(fit.believed, np.maximum(1.0, variance), variance)
    if levelling:
        weight, slopes = fit.bend, (fit.bend_before, fit.bend_after)
        rising = np.sum(fit.bend * np.sign(fit.bend_before), axis=-1) > 0
    else:
        weight, rising = _one_way(fit.turn, fit.before > 0)
        slopes = (fit.before, fit.after)
    total = np.sum(weight, axis=-1, keepdims=True)
    weight = np.where(total > 0, weight / np.where(total > 0, total, 1.0), np.nan)
    taus = np.broadcast_to(design.taus, weight.shape)
    width = quantiles(0.5 + interval / 2, freedom)
    low, high = (_share_point(taus, weight, share) for share in ((1 - interval) / 2, (1 + interval) / 2))
    before = _slope(slopes[0], fit.before_sd, weight, variance, width)
    after = _slope(slopes[1], fit.after_sd, weight, variance, width)
    return Turning(np.sum(taus * weight, axis=-1), low, high, *before, *after, rising)


def line_slope(fit: Fit, interval: float) -> tuple[Floats, Floats, Floats, Floats]:
    """Slope of the whole series with its interval, and its t statistic."""
    freedom = np.maximum(fit.n - 2, 1)
    variance = fit.rss_line / freedom
    variance = np.where(fit.believed, np.maximum(1.0, variance), variance)
    error = fit.slope_sd * np.sqrt(variance)
    width = quantiles(0.5 + interval / 2, freedom) * error
    statistic = fit.slope / np.where(error > 0, error, np.inf)
    return fit.slope, fit.slope - width, fit.slope + width, statistic


def _one_way(weight: Floats, rising: npt.NDArray[np.bool_]) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Keeps the candidates of the likelier way to turn: a peak and a trough never mix."""
    up = np.sum(np.where(rising, weight, 0.0), axis=-1)
    down = np.sum(np.where(rising, 0.0, weight), axis=-1)
    mostly = up > down
    return np.where(rising == mostly[:, None], weight, 0.0), mostly


def _slope(
    slopes: Floats, errors: Floats, weight: Floats, variance: Floats, width: Floats
) -> tuple[Floats, Floats, Floats]:
    counted = weight > 0
    slopes = np.where(counted, slopes, 0.0)
    errors = np.where(counted, errors, 0.0)
    mean = np.sum(weight * slopes, axis=-1)
    within = np.sum(weight * errors**2, axis=-1) * variance
    between = np.sum(weight * (slopes - mean[:, None]) ** 2, axis=-1)
    half = width * np.sqrt(within + between)
    return mean, mean - half, mean + half


def _share_point(taus: Floats, weight: Floats, share: float) -> Floats:
    """The time that a share of the weight lies before; each candidate is a small span."""
    middles = (taus[:, 1:] + taus[:, :-1]) / 2
    if taus.shape[1] == 1:
        return taus[:, 0]
    first = taus[:, :1] - (middles[:, :1] - taus[:, :1])
    last = taus[:, -1:] + (taus[:, -1:] - middles[:, -1:])
    edges = np.concatenate([first, middles, last], axis=-1)
    sums = np.concatenate([np.zeros((len(taus), 1)), np.cumsum(weight, axis=-1)], axis=-1)
    place = np.clip(np.sum(sums < share, axis=-1), 1, taus.shape[1])
    rows = np.arange(len(taus))
    below, above = sums[rows, place - 1], sums[rows, place]
    part = (share - below) / np.where(above > below, above - below, 1.0)
    found = edges[rows, place - 1] + part * (edges[rows, place] - edges[rows, place - 1])
    return np.where(np.isnan(sums[:, -1]), np.nan, found)
