"""What an indicator's columns say of its schedule, as the kernels understand it."""

from __future__ import annotations

from datetime import date

from impact.registry.indicator_tables import Baseline, Indicator, SeriesBreak, Target
from impact.semantics.period import Frequency, ReportingPeriod, parse_period, period_starting
from impact.semantics.schedule import Schedule


def schedule_of(indicator: Indicator) -> Schedule:
    """The periods in which an indicator is to be measured, and when each is due."""
    first = period_starting(indicator.first_day, indicator.frequency, indicator.n_window_years)
    return Schedule(
        first=first,
        every_n_periods=indicator.every_n_periods,
        rounds=tuple(
            parse_period(key, indicator.frequency, indicator.first_day.month) for key in indicator.rounds
        ),
        due_days=indicator.due_days,
    )


def stored_period(first_day: date, last_day: date, frequency: Frequency) -> ReportingPeriod:
    """The reporting period that a row's three columns hold."""
    return ReportingPeriod(first_day, last_day, frequency)


def period_of(row: Target | Baseline | SeriesBreak) -> ReportingPeriod:
    """The reporting period that a row of a plan speaks of."""
    return stored_period(row.first_day, row.last_day, row.frequency)
