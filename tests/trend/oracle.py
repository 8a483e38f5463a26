"""The detector once more, slow and plain: every history is a regression of its own.

Nothing is shared between histories and nothing is projected: each is a design matrix put
through least squares. One function a history; a history more is a function more in
``TURNS`` or ``RIVALS``. What is not computed anew is the calibration table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, inf, log

import numpy as np

from impact.trend.calibration import LEVELS, load

EXTRA_SCATTER = 1.8
FULLY_EXPLAINED = 1e-10


@dataclass(frozen=True)
class Course:
    """One series without gaps: moved times, values, weights, columns of every history."""

    t: np.ndarray
    y: np.ndarray
    weights: np.ndarray
    base: list[np.ndarray]
    rounding: float
    known: bool

    @property
    def n(self) -> int:
        """Points less one for each column beside the level that says something new."""
        rank = int(np.linalg.matrix_rank(np.stack(self.base, axis=1) * self.weights[:, None]))
        return len(self.t) - (rank - 1)

    @property
    def freedom(self) -> int:
        """Degrees of freedom of a broken line with its turning time, at least one."""
        return max(self.n - 4, 1)

    @property
    def taus(self) -> list[float]:
        """Inner times and the middles between them, two points on each side."""
        middles = (self.t[1:] + self.t[:-1]) / 2
        return sorted([*middles[1:-1], *self.t[2:-2]])


@dataclass(frozen=True)
class Regression:
    """Residual sum of squares with rounding added, coefficients, residuals."""

    rss: float
    coefficients: np.ndarray
    left: np.ndarray


@dataclass(frozen=True)
class Position:
    """One place that a history can have; ``counted`` says whether it is possible there."""

    regression: Regression
    n_columns: int
    counted: bool = True


History = Callable[[Course], list[Position]]


def course(
    times: np.ndarray,
    values: np.ndarray,
    *,
    errors: np.ndarray | None = None,
    asked: float | None = None,
    breaks: tuple[float, ...] = (),
    kind: str = "number",
    per_year: int = 1,
    whole: float = 100.0,
) -> Course:
    """A series as it comes, with gaps, made ready in the plainest way."""
    here = ~np.isnan(values)
    times, y = times[here], values[here]
    if errors is not None:
        errors = errors[here]
    elif kind == "share" and asked:
        share = (y / whole * asked + 1) / (asked + 2)
        errors = whole * np.sqrt(share * (1 - share) / asked)
    columns = [np.ones(len(y))]
    columns += [(times >= one).astype(float) for one in breaks if times[0] < one <= times[-1]]
    season = np.round(times * per_year) % per_year
    columns += [(season == each).astype(float) for each in range(1, per_year)]
    counted = kind == "count" and errors is None
    weights = np.ones(len(y)) if errors is None else 1 / errors
    rounding = np.diff(np.unique(y)).min(initial=inf) ** 2 / 12 * np.mean(weights**2)
    return Course(
        t=times - times[0],
        y=2 * np.sqrt(y + 0.375) if counted else y - np.median(y),
        weights=weights,
        base=columns,
        rounding=1e-12 if counted else rounding,
        known=counted or errors is not None,
    )


def regress(series: Course, *columns: np.ndarray) -> Regression:
    """Weighted least squares on the base and some columns."""
    design = np.stack([*series.base, *columns], axis=1) * series.weights[:, None]
    target = series.y * series.weights
    found = np.linalg.lstsq(design, target, rcond=1e-11)[0]
    left = target - design @ found
    rss = float(left @ left) + series.freedom * series.rounding
    return Regression(rss, found[len(series.base) :], left)


def says_new(series: Course, column: np.ndarray) -> bool:
    """Whether a column is more than level, breaks, season and line together."""
    beside = Course(series.t, column, series.weights, series.base, 0.0, False)
    weighted = column * series.weights
    return regress(beside, series.t).rss > FULLY_EXPLAINED * float(weighted @ weighted)


def after(series: Course, tau: float) -> np.ndarray:
    """How long after a time each value stands; 0 before it."""
    return np.maximum(series.t - tau, 0)


def before(series: Course, tau: float) -> np.ndarray:
    """How long each value stands before or until a time."""
    return np.minimum(series.t, tau)


def broken_lines(series: Course, *, turning: bool) -> list[Position]:
    """Two lines that join, with or without a change of sign."""
    found = []
    for tau in series.taus:
        fit = regress(series, before(series, tau), after(series, tau))
        opposite = bool(fit.coefficients[0] * fit.coefficients[1] < 0)
        found.append(Position(fit, 2, says_new(series, after(series, tau)) and opposite == turning))
    return found


def tent(series: Course) -> list[Position]:
    """The turn: a broken line whose slopes have opposite signs."""
    return broken_lines(series, turning=True)


def bend(series: Course) -> list[Position]:
    """A broken line that bends and does not turn."""
    return broken_lines(series, turning=False)


def constant(series: Course) -> list[Position]:
    """One level."""
    return [Position(regress(series), 0)]


def line(series: Course) -> list[Position]:
    """One line."""
    return [Position(regress(series, series.t), 1)]


def flat_then_slope(series: Course) -> list[Position]:
    """Stood still, then went somewhere."""
    return [
        Position(regress(series, after(series, tau)), 1, says_new(series, after(series, tau)))
        for tau in series.taus
    ]


def slope_then_flat(series: Course) -> list[Position]:
    """Went somewhere, then stood still."""
    return [
        Position(regress(series, before(series, tau)), 1, says_new(series, after(series, tau)))
        for tau in series.taus
    ]


def steps(series: Course) -> list[np.ndarray]:
    """The columns of a level that moves at one of the later values."""
    return [(series.t >= first).astype(float) for first in series.t[1:]]


def level_step(series: Course) -> list[Position]:
    """Two levels."""
    return [Position(regress(series, step), 1, says_new(series, step)) for step in steps(series)]


def line_with_step(series: Course) -> list[Position]:
    """Two lines as steep as each other."""
    return [Position(regress(series, series.t, step), 2, says_new(series, step)) for step in steps(series)]


def line_with_outlier(series: Course) -> list[Position]:
    """A line that one value does not lie on."""
    odds = np.eye(len(series.t))
    return [Position(regress(series, series.t, odd), 2, says_new(series, odd)) for odd in odds]


TURNS: tuple[History, ...] = (tent,)
RIVALS: tuple[History, ...] = (
    constant,
    line,
    bend,
    flat_then_slope,
    slope_then_flat,
    level_step,
    line_with_step,
    line_with_outlier,
)


@dataclass(frozen=True)
class Judged:
    """What the oracle says: score, p, the line, the turning point and slopes around it."""

    score: float
    p: float
    slope: float
    turning: float
    before: float
    after: float


def judge(series: Course) -> Judged:
    """The whole answer for one series."""
    best = min(
        (place for place in tent(series) + bend(series) if place.counted),
        key=lambda place: place.regression.rss,
    ).regression
    scatter = best.rss / series.freedom
    believed = series.known and scatter < EXTRA_SCATTER
    variance = max(1.0, scatter) if believed else None
    score = compare(series, TURNS, variance) - compare(series, RIVALS, variance)
    r1 = float(best.left[1:] @ best.left[:-1]) / float(best.left @ best.left)
    p = table_p(score, r1, series.n, believed) if score > -inf else 1.0
    return Judged(score, p, float(line(series)[0].regression.coefficients[0]), *turning(series, believed))


def table_p(score: float, r1: float, n: int, believed: bool) -> float:
    """P of a score in the shipped table, mixed between two lengths."""
    table, kind = load(), int(believed)
    lengths = table.lengths.tolist()
    above = min(place for place, length in enumerate(lengths) if length >= n)
    below = above if lengths[above] == n else above - 1
    part = 0.0 if below == above else (n - lengths[below]) / (lengths[above] - lengths[below])
    edges = (1 - part) * table.edges[kind, below] + part * table.edges[kind, above]
    third = sum(r1 > edge for edge in edges)
    limits = (1 - part) * table.scores[kind, below, third] + part * table.scores[kind, above, third]
    if score < limits[0]:
        return 1.0
    if score <= limits[-1]:
        return exp(np.interp(score, limits, np.log(LEVELS)))
    tenth = int(np.flatnonzero(10 * LEVELS[-1] * (1 + 1e-12) >= LEVELS)[0])
    fall = log(LEVELS[tenth] / LEVELS[-1]) / max(limits[-1] - limits[tenth], 1e-6)
    return max(LEVELS[-1] * exp(-fall * (score - limits[-1])), 1e-9)


def compare(series: Course, histories: tuple[History, ...], variance: float | None) -> float:
    """Log of the summed worth of histories; of each the mean over its places."""
    worth = [
        exp(liking(series, place, variance)) / len(places)
        for places in (history(series) for history in histories)
        for place in places
        if place.counted
    ]
    return log(sum(worth)) if sum(worth) > 0 else -inf


def liking(series: Course, place: Position, variance: float | None) -> float:
    """Log likelihood less half log n for each column; against the line's, so that exp can hold it."""
    price = place.n_columns / 2 * log(series.n)
    beside = line(series)[0].regression.rss
    if variance is not None:
        return (beside - place.regression.rss) / (2 * variance) - price
    return -(series.n - 1) / 2 * log(place.regression.rss / beside) - price


def turning(series: Course, believed: bool) -> tuple[float, float, float]:
    """Mean turning time of the likelier way to turn, and the slopes around it; NaN without a turn."""
    found = [
        (place.regression, tau) for place, tau in zip(tent(series), series.taus, strict=True) if place.counted
    ]
    if not found:
        return np.nan, np.nan, np.nan
    least = min(fit.rss for fit, _ in found)
    variance = max(1.0, least / series.freedom) if believed else least / series.freedom
    weighed = [(exp(-(fit.rss - least) / (2 * variance)), fit.coefficients, tau) for fit, tau in found]
    ways = [[each for each in weighed if (each[1][0] > 0) == rising] for rising in (True, False)]
    way = max(ways, key=lambda each: sum(weight for weight, _, _ in each))
    total = sum(weight for weight, _, _ in way)
    return (
        sum(weight * tau for weight, _, tau in way) / total,
        sum(weight * slopes[0] for weight, slopes, _ in way) / total,
        sum(weight * slopes[1] for weight, slopes, _ in way) / total,
    )
