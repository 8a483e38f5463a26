"""What was typed into the form of an indicator, judged for its form only and never lost."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import fields, validate

from impact.language import Voice, mark
from impact.registry.indicator_plan import IndicatorPlan, plan_of_indicator
from impact.registry.indicator_tables import Indicator
from impact.semantics.period import Frequency, ReportingPeriod
from impact.semantics.series import GapStyle
from impact.web.detail_fields import plain_text
from impact.web.plan_fields import PlanSchema, TypedPlan, read_plan, text

YES = "yes"
NO_DEFINITION = mark("Choose what is measured.")
NO_FIRST = mark("Say which period is measured first.")
CHECKS = ("is_key", "is_invented", "women_and_men", "girls_and_boys")
BY_SEX = {
    "women_and_men": ("sex=women", "sex=men"),
    "girls_and_boys": ("sex=girls", "sex=boys"),
}
DAYS_UNTIL_DUE = 90


class IndicatorSchema(PlanSchema):
    """The fields of an indicator's form."""

    definition_id = fields.Integer(load_default=0)
    frequency = fields.Enum(Frequency, by_value=True, load_default=Frequency.YEAR)
    first = text(100)
    starts_in = fields.Integer(load_default=1, validate=validate.Range(min=1, max=12))
    every_n_periods = text(100)
    rounds = text()
    due_days = text(100)
    responsible_id = fields.Integer(load_default=None)
    is_key = text(10)
    is_invented = text(10)
    gap_style = fields.Enum(GapStyle, by_value=True, load_default=GapStyle.BRIDGE)
    ex_ante_estimate = text(100)
    source_sv = text()
    source_en = text()
    source_address = text()
    women_and_men = text(10)
    girls_and_boys = text(10)
    groups = text()
    reason = text()


def read_indicator(form: Mapping[str, str], voice: Voice) -> tuple[TypedPlan, IndicatorPlan | None]:
    """What somebody typed of an indicator; None where it cannot be read."""
    entry = read_plan(IndicatorSchema, form, voice)
    if entry.errors:
        return entry, None
    said = entry.values
    if not said["definition_id"]:
        entry.errors["definition_id"] = voice.gettext(NO_DEFINITION)
    rounds = _rounds(entry, voice)
    first = _first(entry, rounds, voice)
    numbers: dict[str, Any] = {
        "every_n_periods": entry.whole("every_n_periods", voice),
        "due_days": entry.whole("due_days", voice),
    }
    estimate = entry.number("ex_ante_estimate", voice, ("%",))
    if entry.errors or first is None:
        return entry, None
    return entry, IndicatorPlan(
        definition_id=said["definition_id"],
        first=first,
        rounds=rounds,
        every_n_periods=1 if numbers["every_n_periods"] is None else numbers["every_n_periods"],
        due_days=DAYS_UNTIL_DUE if numbers["due_days"] is None else numbers["due_days"],
        responsible_id=said["responsible_id"],
        is_key=said["is_key"] == YES,
        is_invented=said["is_invented"] == YES,
        gap_style=said["gap_style"],
        ex_ante_estimate=estimate,
        source_sv=said["source_sv"],
        source_en=said["source_en"],
        source_address=said["source_address"],
    )


def groups_of(entry: TypedPlan) -> tuple[str, ...]:
    """The disaggregations that were asked for: the ticked ones, then one a line."""
    ticked = [key for name, keys in BY_SEX.items() if entry.values[name] == YES for key in keys]
    lines = [line.strip() for line in entry.values["groups"].splitlines() if line.strip()]
    return (*ticked, *lines)


def typed_indicator() -> dict[str, str]:
    """The form for a new indicator: measured every year."""
    return {
        **dict.fromkeys(IndicatorSchema().fields, ""),
        "frequency": Frequency.YEAR.value,
        "starts_in": "1",
        "gap_style": GapStyle.BRIDGE.value,
    }


def typed_from(indicator: Indicator, voice: Voice) -> dict[str, str]:
    """The form filled with what is planned of an indicator."""
    plan = plan_of_indicator(indicator)
    return {
        **typed_indicator(),
        "definition_id": str(plan.definition_id),
        "frequency": plan.first.frequency.value,
        "first": plan.first.key(),
        "starts_in": str(plan.first.first_day.month) if _is_financial(plan.first) else "1",
        "every_n_periods": str(plan.every_n_periods),
        "rounds": ", ".join(period.key() for period in plan.rounds),
        "due_days": str(plan.due_days),
        "responsible_id": str(plan.responsible_id or ""),
        "is_key": YES if plan.is_key else "",
        "is_invented": YES if plan.is_invented else "",
        "gap_style": plan.gap_style.value,
        "ex_ante_estimate": plain_text(plan.ex_ante_estimate, voice),
        "source_sv": plan.source_sv,
        "source_en": plan.source_en,
        "source_address": plan.source_address,
    }


def month_options(voice: Voice) -> list[tuple[str, str]]:
    """The months of the year by their numbers."""
    return [(str(month), voice.month(date(2000, month, 1))) for month in range(1, 13)]


def _is_financial(period: ReportingPeriod) -> bool:
    return period.frequency is Frequency.FINANCIAL_YEAR


def _rounds(entry: TypedPlan, voice: Voice) -> tuple[ReportingPeriod, ...]:
    said = entry.values
    texts = [part for part in re.split(r"[,;\s]+", said["rounds"]) if part]
    found = [entry.period("rounds", part, said["frequency"], said["starts_in"], voice) for part in texts]
    return tuple(period for period in found if period is not None)


def _first(entry: TypedPlan, rounds: tuple[ReportingPeriod, ...], voice: Voice) -> ReportingPeriod | None:
    said = entry.values
    if said["first"]:
        return entry.period("first", said["first"], said["frequency"], said["starts_in"], voice)
    if rounds:
        return min(rounds)
    entry.errors.setdefault("rounds" if said["rounds"] else "first", voice.gettext(NO_FIRST))
    return None
