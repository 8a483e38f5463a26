"""How a series stands against its target, as programs read it."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from impact.api.shapes import about
from impact.language import Voice
from impact.semantics.pace import Pace
from impact.semantics.progress import Progress, Standing
from impact.semantics.progress_words import progress_sentence
from impact.semantics.unit import Unit


class PaceSchema(Schema):
    """A change a year since a period, with its 90 % interval."""

    per_year = fields.Float(
        required=True, metadata=about("The change a year; of shares in percentage points.", 0.8)
    )
    since = fields.String(required=True, metadata=about("The period from which it is counted.", "2021"))
    low = fields.Float(
        required=True,
        allow_none=True,
        metadata=about("Where the interval starts; null where none is known.", 0.2),
    )
    high = fields.Float(required=True, allow_none=True, metadata=about("Where the interval ends.", 1.4))


class OutlookSchema(Schema):
    """The value at the target's period if the pace is kept, never beyond what is possible."""

    value = fields.Float(required=True, metadata=about("The value itself.", 71.1))
    low = fields.Float(required=True, allow_none=True, metadata=about("From the low end of the pace.", 69.3))
    high = fields.Float(
        required=True, allow_none=True, metadata=about("From the high end of the pace.", 72.9)
    )


class PromiseSchema(Schema):
    """The value promised for a period."""

    period = fields.String(required=True, metadata=about("The period it is promised for.", "2027"))
    value = fields.Float(required=True, metadata=about("The value promised.", 75.0))


class ProgressSchema(Schema):
    """How a series stands against its next target."""

    standing = fields.Enum(
        Standing, by_value=True, required=True, metadata=about("The comparison in a word.")
    )
    sentence = fields.String(required=True, metadata=about("It in words, in the language asked for."))
    target = fields.Nested(PromiseSchema, required=True, metadata=about("The target it is held against."))
    needed_per_year = fields.Float(
        required=True,
        allow_none=True,
        metadata=about("The change a year that reaches the target; null where nothing is left to do.", 2.1),
    )
    kept = fields.Nested(
        PaceSchema, required=True, allow_none=True, metadata=about("The pace that is compared with it.")
    )
    since_baseline = fields.Nested(
        PaceSchema, required=True, allow_none=True, metadata=about("The plain change since the baseline.")
    )
    newest = fields.Nested(
        PaceSchema, required=True, allow_none=True, metadata=about("That over the newest three measurements.")
    )
    outlook = fields.Nested(
        OutlookSchema, required=True, allow_none=True, metadata=about("Where the pace kept leads.")
    )


def progress_body(progress: Progress | None, unit: Unit, voice: Voice) -> dict[str, Any] | None:
    """The progress of a series; None without a target."""
    if progress is None:
        return None
    period, value = progress.promise.target
    outlook = progress.outlook
    return {
        "standing": progress.standing,
        "sentence": progress_sentence(progress, unit, voice),
        "target": {"period": period.key(), "value": value},
        "needed_per_year": progress.needed,
        "kept": _pace(progress.kept),
        "since_baseline": _pace(progress.since_baseline),
        "newest": _pace(progress.newest),
        "outlook": {"value": outlook.value, "low": outlook.low, "high": outlook.high} if outlook else None,
    }


def _pace(pace: Pace | None) -> dict[str, Any] | None:
    if pace is None:
        return None
    return {"per_year": pace.per_year, "since": pace.since.key(), "low": pace.low, "high": pace.high}
