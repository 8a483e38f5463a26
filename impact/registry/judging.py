"""What somebody says of a period, and what it must be to make sense."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from impact.db import local_day
from impact.errors import Invalid
from impact.registry.indicator_tables import DefinitionVersion
from impact.registry.lookup import SeriesPlace
from impact.registry.measurement_tables import EvidenceLevel
from impact.registry.schedules import schedule_of
from impact.registry.units import unit_of
from impact.semantics.period import ReportingPeriod
from impact.semantics.series import Missing, Status
from impact.semantics.unit import Kind, Unit

SMALLEST: Final = 1e-10
LARGEST: Final = 1e15


@dataclass(frozen=True)
class Draft:
    """What somebody says of one period: a value, or the reason why there is none.

    Shares and response rates are in per cent, ``standard_error`` in the indicator's unit.
    """

    value: float | None = None
    missing: Missing | None = None
    status: Status = Status.FINAL
    n_observed: float | None = None
    response_rate: float | None = None
    standard_error: float | None = None
    margin_level: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    comment: str = ""
    evidence_level: EvidenceLevel | None = None
    evidence_address: str = ""
    # The stored file that supports it; only ``registry.evidence`` and forms with a file set it anew.
    evidence_sha256: str | None = None
    text_as_typed: str = ""


class Rules:
    """What a measurement of a series must be; made once where many are judged."""

    def __init__(self, session: Session, place: SeriesPlace, *, now: datetime) -> None:
        self._schedule = schedule_of(place.indicator)
        self._today = local_day(session, now)
        version = session.get_one(DefinitionVersion, place.indicator.definition_version_id)
        self._unit = unit_of(version)
        self._unit_names = (version.unit_sv, version.unit_en)

    @property
    def unit_names(self) -> tuple[str, str]:
        """What the unit is called; one of them may stand behind a number."""
        return self._unit_names

    def judge(self, period: ReportingPeriod, draft: Draft) -> None:
        """Return if the draft can be a measurement of this period.

        Raises:
            Invalid: a sentence that says what to change; ``field`` names where.
        """
        self.judge_period(period)
        self.judge_draft(draft)

    def judge_draft(self, draft: Draft) -> None:
        """Return if the draft can be a measurement, whatever its period."""
        if (draft.value is None) == (draft.missing is None):
            raise Invalid("Give a value, or say why it is missing.", field="value")
        if draft.value is not None:
            _judge_value(draft.value, self._unit)
        _judge_precision(draft)

    def judge_period(self, period: ReportingPeriod) -> None:
        """Return if there is something to be measured of the period."""
        if not self._schedule.holds(period):
            raise Invalid(
                "%(period)s is not a period of this indicator's schedule.",
                field="period",
                period=period.key(),
            )
        if period.first_day > self._today:
            raise Invalid("%(period)s has not begun yet.", field="period", period=period.key())


def judge(
    session: Session, place: SeriesPlace, period: ReportingPeriod, draft: Draft, *, now: datetime
) -> None:
    """Return if the draft can be a measurement of this period.

    Raises:
        Invalid: a sentence that says what to change; ``field`` names where.
    """
    Rules(session, place, now=now).judge(period, draft)


def _judge_value(value: float, unit: Unit) -> None:
    if not math.isfinite(value) or (value != 0 and not SMALLEST <= abs(value) <= LARGEST):
        raise Invalid("The value is too large or too small to be stored exactly.", field="value")
    if unit.kind is Kind.COUNT and unit.decimals == 0 and not float(value).is_integer():
        raise Invalid("A whole number is needed.", field="value")
    if unit.lowest is not None and value < unit.lowest:
        raise Invalid(
            "The value cannot be lower than %(lowest)s.", field="value", lowest=f"{unit.lowest:.15g}"
        )
    if unit.highest is not None and value > unit.highest:
        raise Invalid(
            "The value cannot be higher than %(highest)s.", field="value", highest=f"{unit.highest:.15g}"
        )


def _judge_precision(draft: Draft) -> None:
    if draft.standard_error is not None and not 0 <= draft.standard_error <= LARGEST:
        raise Invalid("A standard error is zero or more.", field="standard_error")
    if draft.n_observed is not None and not 0 <= draft.n_observed <= LARGEST:
        raise Invalid("The number of answers is zero or more.", field="n_observed")
    if draft.response_rate is not None and not 0 <= draft.response_rate <= 100:
        raise Invalid("A response rate lies between 0 and 100 per cent.", field="response_rate")
    if draft.denominator is not None and not 0 < draft.denominator <= LARGEST:
        raise Invalid("A denominator is more than zero.", field="denominator")
