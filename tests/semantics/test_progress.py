"""The path from baseline to target."""

from __future__ import annotations

import pytest

from impact.semantics.direction import Direction
from impact.semantics.period import year_period
from impact.semantics.progress import Standing, TargetPath


def path(baseline: float, target: float, direction=Direction.INCREASE, band=None) -> TargetPath:
    return TargetPath(year_period(2016), baseline, year_period(2026), target, direction, band)


@pytest.mark.parametrize(
    ("year", "expected"), [(2010, 50), (2016, 50), (2018, 54), (2021, 60), (2026, 70), (2030, 70)]
)
def test_expects_a_straight_path_when_asked_for_any_year(year, expected):
    """The path is straight between its ends and level beyond them."""
    assert path(50, 70).expected_at(year_period(year)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("direction", "baseline", "target", "year", "value", "standing"),
    [
        ("increase", 50, 70, 2021, 60, "on_track"),
        ("increase", 50, 70, 2021, 59.9, "behind"),
        ("increase", 50, 70, 2021, 70, "met"),
        ("increase", 50, 70, 2026, 69, "behind"),
        ("increase", 50, 70, 2027, 71, "met"),
        ("increase", 50, 70, 2015, 71, "no_judgement"),
        ("increase", 70, 50, 2021, 60, "no_judgement"),
        ("decrease", 70, 50, 2021, 60, "on_track"),
        ("decrease", 70, 50, 2021, 61, "behind"),
        ("decrease", 0, 50, 2021, 0, "no_judgement"),
        ("increase", 0, 10, 2021, 5, "on_track"),
        ("increase", -5, 5, 2021, 0, "on_track"),
        ("decrease", 40, 0, 2026, 0, "met"),
        ("increase", 50, 50, 2021, 50, "met"),
        ("increase", 50, 50, 2021, 49, "behind"),
        ("context", 50, 70, 2021, 90, "no_judgement"),
    ],
)
def test_judges_a_value_when_path_and_direction_agree(direction, baseline, target, year, value, standing):
    """Met, on track and behind follow the direction; a path against it is not judged."""
    told = path(baseline, target, Direction(direction)).standing(year_period(year), value)
    assert told is Standing(standing)


def test_measures_the_distance_when_the_direction_is_a_band():
    """Nearer to the band than the path is on track, inside it is met."""
    banded = path(30, 20, Direction.BAND, band=(15.0, 20.0))
    assert banded.standing(year_period(2021), 24) is Standing.ON_TRACK
    assert banded.standing(year_period(2021), 27) is Standing.BEHIND
    assert banded.standing(year_period(2021), 17) is Standing.MET
    assert path(30, 20, Direction.BAND).standing(year_period(2021), 17) is Standing.NO_JUDGEMENT


def test_counts_the_way_when_the_baseline_is_zero():
    """Half of the way from 0 to 10 is half, whatever the ratio to zero would be."""
    assert path(0, 10).share_done(5) == pytest.approx(0.5)
    assert path(50, 70).share_done(45) == pytest.approx(-0.25)
    assert path(50, 50).share_done(50) is None


def test_tells_the_pace_needed_when_time_is_left():
    """The rest of the way over the years left; nothing once the time is out."""
    assert path(50, 70).needed_per_year(year_period(2021), 55) == pytest.approx(3.0)
    assert path(50, 70).needed_per_year(year_period(2026), 55) is None


def test_refuses_when_the_target_is_not_after_the_baseline():
    """A path needs time."""
    with pytest.raises(ValueError, match="after its baseline"):
        TargetPath(year_period(2020), 1, year_period(2020), 2, Direction.INCREASE)
