"""Courses and intervals near the ends of what a unit can be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impact.semantics.limits import error_interval, extended
from impact.semantics.unit import Kind, Unit

SHARE = Unit(Kind.SHARE, "%", decimals=1)
COUNT = Unit(Kind.COUNT, "barn")
INDEX = Unit(Kind.INDEX, "poäng", lowest=1, highest=5)
NUMBER = Unit(Kind.NUMBER, "kronor")


@pytest.mark.parametrize(
    ("unit", "value", "pace", "years", "expected"),
    [
        (SHARE, 50, 2, 5, 60),
        (SHARE, 98, 3, 1, 99.55),
        (SHARE, 70, 5, 4, 87.87),
        (SHARE, 98, -3, 5, 83),
        (SHARE, 100, 2, 3, 100),
        (SHARE, 0.2, -1, 1, 0.001),
        (COUNT, 20, -4, 3, 8),
        (COUNT, 20, -4, 5, 1.47),
        (COUNT, 2, 1, 5, 7),
        (COUNT, 0, -1, 5, 0),
        (INDEX, 4.8, 0.5, 2, 4.999),
        (NUMBER, 1, -2, 5, -9),
    ],
)
def test_slackens_when_a_limit_is_near(unit, value, pace, years, expected):
    """Straight at first; over the last fifth each year takes its part of what is left."""
    assert extended(value, pace, years, unit, [value]) == pytest.approx(expected, abs=0.006)


def test_takes_the_values_seen_for_a_measure_when_there_is_one_end():
    """Four left of forty is near to zero, four of four is not."""
    assert extended(4, -1, 2, COUNT, [4]) == pytest.approx(2)
    assert extended(4, -1, 2, COUNT, [40]) == pytest.approx(4 * 2.718281828**-0.5)


@given(
    value=st.floats(0, 100),
    pace=st.floats(-50, 50),
    years=st.floats(0, 100),
    later=st.floats(0, 10),
)
def test_never_leaves_the_range_and_never_turns(value, pace, years, later):
    """A course stays between the ends and runs one way; more pace leads no less far."""
    end = extended(value, pace, years, SHARE, [])
    assert 0 <= end <= 100
    further = extended(value, pace, years + later, SHARE, [])
    assert (further - end) * pace >= -1e-9
    assert extended(value, pace + 1, years, SHARE, []) >= end - 1e-9


@pytest.mark.parametrize(
    ("unit", "value", "error", "low", "high"),
    [
        (SHARE, 50, 2, 46.09, 53.91),
        (SHARE, 99.5, 0.5, 97.21, 99.93),
        (SHARE, 0.2, 0.2, 0.04, 1.12),
        (SHARE, 100, 0.5, 99.02, 100),
        (SHARE, 62.7, 0, 62.7, 62.7),
        (COUNT, 1, 1, 0, 2.96),
        (INDEX, 4.9, 0.1, 4.704, 5),
        (NUMBER, 1, 1, -0.96, 2.96),
        (SHARE, 104, 1, 102.04, 104),
    ],
)
def test_keeps_an_interval_possible_when_the_value_is_near_an_end(unit, value, error, low, high):
    """Wilson's for shares, else cut at the end; an impossible old value is still inside."""
    assert error_interval(value, error, unit) == pytest.approx((low, high), abs=0.02)


@given(share=st.floats(0, 100), error=st.floats(0, 50))
def test_holds_its_value_whatever_the_error(share, error):
    """An interval of a share lies between 0 and 100 and around the share."""
    low, high = error_interval(share, error, SHARE)
    assert 0 <= low <= share <= high <= 100
