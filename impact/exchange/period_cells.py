"""Periods as cells, headers and titles of files name them, in Swedish and in English."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from impact.errors import Invalid
from impact.exchange.notes import without_remarks
from impact.exchange.year_parts import part_named
from impact.semantics.period import (
    Frequency,
    PeriodError,
    ReportingPeriod,
    parse_period,
    period_starting,
)

YEARS: Final = range(1700, 2200)
_BEFORE: Final = re.compile(
    r"^(kalenderåret|läsåret|läsår|lå|kalenderår|åren|året|år|year|school year|fy) ?:? ?(?=[\d']|[hv]t)",
    re.IGNORECASE,
)
_QUARTER_LETTERS: Final = r"(?:kvartal|kv|k|q)\.? ?"
_SHORT_YEAR: Final = re.compile(
    rf"({_QUARTER_LETTERS}[1-4](?=\D)|[a-zåäö]{{2,9}})"
    r"\.?[-\N{EN DASH} '\N{RIGHT SINGLE QUOTATION MARK}]*(\d\d)",
    re.IGNORECASE,
)
_YEAR_THEN_PART: Final = re.compile(r"(\d{4})[ :/,-]*(\D.*)")
_PART_THEN_YEAR: Final = re.compile(r"(\D.*?)[ :/,-]*(\d{4})")
_DAY: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ]00:00(?::00)?)?")
_PAIR: Final = re.compile(r"(\d{4})([-\N{EN DASH}:]?)(\d\d|(?<=\D)\d)")
_TWO_SHORT: Final = re.compile(r"(\d\d)[/-](\d\d)")
# Within a text only what can be nothing else: a year, two years of a school year, a part of a year.
_WITHIN: Final = re.compile(
    rf"(?<![\d/.,-])((?:\b(?:{_QUARTER_LETTERS}[1-4]|[vh]t)[ ,]{{0,2}})?(?:19|20)\d\d"
    r"(?:/(?:\d{4}|\d\d)|(?: ?[-\N{EN DASH}] ?(?:19|20)\d\d)"
    rf"|[ -]?{_QUARTER_LETTERS}[1-4]|[Mm]\d\d| ?[vh]t\b)?)"
    r"(?![\d/.,]?\d|-\d| ?=)",
    re.IGNORECASE,
)
# The year that something is compared with is not what it is about.
_COMPARED: Final = re.compile(
    r"(sedan|since|jämfört med|jfr|jmf|mot|från|index|basår|base)\s*:?\s*$", re.IGNORECASE
)


@dataclass(frozen=True)
class _Habit:
    """How texts that stand together write what one of them alone leaves open.

    Attributes:
        pairs: what 202301, 2010-11 and 2022:1 are.
        days: what a day stands for.
    """

    pairs: Frequency = Frequency.MONTH
    days: Frequency = Frequency.YEAR
    short_years: bool = False


def periods_in(texts: Sequence[str]) -> list[ReportingPeriod | None]:
    """The period that each text names, None where it names none.

    What one text leaves open is read as all of them together allow: 202301 is a quarter where no
    text ends above 04, 2010-11 a school year where all are of two years in a row, and the
    first day of January is a month beside the first days of others.
    """
    bare = [_bare(text) for text in texts]
    alike = set(bare)
    habit = _habit_of(alike)
    known = {text: _period(text, habit) for text in alike}
    return [known[text] for text in bare]


def period_within(text: str) -> tuple[ReportingPeriod, str] | None:
    """The one period that a text mentions and the text without it; None if none or several."""
    found = {
        each.group(1): each for each in _WITHIN.finditer(text) if not _COMPARED.search(text[: each.start()])
    }
    if len(found) != 1:
        return None
    (named, place), *_ = found.items()
    (period,) = periods_in([re.sub(r" ?[-\N{EN DASH}] ?(?=\d{4})", "-", named)])
    if period is None:
        return None
    rest = (text[: place.start()] + text[place.end() :]).replace("()", "")
    return period, re.sub(r"\s{2,}", " ", rest).strip(" ,;:*-\N{EN DASH}")


def period_for(text: str, frequency: Frequency, starts_in: int) -> ReportingPeriod:
    """The period of an indicator's schedule that a cell names.

    Raises:
        Invalid: it names none of that frequency.
    """
    for said in (text, *_readings(text)):
        try:
            return parse_period(said, frequency, starts_in)
        except PeriodError:
            continue
    raise Invalid("%(period)s is not a period of this indicator's schedule.", field="period", period=text)


def _readings(text: str) -> Iterator[str]:
    """All that a text may stand for, the likeliest first."""
    bare = _bare(text)
    for pairs in (Frequency.MONTH, Frequency.QUARTER, Frequency.SCHOOL_YEAR):
        for days in (Frequency.YEAR, Frequency.QUARTER, Frequency.MONTH):
            if period := _period(bare, _Habit(pairs, days, short_years=True)):
                yield period.key()


def _bare(text: str) -> str:
    return _BEFORE.sub("", without_remarks(text.replace("\N{NO-BREAK SPACE}", " ").strip()))


def _habit_of(texts: set[str]) -> _Habit:
    pairs = [found.groups() for text in texts if (found := _PAIR.fullmatch(text))]
    short = [found.groups() for text in texts if (found := _TWO_SHORT.fullmatch(text))]
    days = [day for text in texts if (day := _day(text))]
    # 19/20 may be anything; beside 2020/21 or 20/21 it is a school year.
    are_school_years = len({text for text in texts if "/" in text}) > 1 and all(
        _is_next_year(first, second) for first, second in short
    )
    return _Habit(_pairs_are(pairs), _days_are(days), are_school_years)


def _pairs_are(pairs: Sequence[tuple[str, ...]]) -> Frequency:
    ends = {end for _, _, end in pairs}
    if len(pairs) > 1 and all(mark != ":" and _is_next_year(year, end) for year, mark, end in pairs):
        return Frequency.SCHOOL_YEAR
    if any(len(end) == 1 for end in ends) and ends <= set("1234"):
        return Frequency.QUARTER
    return Frequency.QUARTER if len(ends) > 1 and ends <= {"01", "02", "03", "04"} else Frequency.MONTH


def _days_are(days: Sequence[date]) -> Frequency:
    if all((day.month, day.day) in {(1, 1), (12, 31)} for day in days):
        return Frequency.YEAR
    after = [day + timedelta(days=1) for day in days]
    starts = next((ones for ones in (days, after) if all(day.day == 1 for day in ones)), [])
    n_months = len({day.month for day in starts})
    is_quarters = n_months > 2 and all(day.month in (1, 4, 7, 10) for day in starts)
    return Frequency.QUARTER if is_quarters else Frequency.MONTH


def _period(text: str, habit: _Habit) -> ReportingPeriod | None:
    if day := _day(text):
        return _of_day(day, habit.days)
    try:
        period = parse_period(_plain(text, habit))
    except (PeriodError, ValueError):
        return None
    return period if period.first_day.year in YEARS else None


def _plain(text: str, habit: _Habit) -> str:
    """The text as periods are written."""
    if pair := _PAIR.fullmatch(text):
        return _of_pair(pair[1], pair[3], habit.pairs) or text
    if habit.short_years and (short := _TWO_SHORT.fullmatch(text)):
        return f"20{short[1]}/{short[2]}"
    if text[:4].isdigit() and (month := re.fullmatch(r"(\d{4}) ?[Mm](\d\d)", text)):
        return f"{month[1]}-{month[2]}"
    if short := _SHORT_YEAR.fullmatch(text):
        text = f"{short[1]} 20{short[2]}"
    for form, year, part in ((_YEAR_THEN_PART, 1, 2), (_PART_THEN_YEAR, 2, 1)):
        found = form.fullmatch(text)
        if found and (named := part_named(found[part].strip())):
            return f"{found[year]}-{named}"
    return text


def _of_pair(year: str, end: str, pairs: Frequency) -> str:
    if pairs is Frequency.SCHOOL_YEAR:
        return f"{year}/{end}" if len(end) == 2 and _is_next_year(year, end) else ""
    if pairs is Frequency.QUARTER:
        return f"{year}Q{int(end)}" if int(end) in range(1, 5) else ""
    return f"{year}-{int(end):02d}" if int(end) in range(1, 13) else ""


def _is_next_year(year: str, end: str) -> bool:
    return (int(year) + 1) % 100 == int(end)


def _day(text: str) -> date | None:
    found = _DAY.fullmatch(text)
    if not found:
        return None
    try:
        day = date(*map(int, found.groups()))
    except ValueError:
        return None
    return day if day.year in YEARS else None


def _of_day(day: date, stands_for: Frequency) -> ReportingPeriod | None:
    """A day stands for its year if it is the first or the last of one, else for its month."""
    if stands_for is Frequency.YEAR and (day.month, day.day) not in {(1, 1), (12, 31)}:
        stands_for = Frequency.MONTH
    month = 1 if stands_for is Frequency.YEAR else day.month
    if stands_for is Frequency.QUARTER:
        month = 3 * ((day.month - 1) // 3) + 1
    return period_starting(day.replace(month=month, day=1), stands_for)
