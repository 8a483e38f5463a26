"""What stands beside a value in the forms of entry: precision, fraction, comment, evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import EXCLUDE, Schema, fields, validate

from impact.language import Voice, mark
from impact.registry.judging import Draft
from impact.registry.measurement_tables import EvidenceLevel
from impact.semantics.margins import LEVELS, margin_of, standard_error_of
from impact.semantics.numbers import NumberError, parse_number
from impact.semantics.series import Status
from impact.semantics.unit import Unit

LONGEST_TEXT = 2000
UNREADABLE = mark("This cannot be read. Please type or choose it again.")
NUMBERS: Final = ("n_observed", "response_rate", "standard_error", "numerator", "denominator")


class DetailSchema(Schema):
    """The fields beside a value as text; those that are not sent are not there."""

    class Meta:
        """What a browser sends besides is left out."""

        unknown = EXCLUDE

    status = fields.Enum(Status, by_value=True)
    n_observed = fields.String(validate=validate.Length(max=100))
    response_rate = fields.String(validate=validate.Length(max=100))
    standard_error = fields.String(validate=validate.Length(max=100))
    margin_level = fields.Float(validate=validate.Range(min=1, max=99.99))
    numerator = fields.String(validate=validate.Length(max=100))
    denominator = fields.String(validate=validate.Length(max=100))
    comment = fields.String(validate=validate.Length(max=LONGEST_TEXT))
    evidence_level = fields.Enum(EvidenceLevel, by_value=True)
    evidence_address = fields.String(
        validate=[validate.Length(max=LONGEST_TEXT), validate.Regexp(r"\s*(https?://\S+\s*)?\Z")]
    )


DETAILS: Final = tuple(DetailSchema().fields)


def stored_details(draft: Draft, voice: Voice) -> dict[str, str]:
    """The fields filled with what is stored; a standard error as the margin it was stated as."""
    texts = {name: plain_text(getattr(draft, name), voice) for name in NUMBERS}
    level = draft.margin_level
    if draft.standard_error is not None and level is not None:
        texts["standard_error"] = plain_text(margin_of(draft.standard_error, level), voice)
    return {
        **texts,
        "status": draft.status.value,
        "margin_level": f"{level:g}" if level is not None else "",
        "comment": draft.comment,
        "evidence_level": draft.evidence_level.value if draft.evidence_level else "",
        "evidence_address": draft.evidence_address,
    }


def read_details(
    given: Mapping[str, str], stored: Draft, unit: Unit, voice: Voice
) -> tuple[dict[str, Any], dict[str, str]]:
    """What the fields that were sent say, as parts of a draft, and what is wrong with which.

    A field that was left as it is shown changes nothing, however it is rounded there.
    """
    shown = stored_details(stored, voice)
    typed = {name: given[name] for name in DETAILS if name in given and given[name] != shown[name]}
    problems = DetailSchema().validate({name: text for name, text in typed.items() if text.strip()})
    errors = {str(name): voice.gettext(_told(str(name))) for name in problems}
    sent = {name: text for name, text in typed.items() if text.strip() and name not in errors}
    loaded: dict[str, Any] = DetailSchema().load(sent)
    said: dict[str, Any] = {}
    for name in typed.keys() - errors.keys():
        if name in NUMBERS:
            said[name] = _number(name, loaded.get(name), unit, voice, errors)
        elif name == "status":
            said[name] = loaded.get(name, Status.FINAL)
        elif name in ("comment", "evidence_address"):
            said[name] = loaded.get(name, "").strip()
        else:
            said[name] = loaded.get(name)
    return _with_standard_error(said, stored), errors


def plain_text(number: float | None, voice: Voice) -> str:
    """A stored number as one types it: every digit, comma in Swedish, no grouping."""
    if number is None:
        return ""
    text = format(number, ".15g")
    return text.replace(".", ",") if voice.language == "sv" else text


def level_choices(voice: Voice) -> list[tuple[str, str]]:
    """What the figure of precision can be: a standard error, or a margin at a level."""
    margins = [
        (f"{level:g}", voice.gettext("margin of error, %(level)s%%", level=f"{level:g}")) for level in LEVELS
    ]
    return [("", voice.gettext("standard error")), *margins]


def evidence_choices(voice: Voice) -> list[tuple[str, str]]:
    """How well a value can be supported."""
    words = {
        EvidenceLevel.STATED: voice.pgettext("evidence", "stated"),
        EvidenceLevel.DOCUMENTED: voice.pgettext("evidence", "documented"),
        EvidenceLevel.VERIFIED: voice.pgettext("evidence", "verified"),
    }
    return [("", voice.gettext("not stated")), *((level.value, text) for level, text in words.items())]


def _told(name: str) -> str:
    if name == "evidence_address":
        return mark("Write an address that begins with https or http.")
    return UNREADABLE


def _with_standard_error(said: dict[str, Any], stored: Draft) -> dict[str, Any]:
    """The margin that was typed as the standard error that is kept, with its level."""
    if "standard_error" not in said and "margin_level" not in said:
        return said
    level = said.get("margin_level", stored.margin_level)
    figure = said.get("standard_error")
    if "standard_error" not in said:
        # The same figure, said to be something else.
        if stored.standard_error is None:
            return {name: value for name, value in said.items() if name != "margin_level"}
        before = stored.margin_level
        figure = margin_of(stored.standard_error, before) if before is not None else stored.standard_error
    if figure is None:
        return said | {"standard_error": None, "margin_level": None}
    return said | {
        "standard_error": standard_error_of(figure, level) if level is not None else figure,
        "margin_level": level,
    }


def _number(name: str, text: str | None, unit: Unit, voice: Voice, errors: dict[str, str]) -> float | None:
    if text is None:
        return None
    units = ("%",) if name == "response_rate" else unit.spellings if name == "standard_error" else ()
    try:
        return parse_number(text, units)
    except NumberError as problem:
        errors[name] = voice.gettext(problem.message, **problem.facts)
        return None
