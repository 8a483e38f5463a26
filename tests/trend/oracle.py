"""The detector once more, slow and plain: every history is a covariance of its own.

A history says how series scatter: noise of variance 1, and columns whose sizes scatter
round nought as is usual. With y and the columns X freed of level, breaks and season,

    C = 1 + X V X',    log M = -log(y' C^-1 y) (n - 1) / 2 - log(det C) / 2

so nothing is shared between histories but the base they are freed of. One function a
history; a history more is a function more in ``HISTORIES``. All numbers of the method are
written down here anew; what is not computed anew is the calibration table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import exp, inf, log, nan, sqrt
from typing import Any

import numpy as np

from impact.trend.calibration import LEVELS, load

FLAT_VOTES = 5
SLOPES = (1.0, 4.0)  # noises a period; a history without slopes has as many votes
SLOPE_IN_BETWEEN = 2.0
STEP = 3.0
ODD = 5.0
EXTRA_SCATTER = 1.8
ZIGZAG_ODDS = 1.0
FULLY_EXPLAINED = 1e-10


@dataclass(frozen=True)
class Course:
    """One series without gaps: moved times, values, weights, columns of the base."""

    t: np.ndarray
    y: np.ndarray
    weights: np.ndarray
    base: list[np.ndarray]
    rounding: float
    known: bool
    unit: float = 1.0

    @cached_property
    def n(self) -> int:
        """Points less one for each column beside the level that says something new."""
        rank = int(np.linalg.matrix_rank(np.stack(self.base, axis=1) * self.weights[:, None]))
        return len(self.t) - (rank - 1)

    @property
    def freedom(self) -> int:
        """Degrees of freedom of a broken line with its turning time, at least one."""
        return max(self.n - 4, 1)

    @property
    def loud(self) -> float:
        """How many noises one of the unit is."""
        return sqrt(float(np.mean(self.weights**2)))

    @property
    def period(self) -> float:
        """The usual time between two values."""
        return float(self.t[-1]) / (len(self.t) - 1)

    @property
    def taus(self) -> list[float]:
        """Inner times and the middles between them, two points on each side."""
        middles = (self.t[1:] + self.t[:-1]) / 2
        return sorted([*middles[1:-1], *self.t[2:-2]])

    @cached_property
    def parts(self) -> dict[float, float]:
        """Which part of the turns happens at each tau: few near the first or the last value."""
        ends = [(tau / self.period, (self.t[-1] - tau) / self.period) for tau in self.taus]
        parts = [min(early, 6.0) * sqrt(min(late, 4.0)) for early, late in ends]
        return {tau: part / sum(parts) for tau, part in zip(self.taus, parts, strict=True)}

    def slope(self, size: float) -> float:
        """So many noises a period as a slope."""
        return size / (self.loud * self.period)

    def freed(self, *columns: np.ndarray) -> np.ndarray:
        """Weighted columns (n, k) without what level, breaks and season explain."""
        base = np.stack(self.base, axis=1) * self.weights[:, None]
        weighted = np.stack(columns, axis=1) * self.weights[:, None]
        return weighted - base @ np.linalg.lstsq(base, weighted, rcond=1e-11)[0]


@dataclass(frozen=True)
class Noise:
    """Its variance where it is known, otherwise None, and the largest residual beside it."""

    variance: float | None
    scatter: float
    left: np.ndarray


@dataclass(frozen=True)
class Place:
    """One place that a history can have: what speaks for it, and slopes if it has a bend."""

    liking: float
    tau: float = nan
    slopes: tuple[float, float] = (nan, nan)

    @property
    def turned(self) -> bool:
        """Whether the slopes have opposite signs; one that is nought but for rounding has none."""
        early, late = self.slopes
        return early * late < -1e-9 * (early**2 + late**2)


History = Callable[[Course, Noise], list[Place]]


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
    steps = np.diff(np.unique(y))
    rounding = float(steps.min()) ** 2 / 12 * float(np.mean(weights**2)) if len(steps) else 1e-26
    worked = 2 * np.sqrt(y + 0.375) if counted else y - np.median(y)
    return Course(
        t=times - times[0],
        y=worked,
        weights=weights,
        base=columns,
        rounding=1e-12 if counted else rounding,
        known=counted or errors is not None,
        unit=float(np.mean(worked)) / 2 if counted else 1.0,
    )


def fits_beside(series: Course, *columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients and residuals of least squares on the base and some columns."""
    target, free = series.freed(series.y)[:, 0], series.freed(*columns)
    found = np.linalg.lstsq(free, target, rcond=1e-11)[0]
    return found, target - free @ found


def says_new(series: Course, tau: float) -> bool:
    """Whether a bend is more than level, breaks, season and line together."""
    column = after(series, tau)
    line, bend = series.freed(series.t, column).T
    left = bend - line * float(line @ bend) / float(line @ line)
    return float(left @ left) > FULLY_EXPLAINED * float(np.sum((column * series.weights) ** 2))


def marginal(
    series: Course, noise: Noise, columns: list[np.ndarray], usual: list[float]
) -> tuple[float, ...]:
    """Log M of a history with columns so large as is usual, and their likeliest sizes."""
    free = series.freed(series.y, *columns)
    target, columns_free = free[:, 0], free[:, 1:]
    spread = columns_free * np.array(usual)
    covariance = np.eye(len(target)) + spread @ spread.T
    inverse = np.linalg.solve(covariance, target)
    left = float(target @ inverse) + series.freedom * series.rounding
    liking = -(series.n - 1) / 2 * log(left) if noise.variance is None else -left / (2 * noise.variance)
    liking -= float(np.linalg.slogdet(covariance)[1]) / 2
    return liking, *(np.array(usual) ** 2 * (columns_free.T @ inverse))


def after(series: Course, tau: float) -> np.ndarray:
    """How long after a time each value stands; 0 before it."""
    return np.maximum(series.t - tau, 0)


def before(series: Course, tau: float) -> np.ndarray:
    """How long each value stands before or until a time."""
    return np.minimum(series.t, tau)


def bends(series: Course) -> list[float]:
    """The taus at which a bend can be seen."""
    return [tau for tau in series.taus if says_new(series, tau)]


def odds(series: Course) -> list[np.ndarray]:
    """The columns of one value that is off by some noises, as a value with its weight."""
    return list(np.diag(1 / series.weights))


def steps(series: Course) -> list[np.ndarray]:
    """The columns of a level that moves at one of the later values."""
    return [(series.t >= first).astype(float) for first in series.t[1:]]


def broken_line(series: Course, noise: Noise) -> list[Place]:
    """Two lines that join: a turn where their slopes have opposite signs."""
    found = []
    for tau in bends(series):
        arms = [before(series, tau), after(series, tau)]
        slopes = fits_beside(series, *arms)[0]
        for size in SLOPES:
            liking = marginal(series, noise, arms, [series.slope(size)] * 2)[0]
            found.append(Place(liking + log(series.parts[tau]), tau, (slopes[0], slopes[1])))
    return found


def broken_line_with_odd(series: Course, noise: Noise) -> list[Place]:
    """The same with one value odd, where one stands out; two in ten of one size of slope."""
    found = []
    slope, share = series.slope(SLOPE_IN_BETWEEN), log(0.2 / len(series.t))
    for tau in bends(series) if stands_out(series, noise) else []:
        for odd in odds(series):
            columns = [before(series, tau), after(series, tau), odd]
            liking, early, late, _ = marginal(series, noise, columns, [slope, slope, ODD])
            found.append(Place(liking + share + log(series.parts[tau]), tau, (early, late)))
    return found


def constant(series: Course, noise: Noise) -> list[Place]:
    """One level."""
    return of_each(series, noise, [[]], [], votes=2)


def constant_with_odd(series: Course, noise: Noise) -> list[Place]:
    """One level that one value does not lie on, where one stands out."""
    there = odds(series) if stands_out(series, noise) else []
    return of_each(series, noise, [[odd] for odd in there], [ODD], votes=0.2)


def line(series: Course, noise: Noise) -> list[Place]:
    """One line."""
    return of_sloped(series, noise, [[series.t]], [])


def line_with_odd(series: Course, noise: Noise) -> list[Place]:
    """A line that one value does not lie on."""
    return of_sloped(series, noise, [[series.t, odd] for odd in odds(series)], [ODD])


def line_with_step(series: Course, noise: Noise) -> list[Place]:
    """A line whose level moves once."""
    columns = [[series.t, step] for step in steps(series)]
    return of_sloped(series, noise, columns, [STEP / series.loud], votes=7)


def level_step(series: Course, noise: Noise) -> list[Place]:
    """Two levels."""
    return of_each(series, noise, [[step] for step in steps(series)], [STEP / series.loud], votes=2)


def flat_then_slope(series: Course, noise: Noise) -> list[Place]:
    """Stood still, then went somewhere."""
    columns = [[after(series, tau)] for tau in bends(series)]
    return of_sloped(series, noise, columns, [], votes=FLAT_VOTES * len(columns) / len(series.taus))


def slope_then_flat(series: Course, noise: Noise) -> list[Place]:
    """Went somewhere, then stood still."""
    columns = [[before(series, tau)] for tau in bends(series)]
    return of_sloped(series, noise, columns, [], votes=FLAT_VOTES * len(columns) / len(series.taus))


def of_each(
    series: Course, noise: Noise, places: list[list[np.ndarray]], usual: list[float], votes: float = 1
) -> list[Place]:
    """A history at each of its places, which share its votes."""
    return [
        Place(marginal(series, noise, columns, usual)[0] + log(votes / len(places))) for columns in places
    ]


def of_sloped(
    series: Course, noise: Noise, places: list[list[np.ndarray]], usual: list[float], votes: float = 1
) -> list[Place]:
    """The same of a history whose first column is a slope of either size."""
    return [
        place
        for size in SLOPES
        for place in of_each(series, noise, places, [series.slope(size), *usual], votes)
    ]


BROKEN: tuple[History, ...] = (broken_line, broken_line_with_odd)
SIMPLE: tuple[History, ...] = (constant, line)
OTHERS: tuple[History, ...] = (
    constant_with_odd,
    line_with_odd,
    line_with_step,
    level_step,
    flat_then_slope,
    slope_then_flat,
)


def stands_out(series: Course, noise: Noise) -> bool:
    """Whether a residual is larger than the noise of so many values makes it."""
    usual = sqrt(2 * log(len(series.t))) - 0.2
    return bool(np.max(np.abs(noise.left)) > usual * sqrt(noise.scatter))


@dataclass(frozen=True)
class Around:
    """Time of a bend or turn and the slopes around it."""

    at: float
    before: float
    after: float


@dataclass(frozen=True)
class Judged:
    """What the oracle says.

    Attributes:
        score, p: of the turn.
        slope: of the line.
        turn, kink: the turn, and the bend of whatever way; None where there is none.
        levelled: log odds of "slope, then flat" against the line or a constant.
        zigzag: log odds of two turns against at most one, -inf where not looked for.
        last_but_one: the time of the first of the two.
    """

    score: float
    p: float
    slope: float
    turn: Around | None
    kink: Around | None
    levelled: float
    zigzag: float
    last_but_one: float


def judge(times: np.ndarray, values: np.ndarray, **options: Any) -> Judged | None:
    """The whole answer for one series, None where there are too few points for one.

    If it turned twice, the newest turn counts where its part of the series says so alone.
    """
    if refused(times[~np.isnan(values)], options.get("breaks", ()), options.get("per_year", 1)):
        return None
    whole = judge_at_once(times[~np.isnan(values)][0], course(times, values, **options))
    if whole.zigzag > ZIGZAG_ODDS:
        newest = judge(times, np.where(times >= whole.last_but_one, values, nan), **options)
        if newest is not None and newest.p <= 0.05:
            return newest
    return whole


def refused(times: np.ndarray, breaks: tuple[float, ...], per_year: int) -> bool:
    """Whether too few points are left, in all or under one definition."""
    under = np.sum(times[:, None] >= np.array([-inf, *breaks]), axis=1)
    lengths = np.unique(under, return_counts=True)[1]
    points = len(times) - (len(lengths) - 1) - (per_year - 1)
    few = points < 6 or (per_year > 1 and len(times) < 2 * per_year)
    return few or (len(lengths) > 1 and int(max(lengths)) < 3)


def judge_at_once(start: float, series: Course) -> Judged:
    """The answer for a series taken as a whole."""
    noise = noise_of(series)
    broken = [place for history in BROKEN for place in history(series, noise)]
    turns = [place for place in broken if place.turned]
    simple = [place for history in SIMPLE for place in history(series, noise)]
    others = [place for history in OTHERS for place in history(series, noise)]
    rivals = [place for place in broken if not place.turned] + simple + others
    score = total(turns) - total(rivals)
    r1 = float(noise.left[1:] @ noise.left[:-1]) / max(float(noise.left @ noise.left), 1e-300)
    slopes, left = fits_beside(series, series.t)
    straight = float(left @ left) + series.freedom * series.rounding <= 2 * series.freedom * series.rounding
    zigzag, first = -inf, nan
    if r1 > 0.1 and series.n >= 10 and not straight:
        zigzag, first = two_turns(series, noise)
        zigzag -= total(turns + rivals)
    return Judged(
        score=score,
        p=1.0 if straight else table_p(score, r1, series.n, noise.variance is not None),
        slope=float(slopes[0]) * series.unit,
        turn=around(start, series.unit, one_way(turns)),
        kink=around(start, series.unit, broken),
        levelled=total(slope_then_flat(series, noise))
        - log(FLAT_VOTES)
        - max(place.liking for place in simple),
        zigzag=zigzag,
        last_but_one=start + first,
    )


def noise_of(series: Course) -> Noise:
    """The noise round the best broken line."""
    fits = [fits_beside(series, series.t, after(series, tau))[1] for tau in bends(series)]
    left = min(fits, key=lambda each: float(each @ each), default=fits_beside(series, series.t)[1])
    scatter = float(left @ left) / series.freedom + series.rounding
    believed = series.known and scatter < EXTRA_SCATTER
    return Noise(max(1.0, scatter) if believed else None, scatter, left)


def total(places: list[Place]) -> float:
    """Log of what speaks for all of them."""
    top = max((place.liking for place in places), default=-inf)
    return top + log(sum(exp(place.liking - top) for place in places)) if places else -inf


def two_turns(series: Course, noise: Noise) -> tuple[float, float]:
    """What speaks for two bends with alternating slopes, and the first of the likeliest two."""
    inner = list(enumerate(series.t[2:-2]))
    pairs = [(one, two) for (i, one), (j, two) in combinations(inner, 2) if j - i >= 2]
    places = list(alternating(series, noise, pairs))
    likeliest = max(places, key=lambda each: each.liking, default=Place(-inf))
    return total(places), likeliest.tau


def alternating(series: Course, noise: Noise, pairs: list[tuple[float, float]]) -> Iterator[Place]:
    """Lines with two bends that go up, down, up or down, up, down."""
    usual = [series.slope(SLOPE_IN_BETWEEN)] * 3
    for pair in pairs:
        bent = [after(series, tau) for tau in pair]
        first, *changes = fits_beside(series, series.t, *bent)[0]
        slopes = np.cumsum([first, *changes])
        if np.all(slopes[1:] * slopes[:-1] < 0):
            # The slope of the whole is as usual, and so is what each bend changes beside it.
            beside = [each - fits_line(series, each) * series.t for each in bent]
            liking = marginal(series, noise, [series.t, *beside], usual)[0]
            yield Place(liking - log(len(pairs)), pair[0])


def fits_line(series: Course, column: np.ndarray) -> float:
    """The slope of the line nearest to a column."""
    line, other = series.freed(series.t, column).T
    return float(line @ other) / float(line @ line)


def one_way(turns: list[Place]) -> list[Place]:
    """The turns at those taus where most go the likelier way, peaks or troughs."""
    rising = {
        tau: mean(at(turns, tau), [each.slopes[0] for each in at(turns, tau)]) > 0 for tau in taus(turns)
    }
    ways = [[place for place in turns if rising[place.tau] == way] for way in (True, False)]
    return max(ways, key=total)


def taus(places: list[Place]) -> set[float]:
    """The taus that have a place."""
    return {place.tau for place in places}


def at(places: list[Place], tau: float) -> list[Place]:
    """The places at one tau."""
    return [place for place in places if place.tau == tau]


def around(start: float, unit: float, places: list[Place]) -> Around | None:
    """Where the bends are on average, with the slopes around them."""
    if not places:
        return None
    columns = zip(*((start + place.tau, *place.slopes) for place in places), strict=True)
    time, early, late = (mean(places, list(column)) for column in columns)
    return Around(time, early * unit, late * unit)


def mean(places: list[Place], numbers: list[float]) -> float:
    """The mean of numbers, each place weighing as much as speaks for it."""
    whole = total(places)
    return sum(exp(place.liking - whole) * number for place, number in zip(places, numbers, strict=True))


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
