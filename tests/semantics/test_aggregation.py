"""Several series made one."""

from __future__ import annotations

import pytest

from impact.semantics.aggregation import MixedUnits, mean_of, sum_of, weighted_share
from impact.semantics.direction import Direction
from impact.semantics.period import year_period
from impact.semantics.series import Missing, Point, Series
from impact.semantics.unit import Kind, Unit

CHILDREN = Unit(Kind.COUNT, "barn", "children")
SHARE = Unit(Kind.SHARE, "procent", "per cent")


def series_of(*values, unit=CHILDREN) -> Series:
    points = tuple(
        Point(year_period(2020 + i), value, None if value is not None else Missing.CONFIDENTIAL)
        for i, value in enumerate(values)
    )
    return Series(points, unit, Direction.INCREASE)


def test_sums_only_periods_when_every_series_has_a_value():
    """A gap in one series leaves the period out instead of lowering the sum."""
    assert sum_of([series_of(1.0, 2.0, 3.0), series_of(10.0, None, 30.0)]) == {
        year_period(2020): 11.0,
        year_period(2022): 33.0,
    }


def test_takes_the_mean_when_units_are_equal():
    """The plain mean of two shares."""
    assert mean_of([series_of(40.0, unit=SHARE), series_of(60.0, unit=SHARE)]) == {year_period(2020): 50.0}


def test_weighs_shares_when_groups_differ_in_size():
    """90 of 100 and 10 of 900 are 18 per cent of a thousand less a tenth."""
    shares = [series_of(90.0, 50.0, unit=SHARE), series_of(10.0, 50.0, unit=SHARE)]
    sizes = [series_of(100.0, 0.0), series_of(900.0, 0.0)]
    assert weighted_share(shares, sizes) == {year_period(2020): pytest.approx(18.0)}


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: sum_of([series_of(1.0), series_of(1.0, unit=Unit(Kind.COUNT, "lag"))]),
        lambda: sum_of([series_of(1.0, unit=SHARE), series_of(1.0, unit=SHARE)]),
        lambda: mean_of([series_of(1.0), series_of(1.0, unit=SHARE)]),
        lambda: mean_of([series_of(1.0, unit=Unit(Kind.CLASS, "klass"))]),
        lambda: mean_of([]),
        lambda: weighted_share([series_of(1.0)], [series_of(1.0)]),
        lambda: weighted_share([series_of(1.0, unit=SHARE)], [series_of(1.0), series_of(1.0)]),
    ],
)
def test_refuses_when_units_are_mixed(wrong):
    """What counts different things, or adds up to nothing, is refused."""
    with pytest.raises(MixedUnits):
        wrong()
