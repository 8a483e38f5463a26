"""How often the detector is wrong and how often it finds: small seeded checks.

Limits leave room for chance and for a better engine; a broken table or a lost rival does
not fit in it. The figures at full size stand in docs/measured.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from impact.trend.screening import screen
from impact.trend.synthetic import QUIET_SHAPES, noise, quiet_shape

N_SERIES = 600
Maker = Callable[[np.random.Generator, np.ndarray, int], tuple[np.ndarray, dict[str, Any]]]


def tent(n: int) -> np.ndarray:
    """Up by one a period until the middle, then down."""
    return -np.abs(np.arange(n) - n // 2) * 1.0


def gappy(rng: np.random.Generator, course: np.ndarray, n: int) -> tuple[np.ndarray, dict[str, Any]]:
    """A fifth of the values is missing."""
    values = course + noise(rng, N_SERIES, n)
    return np.where(rng.random(values.shape) < 0.2, np.nan, values), {}


def known(rng: np.random.Generator, course: np.ndarray, n: int) -> tuple[np.ndarray, dict[str, Any]]:
    """Each value has its own known error."""
    errors = rng.uniform(0.5, 1.5, (N_SERIES, n))
    return course + errors * noise(rng, N_SERIES, n), {"standard_errors": errors}


def boastful(rng: np.random.Generator, course: np.ndarray, n: int) -> tuple[np.ndarray, dict[str, Any]]:
    """The errors that are told are much too small."""
    values, options = known(rng, course, n)
    return values, {"standard_errors": options["standard_errors"] / 2.5}


def counts(rng: np.random.Generator, course: np.ndarray, n: int) -> tuple[np.ndarray, dict[str, Any]]:
    """Counts with the chance of counts."""
    return rng.poisson(90 + 8 * course, (N_SERIES, n)) * 1.0, {"kind": "count"}


def shares(rng: np.random.Generator, course: np.ndarray, n: int) -> tuple[np.ndarray, dict[str, Any]]:
    """Shares of four hundred who were asked."""
    yes = rng.binomial(400, 0.6 + 0.025 * course, (N_SERIES, n))
    return yes / 4.0, {"kind": "share", "n_observed": 400, "bounds": (0, 100)}


def broken(rng: np.random.Generator, course: np.ndarray, n: int) -> tuple[np.ndarray, dict[str, Any]]:
    """A new definition moves the level at a third."""
    late = np.arange(n) >= n // 3
    return course + noise(rng, N_SERIES, n) - 6 * late, {"breaks": float(n // 3)}


def rounded(rng: np.random.Generator, course: np.ndarray, n: int) -> tuple[np.ndarray, dict[str, Any]]:
    """Values in whole numbers."""
    return np.round(course + noise(rng, N_SERIES, n)), {}


def following(rng: np.random.Generator, course: np.ndarray, n: int) -> tuple[np.ndarray, dict[str, Any]]:
    """Each value follows the one before a little."""
    return course + noise(rng, N_SERIES, n, 0.3), {}


def strongly_following(
    rng: np.random.Generator, course: np.ndarray, n: int
) -> tuple[np.ndarray, dict[str, Any]]:
    """Each value follows the one before closely."""
    return course + noise(rng, N_SERIES, n, 0.6), {}


@dataclass(frozen=True)
class Kind:
    """A sort of series, the most false alarms it may give, the fewest turns to be found."""

    make: Maker
    false: float
    found: tuple[float, float]
    rise: float = field(default=0.0)


KINDS = [
    Kind(gappy, 0.04, (0.40, 0.95)),
    Kind(known, 0.02, (0.70, 0.98), rise=0.3),
    Kind(boastful, 0.03, (0.65, 0.98), rise=0.3),
    Kind(counts, 0.03, (0.70, 0.98)),
    Kind(shares, 0.03, (0.70, 0.98)),
    Kind(broken, 0.03, (0.25, 0.90), rise=0.5),
    Kind(rounded, 0.04, (0.55, 0.98)),
    Kind(following, 0.08, (0.70, 0.95)),
    Kind(strongly_following, 0.16, (0.80, 0.95)),
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.make.__name__)
@pytest.mark.parametrize("n", [10, 20])
def test_is_seldom_wrong_and_often_right_when_series_are_of_a_kind(kind: Kind, n: int) -> None:
    """Quiet series of each kind are rarely flagged, clear turns in the middle mostly."""
    rng = np.random.default_rng([7, n])
    quiet, options = kind.make(rng, kind.rise * np.arange(n), n)
    assert screen(np.arange(n), quiet, **options).reversed.mean() <= kind.false
    turned, options = kind.make(rng, tent(n), n)
    found = screen(np.arange(n), turned, direction="increase", **options)
    assert found.reversed.mean() >= kind.found[n == 20]
    right = found.verdict[found.reversed] == "reversed_to_worse"
    assert right.mean() >= 0.99
    assert np.median(np.abs(found.turning[found.reversed] - n // 2)) <= 0.8


@pytest.mark.parametrize("n", [10, 20])
@pytest.mark.parametrize("shape", QUIET_SHAPES)
def test_alarms_seldom_when_a_shape_never_turns(shape: str, n: int) -> None:
    """No shape of independent noise is flagged in more than a few cases of a hundred."""
    rng = np.random.default_rng([8, n])
    values = quiet_shape(rng, shape, N_SERIES, n) + noise(rng, N_SERIES, n)
    found = screen(np.arange(n), values)
    assert found.reversed.mean() <= 0.09
    if shape != "odd newest value":  # which no year alone can tell from a turn
        assert found.early.mean() <= 0.10


@pytest.mark.parametrize(("n", "least"), [(8, 0.50), (12, 0.65), (20, 0.65)])
def test_warns_or_flags_mostly_when_the_turn_is_two_years_old(n: int, least: float) -> None:
    """Two points after a steep turn it warns, and mostly not yet flags."""
    rng = np.random.default_rng([9, n])
    x = np.arange(n)
    course = 2.0 * (np.minimum(x, n - 3) - np.maximum(x - (n - 3), 0))
    found = screen(x, course + noise(rng, N_SERIES, n))
    assert found.early.mean() >= least
    steady = screen(x, 2.0 * x + noise(rng, N_SERIES, n))
    assert steady.early.mean() <= 0.03
    assert np.isin(steady.verdict, ["rising", "levelled_off"]).mean() >= 0.99


@pytest.mark.parametrize(("per_year", "years"), [(4, 5), (12, 4)])
def test_is_as_good_as_without_season_when_there_is_one(per_year: int, years: int) -> None:
    """A season of three standard deviations costs at most a tenth of what is found."""
    n = per_year * years
    rng = np.random.default_rng([10, n])
    season = rng.permutation(3 * np.sqrt(2) * np.sin(2 * np.pi * np.arange(per_year) / per_year + 0.7))
    season = season[np.arange(n) % per_year]
    times = 2015 + np.arange(n) / per_year
    quiet, turned = noise(rng, N_SERIES, n), tent(n) * 8 / n + noise(rng, N_SERIES, n)
    assert screen(times, season + quiet, periods_per_year=per_year).reversed.mean() <= 0.03
    found = screen(times, season + turned, periods_per_year=per_year).reversed.mean()
    plain = screen(times, turned).reversed.mean()
    assert found >= 0.9 * plain - 0.02
    assert plain >= 0.75


@pytest.mark.parametrize(("n", "least"), [(10, 0.50), (20, 0.75)])
def test_says_levelled_off_mostly_when_a_rise_stops(n: int, least: float) -> None:
    """A clear rise that stops in the middle has levelled off and goes on in no direction."""
    rng = np.random.default_rng([11, n])
    values = np.minimum(np.arange(n), n // 2) + 0.5 * noise(rng, N_SERIES, n)
    found = screen(np.arange(n), values, direction="increase")
    levelled = found.verdict == "levelled_off"
    assert levelled.mean() >= least
    assert set(found.level[levelled]) <= {"none", "early_warning"}
    assert np.median(np.abs(found.turning[levelled] - n // 2)) <= 1.0
    line = screen(np.arange(n), np.arange(n) + 0.5 * noise(rng, N_SERIES, n), direction="increase")
    assert (line.verdict == "improving").mean() >= 0.95


def test_covers_the_truth_mostly_when_it_gives_intervals() -> None:
    """Nine in ten intervals hold the turning year, the slopes and the slope of a line."""
    rng = np.random.default_rng(12)
    x = np.arange(16)
    found = screen(x, tent(16) + noise(rng, N_SERIES, 16))
    for name, truth in (("turning", 8), ("slope_before", 1), ("slope_after", -1)):
        low, high = getattr(found, f"{name}_low"), getattr(found, f"{name}_high")
        assert 0.83 <= ((low <= truth) & (truth <= high))[found.reversed].mean() <= 0.98
    line = screen(x, 0.5 * x + noise(rng, N_SERIES, 16))
    straight = line.verdict == "rising"
    inside = (line.slope_before_low <= 0.5) & (line.slope_before_high >= 0.5)
    assert 0.86 <= inside[straight].mean() <= 0.94


def test_shows_the_smallest_change_four_times_out_of_five() -> None:
    """A line that changes by what it says it could have shown is seen in most series."""
    rng = np.random.default_rng(13)
    x = np.arange(12)
    smallest = float(np.median(screen(x, noise(rng, N_SERIES, 12)).smallest_change))
    found = screen(x, smallest / 11 * x + noise(rng, N_SERIES, 12))
    assert 0.68 <= (found.verdict != "flat").mean() <= 0.92


@pytest.mark.parametrize("n", [8, 10, 15, 20])
@pytest.mark.parametrize("steep", [2.0, 4.0])
@pytest.mark.parametrize("with_errors", [False, True])
def test_alarms_seldom_when_a_steep_rise_stops_or_begins(n: int, steep: float, with_errors: bool) -> None:
    """A plateau is no turn, however steep and clear the rise before or after it."""
    rng = np.random.default_rng([14, n])
    tau = rng.integers(2, n - 2, N_SERIES)[:, None]
    for course in (np.minimum(np.arange(n), tau), np.maximum(np.arange(n) - tau, 0)):
        values = steep * course + noise(rng, N_SERIES, n)
        found = screen(np.arange(n), values, standard_errors=1.0 if with_errors else None)
        assert found.reversed.mean() <= 0.10


@pytest.mark.parametrize("n", [20, 30, 60, 120])
def test_alarms_seldom_when_a_long_rise_stops_late(n: int) -> None:
    """A long history before it makes a stop in the newest years no turn."""
    rng = np.random.default_rng([15, n])
    tau = n - 1 - rng.integers(2, 5, N_SERIES)[:, None]
    for steep in (1.0, 2.0):
        found = screen(np.arange(n), steep * np.minimum(np.arange(n), tau) + noise(rng, N_SERIES, n))
        assert found.reversed.mean() <= 0.08
