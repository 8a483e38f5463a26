"""What is plausible after what a series has shown, and margins as standard errors."""

import pytest

from impact.semantics.margins import margin_of, standard_error_of
from impact.semantics.plausible import is_jump, largest_pace, plausible_range
from impact.semantics.unit import Kind, Unit

SHARE = Unit(Kind.SHARE, "%")


def test_finds_the_largest_pace_whatever_its_sign_and_span():
    """A fall counts as a rise does, and a gap of years spreads what happened in it."""
    assert largest_pace([(2010, 50.0), (2011, 52.0), (2012, 49.0)]) == 3.0
    assert largest_pace([(2010, 50.0), (2011, 52.0), (2015, 60.0)]) == 2.0


def test_knows_nothing_when_steps_are_too_few():
    """One step alone tells nothing of how far steps go."""
    assert largest_pace([]) is None
    assert largest_pace([(2010, 50.0), (2011, 52.0)]) is None


def test_does_not_step_across_a_break():
    """What lies on both sides of a break is neither pace nor jump."""
    places = [(2010, 50.0), (2011, 52.0), (2012, 20.0), (2013, 21.0)]
    assert largest_pace(places, [2012]) == 2.0
    assert not is_jump(places[1], places[2], 2.0, [2012])
    assert is_jump(places[1], places[2], 2.0)


@pytest.mark.parametrize(("value", "told"), [(53.0, False), (53.1, True), (47.0, False), (46.9, True)])
def test_tells_a_jump_when_it_is_larger_than_ever(value, told):
    """The same step again is none; a larger one is, up or down, in whichever order."""
    assert is_jump((2020, 50.0), (2021, value), 3.0) is told
    assert is_jump((2021, value), (2020, 50.0), 3.0) is told


def test_keeps_the_plausible_range_within_the_unit():
    """Nothing beyond 0 and 100 per cent is plausible for a share."""
    assert plausible_range((2020, 99.0), 2022, 3.0, SHARE) == (93.0, 100.0)
    assert plausible_range((2020, 99.0), 2021, None, SHARE) == (0.0, 100.0)


@pytest.mark.parametrize("level", [90.0, 95.0, 99.0])
def test_gives_the_margin_back_when_it_was_turned_into_an_error(level):
    """A margin that became a standard error is the same margin again, to fifteen digits."""
    assert f"{margin_of(standard_error_of(2.4, level), level):.15g}" == "2.4"


def test_turns_a_margin_into_an_error():
    """At 95 per cent the margin is 1.96 standard errors."""
    assert standard_error_of(1.959963984540054, 95.0) == pytest.approx(1.0)
