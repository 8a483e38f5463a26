"""A series against its target: pace kept, pace needed, and what that makes of it."""

from __future__ import annotations

import pytest

from impact.semantics.direction import Direction
from impact.semantics.pace import Pace
from impact.semantics.period import parse_period, year_period
from impact.semantics.progress import Standing, judge_progress
from impact.semantics.series import Missing, Point, Series
from impact.semantics.unit import Kind, Unit

SHARE = Unit(Kind.SHARE, "%", decimals=1)
COUNT = Unit(Kind.COUNT, "barn")
INDEX = Unit(Kind.INDEX, "poäng", decimals=1, lowest=0, highest=10)
NUMBER = Unit(Kind.NUMBER, "kronor")


def series(first: int, *values: float | None, unit=SHARE, direction="increase", **more) -> Series:
    points = [
        Point(year_period(first + number), value, Missing.NOT_COLLECTED if value is None else None)
        for number, value in enumerate(values)
    ]
    return Series(tuple(points), unit, Direction(direction), **more)


def judged(measured: Series, target: float, year: int = 2027, baseline=None, trend: Pace | None = None):
    """Against one target; the baseline is the first value unless another is given."""
    first = measured.points[0]
    stated = baseline if baseline is not None else (first.period, first.value)
    return judge_progress(measured, stated, [(year_period(year), target)], trend)


@pytest.mark.parametrize(
    ("direction", "values", "target", "standing"),
    [
        ("increase", (60, 63, 66, 69), 75, "on_track"),
        ("increase", (66, 67, 68, 68.7), 75, "behind"),
        ("increase", (70, 69, 66, 65), 75, "wrong_way"),
        ("increase", (70, 72, 75), 75, "met"),
        ("increase", (70, 72, 73), 105, "out_of_reach"),
        ("increase", (80, 79, 78), 75, "no_judgement"),
        ("increase", (70, 70, 70), 70, "met"),
        ("increase", (70, 70, 69), 70, "wrong_way"),
        ("increase", (75, 75, 75), 80, "behind"),
        ("decrease", (40, 38, 36, 34), 28, "on_track"),
        ("decrease", (40, 40, 39, 39), 28, "behind"),
        ("decrease", (40, 42, 43, 44), 28, "wrong_way"),
        ("decrease", (40, 36, 33), -5, "out_of_reach"),
        ("decrease", (20, 22, 24), 30, "no_judgement"),
        ("context", (70, 71, 72), 75, "no_judgement"),
    ],
)
def test_judges_the_pace_when_the_direction_says_which_way(direction, values, target, standing):
    """Met, on track, behind, the wrong way and out of reach follow the direction."""
    told = judged(series(2021, *values, direction=direction), target)
    assert told.standing is Standing(standing)


@pytest.mark.parametrize(
    ("values", "target", "standing", "needed"),
    [
        ((30, 29, 28), 18, "behind", -2.0),
        ((30, 28, 26), 18, "on_track", -1.5),
        ((30, 28, 19), 18, "met", None),
        ((30, 31, 32), 18, "wrong_way", -3.0),
        ((10, 10, 11), 18, "behind", 1.0),
        ((30, 30, 29), 25, "behind", -1.0),
        ((30, 27, 12), 25, "met", None),
    ],
)
def test_aims_at_the_nearest_good_value_when_the_direction_is_a_band(values, target, standing, needed):
    """The band's edge counts, or what is as far from it as the target is."""
    told = judged(series(2021, *values, unit=COUNT, direction="band", band=(15, 20)), target)
    assert (told.standing, told.needed) == (Standing(standing), needed)


def test_judges_nothing_when_a_band_is_not_known():
    """Without its band nobody can say what is good."""
    assert judged(series(2021, 30, 29, direction="band"), 18).standing is Standing.NO_JUDGEMENT


@pytest.mark.parametrize("baseline", [0.0, -5.0])
def test_counts_differences_when_the_baseline_is_zero_or_below(baseline):
    """No growth in per cent: ten up in five years is two a year wherever it starts."""
    values = [baseline + 2 * step for step in range(6)]
    told = judged(series(2019, *values, unit=NUMBER), baseline + 16)
    assert told.since_baseline == Pace(2.0, year_period(2019))
    assert told.needed == pytest.approx(2.0)
    assert told.standing is Standing.ON_TRACK


def test_tells_three_paces_when_there_are_many_values():
    """Since the baseline, over the newest three measurements, and the trend's own."""
    trend = Pace(1.0, year_period(2021), 0.2, 1.8)
    told = judged(series(2019, 60, 61, 62, 62, 65, 66), 75, baseline=(year_period(2019), 60), trend=trend)
    assert told.since_baseline == Pace(1.2, year_period(2019))
    assert told.newest == Pace(2.0, year_period(2022))
    assert told.kept == trend
    assert told.needed == pytest.approx(3.0)


def test_keeps_to_what_was_measured_when_an_old_trend_contradicts_it():
    """A trend from before the baseline speaks for the time since unless the values deny it."""
    measured = series(2010, *[60] * 11, 62, 64, 66, 68)
    old = Pace(0.1, year_period(2010), -0.2, 0.4)
    baseline = (year_period(2020), 60.0)
    assert judged(measured, 75, baseline=baseline, trend=old).kept == Pace(2.0, year_period(2020))
    wide = Pace(1.0, year_period(2010), -0.2, 2.4)
    assert judged(measured, 75, baseline=baseline, trend=wide).kept == wide


def test_speaks_of_the_next_target_when_there_are_several():
    """The first target after the newest value; the last one where all are over."""
    measured = series(2021, 60, 63, 66, 69)
    targets = [(year_period(year), value) for year, value in ((2030, 90.0), (2023, 64.0), (2026, 75.0))]
    assert judge_progress(measured, None, targets).promise.target == targets[2]
    assert judge_progress(measured, None, targets[1:2]).standing is Standing.MET


@pytest.mark.parametrize(
    ("values", "standing", "judged_in"),
    [
        ((70, 72, 74, 79), "missed", 2023),
        ((70, 72, 75, 60), "met", 2023),
        ((70, 72, None, 74), "missed", 2024),
        ((70, 72, None, 76), "met", 2024),
    ],
)
def test_judges_the_targets_own_period_when_that_is_over(values, standing, judged_in):
    """What came later neither mends nor spoils it; the next value stands in for a gap."""
    told = judged(series(2021, *values), 75, 2023)
    assert (told.standing, told.now.period) == (Standing(standing), year_period(judged_in))
    assert told.needed is None
    assert told.kept is None


@pytest.mark.parametrize(
    ("breaks", "baseline", "compared"),
    [((2023,), 2021, False), ((2021,), 2021, True), ((2020,), 2021, True), ((2026,), 2021, False)],
)
def test_compares_nothing_when_a_break_lies_between(breaks, baseline, compared):
    """A break between baseline, newest value and target forbids the comparison."""
    measured = series(2020, 60, 63, 66, 69, 70, breaks=tuple(map(year_period, breaks)))
    told = judged(measured, 75, baseline=(year_period(baseline), 63.0))
    assert (told.standing is not Standing.NOT_COMPARABLE) is compared
    if not compared:
        assert told.new_definition == year_period(breaks[0])
        assert told.kept is told.needed is None


def test_counts_only_the_newest_definition_when_there_is_no_baseline():
    """The newest pace starts no earlier than the break."""
    told = judge_progress(
        series(2020, 60, 40, 41, breaks=(year_period(2021),)), None, [(year_period(2027), 50.0)]
    )
    assert told.kept == Pace(1.0, year_period(2021))


@pytest.mark.parametrize("values", [(70,), (70, None)])
def test_says_that_the_pace_is_unknown_when_one_value_is_all(values):
    """Less than a year of measurements has no pace; what is needed is known."""
    told = judged(series(2024, *values), 75)
    assert told.standing is Standing.PACE_UNKNOWN
    assert told.needed == pytest.approx(5 / 3)


def test_says_nothing_when_there_is_no_target_or_value():
    """No target or no measurement is no progress."""
    assert judge_progress(series(2021, 60.0), None, []) is None
    assert judged(series(2021, None), 75, baseline=(year_period(2021), 70.0)) is None


def test_compares_the_same_part_of_the_year_when_there_are_seasons():
    """Summer is not held against winter: neither for the pace nor for what is left."""
    seasonal = Series(
        tuple(
            Point(parse_period(f"{year}-Q{quarter}"), 50.0 + 2 * (year - 2020) + 10 * (quarter == 3))
            for year in range(2020, 2025)
            for quarter in (1, 2, 3)
        ),
        SHARE,
        Direction.INCREASE,
    )
    told = judge_progress(seasonal, (parse_period("2020-Q3"), 60.0), [(parse_period("2026-Q2"), 62.0)], None)
    assert told.now.period == parse_period("2024-Q2")
    assert told.since_baseline is None
    assert told.kept == Pace(2.0, parse_period("2021-Q2"))
    assert told.standing is Standing.ON_TRACK


def test_compares_no_count_when_the_periods_are_of_different_length():
    """A quarter's count says nothing of a year's target; a share does."""
    quarters = [Point(parse_period(f"2024-Q{n}"), 20.0) for n in (1, 2, 3, 4)]
    targets = [(year_period(2026), 100.0)]
    counted = Series(tuple(quarters), COUNT, Direction.INCREASE)
    assert judge_progress(counted, None, targets) is None
    assert judge_progress(Series(tuple(quarters), SHARE, Direction.INCREASE), None, targets) is not None


def test_keeps_surveys_without_season_when_they_are_short():
    """A survey of a month is no monthly series."""
    surveys = [
        Point(parse_period(f"{year}-03-01..{year}-03-31"), 60.0 + year - 2019) for year in (2019, 2022)
    ]
    measured = Series(tuple(surveys), SHARE, Direction.INCREASE)
    assert measured.periods_per_year == 1
    told = judge_progress(measured, None, [(parse_period("2025-04-01..2025-04-30"), 64.0)])
    assert told.kept.per_year == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("trend", "standing", "sure"),
    [
        (Pace(3.0, year_period(2021), 2.2, 3.8), "on_track", True),
        (Pace(3.0, year_period(2021), 1.0, 5.0), "on_track", False),
        (Pace(1.0, year_period(2021), -1.0, 3.0), "behind", False),
        (Pace(-1.0, year_period(2021), -2.5, 0.5), "behind", True),
        (Pace(-1.0, year_period(2021), -1.5, -0.5), "wrong_way", True),
    ],
)
def test_says_how_sure_it_is_when_the_pace_has_an_interval(trend, standing, sure):
    """The wrong way is said only of a pace that cannot be zero."""
    told = judged(series(2021, 66, 66, 68, 69), 75, trend=trend)
    assert (told.standing, told.sure) == (Standing(standing), sure)
    assert told.outlook.low < told.outlook.value < told.outlook.high


@pytest.mark.parametrize(
    ("unit", "values", "target", "pace"),
    [
        (SHARE, (91.0, 94.0, 97.0, 99.5), 100.0, Pace(2.8, year_period(2021), 1.0, 4.6)),
        (SHARE, (3.0, 1.2, 0.4, 0.2), 0.0, Pace(-0.9, year_period(2021), -1.9, 0.1)),
        (COUNT, (0, 1, 0, 2), 0.0, Pace(0.5, year_period(2021), -2.0, 3.0)),
        (COUNT, (40, 28, 16, 4), 0.0, Pace(-12.0, year_period(2021), -14.0, -10.0)),
        (INDEX, (8.9, 9.3, 9.6, 9.9), 10.0, Pace(0.3, year_period(2021), 0.1, 0.5)),
        (SHARE, (0.0, 0.0, 0.0, 0.0), 0.2, Pace(-0.5, year_period(2021), -1.0, 0.3)),
    ],
)
@pytest.mark.parametrize("year", [2025, 2027, 2060])
def test_stays_possible_when_values_lie_near_the_ends(unit, values, target, pace, year):
    """Neither outlook nor needed pace leaves what the unit can be, however far ahead."""
    direction = "increase" if target > values[0] else "decrease"
    told = judged(series(2021, *values, unit=unit, direction=direction), target, year, trend=pace)
    lowest, highest = unit.range
    outlook = told.outlook
    assert lowest <= outlook.low <= outlook.value <= outlook.high <= highest
    if told.needed is not None:
        assert lowest <= values[-1] + told.needed * told.years_left <= highest


def test_is_behind_when_only_a_straight_line_through_the_limit_would_do():
    """84 to 94 % at two points a year does not go on to 98 % in two years."""
    told = judged(series(2019, 84, 86, 88, 90, 92, 94), 98, 2026)
    assert told.kept.per_year == pytest.approx(told.needed)
    assert told.standing is Standing.BEHIND
    assert told.outlook.slowed
    assert told.outlook.value == pytest.approx(100 - 6 * 2.718281828 ** (-2 * 2 / 6))


@pytest.mark.parametrize("target", [60.0, 75.0])
def test_is_on_track_when_the_pace_is_just_the_one_needed(target):
    """Far from the ends the straight path of the chart is what counts."""
    pace = (target - 50) / 8
    measured = series(2019, *[50 + pace * year for year in range(6)])
    assert judged(measured, target).standing is Standing.ON_TRACK
