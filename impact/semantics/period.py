"""Reporting periods: what a measurement is about, in order and at a distance.

A period is its first day, its last day and its frequency. Its position on a time axis is
the decimal year of its first day (2018 for the year 2018, 2018.5 for the school year
2018/19), so equal frequencies are equally spaced.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from impact.language import Voice, mark


class Frequency(StrEnum):
    """How long a reporting period is and where it starts."""

    YEAR = "year"
    FINANCIAL_YEAR = "financial_year"
    SCHOOL_YEAR = "school_year"
    HALF = "half"
    QUARTER = "quarter"
    MONTH = "month"
    WINDOW = "window"
    SURVEY = "survey"


MONTHS = {Frequency.YEAR: 12, Frequency.FINANCIAL_YEAR: 12, Frequency.SCHOOL_YEAR: 12,
          Frequency.HALF: 6, Frequency.QUARTER: 3, Frequency.MONTH: 1}  # fmt: skip
SCHOOL_YEAR_STARTS_IN = 7
# How people write a period of each frequency.
EXAMPLES = {
    Frequency.YEAR: "2018",
    Frequency.FINANCIAL_YEAR: "2018/19",
    Frequency.SCHOOL_YEAR: "2018/19",
    Frequency.HALF: "2018-H1",
    Frequency.QUARTER: "2018-Q1",
    Frequency.MONTH: "2018-03",
    Frequency.WINDOW: "2019-2021",
    Frequency.SURVEY: "2018-03-01..2018-04-15",
}


class PeriodError(ValueError):
    """A text or a pair of days that is no reporting period."""


@dataclass(frozen=True, order=True)
class ReportingPeriod:
    """The interval that a measurement is about; ordered by its first day."""

    first_day: date
    last_day: date
    frequency: Frequency

    def __post_init__(self) -> None:
        if self.last_day < self.first_day:
            raise PeriodError("a period ends after it starts")

    @property
    def position(self) -> float:
        """Where the period stands on a time axis: decimal year of its first day."""
        return self.first_day.year + (self.first_day.month - 1) / 12

    @property
    def n_months(self) -> int:
        """How many months the period covers, at least one."""
        months = (self.last_day.year - self.first_day.year) * 12 + self.last_day.month - self.first_day.month
        return months + 1

    def successor(self, n_steps: int = 1) -> ReportingPeriod:
        """The period so many steps later; a window of k years moves by one year.

        Raises:
            PeriodError: a single survey has no successor.
        """
        if self.frequency is Frequency.SURVEY:
            raise PeriodError("a single survey has no successor")
        step = MONTHS.get(self.frequency, 12)
        first = add_months(self.first_day, n_steps * step)
        return ReportingPeriod(first, add_months(first, self.n_months) - timedelta(days=1), self.frequency)

    def key(self) -> str:
        """The period as text for addresses and files; :func:`parse_period` reads it."""
        first, last = self.first_day, self.last_day
        match self.frequency:
            case Frequency.YEAR:
                return f"{first.year}"
            case Frequency.SCHOOL_YEAR | Frequency.FINANCIAL_YEAR if first.month != 1:
                return f"{first.year}/{last.year % 100:02d}"
            case Frequency.FINANCIAL_YEAR:
                return f"{first.year}"
            case Frequency.HALF:
                return f"{first.year}-H{1 + first.month // 7}"
            case Frequency.QUARTER:
                return f"{first.year}-Q{(first.month + 2) // 3}"
            case Frequency.MONTH:
                return f"{first.year}-{first.month:02d}"
            case Frequency.WINDOW:
                return f"{first.year}-{last.year}"
            case _:
                return f"{first.isoformat()}..{last.isoformat()}"

    def label(self, voice: Voice) -> str:
        """The period as readers write it: 2018, 2018/19, 2019\N{EN DASH}2021."""
        first, last = self.first_day, self.last_day
        match self.frequency:
            case Frequency.HALF:
                half = mark("first half of %(year)s") if first.month < 7 else mark("second half of %(year)s")
                return voice.gettext(half, year=first.year)
            case Frequency.QUARTER:
                return voice.gettext("Q%(quarter)s %(year)s", quarter=(first.month + 2) // 3, year=first.year)
            case Frequency.MONTH:
                return f"{voice.month(first)} {first.year}"
            case Frequency.WINDOW:
                return f"{first.year}\N{EN DASH}{last.year}"
            case Frequency.SURVEY:
                return f"{voice.month(first)} {first.year}"
            case _:
                return self.key()


def add_months(day: date, n_months: int) -> date:
    """The same day so many months later, or the month's last day."""
    index = day.year * 12 + day.month - 1 + n_months
    year, month = divmod(index, 12)
    # Every month has 28 days, and most periods start on the first.
    last = 28 if day.day <= 28 else monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def period_starting(first_day: date, frequency: Frequency, n_years: int = 1) -> ReportingPeriod:
    """The period of a frequency that starts on a day; a window covers ``n_years``."""
    months = MONTHS.get(frequency, 12 * n_years)
    return ReportingPeriod(first_day, add_months(first_day, months) - timedelta(days=1), frequency)


def year_period(year: int) -> ReportingPeriod:
    """The calendar year."""
    return period_starting(date(year, 1, 1), Frequency.YEAR)


def position_of_day(day: date, frequency: Frequency = Frequency.YEAR) -> float:
    """Where a day stands on the axis of periods of a frequency.

    A measurement stands for the middle of its period, so a day in the middle of 2018 has
    the position of the year 2018.
    """
    length = MONTHS.get(frequency, 12) / 12
    days = (date(day.year + 1, 1, 1) - date(day.year, 1, 1)).days
    return day.year + (day - date(day.year, 1, 1)).days / days - length / 2


_PATTERNS = (
    (Frequency.SURVEY, re.compile(r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)")),
    (Frequency.QUARTER, re.compile(r"(\d{4})[- ]?[QqKk]([1-4])")),
    (Frequency.HALF, re.compile(r"(\d{4})[- ]?[Hh]([12])")),
    (Frequency.WINDOW, re.compile(r"(\d{4})[-\N{EN DASH}](\d{4})")),
    (Frequency.SCHOOL_YEAR, re.compile(r"(\d{4})/(\d\d|\d{4})")),
    (Frequency.MONTH, re.compile(r"(\d{4})-(\d\d)")),
    (Frequency.YEAR, re.compile(r"(\d{4})")),
)


@lru_cache(maxsize=4096)
def parse_period(text: str, frequency: Frequency | None = None, starts_in: int = 1) -> ReportingPeriod:
    """The reporting period that a text names: 2018, 2018/19, 2018-Q2, 2018-03, 2019-2021.

    Args:
        text: as typed or read from a file.
        frequency: what the schedule says; None reads it off the text's form.
        starts_in: month, 1 to 12, in which a financial year starts.

    Raises:
        PeriodError: the text names no period, or none of the frequency asked for.
    """
    text = text.strip()
    for form, pattern in _PATTERNS:
        found = pattern.fullmatch(text)
        if found:
            try:
                return _build(form, found.groups(), frequency, starts_in)
            except PeriodError:
                raise
            except ValueError as error:
                raise PeriodError(f"{text!r} is no reporting period") from error
    raise PeriodError(f"{text!r} is no reporting period")


def _build(
    form: Frequency, parts: tuple[str, ...], asked: Frequency | None, starts_in: int
) -> ReportingPeriod:
    if form is Frequency.SURVEY:
        period = ReportingPeriod(date.fromisoformat(parts[0]), date.fromisoformat(parts[1]), form)
    elif form is Frequency.WINDOW:
        period = ReportingPeriod(date(int(parts[0]), 1, 1), date(int(parts[1]), 12, 31), form)
    elif form is Frequency.SCHOOL_YEAR:
        if (int(parts[0]) + 1) % 100 != int(parts[1]) % 100:
            raise PeriodError("a school or financial year covers two consecutive years")
        form = asked if asked is Frequency.FINANCIAL_YEAR else form
        month = starts_in if form is Frequency.FINANCIAL_YEAR else SCHOOL_YEAR_STARTS_IN
        period = period_starting(date(int(parts[0]), month, 1), form)
    elif form is Frequency.YEAR:
        form = asked if asked is Frequency.FINANCIAL_YEAR and starts_in == 1 else form
        period = period_starting(date(int(parts[0]), 1, 1), form)
    else:
        month = (int(parts[1]) - 1) * MONTHS[form] + 1
        period = period_starting(date(int(parts[0]), month, 1), form)
    if asked is not None and period.frequency is not asked:
        raise PeriodError(f"a period of the frequency {asked} is needed")
    return period
