"""The engine against the plain computation of ``oracle``, on series of up to twelve values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impact.trend.screening import screen
from impact.trend.verdict import REVERSALS
from tests.trend import oracle
from tests.trend.cases import mixed_series

compared = settings(max_examples=30, deadline=None, derandomize=True)


def assert_agrees(times: np.ndarray, values: np.ndarray, **options: object) -> None:
    """The engine's p, turning point and slopes are the oracle's."""
    found = screen(
        times,
        values[None],
        standard_errors=None if options.get("errors") is None else options["errors"][None],
        n_observed=options.get("asked"),
        breaks=[options.get("breaks", ())],
        kind=options.get("kind", "number"),
        periods_per_year=options.get("per_year", 1),
    )
    plain = oracle.judge(oracle.course(times, values, **options))
    assert found.p[0] == pytest.approx(plain.p, rel=1e-6)
    if options.get("kind") == "count" and options.get("errors") is None:
        return  # slopes are told in counts, which the oracle does not
    first = times[~np.isnan(values)][0]
    if found.verdict[0] in REVERSALS:
        assert found.turning[0] - first == pytest.approx(plain.turning, rel=1e-6)
        assert found.slope_before[0] == pytest.approx(plain.before, rel=1e-6, abs=1e-9)
        assert found.slope_after[0] == pytest.approx(plain.after, rel=1e-6, abs=1e-9)
    elif np.isnan(found.turning[0]):
        assert found.slope_before[0] == pytest.approx(plain.slope, rel=1e-6, abs=1e-9)


@st.composite
def short_series(draw: st.DrawFn, least: int = 6) -> tuple[np.ndarray, np.ndarray, np.random.Generator]:
    """Times of an own calendar, values and a source of more numbers."""
    n, seed = draw(st.integers(least, 12)), draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    times = np.arange(n) + draw(st.sampled_from([0.0, 2004.0]))
    if draw(st.booleans()):
        times = times[0] + np.cumsum(rng.choice([0.5, 1.0, 2.0, 3.0], n))
    return times, mixed_series(seed, 1, n)[0], rng


@compared
@given(short_series())
def test_agrees_when_years_are_plain(series) -> None:
    """Values alone, on calendars of any steps."""
    times, values, _ = series
    assert_agrees(times, values)


@compared
@given(short_series(), st.floats(0.3, 8.0))
def test_agrees_when_errors_are_known(series, size: float) -> None:
    """Errors of each value, believed or smaller than the scatter."""
    times, values, rng = series
    assert_agrees(times, values, errors=size * rng.uniform(0.5, 2.0, len(values)))


@compared
@given(short_series(9), st.sets(st.integers(0, 11), max_size=3))
def test_agrees_when_values_are_missing(series, gaps: set[int]) -> None:
    """Gaps anywhere."""
    times, values, _ = series
    values[[gap for gap in gaps if gap < len(values)]] = np.nan
    assert_agrees(times, values)


@compared
@given(short_series(8), st.integers(1, 11), st.booleans())
def test_agrees_when_a_break_is_declared(series, place: int, with_errors: bool) -> None:
    """A break anywhere, with errors or without."""
    times, values, rng = series
    place = min(place, len(times) - 1)
    values = values + 9 * (np.arange(len(values)) >= place)
    errors = rng.uniform(1, 3, len(values)) if with_errors else None
    assert_agrees(times, values, breaks=(float(times[place]),), errors=errors)


@compared
@given(short_series(10), st.integers(2, 4), st.integers(5, 8))
def test_agrees_when_two_breaks_are_declared(series, first: int, second: int) -> None:
    """Two definitions after the first."""
    times, values, _ = series
    assert_agrees(times, values, breaks=(float(times[first]), float(times[second])))


@compared
@given(st.integers(9, 12), st.integers(0, 2**32 - 1), st.sampled_from([2, 4]))
def test_agrees_when_periods_are_parts_of_a_year(n: int, seed: int, per_year: int) -> None:
    """Quarters and half-years with their season."""
    values = mixed_series(seed, 1, n)[0]
    rhythm = np.random.default_rng(seed).normal(0, 5, per_year)
    assert_agrees(2015 + np.arange(n) / per_year, values + rhythm[np.arange(n) % per_year], per_year=per_year)


@compared
@given(short_series(), st.sampled_from([1.0, 10.0]))
def test_agrees_when_values_are_counts(series, size: float) -> None:
    """Counts with the chance of counts, and with more than it."""
    times, values, _ = series
    assert_agrees(times, np.maximum(np.round(values * size), 0.0), kind="count")


@compared
@given(short_series(), st.integers(10, 3000))
def test_agrees_when_shares_say_how_many_were_asked(series, asked: int) -> None:
    """Errors that follow from how many were asked."""
    times, values, _ = series
    assert_agrees(times, np.clip(values, 0.0, 100.0), kind="share", asked=float(asked))
