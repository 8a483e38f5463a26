"""Series with nothing to find, and series too short to find it in."""

from __future__ import annotations

import numpy as np
import pytest

from impact.trend.screening import Screening, screen

SIZES = [*range(6, 31), 37, 48, 60]
LEVELS = [0.0, 1.0, 1 / 3, 99.9, 0.1 + 0.2, -7.7, 1e-300, 1e-9, 1e9 + 1 / 7, 1e15]
SLOPES = [1.0, -0.1, 1 / 3, 1e-9, 1e-300, -1e12, 123456.789]


def assert_quiet(found: Screening) -> None:
    """No reversal, no likely one, no warning of one."""
    assert not found.reversed.any()
    assert not found.early.any()
    assert set(found.level) == {"none"}
    assert np.all(found.p > 0.10)


@pytest.mark.parametrize("kind", ["number", "count", "share"])
def test_is_flat_when_values_are_constant(kind: str) -> None:
    """A constant of any size and length is flat."""
    for n in SIZES:
        values = np.tile(np.array(LEVELS)[:, None], (1, n))
        for start in (0.0, 2001.0):
            found = screen(start + np.arange(n), values, kind=kind, n_observed=400, bounds=(0, None))
            assert_quiet(found)
            assert set(found.verdict) == {"flat"}
            np.testing.assert_allclose(found.slope_before * n, 0, atol=1e-9 * np.abs(values[:, 0]).max())


@pytest.mark.parametrize("kind", ["number", "index", "rate"])
def test_has_its_direction_when_values_are_exactly_straight(kind: str) -> None:
    """A straight line of any slope, level and length goes one way and never turned."""
    for n in SIZES:
        x = np.arange(n)
        values = np.array([slope * x + level * abs(slope) for slope in SLOPES for level in (0, 7, 1e5)])
        found = screen(2001.0 + x, values, kind=kind)
        assert_quiet(found)
        slopes = np.repeat(SLOPES, 3)
        assert found.verdict.tolist() == ["rising" if slope > 0 else "falling" for slope in slopes]
        np.testing.assert_allclose(found.slope_before, slopes, rtol=1e-8)


def test_never_turns_when_counts_grow_evenly() -> None:
    """Counts that rise or fall by the same number each year never turned, small or large."""
    for n in SIZES:
        x = np.arange(n)
        rising = np.array([level + slope * x for slope in (1, 2, 40, 9000) for level in (0, 3, 500, 10**6)])
        found = screen(2001.0 + x, np.concatenate([rising, rising[:, ::-1]]).astype(np.float64), kind="count")
        assert not found.reversed.any()
        assert set(found.level) == {"none"}


def test_never_turns_when_a_straight_course_has_gaps_and_errors() -> None:
    """Neither own calendars, gaps nor errors make a turn out of a straight line."""
    rng = np.random.default_rng(3)
    for n in (6, 7, 9, 14, 25):
        times = 1990 + np.cumsum(rng.choice([0.5, 1.0, 4.0], (60, n)), axis=1)
        values = 0.3 * times - 12
        errors = rng.uniform(0.5, 3, values.shape)
        values[: 30 * (n > 6), 2] = np.nan
        assert_quiet(screen(times, values))
        assert_quiet(screen(times, values, standard_errors=errors))


def test_never_turns_when_a_straight_course_only_changes_definition() -> None:
    """A straight course that moves at its declared breaks stays straight."""
    for n in (8, 12, 20):
        for places in ([3], [n - 3], [3, 6]):
            x = np.arange(n)
            jumps = sum(np.where(x >= place, -25.0, 0.0) for place in places)
            found = screen(x, (0.4 * x + jumps)[None], breaks=[places])
            assert_quiet(found)
            assert found.verdict[0] == "rising"
            assert found.slope_before[0] == pytest.approx(0.4)


@pytest.mark.parametrize("per_year", [2, 4, 12])
def test_never_turns_when_a_straight_course_has_an_exact_season(per_year: int) -> None:
    """A rhythm that repeats to the last digit, on a constant and on a line."""
    rhythm = np.random.default_rng(1).normal(0, 9, per_year)
    for years in (4, 5, 7):
        x = np.arange(years * per_year)
        values = np.stack([0 * x, 0.25 * x, -3.0 * x]) + rhythm[x % per_year]
        found = screen(2015 + x / per_year, values, periods_per_year=per_year)
        assert_quiet(found)
        assert found.verdict.tolist() == ["flat", "rising", "falling"]


@pytest.mark.parametrize("n", range(6))
def test_is_too_short_when_fewer_than_six_values_are_measured(n: int) -> None:
    """Up to five values among any number of gaps are too short to tell."""
    values = np.full((3, 12), np.nan)
    values[:, 12 - n :] = np.random.default_rng(n).normal(0, 1, (3, n))
    for options in ({}, {"kind": "count"}, {"standard_errors": 1.0}, {"breaks": 2005.0}):
        found = screen(2000.0 + np.arange(12), values, **options)
        assert set(found.verdict) == {"too_short"}
        assert found.n_points.tolist() == [n] * 3
        assert np.isnan(found.p).all()


@pytest.mark.parametrize("n_breaks", [0, 1, 2, 3])
def test_needs_a_point_more_when_a_break_is_declared(n_breaks: int) -> None:
    """Six values and one for each break within them are enough, one less is not."""
    breaks = [[2003.0 + place for place in range(n_breaks)]]
    for n, too_short in ((5 + n_breaks, True), (6 + n_breaks, False)):
        values = np.random.default_rng(n).normal(0, 1, (1, n))
        found = screen(2000.0 + np.arange(n), values, breaks=breaks)
        assert (found.verdict[0] == "too_short") == too_short
        assert found.verdict[0] != "not_comparable"


@pytest.mark.parametrize(("per_year", "least"), [(2, 7), (4, 9), (12, 24)])
def test_needs_two_full_cycles_when_there_is_a_season(per_year: int, least: int) -> None:
    """Two cycles, and six values beside what the season costs."""
    for n, too_short in ((least - 1, True), (least, False)):
        values = np.random.default_rng(n).normal(0, 1, (1, n))
        found = screen(2015 + np.arange(n) / per_year, values, periods_per_year=per_year)
        assert (found.verdict[0] == "too_short") == too_short
