"""What is planned of an indicator, as programs send and read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from marshmallow import fields, validate

from impact.api.form import LONGEST_TEXT, Form, Number, Text
from impact.api.planned_rows import RowSchema, row_body
from impact.api.series_periods import period_of_kind
from impact.api.shapes import SeriesMarkSchema, about
from impact.errors import Invalid
from impact.registry.indicator_plan import (
    MOST_DUE_DAYS,
    MOST_PERIODS_BETWEEN,
    MOST_ROUNDS,
    IndicatorPlan,
    plan_of_indicator,
)
from impact.registry.indicator_tables import Indicator, IndicatorSeries
from impact.registry.lookup import SeriesPlace
from impact.request_scope.converters import LARGEST_NUMBER
from impact.semantics.period import Frequency, ReportingPeriod
from impact.semantics.series import GapStyle

# Facts that together say when is measured.
SCHEDULE = frozenset({"frequency", "starts_in", "first", "rounds"})


def _whole(words: str, example: int, *, least: int = 0, most: int, **options: Any) -> fields.Integer:
    possible = validate.Range(min=least, max=most)
    return fields.Integer(strict=True, validate=possible, metadata=about(words, example), **options)


def _text(words: str) -> Text:
    return Text(validate=validate.Length(max=LONGEST_TEXT), metadata=about(words))


class IndicatorFacts(Form):
    """What is planned of an indicator."""

    definition_id = _whole("The number of its definition in the library.", 2, least=1, most=LARGEST_NUMBER)
    frequency = fields.Enum(
        Frequency, by_value=True, metadata=about("How long a reporting period is; a year unless it is said.")
    )
    starts_in = _whole("The month, 1 to 12, in which a financial year starts.", 1, least=1, most=12)
    first = Text(
        validate=validate.Length(max=40),
        metadata=about("The first period; with rounds the earliest of them.", "2026"),
    )
    rounds = fields.List(
        Text(validate=validate.Length(max=40)),
        validate=validate.Length(max=MOST_ROUNDS),
        metadata=about("The periods themselves, where they come in no order.", ["2027", "2030"]),
    )
    every_n_periods = _whole("Measured every so many periods.", 1, least=1, most=MOST_PERIODS_BETWEEN)
    due_days = _whole("Due so many days after the period.", 90, most=MOST_DUE_DAYS)
    responsible_id = _whole(
        "The number of who answers for it among those who act; null for nobody yet.",
        4,
        least=1,
        most=LARGEST_NUMBER,
        allow_none=True,
    )
    is_key = fields.Boolean(truthy={True}, falsy={False}, metadata=about("Whether it is a key indicator."))
    is_invented = fields.Boolean(
        truthy={True}, falsy={False}, metadata=about("Whether its figures are made up.")
    )
    gap_style = fields.Enum(
        GapStyle, by_value=True, metadata=about("How charts show periods without a value.")
    )
    ex_ante_estimate = Number(
        allow_none=True, metadata=about("The effect expected beforehand, in the unit.", 65.0)
    )
    source_sv = _text("Where its figures come from, in Swedish.")
    source_en = _text("Where its figures come from, in English.")
    source_address = _text("Where the source lies, an address on the web.")


class PlannedIndicatorSchema(RowSchema):
    """An indicator with what is planned of it."""

    project = fields.String(
        required=True, allow_none=True, metadata=about("Its project's slug; null for an area's.", "centre")
    )
    goal_id = fields.Integer(
        required=True, allow_none=True, metadata=about("Its goal's number; null for an area's.", 3)
    )
    area_id = fields.Integer(
        required=True, allow_none=True, metadata=about("Its area's number; null for a goal's.")
    )
    facts = fields.Nested(IndicatorFacts, required=True, metadata=about("What is planned of it."))
    series = fields.List(
        fields.Nested(SeriesMarkSchema), required=True, metadata=about("Its series, the total first.")
    )


def new_plan(said: Mapping[str, Any]) -> IndicatorPlan:
    """The plan of a new indicator; measured every year unless something else is said.

    Raises:
        Invalid: no definition, no first period, or a period of another kind.
    """
    if "definition_id" not in said:
        raise Invalid("Choose a definition from the library.", field="facts.definition_id")
    frequency, starts_in = said.get("frequency", Frequency.YEAR), said.get("starts_in", 1)
    rounds = _rounds(said.get("rounds", ()), frequency, starts_in)
    if "first" in said:
        first = period_of_kind(said["first"], frequency, starts_in, "facts.first")
    elif rounds:
        first = min(rounds)
    else:
        raise Invalid("Say which period is measured first.", field="facts.first")
    rest = {name: value for name, value in said.items() if name not in SCHEDULE}
    return IndicatorPlan(first=first, rounds=rounds, **rest)


def plan_with(indicator: Indicator, said: Mapping[str, Any]) -> IndicatorPlan:
    """The indicator's plan with the facts that are named in place of its own.

    Raises:
        Invalid: a period of another kind.
    """
    return new_plan({**_facts_of(plan_of_indicator(indicator)), **said})


def _facts_of(plan: IndicatorPlan) -> dict[str, Any]:
    """What is planned, as JSON has it."""
    is_financial = plan.first.frequency is Frequency.FINANCIAL_YEAR
    return {
        "definition_id": plan.definition_id,
        "frequency": plan.first.frequency,
        "starts_in": plan.first.first_day.month if is_financial else 1,
        "first": plan.first.key(),
        "rounds": [period.key() for period in plan.rounds],
        "every_n_periods": plan.every_n_periods,
        "due_days": plan.due_days,
        "responsible_id": plan.responsible_id,
        "is_key": plan.is_key,
        "is_invented": plan.is_invented,
        "gap_style": plan.gap_style,
        "ex_ante_estimate": plan.ex_ante_estimate,
        "source_sv": plan.source_sv,
        "source_en": plan.source_en,
        "source_address": plan.source_address,
    }


def planned_indicator(place: SeriesPlace, series: Iterable[IndicatorSeries]) -> dict[str, Any]:
    """An indicator with what is planned of it."""
    indicator = place.indicator
    return {
        **row_body(indicator),
        "project": place.project.slug if place.project else None,
        "goal_id": indicator.goal_id,
        "area_id": indicator.area_id,
        "facts": _facts_of(plan_of_indicator(indicator)),
        "series": [{"id": one.id, "disaggregation": one.disaggregation} for one in series],
    }


def _rounds(said: Iterable[str], frequency: Frequency, starts_in: int) -> tuple[ReportingPeriod, ...]:
    return tuple(
        period_of_kind(text, frequency, starts_in, f"facts.rounds.{place}") for place, text in enumerate(said)
    )
