"""Parts of answers that several resources share, with their words for the document."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from impact.monitoring.tables import Flag, FlagDirection, FlagState
from impact.registry.schedules import stored_period
from impact.semantics.direction import Direction
from impact.semantics.series import Status
from impact.semantics.unit import Kind
from impact.trend.verdict import Level, TrendAnalysis, Verdict

NAME_EXAMPLE = "Trygga hyresgäster"


def about(description: str, example: Any = None) -> dict[str, Any]:
    """What the document says of a field."""
    return (
        {"description": description} if example is None else {"description": description, "example": example}
    )


class UnitSchema(Schema):
    """What the numbers count."""

    name = fields.String(required=True, metadata=about("The unit's name.", "%"))
    kind = fields.Enum(Kind, by_value=True, required=True, metadata=about("What sort of number."))
    decimals = fields.Integer(required=True, metadata=about("How many decimals readers see.", 1))
    lowest = fields.Float(required=True, allow_none=True, metadata=about("The lowest possible value.", 0))
    highest = fields.Float(required=True, allow_none=True, metadata=about("The highest possible value.", 100))


class LatestSchema(Schema):
    """The newest measurement that has a value."""

    period = fields.String(required=True, metadata=about("The reporting period.", "2024"))
    value = fields.Float(required=True, metadata=about("The value; shares in per cent.", 59.0))
    status = fields.Enum(Status, by_value=True, required=True, metadata=about("The observation status."))


class FlagMarkSchema(Schema):
    """A flag in few words."""

    id = fields.Integer(required=True, metadata=about("The flag's number.", 17))
    direction = fields.Enum(
        FlagDirection, by_value=True, required=True, metadata=about("Which way the trend turned.")
    )
    state = fields.Enum(
        FlagState, by_value=True, required=True, metadata=about("What people made of it.", "open")
    )
    turning_period = fields.String(
        required=True, metadata=about("The measured period nearest to the turning point.", "2018")
    )


class SeriesMarkSchema(Schema):
    """A series of an indicator."""

    id = fields.Integer(required=True, metadata=about("The series' number.", 12))
    disaggregation = fields.String(
        required=True, metadata=about("`total`, or pairs of dimension and category.", "sex=women")
    )


class VerdictSchema(Schema):
    """What the trend did."""

    direction = fields.Enum(
        Direction, by_value=True, required=True, metadata=about("Which way is better; `context` is neither.")
    )
    verdict = fields.Enum(
        Verdict,
        by_value=True,
        required=True,
        allow_none=True,
        metadata=about("What the trend did; null before the first analysis."),
    )
    level = fields.Enum(
        Level,
        by_value=True,
        required=True,
        allow_none=True,
        metadata=about("How strong the evidence for a reversal is."),
    )


class BesideTheTurnSchema(Schema):
    """What an analysis says of a series beside its newest turn."""

    smallest_change = fields.Float(
        required=True,
        allow_none=True,
        metadata=about(
            "The change from first to last period, since the last earlier turn if there is one, that would "
            "have shown four times out of five; in the unit.",
            2.3,
        ),
    )
    earlier_turns = fields.List(
        fields.Float(),
        required=True,
        metadata=about("Reversals before the newest one, in years, oldest first.", [2002.0, 2009.1]),
    )


def beside_the_turn(trend: TrendAnalysis) -> dict[str, Any]:
    """What an analysis says of a series beside its newest turn."""
    return {"smallest_change": trend.smallest_change, "earlier_turns": list(trend.earlier_turns)}


def flag_mark(flag: Flag) -> dict[str, Any]:
    """A flag in few words."""
    turning = stored_period(flag.turning_first_day, flag.turning_last_day, flag.turning_frequency)
    return {
        "id": flag.id,
        "direction": flag.direction,
        "state": flag.state,
        "turning_period": turning.key(),
    }
