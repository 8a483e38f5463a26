"""What was typed into the form of a definition, and what a change of it means for series."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from impact.language import Voice, mark
from impact.registry.definitions import Change, Consequence
from impact.registry.library import Use
from impact.registry.meaning import Meaning
from impact.semantics.direction import Direction
from impact.semantics.period import ReportingPeriod
from impact.semantics.unit import Kind
from impact.web.detail_fields import plain_text
from impact.web.plan_fields import PlanSchema, TypedPlan, read_plan, text

NUMBERS = ("lowest", "highest", "band_low", "band_high")
WORDS = (
    "name_sv", "name_en", "text_sv", "text_en", "method_sv", "method_en", "source_sv", "source_en",
    "unit_sv", "unit_en",
)  # fmt: skip
# What follows for an indicator, beside the key of the first period under the new definition.
STAYS, COMPARES, AS_ALL = "stays", "compares", ""
NOT_SAID = mark("Say for each indicator what follows, or for all of them.")


class DefinitionSchema(PlanSchema):
    """The fields of a definition's form."""

    name_sv = text()
    name_en = text()
    text_sv = text()
    text_en = text()
    method_sv = text()
    method_en = text()
    source_sv = text()
    source_en = text()
    kind = fields.Enum(Kind, by_value=True, load_default=None)
    unit_sv = text()
    unit_en = text()
    rate_base = text(100)
    lowest = text(100)
    highest = text(100)
    decimals = text(100)
    direction = fields.Enum(Direction, by_value=True, load_default=None)
    band_low = text(100)
    band_high = text(100)
    reason = text()


class ConsequenceSchema(PlanSchema):
    """The fields of the question whether something else is measured."""

    change = fields.Enum(Change, by_value=True, load_default=None)
    follow_all = text(100)
    reason_sv = text()
    reason_en = text()


def read_definition(form: Mapping[str, str], voice: Voice) -> tuple[TypedPlan, Meaning | None]:
    """What somebody typed of a definition; None where it cannot be read."""
    entry = read_plan(DefinitionSchema, form, voice)
    if entry.errors:
        return entry, None
    numbers = {name: entry.number(name, voice, _unit_names(entry)) for name in NUMBERS}
    rate_base, decimals = entry.whole("rate_base", voice), entry.whole("decimals", voice)
    if entry.errors:
        return entry, None
    kind, direction = entry.values["kind"], entry.values["direction"]
    if direction is not Direction.BAND:
        # Without a script the fields of a band stay on the page when another direction is chosen.
        numbers |= {"band_low": None, "band_high": None}
    said: dict[str, Any] = {**{name: entry.values[name] for name in WORDS}, **numbers}
    return entry, Meaning(
        kind=kind,
        direction=direction,
        rate_base=rate_base if kind is Kind.RATE else None,
        decimals=decimals or 0,
        **said,
    )


def typed_meaning(meaning: Meaning, voice: Voice) -> dict[str, str]:
    """The form filled with what a definition says."""
    return {
        **dict.fromkeys(DefinitionSchema().fields, ""),
        **{name: getattr(meaning, name) for name in WORDS},
        **{name: plain_text(getattr(meaning, name), voice) for name in (*NUMBERS, "rate_base", "decimals")},
        "kind": str(meaning.kind or ""),
        "direction": str(meaning.direction or ""),
    }


def typed_definition() -> dict[str, str]:
    """The empty form: nothing is chosen for anybody."""
    return dict.fromkeys(DefinitionSchema().fields, "")


def read_consequence(
    form: Mapping[str, str], uses: Mapping[int, tuple[Use, list[ReportingPeriod]]], voice: Voice
) -> tuple[TypedPlan, Consequence | None]:
    """What somebody said that a change means; None where nothing was said yet or it is not whole.

    Args:
        uses: indicators that may follow, each with the periods that a break may start in.
    """
    entry = read_plan(ConsequenceSchema, form, voice)
    entry.typed |= {f"follow_{number}": form.get(f"follow_{number}", AS_ALL) for number in uses}
    change = entry.values.get("change")
    if entry.errors or change is None:
        return entry, None
    following: dict[int, ReportingPeriod | None] = {}
    if change is Change.MEASURED:
        for number, (_, periods) in uses.items():
            name = f"follow_{number}"
            said = entry.typed[name] or entry.values["follow_all"]
            keys = {period.key(): period for period in periods}
            if said == COMPARES or said in keys:
                following[number] = keys.get(said)
            elif said != STAYS:
                place = name if entry.typed[name] else "follow_all"
                entry.errors[place] = voice.gettext(NOT_SAID)
    if entry.errors:
        return entry, None
    return entry, Consequence(change, following, entry.values["reason_sv"], entry.values["reason_en"])


def _unit_names(entry: TypedPlan) -> tuple[str, ...]:
    return tuple(filter(None, (entry.values["unit_sv"], entry.values["unit_en"], "%")))
