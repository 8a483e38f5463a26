"""Reporting periods that programs name, read by the schedule of an indicator."""

from __future__ import annotations

from impact.errors import Invalid
from impact.registry.indicator_tables import Indicator
from impact.semantics.period import EXAMPLES, Frequency, PeriodError, ReportingPeriod, parse_period


def period_of_kind(text: str, frequency: Frequency, starts_in: int, field: str) -> ReportingPeriod:
    """The reporting period of a frequency that a text names.

    Raises:
        Invalid: it names none.
    """
    try:
        return parse_period(text, frequency, starts_in)
    except PeriodError as error:
        raise Invalid(
            "“%(text)s” is no period of this kind. Write it like %(example)s.",
            field=field,
            text=text.strip(),
            example=EXAMPLES[frequency],
        ) from error


def period_in(indicator: Indicator, text: str, field: str = "period") -> ReportingPeriod:
    """The reporting period of an indicator's frequency that a text names.

    Raises:
        Invalid: it names none.
    """
    return period_of_kind(text, indicator.frequency, indicator.first_day.month, field)
