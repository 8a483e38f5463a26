"""What was typed into the page of one cell, judged for its form only and never lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from marshmallow import EXCLUDE, Schema, fields, validate

from impact.language import Voice
from impact.registry.judging import Draft
from impact.registry.measurement_tables import Revision
from impact.registry.revisions import draft_of
from impact.semantics.numbers import NumberError, parse_number
from impact.semantics.series import Missing
from impact.semantics.unit import Unit
from impact.web.detail_fields import (
    DETAILS,
    LONGEST_TEXT,
    UNREADABLE,
    plain_text,
    read_details,
    stored_details,
)

NOTHING: Final = Draft()


class EntrySchema(Schema):
    """The fields of the form as text, but those that stand beside the value."""

    class Meta:
        """What a browser sends besides is left out."""

        unknown = EXCLUDE

    value = fields.String(load_default="", validate=validate.Length(max=100))
    missing = fields.Enum(Missing, by_value=True, load_default=None)
    reason = fields.String(load_default="", validate=validate.Length(max=LONGEST_TEXT))
    version = fields.Integer(load_default=0, validate=validate.Range(min=0, max=2**31))
    measurement_id = fields.Integer(load_default=0, validate=validate.Range(min=0, max=2**53))


FIELDS: Final = (*EntrySchema().fields, *DETAILS)


@dataclass
class TypedEntry:
    """The form as typed, what it means where it means something, and what is wrong."""

    typed: dict[str, str]
    draft: Draft | None = None
    reason: str = ""
    version: int = 0
    measurement_id: int = 0
    errors: dict[str, str] = field(default_factory=dict)


def read_entry(form: Mapping[str, str], newest: Revision | None, unit: Unit, voice: Voice) -> TypedEntry:
    """What somebody typed about one period; errors are sentences beside the fields.

    Args:
        newest: what is stored of the period; what the form does not send stays so.
    """
    before = draft_of(newest) if newest else NOTHING
    typed = stored_entry(newest, voice) | {name: form[name] for name in FIELDS if name in form}
    given = {name: typed[name] for name in EntrySchema().fields if typed[name].strip()}
    problems = EntrySchema().validate(given)
    details, errors = read_details({name: typed[name] for name in DETAILS}, before, unit, voice)
    errors |= dict.fromkeys(map(str, problems), voice.gettext(UNREADABLE))
    if problems:
        return TypedEntry(typed, errors=errors)
    loaded: dict[str, Any] = EntrySchema().load(given)
    entry = TypedEntry(
        typed,
        reason=loaded["reason"],
        version=loaded["version"],
        measurement_id=loaded["measurement_id"],
        errors=errors,
    )
    value = _value(typed["value"], before, unit, voice, errors)
    if not errors:
        is_same = value == before.value and newest is not None
        text = before.text_as_typed if is_same else typed["value"].strip()
        entry.draft = replace(before, **details, value=value, missing=loaded["missing"], text_as_typed=text)
    return entry


def stored_entry(revision: Revision | None, voice: Voice) -> dict[str, str]:
    """The form filled with what is stored, or empty for a first value."""
    draft = draft_of(revision) if revision else NOTHING
    return {
        **dict.fromkeys(FIELDS, ""),
        **stored_details(draft, voice),
        "value": plain_text(draft.value, voice),
        "missing": draft.missing.value if draft.missing else "",
    }


def _value(text: str, before: Draft, unit: Unit, voice: Voice, errors: dict[str, str]) -> float | None:
    """The number, or the stored one where it reads as it was shown: 1,234 is not asked about again."""
    if not text.strip():
        return None
    if text.strip() == plain_text(before.value, voice):
        return before.value
    try:
        return parse_number(text, unit.spellings)
    except NumberError as problem:
        errors["value"] = voice.gettext(problem.message, **problem.facts)
        return None
