"""Laws: what must not change the detector's answer, whatever the series.

All of them hold for numbers, shares, rates, indices and classes. Counts are judged on
the scale on which their chance is even, so adding, scaling and mirroring do not hold
for them; everything that is said about time, gaps, breaks, batches and direction does.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impact.trend.screening import screen
from impact.trend.settings import DetectorSettings
from tests.trend.cases import Case, assert_same, cases, joined, mixed_series, rows_of

OPEN = (-np.inf, np.inf)  # kinds that have natural ends are cut there; here nothing is

law = settings(max_examples=25, deadline=None, derandomize=True)


def opposite(words: np.ndarray) -> list[str]:
    """The verdicts with better and worse, up and down exchanged."""
    pairs = [
        ("improving", "worsening"),
        ("rising", "falling"),
        ("reversed_to_worse", "reversed_to_better"),
    ]
    table = dict(pairs) | {right: left for left, right in pairs}
    return [table.get(word, word) for word in words.tolist()]


def fine(case: Case, apart: int) -> Case:
    """The case with two values so near each other that it looks finely rounded.

    How coarsely values are rounded is read from their smallest difference, which a step or
    a rhythm would change; these two lie in the same season under one definition.
    """
    values = case.values.copy()
    values[:, 0] = np.where(np.isnan(values[:, 0]), 50.0, values[:, 0])
    values[:, apart] = values[:, 0] + 1e-5
    return case.but(values=values)


@law
@given(cases(), st.sampled_from([-1e5, -50.0, 0.37, 1e4]))
def test_says_the_same_when_a_constant_is_added(case: Case, constant: float) -> None:
    """Where zero lies means nothing for a number."""
    assert_same(case.screened(), case.but(values=case.values + constant).screened())


@law
@given(cases(), st.sampled_from([1e-12, 0.01, 0.7, 3.0, 1e9]))
def test_scales_slopes_alone_when_values_and_errors_are_scaled(case: Case, factor: float) -> None:
    """In another unit slopes are other numbers and nothing else is."""
    errors = case.options.get("standard_errors")
    scaled = case.but(values=case.values * factor)
    if errors is not None:
        scaled = scaled.using(standard_errors=errors * factor)
    assert_same(case.screened(), scaled.screened(), slopes=factor)


@law
@given(cases())
def test_keeps_good_and_bad_when_values_and_direction_are_mirrored(case: Case) -> None:
    """A peak where more is better is a trough where less is better."""
    mirrored = case.but(values=-case.values)
    up, down = case.screened(direction="increase"), mirrored.screened(direction="decrease")
    assert_same(up, down, slopes=-1.0)


@law
@given(cases())
def test_exchanges_good_and_bad_when_values_alone_are_mirrored(case: Case) -> None:
    """The mirrored values with the same direction say the opposite as surely."""
    answer, mirrored = case.screened(), case.but(values=-case.values).screened()
    assert opposite(answer.verdict) == mirrored.verdict.tolist()
    assert_same(answer, mirrored, slopes=-1.0, but=("verdict",))


@law
@given(cases())
def test_changes_words_alone_when_the_direction_is_another(case: Case) -> None:
    """Which way is better moves no number, no level and no turning point."""
    more, less = case.screened(direction="increase"), case.screened(direction="decrease")
    assert opposite(more.verdict) == less.verdict.tolist()
    assert_same(more, less, but=("verdict",))
    context, band = case.screened(direction="context"), case.screened(direction="band")
    assert_same(context, band)
    assert_same(more, context, but=("verdict",))


@law
@given(
    cases(season=False) | cases(season=True),
    st.sampled_from([-1990.0, 7.0, 100.0]),
    st.sampled_from(["number", "count"]),
)
def test_moves_turning_points_alone_when_time_is_shifted(case: Case, years: float, kind: str) -> None:
    """The calendar's zero means nothing."""
    shifted = case.but(times=case.times + years, breaks=[[one + years for one in row] for row in case.breaks])
    assert_same(case.screened(kind=kind), shifted.screened(kind=kind), moved=lambda times: times + years)


@law
@given(cases(), st.sampled_from([0.25, 3.0, 10.0]), st.sampled_from(["number", "count"]))
def test_flattens_slopes_when_time_is_stretched(case: Case, factor: float, kind: str) -> None:
    """The same course over three times the years is a third as steep and as sure."""
    stretched = case.but(
        times=case.times * factor, breaks=[[one * factor for one in row] for row in case.breaks]
    )
    assert_same(
        case.screened(kind=kind),
        stretched.screened(kind=kind),
        slopes=1 / factor,
        changes=1.0,
        moved=lambda times: times * factor,
    )


@law
@given(cases() | cases(season=True), st.randoms(use_true_random=False), st.sampled_from(["number", "count"]))
def test_answers_alike_when_a_batch_is_split_or_reordered(case: Case, random, kind: str) -> None:
    """A series is judged for itself: alone, among others, in any order, in chunks of any size.

    Words are the same; numbers up to the last digits, in which NumPy's exponential of one
    number differs from that of many.
    """
    case = case.using(kind=kind)
    together = case.screened()
    n = len(case.values)
    order = random.sample(range(n), n)
    errors = case.options.get("standard_errors")

    def part(rows: list[int]) -> Case:
        one = case.but(values=case.values[rows], breaks=[case.breaks[row] for row in rows])
        return one if errors is None else one.using(standard_errors=errors[rows])

    assert_same(together, joined([part([row]).screened() for row in range(n)]), within=1e-12)
    assert_same(rows_of(together, order), part(order).screened(), within=1e-12)
    assert_same(together, case.screened(settings=DetectorSettings(chunk_cells=1)), within=1e-12)


@law
@given(st.integers(0, 2**32 - 1), st.booleans(), st.booleans())
def test_answers_alike_when_neighbours_have_other_lengths_and_calendars(
    seed: int, with_errors: bool, with_breaks: bool
) -> None:
    """Neither other calendars nor other options beside a series touch its answer."""
    rng = np.random.default_rng(seed)
    lengths = [6, 9, 9, 14, 5]
    times = np.tile(2000.0 + np.arange(14), (5, 1)) * rng.choice([1.0, 0.5], 5)[:, None]
    values = mixed_series(seed, 5, 14)
    for row, length in enumerate(lengths):
        values[row, length:] = np.nan
    errors = np.where(rng.random(5)[:, None] < 0.5 * with_errors, rng.uniform(1, 3, values.shape), np.nan)
    breaks = [[times[row, 3]] if with_breaks and row % 2 else [] for row in range(5)]
    kinds = rng.choice(["number", "count", "share"], 5)
    ways = rng.choice(["increase", "decrease", "context"], 5)
    together = Case(
        times, values, breaks, {"standard_errors": errors, "kind": kinds, "direction": ways}
    ).screened()
    alone = [
        Case(
            times[row, :length],
            values[row : row + 1, :length],
            [breaks[row]],
            {"standard_errors": errors[row : row + 1, :length], "kind": kinds[row], "direction": ways[row]},
        ).screened()
        for row, length in enumerate(lengths)
    ]
    assert_same(together, joined(alone), within=1e-12)


@law
@given(
    cases() | cases(season=True),
    st.lists(st.integers(0, 40), max_size=4),
    st.sampled_from(["number", "count"]),
)
def test_says_the_same_when_empty_periods_stand_around_the_values(
    case: Case, places: list[int], kind: str
) -> None:
    """A period without a value, before, after or within, is as if it were not in the calendar."""
    full = np.isfinite(case.values).all(axis=0)
    case = case.using(kind=kind, standard_errors=None).but(
        times=case.times[full], values=case.values[:, full]
    )
    grid = np.concatenate([[case.times[0] - 2, case.times[0] - 1], case.times, case.times[-1] + [0.5, 3.0]])
    between = (case.times[:-1] + case.times[1:]) / 2
    grid = (
        np.sort(np.concatenate([grid, between[[place % len(between) for place in set(places)]]]))
        if len(between)
        else grid
    )
    grid = np.unique(grid)
    wide = np.full((len(case.values), len(grid)), np.nan)
    wide[:, np.searchsorted(grid, case.times)] = case.values
    assert_same(case.screened(), case.but(times=grid, values=wide).screened(), within=1e-12)
    own = case.but(times=np.tile(case.times, (len(case.values), 1)))
    assert_same(case.screened(), own.screened(), within=1e-12)


@law
@given(cases())
def test_counts_measured_values_alone_when_there_are_gaps(case: Case) -> None:
    """A gap is not filled in: it adds no point, no turn beside the values and no sureness."""
    answer = case.screened()
    measured = np.isfinite(case.values)
    np.testing.assert_array_equal(answer.n_points, measured.sum(axis=1))
    for row, here in enumerate(measured):
        if not np.isnan(answer.turning[row]):
            assert case.times[here][0] < answer.turning_low[row]
            assert answer.turning_high[row] < case.times[here][-1]


@law
@given(cases(), st.sampled_from([-100.0, -0.5, 0.0]))
def test_says_the_same_when_a_break_lies_outside_the_span(case: Case, before: float) -> None:
    """A definition that changed before the first or after the last value changed nothing."""
    outside = [case.times[0] + before, case.times[-1] + 0.5, case.times[-1] + 40]
    filled = case.but(values=np.where(np.isnan(case.values), 50.0, case.values))
    more = filled.but(breaks=[row + outside for row in case.breaks])
    assert_same(filled.screened(), more.screened(), within=1e-12)


@law
@given(cases())
def test_says_the_same_when_a_break_moves_between_two_values(case: Case) -> None:
    """Where between two values a definition changed does not matter, nor how often."""
    moved = case.but(breaks=[[one - each for one in row for each in (0.0, 0.4, 0.8)] for row in case.breaks])
    assert_same(case.screened(), moved.screened(), within=1e-12)


@law
@given(cases(), st.sampled_from([-30.0, 7.0, 400.0]))
def test_says_the_same_when_values_after_a_break_are_moved(case: Case, step: float) -> None:
    """How much a new definition moved the level does not matter."""
    case = fine(case.but(breaks=[[one for one in row if one > case.times[1]] for row in case.breaks]), 1)
    first = np.array([row[0] if row else np.inf for row in case.breaks])[:, None]
    moved = case.but(values=case.values + step * (case.times >= first))
    assert_same(case.screened(), moved.screened())


@law
@given(cases(season=True), st.integers(0, 2**32 - 1))
def test_says_the_same_when_a_season_is_added(case: Case, seed: int) -> None:
    """Any yearly rhythm on top changes nothing where the series is freed of its season."""
    per_year = case.options["periods_per_year"]
    case = fine(case, per_year)
    rhythm = np.random.default_rng(seed).normal(0, 5, per_year)
    rhythm = rhythm[np.arange(len(case.times)) % per_year]
    assert_same(case.screened(), case.but(values=case.values + rhythm).screened())


@law
@given(cases())
def test_says_the_same_when_the_kind_is_another_number(case: Case) -> None:
    """Numbers, indices, rates, classes and shares of unknown size are judged alike."""
    answer = case.screened(kind="number")
    for kind in ("index", "rate", "class", "share"):
        assert_same(answer, case.screened(kind=kind, bounds=OPEN), within=1e-12)


@law
@given(cases(), st.integers(20, 5000))
def test_judges_like_numbers_when_errors_say_how_sure_values_are(case: Case, asked: int) -> None:
    """Errors that are given are taken, whatever is counted and however many were asked."""
    case = case.using(standard_errors=np.full(case.values.shape, 1.5))
    answer = case.screened(kind="number")
    assert_same(answer, case.screened(kind="count", bounds=OPEN), within=1e-12)
    assert_same(answer, case.screened(kind="share", n_observed=asked, bounds=OPEN), within=1e-12)


@law
@given(cases(), st.integers(20, 5000))
def test_scales_slopes_alone_when_shares_are_told_as_parts_of_one(case: Case, asked: int) -> None:
    """62 per cent and 0.62 of as many people are the same."""
    case = case.using(kind="share", n_observed=asked, standard_errors=None)
    case = case.but(values=np.clip(case.values, 0.5, 99.5))
    percent = case.screened(bounds=(0, 100))
    parts = case.but(values=case.values / 100).screened(bounds=(0, 1))
    assert_same(percent, parts, slopes=0.01)


@law
@given(cases())
def test_judges_alike_when_bounds_are_known(case: Case) -> None:
    """Bounds limit what intervals say and neither verdict nor probability."""
    answer, bounded = case.screened(), case.screened(bounds=(-1000, 1000))
    but = tuple(f"slope_{part}{end}" for part in ("before", "after") for end in ("_low", "_high"))
    assert_same(answer, bounded, within=1e-12, but=but)


@law
@given(cases())
def test_believes_no_error_when_one_is_missing(case: Case) -> None:
    """Errors count where every value has one."""
    errors = np.full(case.values.shape, 2.0)
    rows = np.arange(len(case.values))
    errors[rows, np.argmax(np.isfinite(case.values), axis=1)] = np.nan
    assert_same(case.screened(standard_errors=None), case.screened(standard_errors=errors), within=1e-12)


@pytest.mark.parametrize("factor", [0.5, 4.0, 2.0**-40])
def test_says_the_same_when_whole_numbers_are_scaled_exactly(factor: float) -> None:
    """Small whole numbers with all their ties answer alike when no digit is lost."""
    values = np.random.default_rng(9).integers(-2, 3, (400, 9)).astype(np.float64)
    case = Case(np.arange(9.0), values, [[]] * 400)
    assert_same(case.screened(), case.but(values=values * factor).screened(), slopes=factor)
    assert_same(case.screened(), case.but(values=values + 64.0).screened(), within=1e-6)


@pytest.mark.parametrize("factor", [0.1, 3.0, 1e-9])
def test_says_the_same_when_whole_numbers_are_scaled_with_rounding(factor: float) -> None:
    """A slope of exactly nothing stays nothing when the last digits are lost."""
    rng = np.random.default_rng(10)
    for n in (6, 8, 10):
        values = rng.integers(-2, 3, (3000, n)).astype(np.float64)
        plain, scaled = (screen(np.arange(n), each) for each in (values, values * factor))
        np.testing.assert_array_equal(plain.verdict, scaled.verdict)
        np.testing.assert_allclose(plain.p, scaled.p, rtol=1e-6)
