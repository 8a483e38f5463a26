"""When an indicator is to be measured."""

from __future__ import annotations

from datetime import date

import pytest

from impact.semantics.period import Frequency, parse_period, period_starting, year_period
from impact.semantics.schedule import Schedule


def test_lists_every_third_year_when_so_planned():
    """Only periods that have ended by the day, oldest first."""
    schedule = Schedule(year_period(2011), every_n_periods=3)
    assert [period.key() for period in schedule.periods(date(2020, 12, 31))] == [
        "2011",
        "2014",
        "2017",
        "2020",
    ]
    assert [period.key() for period in schedule.periods(date(2020, 12, 30))] == ["2011", "2014", "2017"]


def test_lists_rounds_when_they_are_named():
    """Named rounds come in order and nothing between them is planned."""
    rounds = (year_period(2011), year_period(2003), year_period(2005))
    schedule = Schedule(year_period(2003), rounds=rounds)
    assert [period.key() for period in schedule.periods(date(2010, 1, 1))] == ["2003", "2005"]
    assert schedule.holds(year_period(2005))
    assert not schedule.holds(year_period(2004))
    assert schedule.next_after(year_period(2005)) == year_period(2011)
    assert schedule.next_after(year_period(2011)) is None


def test_is_due_when_the_days_after_the_end_have_passed():
    """Due so many days after the period's last day, never for what is not planned."""
    schedule = Schedule(year_period(2020), every_n_periods=2, due_days=60)
    assert schedule.due_on(year_period(2020)) == date(2021, 3, 1)
    assert not schedule.is_due(year_period(2020), date(2021, 2, 28))
    assert schedule.is_due(year_period(2020), date(2021, 3, 1))
    assert not schedule.is_due(year_period(2021), date(2025, 1, 1))


def test_moves_windows_by_a_year_when_they_cover_three():
    """Windows of three years overlap."""
    schedule = Schedule(period_starting(date(2019, 1, 1), Frequency.WINDOW, 3))
    assert [period.key() for period in schedule.periods(date(2022, 12, 31))] == ["2019-2021", "2020-2022"]


def test_knows_the_next_when_quarters_run_on():
    """The next planned quarter after one in the middle of a year."""
    schedule = Schedule(parse_period("2020-Q1"))
    assert schedule.next_after(None) == parse_period("2020-Q1")
    assert schedule.next_after(parse_period("2020-Q4")) == parse_period("2021-Q1")
    assert schedule.next_after(parse_period("2019-Q4")) == parse_period("2020-Q1")


@pytest.mark.parametrize("wrong", [{"every_n_periods": 0}, {"due_days": -1}])
def test_refuses_when_the_plan_stands_still(wrong):
    """A schedule moves forward."""
    with pytest.raises(ValueError, match="moves forward"):
        Schedule(year_period(2020), **wrong)
