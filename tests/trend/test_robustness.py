"""Whatever comes in, an answer comes out: no crash, no warning, nothing impossible."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impact.trend.inputs import InputError
from impact.trend.screening import screen
from tests.trend.promises import assert_promises_kept

GAP = float("nan")
NASTY = st.one_of(
    st.just(GAP),
    st.integers(-3, 3).map(float),
    st.floats(-1e15, 1e15, allow_nan=False),
    st.floats(-100, 100).map(lambda value: round(value, 1)),
    st.sampled_from([0.0, -0.0, 1e-300, -1e-300, 5e-324, 1e-10, 1e15, 99.9, 100.0, 7.0]),
)
ERRORS = st.none() | st.sampled_from([0.0, 1e-300, 1e-160, 1e-9, 1.0, 1e6, 1e12, 1e160])
WAYS = ["each", "few kinds", "constant", "straight", "noise", "walk", "turn", "turn"]
LENGTHS = st.integers(1, 7) | st.integers(8, 20) | st.sampled_from([24, 60])
BOUNDS = st.sampled_from([None, (None, None), (0, None), (None, 0)])


@st.composite
def rows(draw: st.DrawFn, n: int) -> list[float]:
    """Values of one series: each nasty for itself, or all of one nasty kind."""
    way = draw(st.sampled_from(WAYS))
    if way == "each":
        return draw(st.lists(NASTY, min_size=n, max_size=n))
    if way == "few kinds":
        kinds = draw(st.lists(NASTY, min_size=2, max_size=3))
        return draw(st.lists(st.sampled_from(kinds), min_size=n, max_size=n))
    level, slope, size = draw(NASTY), draw(NASTY), draw(st.sampled_from([1e-300, 1e-9, 1.0, 1e14]))
    if way == "constant":
        return [level] * n
    if way == "straight":
        return [level + slope * place / n for place in range(n)]
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    values = rng.normal(0, 1, n)
    if way == "walk":
        values = np.cumsum(values)
    elif way == "turn":
        values -= 2.0 * np.abs(np.arange(n) - rng.integers(0, n))
    values = np.round(values, draw(st.sampled_from([0, 1, 8]))) * size
    return np.where(rng.random(n) < draw(st.sampled_from([0, 0, 0.2])), GAP, values).tolist()


@st.composite
def batches(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, dict[str, Any]]:
    """One to three series of 1 to 60 periods with every option there is."""
    n_series, n = draw(st.integers(1, 3)), draw(LENGTHS)
    per_year = draw(st.sampled_from([1, 1, 1, 2, 4, 12]))
    start, step = draw(st.sampled_from([0.0, 2001.0, 2018.5])), draw(st.sampled_from([0.1, 1.0, 3.0]))
    times = start + (step if per_year == 1 else 1 / per_year) * np.arange(n)
    values = np.array([draw(rows(n)) for _ in range(n_series)])
    kind = st.sampled_from(["number", "count", "share", "rate", "index", "class"])
    breaks = st.lists(st.sampled_from([*times.tolist(), -5.0, 1e6]), max_size=4)
    errors, asked = draw(ERRORS), draw(st.sampled_from([None, 0, 1, 500, 1e9]))
    options = {
        "standard_errors": errors,
        "breaks": [draw(breaks) for _ in range(n_series)],
        "kind": draw(st.one_of(kind, st.lists(kind, min_size=n_series, max_size=n_series))),
        "direction": draw(st.sampled_from(["increase", "decrease", "band", "context"])),
        "n_observed": asked,
        "bounds": draw(BOUNDS),
        "periods_per_year": per_year,
    }
    return times, values, options


@pytest.mark.parametrize(
    "times",
    [
        [0.0, 2, 1, 3, 4, 5, 6],
        [6.0, 5, 4, 3, 2, 1, 0],
        [0.0, 1, 1, 2, 3, 4, 5],
        [[0.0, 1, 2, 3, 4, 5, 6], [0.0, 1, 2, 3, 5, 4, 6]],
    ],
)
def test_refuses_when_times_do_not_rise(times) -> None:
    """Unsorted and doubled times are an error, on one calendar and on own ones."""
    with pytest.raises(InputError, match="rise"):
        screen(times, np.zeros((2, 7)))


def test_says_too_short_when_nothing_was_measured() -> None:
    """Gaps alone, with every option, have an answer that promises nothing."""
    times, values = np.arange(9.0), np.full((2, 9), GAP)
    options = {"standard_errors": GAP, "n_observed": GAP, "bounds": (0, 100), "periods_per_year": 4}
    for breaks in (None, 4.0, [[1.0, 2.0], []]):
        assert_promises_kept(screen(times, values, breaks=breaks, **options), times, values)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(batches())
def test_keeps_its_promises_when_anything_comes(batch) -> None:
    """Verdict, level, numbers and intervals agree with each other for any input."""
    times, values, options = batch
    assert_promises_kept(screen(times, values, **options), times, values)


@st.composite
def shares(draw: st.DrawFn) -> tuple[np.ndarray, tuple[float, float]]:
    """Values of 6 to 20 years between 0 and 100, or all at one end, with their bounds."""
    n = draw(st.integers(6, 20))
    inside = st.one_of(st.sampled_from([0.0, 100.0, 50.0]), st.floats(0, 100).map(lambda one: round(one, 1)))
    values, top = draw(st.lists(inside, min_size=n, max_size=n)), draw(st.integers(0, n))
    if draw(st.booleans()):
        values = sorted(values[:top]) + sorted(values[top:], reverse=True)
    bounds = draw(st.sampled_from([(0, 100), (0, None), (None, 100), (-1e9, 1e9)]))
    return np.array([values]), bounds


@settings(max_examples=100, deadline=None, derandomize=True)
@given(shares(), st.sampled_from(["number", "share", "index"]), st.sampled_from([None, 40]))
def test_keeps_slopes_in_their_intervals_when_bounds_are_near(drawn, kind: str, asked: int | None) -> None:
    """Bounds make intervals narrower, and a slope stays between the ends of its own."""
    values, bounds = drawn
    times = np.arange(values.shape[1]) * 1.0
    found = screen(times, values, kind=kind, n_observed=asked, bounds=bounds)
    assert_promises_kept(found, times, values)
    free = screen(times, values, kind=kind, n_observed=asked, bounds=(-np.inf, np.inf))
    for part in ("before", "after"):
        low, high = getattr(found, f"slope_{part}_low"), getattr(found, f"slope_{part}_high")
        if not np.isnan(low[0]):
            slack = 1e-9 * max(1.0, abs(low[0]), abs(high[0]))
            slope = getattr(found, f"slope_{part}")[0]  # itself cut where a line of it would leave the range
            assert low[0] >= min(slope, getattr(free, f"slope_{part}_low")[0]) - slack
            assert high[0] <= max(slope, getattr(free, f"slope_{part}_high")[0]) + slack


def test_answers_when_the_possible_range_is_one_value() -> None:
    """Lowest and highest the same: nothing can move."""
    found = screen(np.arange(8.0), np.full((1, 8), 5.0), bounds=(5, 5))
    assert_promises_kept(found, np.arange(8.0), np.full((1, 8), 5.0))
