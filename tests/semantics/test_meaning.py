"""Directions, units and series: what a number means."""

from __future__ import annotations

import numpy as np
import pytest

from impact.language import speak
from impact.semantics.direction import Direction, is_improvement
from impact.semantics.period import parse_period, year_period
from impact.semantics.series import Missing, Point, Series
from impact.semantics.unit import Kind, Unit

NB = "\N{NO-BREAK SPACE}"
SHARE = Unit(Kind.SHARE, "procent", "per cent", decimals=1, lowest=0, highest=100)


@pytest.mark.parametrize(
    ("direction", "before", "after", "better"),
    [
        ("increase", 1, 2, True),
        ("increase", 2, 1, False),
        ("increase", 2, 2, None),
        ("decrease", 1, 2, False),
        ("decrease", 2, 1, True),
        ("context", 1, 2, None),
        ("band", 4, 6, True),
        ("band", 6, 8, None),
        ("band", 8, 12, False),
        ("band", 3, 11, True),
    ],
)
def test_says_what_is_better_when_a_direction_is_given(direction, before, after, better):
    """Better depends on the direction; within a band nothing is better than another."""
    assert is_improvement(Direction(direction), before, after, (5, 10)) is better


def test_refuses_when_a_band_direction_has_no_band():
    """A band must be known."""
    with pytest.raises(ValueError, match="needs its band"):
        is_improvement(Direction.BAND, 1, 2)


@pytest.mark.parametrize(
    ("change", "swedish", "english"),
    [
        (2.0, f"+2,0{NB}procentenheter", f"+2.0{NB}percentage points"),
        (-1.0, f"\N{MINUS SIGN}1,0{NB}procentenhet", f"\N{MINUS SIGN}1.0{NB}percentage point"),
        (0.0, f"±0,0{NB}procentenheter", f"±0.0{NB}percentage points"),
    ],
)
def test_speaks_of_percentage_points_when_a_share_changes(change, swedish, english):
    """The change of a percentage is never in per cent."""
    assert SHARE.change_text(change, speak("sv")) == swedish
    assert SHARE.change_text(change, speak("en")) == english


def test_writes_values_when_readers_see_them():
    """Swedish comma, English point, no-break spaces, a sign of per cent for shares."""
    assert SHARE.value_text(62.7, speak("sv")) == f"62,7{NB}%"
    assert Unit(Kind.COUNT, "barn").value_text(18641, speak("sv")) == f"18{NB}641"
    assert Unit(Kind.COUNT, "barn", "children").name(speak("en")) == "children"
    assert Unit(Kind.COUNT, "barn").name(speak("en")) == "barn"


@pytest.mark.parametrize(("value", "allowed"), [(0, True), (100, True), (-0.1, False), (100.1, False)])
def test_allows_a_value_when_it_lies_within_bounds(value, allowed):
    """Bounds belong to the range."""
    assert SHARE.allows(value) is allowed


def test_becomes_arrays_when_the_detector_asks():
    """Gaps are NaN, breaks are positions, times are years."""
    series = Series(
        (Point(year_period(2018), 1.5), Point(year_period(2019), missing=Missing.CONFIDENTIAL)),
        SHARE,
        Direction.INCREASE,
        breaks=(year_period(2019),),
    )
    arrays = series.to_arrays()
    np.testing.assert_array_equal(arrays.times, [2018, 2019])
    np.testing.assert_array_equal(arrays.values, [1.5, np.nan])
    assert arrays.breaks == (2019.0,)
    assert series.measured == series.points[:1]


@pytest.mark.parametrize(
    ("text", "per_year"), [("2018", 1), ("2018-Q1", 4), ("2018-02", 12), ("2019-2021", 1)]
)
def test_knows_its_season_when_periods_are_short(text, per_year):
    """Periods per year follow from the frequency."""
    assert Series((Point(parse_period(text), 1.0),), SHARE, Direction.CONTEXT).periods_per_year == per_year


def test_refuses_when_points_are_out_of_order_or_empty():
    """A series is ordered, and a point has a value or a reason."""
    points = (Point(year_period(2019), 1.0), Point(year_period(2018), 1.0))
    with pytest.raises(ValueError, match="rising order"):
        Series(points, SHARE, Direction.CONTEXT)
    with pytest.raises(ValueError, match="a value or a reason"):
        Point(year_period(2019))
    with pytest.raises(ValueError, match="a value or a reason"):
        Point(year_period(2019), 1.0, Missing.CONFIDENTIAL)
