"""Reporting periods: read, ordered, followed, labelled."""

from __future__ import annotations

from datetime import date

import pytest

from impact.language import speak
from impact.semantics.period import (
    Frequency,
    PeriodError,
    ReportingPeriod,
    add_months,
    parse_period,
    period_starting,
    position_of_day,
    year_period,
)


@pytest.mark.parametrize(
    ("text", "frequency", "first", "last"),
    [
        ("2018", Frequency.YEAR, date(2018, 1, 1), date(2018, 12, 31)),
        (" 2018 ", Frequency.YEAR, date(2018, 1, 1), date(2018, 12, 31)),
        ("2018/19", Frequency.SCHOOL_YEAR, date(2018, 7, 1), date(2019, 6, 30)),
        ("2018/2019", Frequency.SCHOOL_YEAR, date(2018, 7, 1), date(2019, 6, 30)),
        ("1999/00", Frequency.SCHOOL_YEAR, date(1999, 7, 1), date(2000, 6, 30)),
        ("2018-H2", Frequency.HALF, date(2018, 7, 1), date(2018, 12, 31)),
        ("2018-Q1", Frequency.QUARTER, date(2018, 1, 1), date(2018, 3, 31)),
        ("2018K4", Frequency.QUARTER, date(2018, 10, 1), date(2018, 12, 31)),
        ("2020-02", Frequency.MONTH, date(2020, 2, 1), date(2020, 2, 29)),
        ("2019-2021", Frequency.WINDOW, date(2019, 1, 1), date(2021, 12, 31)),
        ("2020-03-02..2020-04-15", Frequency.SURVEY, date(2020, 3, 2), date(2020, 4, 15)),
    ],
)
def test_reads_a_period_when_its_form_is_known(text, frequency, first, last):
    """Each form names one frequency, and the key reads back to the same period."""
    period = parse_period(text)
    assert period == ReportingPeriod(first, last, frequency)
    assert parse_period(period.key()) == period


@pytest.mark.parametrize(
    "text",
    ["", "18", "2018/20", "2018-13", "2018-00", "2018-Q5", "2018-H3", "2021-2019", "abc", "2018-1", "0000"],
)
def test_refuses_when_the_text_names_no_period(text):
    """What is no period is an error and not a guess."""
    with pytest.raises(PeriodError):
        parse_period(text)


def test_reads_a_financial_year_when_the_schedule_says_so():
    """The same text means another interval for an organisation with its own year."""
    period = parse_period("2018/19", Frequency.FINANCIAL_YEAR, starts_in=5)
    assert (period.first_day, period.last_day) == (date(2018, 5, 1), date(2019, 4, 30))
    assert period.key() == "2018/19"
    calendar = parse_period("2018", Frequency.FINANCIAL_YEAR)
    assert calendar.frequency is Frequency.FINANCIAL_YEAR
    assert calendar.key() == "2018"


def test_refuses_when_another_frequency_is_asked_for():
    """A quarter in a yearly schedule is a mistake."""
    with pytest.raises(PeriodError):
        parse_period("2018-Q1", Frequency.YEAR)


@pytest.mark.parametrize(
    ("text", "next_text"),
    [("2018", "2019"), ("2018/19", "2019/20"), ("2018-H2", "2019-H1"), ("2018-Q4", "2019-Q1"),
     ("2018-12", "2019-01"), ("2019-2021", "2020-2022")],
)  # fmt: skip
def test_follows_on_when_a_period_ends(text, next_text):
    """The successor starts where its frequency says, and positions are equally far apart."""
    period, later = parse_period(text), parse_period(next_text)
    assert period.successor() == later
    assert later.successor(-1) == period
    assert later > period
    assert later.successor().position - later.position == pytest.approx(later.position - period.position)


def test_has_no_successor_when_it_is_a_single_survey():
    """Nobody knows when the next survey is."""
    with pytest.raises(PeriodError):
        parse_period("2020-03-02..2020-04-15").successor()


def test_refuses_when_a_period_ends_before_it_starts():
    """Time runs forward."""
    with pytest.raises(PeriodError):
        ReportingPeriod(date(2020, 2, 1), date(2020, 1, 1), Frequency.MONTH)


@pytest.mark.parametrize(
    ("text", "swedish", "english"),
    [
        ("2018", "2018", "2018"),
        ("2018/19", "2018/19", "2018/19"),
        ("2018-H1", "första halvåret 2018", "first half of 2018"),
        ("2018-Q3", "kvartal 3 2018", "Q3 2018"),
        ("2018-03", "mars 2018", "March 2018"),
        ("2019-2021", "2019–2021", "2019–2021"),
    ],
)
def test_is_labelled_when_a_reader_sees_it(text, swedish, english):
    """Labels are what readers write in their language."""
    assert parse_period(text).label(speak("sv")) == swedish
    assert parse_period(text).label(speak("en")) == english


def test_keeps_the_month_when_days_run_out():
    """A month after the last of January is the last of February."""
    assert add_months(date(2020, 1, 31), 1) == date(2020, 2, 29)
    assert add_months(date(2020, 1, 31), -2) == date(2019, 11, 30)
    assert period_starting(date(2019, 1, 1), Frequency.WINDOW, 3).n_months == 36


def test_stands_at_its_year_when_a_day_is_in_the_middle():
    """A day in the middle of 2018 has the position of the year 2018."""
    assert position_of_day(date(2018, 7, 2)) == pytest.approx(year_period(2018).position, abs=0.003)
