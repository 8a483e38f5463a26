"""Record the sample's figures: first values, corrections, and what waits for approval.

A row of figures is ``[period, value]`` or ``[period, reason why it is missing]``, with a
table of what else is known of it as a third entry.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from impact.accounts.permissions import Actor
from impact.registry.indicator_tables import Indicator
from impact.registry.judging import Draft
from impact.registry.measurement_tables import EvidenceLevel, Measurement, State
from impact.registry.recording import decide_revision, record_measurement, revise_measurement
from impact.sample.facts import Facts
from impact.semantics.period import ReportingPeriod, parse_period
from impact.semantics.series import Missing, Status

SHORT_NAMES = {"n": "n_observed", "se": "standard_error", "answered": "response_rate"}


def period_of(key: object, indicator: Indicator) -> ReportingPeriod:
    """The period that a data file names, in the indicator's frequency."""
    return parse_period(str(key), indicator.frequency, indicator.first_day.month)


@dataclass(frozen=True)
class Recorder:
    """Records figures as one actor, on one day, with corrections on a later one."""

    session: Session
    actor: Actor
    recorded_at: datetime
    corrected_at: datetime

    def record_all(self, series_id: int, indicator: Indicator, rows: list[list[Any]]) -> None:
        """Record the rows of one series."""
        for key, value, *rest in rows:
            facts: Facts = dict(rest[0]) if rest else {}
            correction: Facts = facts.pop("corrected", {})
            waits = facts.pop("waits", False)
            measurement = record_measurement(
                self.session,
                self.actor,
                series_id,
                period_of(key, indicator),
                _draft(value, facts),
                now=self.recorded_at,
            )
            if correction:
                self._correct(measurement, facts, correction)
            if not waits:
                self._approve(measurement)

    def _correct(self, measurement: Measurement, facts: Facts, correction: Facts) -> None:
        revise_measurement(
            self.session,
            self.actor,
            measurement.series_id,
            measurement.id,
            measurement.version,
            _draft(correction["value"], facts),
            reason=correction["reason"],
            now=self.corrected_at,
        )

    def _approve(self, measurement: Measurement) -> None:
        revision_id = measurement.newest_revision_id
        if revision_id is None or revision_id == measurement.approved_revision_id:
            return
        decide_revision(
            self.session,
            self.actor,
            measurement.series_id,
            measurement.id,
            revision_id,
            State.APPROVED,
            now=self.corrected_at,
        )


def _draft(value: float | str, facts: Facts) -> Draft:
    said: Facts = {SHORT_NAMES.get(name, name): known for name, known in facts.items()}
    if "status" in said:
        said["status"] = Status(said["status"])
    if "evidence_level" in said:
        said["evidence_level"] = EvidenceLevel(said["evidence_level"])
    if isinstance(value, str):
        return Draft(missing=Missing(value), **said)
    return Draft(value=float(value), text_as_typed=str(value).replace(".", ","), **said)
