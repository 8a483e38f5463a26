"""When an indicator is to be measured, and by when the measurement is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from impact.semantics.period import MONTHS, Frequency, ReportingPeriod


@dataclass(frozen=True)
class Schedule:
    """Every so many periods from the first one on, or a list of rounds.

    ``due_days`` counts from a period's last day.
    """

    first: ReportingPeriod
    every_n_periods: int = 1
    rounds: tuple[ReportingPeriod, ...] = ()
    due_days: int = 90

    def __post_init__(self) -> None:
        if self.every_n_periods < 1 or self.due_days < 0:
            raise ValueError("a schedule moves forward, and nothing is due before its period ends")

    @property
    def frequency(self) -> Frequency:
        """The frequency of every period in the schedule."""
        return self.first.frequency

    def periods(self, until: date) -> tuple[ReportingPeriod, ...]:
        """The planned periods that have ended on or before a day, oldest first."""
        if self.rounds or self.frequency is Frequency.SURVEY:
            planned = sorted(self.rounds or (self.first,))
            return tuple(period for period in planned if period.last_day <= until)
        ended = []
        period = self.first
        while period.last_day <= until:
            ended.append(period)
            period = period.successor(self.every_n_periods)
        return tuple(ended)

    def holds(self, period: ReportingPeriod) -> bool:
        """Whether a measurement of this period is planned."""
        if self.rounds:
            return period in self.rounds
        if period.frequency is not self.frequency:
            return False
        if self.frequency is Frequency.SURVEY:
            return period == self.first
        first, step = self.first.first_day, MONTHS.get(self.frequency, 12)
        months = (period.first_day.year - first.year) * 12 + period.first_day.month - first.month
        n_steps, rest = divmod(months, step)
        if months < 0 or rest or n_steps % self.every_n_periods:
            return False
        return period == self.first.successor(n_steps)

    def due_on(self, period: ReportingPeriod) -> date:
        """The last day on which the period's measurement is in time."""
        return period.last_day + timedelta(days=self.due_days)

    def is_due(self, period: ReportingPeriod, today: date) -> bool:
        """Whether the period's measurement should have come by today."""
        return self.holds(period) and today >= self.due_on(period)

    def next_after(self, period: ReportingPeriod | None) -> ReportingPeriod | None:
        """The planned period after this one (the first for None), None after the last round."""
        if period is None:
            return min(self.rounds, default=self.first)
        if self.rounds or self.frequency is Frequency.SURVEY:
            return min((later for later in self.rounds if later > period), default=None)
        if period < self.first:
            return self.first
        later = self.first
        while later <= period:
            later = later.successor(self.every_n_periods)
        return later
