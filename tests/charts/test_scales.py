import pytest

from impact.charts.scales import period_ticks, value_scale
from impact.language import speak
from impact.semantics.period import parse_period, year_period
from impact.semantics.unit import Kind, Unit

VOICE = speak("en")


@pytest.mark.parametrize(
    ("values", "kind", "decimals"),
    [
        ([58.1, 67.6], Kind.SHARE, 1),
        ([0.0, 100.0], Kind.SHARE, 0),
        ([3.0, 3.0], Kind.COUNT, 0),
        ([1e9, 3e9], Kind.NUMBER, 0),
        ([1e-7, 5e-7], Kind.NUMBER, 8),
        ([-4.0, 12.0], Kind.INDEX, 1),
        ([18641.0, 22964.0], Kind.COUNT, 0),
    ],
)
def test_has_few_round_ticks_around_the_values_when_scaled(values, kind, decimals):
    """Three to eight ticks, none outside the scale, and every value within it."""
    scale = value_scale(values, Unit(kind, "x", decimals=decimals))
    assert 3 <= len(scale.ticks) <= 8
    assert scale.low <= min(values)
    assert max(values) <= scale.high
    assert scale.low - 1e-9 <= scale.ticks[0]
    assert scale.ticks[-1] <= scale.high * (1 + 1e-9)
    texts = [VOICE.number(tick, scale.decimals) for tick in scale.ticks]
    assert len(set(texts)) == len(texts)


def test_starts_counts_at_zero_when_they_come_near_it():
    """A count that goes down to a tenth is shown from zero."""
    assert value_scale([10.0, 100.0], Unit(Kind.COUNT, "x")).low == 0


def test_shows_values_beyond_the_bounds_when_they_were_stored():
    """A share over 100 from an old file is drawn, not cut off."""
    assert value_scale([90.0, 104.0], Unit(Kind.SHARE, "%")).high >= 104


def labels(periods, width=700.0, letter=6.0, until=None):
    until = periods[-1].position if until is None else until
    span = (until - periods[0].position) or 1.0
    ticks = period_ticks(
        periods,
        until,
        VOICE,
        lambda position: (position - periods[0].position) / span * width,
        lambda text: letter * len(text),
    )
    return [tick.text for tick in ticks]


def test_labels_every_other_year_up_to_the_newest_when_years_are_many():
    """Ticks are thinned so that the newest period keeps its label."""
    assert labels([year_period(year) for year in range(2005, 2023)])[-2:] == ["2020", "2022"]


def test_labels_round_years_when_four_decades_are_shown():
    """Forty years are labelled by five."""
    assert labels([year_period(year) for year in range(1985, 2026)])[:2] == ["1985", "1990"]


def test_labels_school_years_as_readers_write_them():
    """A school year is 2018/19."""
    periods = [parse_period(f"{year}/{(year + 1) % 100:02d}") for year in range(2016, 2020)]
    assert labels(periods) == ["2016/17", "2017/18", "2018/19", "2019/20"]


def test_labels_years_when_quarters_are_many():
    """Quarters of several years stand between labelled years."""
    first = parse_period("2016-Q1")
    assert labels([first.successor(n) for n in range(16)]) == ["2016", "2017", "2018", "2019"]


def test_labels_only_surveys_that_were_made_when_rounds_are_irregular():
    """Listed rounds have no periods between them."""
    periods = [parse_period(f"{year}-03-01..{year}-05-31") for year in (2003, 2005, 2011)]
    assert labels(periods) == ["2003", "2005", "2011"]
