"""One stretch of series of equal length judged: every column of the result."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from impact.trend.calibration import load, p_values
from impact.trend.deciding import decide, level_of
from impact.trend.designs import Design, build_design
from impact.trend.newest import judge_newest
from impact.trend.odds import probability_of
from impact.trend.possible import within_range
from impact.trend.preparing import Stretch
from impact.trend.rivals import Fit, fit_histories
from impact.trend.settings import DetectorSettings
from impact.trend.student import quantiles
from impact.trend.turning import Turning, line_slope, locate_turning

Floats = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]
WINDING_FROM = 15  # usable points: the newest two thirds then have ten
Columns = dict[str, npt.NDArray[np.generic]]


@dataclass(frozen=True)
class Judgement:
    """Columns of a Screening, and where histories may have turned more than once.

    ``turns`` (2, n_series): the last two turning times, NaN where one bend is enough. For
    a history that winds too much for two bends the first is a third of the way, the second
    infinite.
    """

    columns: Columns
    turns: Floats


def judge(stretch: Stretch, settings: DetectorSettings) -> Judgement:
    """What the series of a stretch did."""
    design = build_design(stretch.times, stretch.weights, stretch.breaks, stretch.periods_per_year)
    values = stretch.worked * stretch.weights
    fit = fit_histories(design, values, stretch.known, stretch.rounding, settings.extra_scatter)
    p = p_values(load(), fit.score, fit.r1, fit.n, fit.believed)
    straight = fit.rss_line <= 2 * np.maximum(fit.freedom, 1) * stretch.rounding
    p = np.where(straight, 1.0, p)
    turn = _locate(design, fit, p <= settings.likely_at, settings)
    slope, low, high, statistic = line_slope(fit, settings.interval)
    going = np.abs(statistic) > quantiles(1 - settings.trend_at / 2, fit.n - 2)
    going = np.where(straight, np.abs(slope) * _span(stretch) > 1e-9, going)
    kink = _locate(
        design, fit, ~straight & (fit.levelled >= settings.levelled_off_odds), settings, levelling=True
    )
    early = _early(stretch, fit, settings) & ~straight
    levelled = _stopped(kink) & ~early  # what may have turned does not stand still
    stopped = levelled & (p > settings.reversed_at)  # a plateau is the likelier story than a weak turn
    turned = (p <= settings.likely_at) & ~stopped
    verdict = decide(stretch.direction, turned, turn.rising_before, levelled, going, slope > 0)
    columns: Columns = {
        "verdict": verdict,
        "level": level_of(p, turned, early, settings),
        "reversed": p <= settings.reversed_at,
        "p": p,
        "probability": probability_of(p, settings.prior),
        "early": early,
        "smallest_change": _smallest_change(stretch, fit, settings),
    }
    whole = {"slope_before": slope, "slope_before_low": low, "slope_before_high": high}
    columns |= _turning_columns(turn, kink, turned, stopped, whole)
    return Judgement(_in_the_unit(columns, stretch), _several(stretch, fit, ~straight, settings))


def _several(stretch: Stretch, fit: Fit, uneven: Truths, settings: DetectorSettings) -> Floats:
    zigzag = uneven & (fit.zigzag > settings.second_turn_odds)
    winding = uneven & ~zigzag & (fit.r1 > settings.winding) & (fit.n >= WINDING_FROM)
    third = stretch.times[:, stretch.times.shape[1] // 3]
    first = np.where(zigzag, fit.first, np.where(winding, third, np.nan))
    return np.stack([first, np.where(zigzag, fit.second, np.where(winding, np.inf, np.nan))])


def _locate(
    design: Design, fit: Fit, wanted: Truths, settings: DetectorSettings, *, levelling: bool = False
) -> Turning:
    """Turning points of the series that are wanted, NaN for the others."""
    rows = np.flatnonzero(wanted)
    found = locate_turning(design.of(rows), fit.of(rows), settings.interval, levelling=levelling)
    return found.spread(rows, len(wanted))


def _stopped(kink: Turning) -> Truths:
    """Went somewhere for sure, and after the kink may have stood still."""
    went = kink.before_low * kink.before_high > 0
    return went & (kink.after_low <= 0) & (kink.after_high >= 0)


def _turning_columns(
    turn: Turning,
    kink: Turning,
    turned: Truths,
    levelled: Truths,
    whole: dict[str, Floats],
) -> Columns:
    def pick(of_turn: Floats, of_kink: Floats, otherwise: Floats | float) -> Floats:
        return np.where(turned, of_turn, np.where(levelled, of_kink, otherwise))

    columns: Columns = {
        "turning": pick(turn.at, kink.at, np.nan),
        "turning_low": pick(turn.low, kink.low, np.nan),
        "turning_high": pick(turn.high, kink.high, np.nan),
    }
    for end in ("", "_low", "_high"):
        before, after = f"before{end}", f"after{end}"
        columns[f"slope_{before}"] = pick(
            getattr(turn, before), getattr(kink, before), whole[f"slope_{before}"]
        )
        columns[f"slope_{after}"] = pick(getattr(turn, after), getattr(kink, after), np.nan)
    return columns


def _smallest_change(stretch: Stretch, fit: Fit, settings: DetectorSettings) -> Floats:
    """Change from first to last period that a line would show four times out of five."""
    freedom = np.maximum(fit.freedom, 1)
    variance = fit.rss / freedom
    variance = np.where(fit.believed, np.maximum(1.0, variance), variance)
    reach = quantiles(1 - settings.trend_at / 2, freedom) + quantiles(settings.power, freedom)
    return np.asarray(reach * fit.slope_sd * np.sqrt(variance) * _span(stretch), dtype=np.float64)


def _span(stretch: Stretch) -> Floats:
    return np.asarray(stretch.times[:, -1] - stretch.times[:, 0], dtype=np.float64)


def _early(stretch: Stretch, fit: Fit, settings: DetectorSettings) -> Truths:
    n = stretch.worked.shape[1]
    newest_break = np.max(
        np.where(np.isnan(stretch.breaks), -np.inf, stretch.breaks), axis=-1, initial=-np.inf
    )
    first = np.sum(stretch.times < newest_break[:, None], axis=-1)
    first = np.broadcast_to(first, len(stretch.worked))
    values = stretch.worked - _season(stretch, fit)
    newest = judge_newest(stretch.times, values, first, settings)
    return np.asarray((newest.p <= settings.early_at) & (n >= settings.least_points + 1), dtype=np.bool_)


def _season(stretch: Stretch, fit: Fit) -> Floats:
    """Mean of what the line leaves over in each season; nothing for yearly series."""
    season = np.zeros_like(stretch.worked)
    if int(stretch.periods_per_year.max()) == 1:
        return season
    per_year = stretch.periods_per_year[:, None]
    which = np.broadcast_to(np.round(stretch.times * per_year) % per_year, season.shape)
    middle = stretch.times.mean(axis=-1, keepdims=True)
    left = stretch.worked - fit.slope[:, None] * (stretch.times - middle)
    for each in range(int(stretch.periods_per_year.max())):
        same = which == each
        mean = np.sum(np.where(same, left, 0.0), axis=-1) / np.maximum(same.sum(axis=-1), 1)
        season = np.where(same & (per_year > 1), mean[:, None], season)
    return season


def _in_the_unit(columns: Columns, stretch: Stretch) -> Columns:
    """Slopes and changes as the reader's unit per year, within the possible range."""
    middle = np.mean(stretch.worked, axis=-1) / 2
    factor = np.where(stretch.counted, middle, stretch.scale)
    for name in [name for name in columns if name.startswith("slope_")]:
        columns[name] = np.asarray(columns[name], dtype=np.float64) * factor
    _keep_possible(columns, stretch)
    columns["smallest_change"] = np.asarray(columns["smallest_change"], dtype=np.float64) * factor
    return columns


def _keep_possible(columns: Columns, stretch: Stretch) -> None:
    """Cuts the slopes of series that have ends; an arm takes the measurements until the turn."""
    ended = np.flatnonzero(np.isfinite(stretch.bounds).any(axis=-1))
    if not len(ended):
        return
    values, bounds = stretch.values[ended], stretch.bounds[ended]
    times = np.broadcast_to(stretch.times, stretch.values.shape)[ended]
    turning = np.asarray(columns["turning"], dtype=np.float64)[ended, None]
    arms = {"before": ~(times > turning), "after": times >= turning}
    for arm, inside in arms.items():
        names = [f"slope_{arm}{end}" for end in ("", "_low", "_high")]
        slope, low, high = (np.asarray(columns[name], dtype=np.float64)[ended] for name in names)
        kept = within_range((slope, low, high), times, values, inside, bounds)
        for name, column in zip(names, kept, strict=True):
            columns[name][ended] = column
