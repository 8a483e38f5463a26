"""The door for one series, and the small parts behind it."""

from __future__ import annotations

import numpy as np
import pytest

from impact.semantics.direction import Direction
from impact.semantics.period import parse_period, year_period
from impact.semantics.series import Missing, Point, Series
from impact.semantics.unit import Kind, Unit
from impact.trend.detector import DETECTOR_VERSION, analyse_series, judged_direction
from impact.trend.screening import screen
from impact.trend.settings import DetectorSettings
from impact.trend.student import quantile, upper_tail
from impact.trend.verdict import Level, Verdict

PEAK = (61.0, 62.1, 62.8, 64.2, 65.0, 66.1, 67.2, 66.0, 65.1, 63.8, 63.0, 62.2)
INDEX = Unit(Kind.INDEX, "index", lowest=0, highest=100)


def series_of(values, direction=Direction.INCREASE, unit=INDEX, **more) -> Series:
    points = tuple(
        Point(year_period(2010 + i), value, None if value is not None else Missing.NOT_COLLECTED)
        for i, value in enumerate(values)
    )
    return Series(points, unit, direction, **more)


def test_is_a_batch_of_one_when_one_series_is_analysed():
    """The single answer is the screen's answer."""
    analysis = analyse_series(series_of(PEAK))
    found = screen(np.arange(2010.0, 2022.0), np.array([PEAK]), direction="increase", bounds=(0, 100))
    assert analysis.verdict == found.verdict[0] == Verdict.REVERSED_TO_WORSE
    assert analysis.p == pytest.approx(found.p[0])
    assert analysis.turning.value == pytest.approx(found.turning[0])
    assert analysis.slope_after.high == pytest.approx(found.slope_after_high[0])
    assert analysis.level is Level.CLEAR
    assert analysis.n_points == 12
    assert analysis.detector_version == DETECTOR_VERSION


@pytest.mark.parametrize(
    ("direction", "verdict"),
    [
        (Direction.INCREASE, Verdict.REVERSED_TO_WORSE),
        (Direction.DECREASE, Verdict.REVERSED_TO_BETTER),
        (Direction.CONTEXT, Verdict.TURNED),
    ],
)
def test_judges_by_direction_when_the_same_values_turn(direction, verdict):
    """The same index with both directions: worse for one, better for the other."""
    assert analyse_series(series_of(PEAK, direction)).verdict is verdict


@pytest.mark.parametrize(
    ("band", "judged"),
    [
        ((70, 80), Direction.INCREASE),
        ((40, 50), Direction.DECREASE),
        ((60, 64), Direction.CONTEXT),
        (None, Direction.BAND),
    ],
)
def test_judges_a_band_when_all_values_lie_on_one_side(band, judged):
    """Toward the band is better; across it nobody can say."""
    assert judged_direction(series_of(PEAK, Direction.BAND, band=band)) is judged


def test_has_nothing_but_a_verdict_when_the_series_is_empty():
    """No point at all, or only reasons, is too short to tell."""
    for empty in (series_of([]), series_of([None, None])):
        analysis = analyse_series(empty)
        assert analysis.verdict is Verdict.TOO_SHORT
        assert analysis.p is None
        assert analysis.turning is None
        assert analysis.slope_before is None
        assert analysis.n_points == 0


def test_never_reads_across_a_break_when_the_definition_changed():
    """A fall that is only a new definition is no reversal once the break is declared."""
    values = [10.0, 11.2, 11.9, 13.1, 14, 15.2, 9, 9.4, 9.9, 10.6, 11.1, 11.5]
    declared = analyse_series(series_of(values, breaks=(year_period(2016),)))
    assert declared.verdict is Verdict.IMPROVING
    assert not declared.reversed


def test_frees_the_season_when_periods_are_quarters():
    """A yearly rhythm is no turn; fewer than two years are too short."""
    quarters = [parse_period(f"{year}-Q{q}") for year in range(2015, 2021) for q in (1, 2, 3, 4)]
    wobble = np.random.default_rng(2).normal(0, 0.3, 24)
    values = [0.5 * i + (4.0, 0.0, -6.0, 2.0)[i % 4] + wobble[i] for i in range(24)]
    points = tuple(Point(period, value) for period, value in zip(quarters, values, strict=True))
    series = Series(points, INDEX, Direction.INCREASE)
    assert analyse_series(series).verdict is Verdict.IMPROVING
    assert analyse_series(series).slope_before.value == pytest.approx(2.0, abs=0.2)
    assert analyse_series(Series(points[:7], INDEX, Direction.INCREASE)).verdict is Verdict.TOO_SHORT


def test_follows_the_settings_when_they_are_stricter():
    """A caller can ask for more than the defaults."""
    strict = DetectorSettings(reversed_at=1e-9, likely_at=1e-8, least_points=6)
    assert not analyse_series(series_of(PEAK), strict).reversed
    assert analyse_series(series_of(PEAK), DetectorSettings(least_points=13)).verdict is Verdict.TOO_SHORT


@pytest.mark.parametrize(
    ("freedom", "t"),
    [(1, 12.7062), (2, 4.3027), (3, 3.1824), (4, 2.7764), (7, 2.3646), (10, 2.2281), (60, 2.0003)],
)
def test_agrees_with_the_printed_table_when_t_is_looked_up(freedom, t):
    """Two-sided 5 % points of Student's t."""
    assert quantile(0.975, freedom) == pytest.approx(t, abs=1e-4)
    assert upper_tail(np.array([t, -t]), np.array([freedom] * 2)) == pytest.approx([0.025, 0.975], abs=1e-4)
