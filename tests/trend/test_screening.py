"""The detector's door: laws that hold for any series, exact small cases, refusals."""

from __future__ import annotations

import numpy as np
import pytest

from impact.trend.inputs import InputError
from impact.trend.screening import screen
from impact.trend.synthetic import noise, turned

YEARS = np.arange(2010.0, 2022.0)
PEAK = np.array([61, 62.1, 62.8, 64.2, 65, 66.1, 67.2, 66, 65.1, 63.8, 63, 62.2])
NUMBERS = ("p", "turning", "turning_low", "turning_high", "slope_before", "slope_after", "smallest_change")


def some_series() -> np.ndarray:
    rng = np.random.default_rng(4)
    return np.concatenate([turned(rng, 60, 12, k, 1.0) for k in (3, 4, 6)] + [noise(rng, 120, 12)])


def test_finds_the_turn_when_a_series_rises_and_then_falls():
    """A clear peak where higher is better is a reversal to worse, placed at the peak."""
    found = screen(YEARS, PEAK[None], direction="increase")
    assert found.verdict[0] == "reversed_to_worse"
    assert found.level[0] == "clear"
    assert found.reversed[0]
    assert found.turning[0] == pytest.approx(2016, abs=0.3)
    assert found.turning_low[0] <= found.turning[0] <= found.turning_high[0]
    assert found.slope_before_low[0] < 1.0 < found.slope_before_high[0]
    assert found.slope_after_high[0] < 0


def test_keeps_verdict_when_a_constant_is_added():
    """Adding a constant moves nothing."""
    values = some_series()
    before, after = screen(YEARS, values), screen(YEARS, values + 1000)
    assert list(before.verdict) == list(after.verdict)
    for name in NUMBERS:
        np.testing.assert_allclose(getattr(before, name), getattr(after, name), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("factor", [1e-9, 0.5, 3.0, 1e12])
def test_scales_slopes_when_values_are_scaled(factor):
    """Another unit scales slopes and changes and leaves verdicts alone."""
    values = some_series()
    before, after = screen(YEARS, values), screen(YEARS, values * factor)
    assert list(before.verdict) == list(after.verdict)
    np.testing.assert_allclose(before.p, after.p, rtol=1e-6)
    np.testing.assert_allclose(before.slope_before * factor, after.slope_before, rtol=1e-6)


def test_mirrors_verdict_when_values_and_direction_are_mirrored():
    """A peak where more is better is a trough where less is better."""
    values = some_series()
    up = screen(YEARS, values, direction="increase")
    down = screen(YEARS, -values, direction="decrease")
    assert list(up.verdict) == list(down.verdict)
    np.testing.assert_allclose(up.p, down.p, rtol=1e-9)
    np.testing.assert_allclose(up.slope_before, -down.slope_before, rtol=1e-9)


def test_moves_turning_point_when_time_is_shifted():
    """The calendar's zero has no meaning."""
    values = some_series()
    before, after = screen(YEARS, values), screen(YEARS - 1900, values)
    assert list(before.verdict) == list(after.verdict)
    np.testing.assert_allclose(before.turning - 1900, after.turning, atol=1e-6)


def test_answers_alike_when_a_batch_is_split():
    """No verdict depends on the batch, nor on what stands beside a series."""
    values = some_series()
    together = screen(YEARS, values)
    for row in (0, 59, 130, 299):
        alone = screen(YEARS, values[row : row + 1])
        strange = screen(np.stack([YEARS, YEARS * 2]), np.stack([values[row], PEAK]), breaks=[None, [4030.0]])
        for name in NUMBERS:
            whole = getattr(together, name)[row]
            np.testing.assert_allclose(getattr(alone, name)[0], whole, rtol=1e-9)
            np.testing.assert_allclose(getattr(strange, name)[0], whole, rtol=1e-9)
        assert alone.verdict[0] == strange.verdict[0] == together.verdict[row]


def test_skips_gaps_when_values_are_missing():
    """A gap is as if the period had not been in the calendar."""
    gappy = np.insert(PEAK, [3, 8], np.nan)
    times = np.arange(2010.0, 2024.0)
    with_gaps = screen(times, gappy[None])
    without = screen(times[~np.isnan(gappy)], PEAK[None])
    assert with_gaps.p[0] == pytest.approx(without.p[0])
    assert with_gaps.n_points[0] == 12


@pytest.mark.parametrize(
    "values",
    [
        np.zeros(12),
        np.full(12, 7.0),
        np.full(12, 1e9),
        np.full(12, 0.1 + 0.2),
        3 + 0.25 * (YEARS - 2010),
        3 - 0.1 * (YEARS - 2010),
        1e12 + 0.3 * (YEARS - 2010),
        1e-10 * (YEARS - 2010),
        0.1 * YEARS,
    ],
)
@pytest.mark.parametrize("kind", ["number", "count"])
def test_never_reverses_when_constant_or_straight(values, kind):
    """What never turns at all is never said to have turned."""
    found = screen(YEARS, values[None], kind=kind)
    assert not found.reversed[0]
    assert found.level[0] == "none"
    assert found.verdict[0] in {"flat", "rising", "falling"}


def test_is_rising_when_exactly_straight():
    """A straight line has its direction, a constant has none."""
    found = screen(YEARS, np.stack([YEARS, 0 * YEARS]), direction="increase")
    assert list(found.verdict) == ["improving", "flat"]
    assert found.slope_before[0] == pytest.approx(1.0)


def test_says_too_short_when_fewer_than_six_points():
    """Five values, whatever they look like, are too short to tell."""
    found = screen(np.arange(5.0), np.array([[18641.0, 19169, 21432, 20955, 22964]]), kind="count")
    assert found.verdict[0] == "too_short"
    assert not found.reversed[0]
    assert np.isnan(found.p[0])


def test_counts_a_break_as_a_point_when_deciding_what_is_too_short():
    """Each declared break costs one usable point; one outside the data costs none."""
    values = np.tile(PEAK[:6], (3, 1))
    found = screen(np.arange(6.0), values, breaks=[3.0, None, 0.0], direction="increase")
    assert list(found.verdict) == ["too_short", "improving", "improving"]


def test_is_not_comparable_when_breaks_leave_no_stretch():
    """Where no definition lasted for three measurements there is no trend to judge."""
    found = screen(YEARS, PEAK[None], breaks=[[2012.0, 2014, 2016, 2018, 2020]])
    assert found.verdict[0] == "not_comparable"


def test_sees_no_reversal_when_the_level_shifts_at_a_declared_break():
    """A fall caused by a new definition is not a fall."""
    rng = np.random.default_rng(1)
    values = 0.5 * np.arange(12) - 8 * (np.arange(12) >= 7) + 0.3 * rng.standard_normal(12)
    found = screen(YEARS, values[None], breaks=2017.0, direction="increase")
    assert found.verdict[0] == "improving"
    assert found.slope_before[0] == pytest.approx(0.5, abs=0.1)


def test_sees_no_reversal_when_one_year_dips_and_recovers():
    """A single odd year is an outlier."""
    values = np.array([60, 61.2, 61.9, 63.1, 64, 64.8, 58.5, 67.1, 67.9, 69.2, 69.8, 71.1])
    found = screen(YEARS, values[None], direction="increase")
    assert not found.reversed[0]
    assert found.level[0] == "none"


def test_says_levelled_off_when_a_rise_stops():
    """Rose, then stood still: neither improving nor reversed."""
    rng = np.random.default_rng(2)
    values = np.minimum(np.arange(16), 8) + 0.25 * rng.standard_normal(16)
    found = screen(np.arange(2000.0, 2016.0), values[None], direction="increase")
    assert found.verdict[0] == "levelled_off"
    assert found.turning[0] == pytest.approx(2008, abs=0.7)
    assert found.slope_before_low[0] > 0
    assert found.slope_after_low[0] <= 0 <= found.slope_after_high[0]


def test_warns_early_when_the_newest_point_leaves_a_steady_trend():
    """One new point far back is a warning and not yet a reversal."""
    values = np.array([50, 52.1, 53.9, 56.2, 58, 59.8, 62.1, 64.0, 65.9, 68.1, 70, 64.5])
    found = screen(YEARS, values[None], direction="increase")
    assert found.early[0]
    assert found.level[0] == "early_warning"
    assert found.verdict[0] == "improving"


@pytest.mark.parametrize("n", [8, 12, 20])
def test_warns_rarely_when_nothing_turned(n):
    """Early warnings are false in at most 8 % of quiet series of every shape."""
    rng = np.random.default_rng(12)
    x = np.arange(n, dtype=float)
    shapes = [0 * x, 0.3 * x, x, np.minimum(x, n - 3), np.minimum(x, n // 2)]
    for shape in shapes:
        assert screen(x, shape + noise(rng, 1500, n)).early.mean() <= 0.08
    assert screen(x, 0.3 * x + noise(rng, 1500, n, 0.5)).early.mean() <= 0.08
    peak = 2 * (np.minimum(x, n - 3) - np.maximum(x - (n - 3), 0))
    assert screen(x, peak + noise(rng, 1500, n)).early.mean() >= (0.60 if n == 8 else 0.74)


def test_shows_an_unseasonal_turn_when_quarters_have_a_season():
    """A season three times the noise neither hides a turn nor makes one."""
    rng = np.random.default_rng(8)
    quarters = 2015 + np.arange(24) / 4
    season = np.tile([3.0, -1.0, -4.0, 2.0], 6)
    quiet = screen(quarters, season + rng.standard_normal((400, 24)), periods_per_year=4)
    turn = screen(quarters, season + turned(rng, 400, 24, 10, 0.7), periods_per_year=4)
    assert quiet.reversed.mean() <= 0.05
    assert turn.reversed.mean() >= 0.9
    short = screen(quarters[:7], (season + 0.0)[None, :7], periods_per_year=4)
    assert short.verdict[0] == "too_short"


def test_keeps_slopes_possible_when_bounds_are_given():
    """No interval is steeper than from one end of the possible range to the other."""
    found = screen(np.arange(6.0), np.array([[0, 90.0, 5, 95, 10, 80]]), bounds=(0, 100))
    assert abs(found.slope_before_low[0]) <= 20
    assert abs(found.slope_before_high[0]) <= 20


def test_uses_survey_errors_when_shares_say_how_many_were_asked():
    """A wobble inside the survey's error is no turn; the same from many people is."""
    values = np.array([[50, 52.0, 54, 56, 55, 53, 51, 49]])
    few = screen(np.arange(8.0), values, kind="share", bounds=(0, 100), n_observed=60)
    many = screen(np.arange(8.0), values, kind="share", bounds=(0, 100), n_observed=20_000)
    assert few.p[0] > 0.10
    assert many.reversed[0]
    assert few.smallest_change[0] > many.smallest_change[0]


def test_gives_slopes_in_counts_when_counts_are_judged():
    """The transform of counts does not show: slopes are counts per year."""
    values = np.array([[100, 110, 121, 128, 141, 150, 161, 169.0]])
    found = screen(np.arange(8.0), values, kind="count", direction="decrease")
    assert found.verdict[0] == "worsening"
    assert found.slope_before[0] == pytest.approx(9.9, abs=0.6)


@pytest.mark.parametrize(
    ("times", "values", "options"),
    [
        (np.arange(3.0), np.array([[1, np.inf, 2]]), {}),
        (np.array([1.0, 1, 2]), np.ones((1, 3)), {}),
        (np.arange(4.0), np.ones((1, 3)), {}),
        (np.arange(3.0), np.ones(3), {}),
        (np.array([0, np.nan, 2]), np.ones((1, 3)), {}),
        (np.arange(3.0), np.ones((1, 3)), {"direction": "up"}),
        (np.arange(3.0), np.ones((1, 3)), {"kind": "percent"}),
        (np.arange(3.0), np.ones((1, 3)), {"breaks": [1.0, 2.0]}),
        (np.arange(3.0), np.ones((1, 3)), {"bounds": [0, 1, 2]}),
        (np.arange(3.0), np.ones((1, 3)), {"standard_errors": np.ones(2)}),
        (np.arange(3.0), np.ones((1, 3)), {"periods_per_year": 0}),
        (np.arange(3.0), np.ones((1, 3)), {"direction": ["increase", "increase"]}),
    ],
)
def test_refuses_when_the_input_makes_no_sense(times, values, options):
    """Infinity, a wrong shape and unknown words are errors, not verdicts."""
    with pytest.raises(InputError):
        screen(times, values, **options)


def test_answers_when_there_is_nothing():
    """No series at all is an empty answer."""
    assert screen(np.arange(8.0), np.empty((0, 8))).verdict.shape == (0,)


def test_allows_for_rounding_when_values_are_whole_numbers():
    """Threes and fours may be one slow course rounded; a tenth as fine they are a turn."""
    coarse = np.array([[3, 3, 4, 4, 4, 4, 4, 4, 3, 3.0]])
    assert not screen(np.arange(10.0), coarse).reversed[0]


def test_counts_breaks_once_when_nothing_was_measured_between_them():
    """Two definitions without a measurement cost no more than one."""
    found = screen(np.arange(7.0), PEAK[None, :7], breaks=[[2.5, 2.7]], direction="increase")
    assert found.verdict[0] == "improving"


def test_never_mixes_peak_and_trough_when_a_path_wanders():
    """Slopes on the two sides of a turning point have opposite signs and lie in their intervals."""
    walks = np.cumsum(noise(np.random.default_rng(6), 3000, 10), axis=1)
    found = screen(np.arange(10.0), walks, direction="increase")
    turns = np.char.startswith(found.verdict, "reversed")
    assert turns.sum() > 300
    assert np.all(found.slope_before[turns] * found.slope_after[turns] < 0)
    to_worse = found.verdict[turns] == "reversed_to_worse"
    assert np.all((found.slope_before[turns] > 0) == to_worse)
    assert np.all(found.turning_high[turns] - found.turning_low[turns] > 0)


def test_withdraws_the_warning_when_the_next_value_is_back_on_the_old_trend():
    """A deep dip that has recovered warns no more, although the mean of the two is low."""
    values = np.array([50, 52.1, 53.9, 56.2, 58, 59.8, 62.1, 64.0, 65.9, 68.1, 52, 72.0])
    assert screen(YEARS[:11], values[None, :11], direction="increase").early[0]
    assert not screen(YEARS, values[None], direction="increase").early[0]
