"""What was typed into the entry form, judged for its form only and never lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from impact.language import Voice
from impact.registry.judging import Draft
from impact.registry.measurement_tables import Revision
from impact.semantics.numbers import NumberError, parse_number
from impact.semantics.series import Missing, Status
from impact.semantics.unit import Unit

LONGEST_TEXT = 2000


class EntrySchema(Schema):
    """The fields of the entry form as text."""

    class Meta:
        """What a browser sends besides is left out."""

        unknown = EXCLUDE

    value = fields.String(load_default="", validate=validate.Length(max=100))
    missing = fields.Enum(Missing, by_value=True, load_default=None)
    status = fields.Enum(Status, by_value=True, load_default=Status.FINAL)
    n_observed = fields.String(load_default="", validate=validate.Length(max=100))
    standard_error = fields.String(load_default="", validate=validate.Length(max=100))
    comment = fields.String(load_default="", validate=validate.Length(max=LONGEST_TEXT))
    reason = fields.String(load_default="", validate=validate.Length(max=LONGEST_TEXT))
    version = fields.Integer(load_default=0, validate=validate.Range(min=0, max=2**31))
    measurement_id = fields.Integer(load_default=0, validate=validate.Range(min=0, max=2**53))


@dataclass
class TypedEntry:
    """The form as typed, what it means where it means something, and what is wrong."""

    typed: dict[str, str]
    draft: Draft | None = None
    reason: str = ""
    version: int = 0
    measurement_id: int = 0
    errors: dict[str, str] = field(default_factory=dict)


def read_entry(form: Mapping[str, str], unit: Unit, voice: Voice) -> TypedEntry:
    """What somebody typed about one period; errors are sentences beside the fields."""
    typed = {name: form.get(name, "") for name in EntrySchema().fields}
    given = {name: text for name, text in typed.items() if text.strip()}
    problems = EntrySchema().validate(given)
    if problems:
        wrong = voice.gettext("This cannot be read. Please type or choose it again.")
        return TypedEntry(typed, errors=dict.fromkeys(map(str, problems), wrong))
    loaded: dict[str, Any] = EntrySchema().load(given)
    errors: dict[str, str] = {}
    numbers = {
        name: _number(name, loaded[name], unit, voice, errors)
        for name in ("value", "n_observed", "standard_error")
    }
    entry = TypedEntry(
        typed,
        reason=loaded["reason"],
        version=loaded["version"],
        measurement_id=loaded["measurement_id"],
        errors=errors,
    )
    if not errors:
        entry.draft = Draft(
            missing=loaded["missing"],
            status=loaded["status"],
            comment=loaded["comment"].strip(),
            text_as_typed=loaded["value"].strip(),
            value=numbers["value"],
            n_observed=numbers["n_observed"],
            standard_error=numbers["standard_error"],
        )
    return entry


def stored_entry(revision: Revision | None, voice: Voice) -> dict[str, str]:
    """The form filled with what is stored, or empty for a first value."""
    typed = dict.fromkeys(EntrySchema().fields, "")
    typed["status"] = Status.FINAL.value
    if revision is None:
        return typed
    return {
        **typed,
        "value": revision.text_as_typed or plain_text(revision.value, voice),
        "missing": revision.missing.value if revision.missing else "",
        "status": revision.status.value,
        "n_observed": plain_text(revision.n_observed, voice),
        "standard_error": plain_text(revision.standard_error, voice),
        "comment": revision.comment,
    }


def plain_text(number: float | None, voice: Voice) -> str:
    """A stored number as one types it: every digit, comma in Swedish, no grouping."""
    if number is None:
        return ""
    text = format(number, ".15g")
    return text.replace(".", ",") if voice.language == "sv" else text


def _number(name: str, text: str, unit: Unit, voice: Voice, errors: dict[str, str]) -> float | None:
    if not text.strip():
        return None
    try:
        return parse_number(text, (unit.name_sv, unit.name_en) if name == "value" else ())
    except NumberError as problem:
        errors[name] = voice.gettext(problem.message, **problem.facts)
        return None
