"""Periods as cells, headers and titles of files name them, in Swedish and in English."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from impact.errors import Invalid
from impact.exchange.notes import without_remarks
from impact.semantics.period import (
    Frequency,
    PeriodError,
    ReportingPeriod,
    parse_period,
    period_starting,
)

YEARS: Final = range(1700, 2200)
_QUARTERS: Final = (
    re.compile(r"(?P<year>\d{4})[ -]?(?:kv|kvartal|k|q)\.? ?(?P<quarter>[1-4])", re.IGNORECASE),
    re.compile(r"(?:q|k|kv|kvartal)\.? ?(?P<quarter>[1-4])[ ,-]*(?P<year>\d{4})", re.IGNORECASE),
)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "ma[jy]", "jun", "jul", "aug", "sep", "o[kc]t", "nov", "dec")
_NAMED_MONTH: Final = tuple(re.compile(rf"{name}[a-zåäö]*\.?", re.IGNORECASE) for name in _MONTHS)
_BEFORE: Final = re.compile(
    r"^(kalenderåret|läsåret|läsår|kalenderår|åren|året|år|year|school year) ?:? ?", re.IGNORECASE
)
_SHORT_YEAR: Final = re.compile(
    r"([a-zåäö]{3,9})\.?[-\N{EN DASH} '\N{RIGHT SINGLE QUOTATION MARK}]+(\d\d)", re.IGNORECASE
)
# Within a text only what can be nothing else: a year, two years of a school year.
_WITHIN: Final = re.compile(
    r"(?<![\d/.,-])((?:19|20)\d\d"
    r"(?:/(?:\d{4}|\d\d)|(?: ?[-\N{EN DASH}] ?(?:19|20)\d\d)|-?[KkQq][1-4]|[Mm]\d\d)?)"
    r"(?![\d/.,]?\d|-\d)"
)


def periods_in(texts: Sequence[str]) -> list[ReportingPeriod | None]:
    """The period that each text names, None where it names none.

    Six digits are year and month, unless none of them ends above 04: then they are quarters.
    """
    bare = [_bare(text) for text in texts]
    ends = {text[4:] for text in set(bare) if re.fullmatch(r"\d{6}", text)}
    are_quarters = len(ends) > 1 and ends <= {"01", "02", "03", "04"}
    known: dict[str, ReportingPeriod | None] = {}
    for text in bare:
        if text not in known:
            known[text] = _period(text, are_quarters=are_quarters)
    return [known[text] for text in bare]


def period_within(text: str) -> tuple[ReportingPeriod, str] | None:
    """The one period that a text mentions and the text without it; None if none or several."""
    found = {each.group(1): each for each in _WITHIN.finditer(text)}
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
    (found,) = periods_in([text])
    for said in (text, found.key() if found else ""):
        try:
            return parse_period(said, frequency, starts_in)
        except PeriodError:
            continue
    raise Invalid("%(period)s is not a period of this indicator's schedule.", field="period", period=text)


def part_of_year(year: str, part: str, *, is_month: bool) -> str:
    """Year and quarter or month from two cells as one text; the year alone if there is no part."""
    part = part.strip()
    named = re.search(r"\d{1,2}", part)
    if named:
        number = int(named.group())
    else:
        number = next((n for n, name in enumerate(_NAMED_MONTH, start=1) if name.fullmatch(part)), 0)
    if not number:
        return f"{year} {part}" if part else year
    return f"{year}-{number:02d}" if is_month else f"{year}-Q{number}"


def is_month_name(text: str) -> bool:
    """Whether the text is a month's name or its beginning."""
    return any(name.fullmatch(text) for name in _NAMED_MONTH)


def _bare(text: str) -> str:
    return _BEFORE.sub("", without_remarks(text.replace("\N{NO-BREAK SPACE}", " ").strip()))


def _period(text: str, *, are_quarters: bool) -> ReportingPeriod | None:
    if re.fullmatch(r"\d{6}", text):
        text = f"{text[:4]}{'Q' if are_quarters else '-'}{int(text[4:]) if are_quarters else text[4:]}"
    text = re.sub(r"^(\d{4})[Mm](\d\d)$", r"\1-\2", text)
    text = re.sub(r"^(\d{4})-(\d\d)-01[T ]00:00(:00)?$", r"\1-\2-01", text)
    for form in _QUARTERS:
        found = form.fullmatch(text)
        text = f"{found['year']}Q{found['quarter']}" if found else text
    text = _of_named_month(text)
    try:
        period = _of_day(text) or parse_period(text)
    except (PeriodError, ValueError):
        return None
    return period if period.first_day.year in YEARS else None


def _of_named_month(text: str) -> str:
    """2023-01 for "jan 2023", "2023 januari" and "jan-23"."""
    text = _SHORT_YEAR.sub(r"\1 20\2", text) if _SHORT_YEAR.fullmatch(text) else text
    words = text.replace("-", " ").split(" ")
    years = [word for word in words if re.fullmatch(r"\d{4}", word)]
    names = [word for word in words if word not in years]
    if len(words) != 2 or len(years) != 1 or len(names) != 1:
        return text
    number = next((n for n, name in enumerate(_NAMED_MONTH, start=1) if name.fullmatch(names[0])), 0)
    return f"{years[0]}-{number:02d}" if number else text


def _of_day(text: str) -> ReportingPeriod | None:
    """A day stands for its year if it is the first or the last of one, else for its month."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return None
    day = date.fromisoformat(text)
    if (day.month, day.day) in {(1, 1), (12, 31)}:
        return period_starting(day.replace(month=1, day=1), Frequency.YEAR)
    return period_starting(day.replace(day=1), Frequency.MONTH)
