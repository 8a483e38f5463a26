"""When a change between two surveys is no more than their error."""

from __future__ import annotations

import pytest

from impact.semantics.period import year_period
from impact.semantics.series import Point
from impact.semantics.unit import Kind, Unit
from impact.trend.survey_error import is_within_error, margin_of_change

SHARE = Unit(Kind.SHARE, "%", decimals=1, lowest=0, highest=100)
PART = Unit(Kind.SHARE, "", decimals=3, lowest=0, highest=1)
INDEX = Unit(Kind.INDEX, "index", decimals=1)


def pair(before, after, **errors) -> tuple[Point, Point]:
    return Point(year_period(2021), before, **errors), Point(year_period(2022), after, **errors)


def test_adds_both_errors_when_they_are_known():
    """Two standard errors of 1.5 make a margin of 4.2 points."""
    assert margin_of_change(*pair(60.0, 64.0, standard_error=1.5), INDEX) == pytest.approx(4.158, abs=0.001)


@pytest.mark.parametrize(
    ("after", "n", "within"),
    [(62.0, 400, True), (70.0, 400, False), (62.0, 40_000, False), (60.0, 400, False)],
)
def test_takes_the_error_of_a_share_from_how_many_were_asked(after, n, within):
    """Of 400 answers two points are chance, ten are not; of 40,000 two are not either."""
    assert is_within_error(*pair(60.0, after, n_observed=n), SHARE) is within


def test_reads_shares_of_one_when_the_unit_ends_at_one():
    """A share written 0.62 has the error of one written 62 per cent, a hundredth as large."""
    of_hundred = margin_of_change(*pair(60.0, 62.0, n_observed=400), SHARE)
    assert margin_of_change(*pair(0.60, 0.62, n_observed=400), PART) == pytest.approx(of_hundred / 100)


@pytest.mark.parametrize("errors", [{}, {"n_observed": 0}])
def test_says_nothing_when_no_error_is_known(errors):
    """Without an error no change is called small."""
    assert margin_of_change(*pair(60.0, 60.5, **errors), SHARE) is None
    assert not is_within_error(*pair(60.0, 60.5, **errors), SHARE)
    assert not is_within_error(*pair(60.0, 60.5, n_observed=400), INDEX)


def test_calls_no_change_small_when_everybody_was_counted():
    """A register without error has no margin."""
    assert not is_within_error(*pair(60.0, 60.1, standard_error=0.0), SHARE)
