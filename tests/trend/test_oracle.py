"""The engine against the plain computation of ``oracle``, on series of up to twelve values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impact.trend.designs import build_design
from impact.trend.rivals import fit_histories
from impact.trend.screening import screen
from impact.trend.settings import DEFAULT_SETTINGS
from impact.trend.turning import locate_turning
from impact.trend.verdict import REVERSALS
from tests.trend import oracle
from tests.trend.cases import mixed_series

BESIDE_AN_ODD_VALUE = (
    [7.7, 7.7, 5.3, 2.1, -0.8, 2.4, 4.2, 26.0, 8.8, 6.4, 4.0, 2.5],  # two turns
    [0.4, 2.8, 5.0, 7.8, 13.2, 16.3, 15.6, 40.8, 19.8, 20.4, 22.7, 22.6],  # slower, not down
    [6.1, 6.7, 8.7, 11.1, 9.2, 6.0, -10.1, 0.7, 1.5, 1.0],  # a peak, or a trough
)
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
    plain = oracle.judge(times, values, **options)
    if plain is None:
        assert np.isnan(found.p[0])
        return
    assert found.p[0] == pytest.approx(plain.p, rel=1e-6)
    around = plain.turn if found.verdict[0] in REVERSALS else plain.kink
    if np.isnan(found.turning[0]):
        assert found.slope_before[0] == pytest.approx(plain.slope, rel=1e-6, abs=1e-9)
    else:
        assert found.turning[0] - times[0] == pytest.approx(around.at - times[0], rel=1e-6)
        assert found.slope_before[0] == pytest.approx(around.before, rel=1e-6, abs=1e-9)
        assert found.slope_after[0] == pytest.approx(around.after, rel=1e-6, abs=1e-9)


@st.composite
def short_series(draw: st.DrawFn, least: int = 6) -> tuple[np.ndarray, np.ndarray, np.random.Generator]:
    """Times of an own calendar, values and a source of more numbers."""
    n, seed = draw(st.integers(least, 12)), draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    times = np.arange(n) + draw(st.sampled_from([0.0, 2004.0]))
    if draw(st.booleans()):
        times = times[0] + np.cumsum(rng.choice([0.5, 1.0, 2.0, 3.0], n))
    return times, mixed_series(seed, 1, n)[0], rng


@st.composite
def zigzags(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Ten to twelve values that go up and down, three to five years each way."""
    n, way = draw(st.integers(10, 12)), draw(st.integers(3, 5))
    start, slope = draw(st.integers(0, 9)), draw(st.floats(2.0, 9.0))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    times = np.arange(n, dtype=float)
    return times, slope * np.abs((times + start) % (2 * way) - way) + rng.normal(0, 1, n)


def assert_fits_agree(values: np.ndarray) -> None:
    """Score, odds and bends of plain years, whatever the calibration makes of them."""
    n = len(values)
    times = np.arange(n, dtype=float)
    design = build_design(times[None], np.ones((1, n)), np.empty((1, 0)), np.ones(1, dtype=np.int64))
    rounding = np.array([np.diff(np.unique(values)).min() ** 2 / 12])
    unknown, at_most = np.zeros(1, dtype=np.bool_), DEFAULT_SETTINGS.extra_scatter
    found = fit_histories(design, values[None], unknown, rounding, at_most)
    plain = oracle.judge_at_once(0.0, oracle.course(times, values))
    assert found.score[0] == pytest.approx(plain.score, abs=1e-6)
    assert found.levelled[0] == pytest.approx(plain.levelled, abs=1e-6)
    assert found.zigzag[0] == pytest.approx(plain.zigzag, abs=1e-6)
    assert found.first[0] == pytest.approx(plain.last_but_one, nan_ok=True)
    for levelling, around in ((False, plain.turn), (True, plain.kink)):
        told = locate_turning(design, found, DEFAULT_SETTINGS.interval, levelling=levelling)
        if around is None:
            assert np.isnan(told.at[0])
            continue
        assert told.at[0] == pytest.approx(around.at, rel=1e-6)
        assert told.before[0] == pytest.approx(around.before, rel=1e-6, abs=1e-9)
        assert told.after[0] == pytest.approx(around.after, rel=1e-6, abs=1e-9)


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


@compared
@given(short_series(), st.integers(0, 11), st.sampled_from([-20.0, 12.0, 30.0]))
def test_agrees_when_a_value_is_odd(series, place: int, size: float) -> None:
    """A value that stands out, beside whatever the series did."""
    times, values, _ = series
    values[min(place, len(values) - 1)] += size
    assert_agrees(times, values)


@compared
@given(zigzags(), st.sampled_from([0.0, 0.0, 15.0]))
def test_agrees_when_a_series_goes_up_and_down(series, odd: float) -> None:
    """The odds of two turns and of a plateau, and what is said with them."""
    times, values = series
    values[3] += odd
    assert_fits_agree(values)
    assert_agrees(times, values)


@pytest.mark.parametrize("values", BESIDE_AN_ODD_VALUE, ids=lambda values: f"until_{values[-1]}")
def test_agrees_when_an_odd_value_hides_the_rest(values: list[float]) -> None:
    """Series in which histories with an odd value weigh more than those without."""
    assert_fits_agree(np.array(values))


def test_tells_two_turns_when_there_are_two() -> None:
    """A clear zigzag is among what is compared, and read from its newest part."""
    times, values = np.arange(12.0), 9 * np.abs((np.arange(12.0) + 2) % 10 - 5)
    values += np.random.default_rng(7).normal(0, 0.7, 12)
    whole, told = oracle.judge_at_once(0.0, oracle.course(times, values)), oracle.judge(times, values)
    assert whole.zigzag > DEFAULT_SETTINGS.second_turn_odds
    assert told is not None
    assert told.score > whole.score + 5
    assert_agrees(times, values)
