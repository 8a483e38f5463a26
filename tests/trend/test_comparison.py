"""Against a reference line: what turned on its own, and what turned with it."""

from __future__ import annotations

import numpy as np
import pytest

from impact.semantics.direction import Direction
from impact.semantics.period import parse_period, year_period
from impact.semantics.series import Missing, Point, Series
from impact.semantics.unit import Kind, Unit
from impact.trend import together_table
from impact.trend.comparing import compare_series
from impact.trend.comparison import Outcome, compare_many
from impact.trend.inputs import InputError
from impact.trend.synthetic import noise
from impact.trend.verdict import Verdict

INDEX = Unit(Kind.INDEX, "index")
YEARS = np.arange(2010.0, 2024.0)
WOBBLE = np.array([0.3, -0.2, 0.4, -0.5, 0.1, 0.3, -0.3, 0.2, -0.1, 0.4, -0.4, 0.1, 0.2, -0.3])
OTHER = WOBBLE[::-1] * 0.8


def tent(n: int, n_after: float, slope: float) -> np.ndarray:
    x = np.arange(n, dtype=float)
    tau = n - 1 - n_after
    return slope * (np.minimum(x, tau) - np.maximum(x - tau, 0))


SCHOOL_YEARS = tuple(Point(parse_period(f"{year}/{year - 1999}"), 70.0) for year in range(2010, 2024))
FIRST_QUARTERS = tuple(Point(parse_period(f"{year}-Q1"), 70.0 + year % 3) for year in range(2010, 2024))
PEAK = 60 + tent(14, 6, 1.0) + WOBBLE


def series_of(values, unit=INDEX, start=2010, direction=Direction.INCREASE, **more) -> Series:
    points = tuple(
        Point(
            year_period(start + i), *((float(value),) if value is not None else (None, Missing.NOT_COLLECTED))
        )
        for i, value in enumerate(values)
    )
    return Series(points, unit, direction, **more)


def outcome(own, reference, **options) -> str:
    return str(compare_many(YEARS, np.array([own]), np.array([reference]), **options).outcome[0])


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        (70 + 0.0 * YEARS + OTHER, Outcome.ON_ITS_OWN),
        (70 + (YEARS - 2010) + OTHER, Outcome.ON_ITS_OWN),
        (70 - (YEARS - 2010) + OTHER, Outcome.ON_ITS_OWN),
        (80 - tent(14, 6, 1.0) + OTHER, Outcome.ON_ITS_OWN),
        (70 + tent(14, 6, 1.0) + OTHER, Outcome.WITH_REFERENCE),
        (70 + tent(14, 5, 0.7) + OTHER, Outcome.WITH_REFERENCE),
        (70 + tent(14, 6, 1.0) + 9 * OTHER, Outcome.CANNOT_TELL),
    ],
)
def test_tells_on_its_own_from_together_when_a_series_turned(reference, expected):
    """Flat, rising, falling and opposite references did not turn with it; a tent did."""
    assert outcome(PEAK, reference) == expected


def test_says_not_turned_when_the_series_itself_did_not():
    """A reference that turns alone is no news of the series."""
    found = compare_many(YEARS, np.array([60 + YEARS - 2010 + WOBBLE]), np.array([PEAK]))
    assert found.outcome[0] == Outcome.NOT_TURNED
    assert np.isnan(found.p[0])


def test_keeps_its_verdicts_when_series_are_moved_scaled_mirrored_or_dated_anew():
    """Adding, scaling, mirroring and shifting time change neither outcome nor p."""
    rng = np.random.default_rng(4)
    own = tent(14, 5, 1.0) + noise(rng, 60, 14)
    other = np.repeat([[0.0], [0.5], [1.0]], 20, axis=0) * tent(14, 5, 1.0) + noise(rng, 60, 14)
    plain = compare_many(YEARS, own, other)
    assert len(set(plain.outcome)) >= 3
    for found in (
        compare_many(YEARS, own + 40, other - 7),
        compare_many(YEARS, 1024 * own, 1024 * other),
        compare_many(YEARS, -own, -other),
        compare_many(YEARS - 300, own, other),
        compare_many(np.vstack([YEARS] * 60), own, other),
    ):
        assert found.outcome.tolist() == plain.outcome.tolist()
        np.testing.assert_allclose(found.p, plain.p, rtol=1e-6)


def test_gives_each_pair_the_same_when_the_batch_is_split():
    """No outcome depends on what else is compared."""
    rng = np.random.default_rng(8)
    own, other = tent(14, 5, 1.0) + noise(rng, 30, 14), noise(rng, 30, 14)
    other[3, 2] = own[7, 9] = np.nan
    whole = compare_many(YEARS, own, other)
    alone = [compare_many(YEARS, own[i : i + 1], other[i : i + 1]) for i in range(30)]
    assert whole.outcome.tolist() == [str(each.outcome[0]) for each in alone]
    np.testing.assert_allclose(whole.p, [each.p[0] for each in alone], rtol=1e-9)


@pytest.mark.parametrize(("share", "delay", "spread", "phi"), [
    (1.0, 0, 1.0, 0.0), (0.5, 0, 1.0, 0.0), (2.0, 0, 1.0, 0.0), (1.0, 2, 1.0, 0.0), (1.0, -2, 1.0, 0.0),
    (0.5, 0, 2.0, 0.0), (0.5, 0, 0.5, 0.0), (0.5, 0, 1.0, 0.3), (0.5, 1, 1.0, 0.3), (1.0, 0, 1.0, 0.6),
])  # fmt: skip
@pytest.mark.parametrize("n", [6, 10, 16, 30])
def test_rarely_says_on_its_own_when_both_turn(n, share, delay, spread, phi):
    """Half or twice as steep, earlier, later, noisier, autocorrelated: at most 5 %."""
    rng = np.random.default_rng([7, n])
    age = min(max(n // 2 - delay, 1), n - 2)  # a turn outside the data is none
    rates = []
    for slope in (1.0, 2.0):
        own = tent(n, n // 2, slope) + noise(rng, 300, n, phi)
        other = share * tent(n, age, slope) + spread * noise(rng, 300, n, phi)
        found = compare_many(np.arange(n), own, other)
        rates.append(np.mean((found.outcome == Outcome.ON_ITS_OWN) & (found.p <= 0.05)))
    assert np.mean(rates) <= 0.05


@pytest.mark.parametrize(("course", "least"), [(0.0, 0.25), (1.0, 0.7), (-1.0, 0.6)])
def test_finds_most_of_those_that_turned_alone_when_there_are_12_years(course, least):
    """One standard deviation a year, turn in the middle, a reference flat or straight."""
    rng = np.random.default_rng(12)
    own = tent(12, 6, 1.0) + noise(rng, 400, 12)
    found = compare_many(np.arange(12), own, course * np.arange(12) + noise(rng, 400, 12))
    assert np.mean(found.outcome == Outcome.ON_ITS_OWN) >= least


def test_makes_the_same_table_when_a_part_is_remade():
    """The committed distances come from the seeded command."""
    with np.load(together_table.TABLE) as shipped:
        kept = shipped["distances"]
    np.testing.assert_allclose(together_table.build_table(lengths=(6,))[0], kept[0], rtol=1e-4)


def test_reads_smaller_p_when_a_pair_is_further_apart():
    """p falls with the distance, also beyond the table; what has none keeps none."""
    distance = np.append(np.linspace(0, 4000, 500), np.nan)
    p = together_table.p_of_distance(distance, np.full(501, 11))
    assert np.all(np.diff(p[:-1]) <= 0)
    assert p[0] == pytest.approx(1.0)
    assert 0 < p[-2] < 1e-3
    assert np.isnan(p[-1])


def test_compares_counts_by_ratio_when_the_reference_is_a_hundred_times_larger():
    """A municipality that falls by the same share has turned too."""
    own = np.round(80 * np.exp(0.15 * tent(14, 6, 1.0)))
    with_it = np.round(100 * 80 * np.exp(0.15 * tent(14, 6, 1.0)) * (1 + 0.01 * OTHER))
    rising = np.round(100 * 80 * np.exp(0.1 * (YEARS - 2010)) * (1 + 0.01 * OTHER))
    assert outcome(own, with_it, kind="count") == Outcome.WITH_REFERENCE
    assert outcome(own, rising, kind="count") == Outcome.ON_ITS_OWN
    both = compare_many(YEARS, np.array([own]), np.array([with_it]), kind="count").difference
    assert abs(both.slope_before[0]) < 0.02


def test_counts_the_breaks_of_both_when_they_are_declared():
    """A jump of the reference under a new definition hides nothing."""
    jumped = 70 + OTHER + 8 * (YEARS >= 2015)
    declared = compare_many(YEARS, np.array([PEAK]), np.array([jumped]), reference_breaks=2015.0)
    assert declared.outcome[0] == Outcome.ON_ITS_OWN
    assert declared.p[0] < compare_many(YEARS, np.array([PEAK]), np.array([jumped])).p[0]
    few = np.where(YEARS < 2016, 70 + OTHER, np.nan)
    assert outcome(PEAK, few) == Outcome.CANNOT_TELL
    assert outcome(PEAK, few, reference_breaks=2012.0) == Outcome.NOT_COMPARABLE


def test_adds_errors_in_squares_when_both_are_known():
    """The difference is judged by the errors of both."""
    own, other = np.array([PEAK]), np.array([70 + OTHER])
    known = compare_many(YEARS, own, other, standard_errors=0.6, reference_errors=0.8)
    from_outside = compare_many(YEARS, own - other, 0 * own, standard_errors=1.0, reference_errors=1e-9)
    assert known.difference.p[0] == pytest.approx(from_outside.difference.p[0])
    assert known.p[0] > compare_many(YEARS, own, other).p[0]


def test_takes_the_season_out_when_the_series_are_quarterly():
    """A season in one of the two is not taken for a turn of its own."""
    times = np.arange(2014.0, 2020.0, 0.25)
    rng = np.random.default_rng(3)
    season = np.tile([8.0, -4.0, 2.0, -6.0], 6)
    own = tent(24, 11, 0.4) + season + noise(rng, 40, 24) * 0.5
    found = compare_many(times, own, tent(24, 11, 0.4) + noise(rng, 40, 24) * 0.5, periods_per_year=4)
    assert np.mean(found.outcome == Outcome.WITH_REFERENCE) >= 0.9
    apart = compare_many(times, own, -season + noise(rng, 40, 24) * 0.5, periods_per_year=4)
    assert np.mean(apart.outcome == Outcome.ON_ITS_OWN) >= 0.9


def test_refuses_when_references_have_another_shape():
    """Broken contracts are errors, not verdicts."""
    with pytest.raises(InputError):
        compare_many(YEARS, np.array([PEAK]), np.array([PEAK, PEAK]))


@pytest.mark.parametrize(
    "own", [np.full(14, 7.0), np.zeros(14), 3 + 0.25 * np.arange(14), PEAK, 1e300 * tent(14, 6, 1)]
)
@pytest.mark.parametrize("other", [np.full(14, 7.0), np.full(14, np.nan), 1e-300 * PEAK, np.round(PEAK)])
def test_answers_without_a_warning_when_series_are_odd(own, other):
    """Constant, straight, empty, rounded, tiny and huge series."""
    assert outcome(own, other) in list(Outcome)


def test_is_a_batch_of_one_when_two_series_are_compared():
    """Only common periods count, and gaps are no values."""
    own = series_of([*PEAK[:3], None, *PEAK[4:]])
    reference = series_of([60.0, 61.0, *(70 + OTHER)], start=2008)
    found = compare_series(own, reference)
    assert (found.outcome, found.n_common) == (Outcome.ON_ITS_OWN, 13)
    assert 0 < found.p <= 0.05
    assert found.difference.n_points == 13


def test_judges_the_difference_by_the_direction_of_the_series():
    """Series minus reference is good or bad as the series is."""
    flat = series_of(70 + OTHER)
    assert compare_series(series_of(PEAK), flat).difference.verdict is Verdict.REVERSED_TO_WORSE
    down = series_of(PEAK, direction=Direction.DECREASE)
    assert compare_series(down, flat).difference.verdict is Verdict.REVERSED_TO_BETTER


@pytest.mark.parametrize(
    "reference",
    [
        series_of(70 + OTHER, Unit(Kind.SHARE, "index")),
        series_of(70 + OTHER, Unit(Kind.INDEX, "kronor")),
        Series((), INDEX, Direction.INCREASE),
        Series(SCHOOL_YEARS, INDEX, Direction.INCREASE),
        Series(FIRST_QUARTERS, INDEX, Direction.INCREASE),
        series_of((70 + OTHER)[:5]),
    ],
    ids=["kind", "unit", "empty", "school years", "quarters", "few"],
)  # fmt: skip
def test_is_not_comparable_when_units_or_periods_differ(reference):
    """Another unit, kind or frequency, or fewer than six common values."""
    assert compare_series(series_of(PEAK), reference).outcome is Outcome.NOT_COMPARABLE
