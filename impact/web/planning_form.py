"""Forms of plans: fields in sections, read for their form only and never lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, StrEnum
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from impact.language import Voice, mark
from impact.semantics.numbers import NumberError, parse_number

LONGEST = 20_000
HIGHEST_NUMBER = 2**53 - 1
UNREADABLE = mark("This cannot be read. Please type or choose it again.")
NO_DAY = mark("Write a day as year-month-day.")
NO_WHOLE = mark("Write a whole number.")
MONEY = ("kr", "kronor", "SEK", ":-")
Options = Mapping[str, Sequence[tuple[str, str]]]


class Sort(StrEnum):
    """How a field is typed, and what is read from it."""

    TEXT = "text"
    LONG = "long"
    DAY = "day"
    WHOLE = "whole"
    LINES = "lines"
    LIST = "list"
    CHOICE = "choice"
    NUMBER = "number"
    YES_NO = "yes_no"
    FILE = "file"


@dataclass(frozen=True)
class Field:
    """One field: its column, its words, and how it is typed.

    Args:
        choices: a CHOICE's words, or for NUMBER (of a row) the list of the page's options.
        heading: under which head it stands; empty stands on top, always open.
        once: asked for when the row is made, never afterwards.
    """

    name: str
    words: str
    sort: Sort = Sort.TEXT
    choices: type[Enum] | str | None = None
    advice: str = ""
    required: bool = False
    heading: str = ""
    once: bool = False


@dataclass
class Typed:
    """What was typed, the facts where it can be read, and what is wrong, by field."""

    typed: dict[str, str]
    facts: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def read_form(asked: Sequence[Field], form: Mapping[str, str], voice: Voice) -> Typed:
    """What somebody typed into the fields; those that the form lacks say nothing."""
    sent = [one for one in asked if one.name in form and one.sort is not Sort.FILE]
    typed = {one.name: form.get(one.name, "") for one in asked}
    schema = Schema.from_dict({one.name: _reader(one) for one in sent})(unknown=EXCLUDE)
    given = {one.name: typed[one.name].strip() for one in sent if typed[one.name].strip()}
    told = {Sort.TEXT: UNREADABLE, Sort.DAY: NO_DAY, Sort.WHOLE: NO_WHOLE}
    by_name = {one.name: one for one in sent}
    problems = schema.validate(given)
    errors = {
        name: voice.gettext(told.get(by_name[name].sort, told[Sort.TEXT])) for name in map(str, problems)
    }
    if errors:
        return Typed(typed, errors=errors)
    loaded: dict[str, Any] = schema.load(given)
    facts = {one.name: _fact(one, loaded, voice, errors) for one in sent}
    return Typed(typed, {} if errors else facts, errors)


def typed_from(row: Any, asked: Sequence[Field]) -> dict[str, str]:
    """The form filled with what a row says."""
    return {one.name: _as_typed(getattr(row, one.name, None)) for one in asked}


def sections_of(asked: Sequence[Field], entry: Typed, options: Options, voice: Voice) -> list[dict[str, Any]]:
    """The fields in their sections, ready for the macro that draws them.

    A section is open where it holds an error; the first has no head and is always open.
    """
    sections: dict[str, list[Field]] = {}
    for one in asked:
        sections.setdefault(one.heading, []).append(one)
    return [
        {
            "head": voice.gettext(within[0].heading) if within[0].heading else "",
            "open": any(one.name in entry.errors for one in within),
            "fields": [_drawn(one, entry, options, voice) for one in within],
        }
        for within in sections.values()
    ]


def differing(
    asked: Sequence[Field], entry: Typed, stored: Mapping[str, str], options: Options, voice: Voice
) -> list[dict[str, Any]]:
    """The fields of which somebody typed something else than what is stored now, both texts."""
    return [
        {
            "label": voice.gettext(one.words),
            "typed": _said(one, entry.typed[one.name], options, voice),
            "stored": _said(one, stored[one.name], options, voice),
        }
        for one in asked
        if "".join(entry.typed[one.name].split()) != "".join(stored[one.name].split())
    ]


def _reader(one: Field) -> fields.Field[Any]:
    if one.sort is Sort.DAY:
        return fields.Date()
    if one.sort is Sort.NUMBER:
        return fields.Integer(validate=validate.Range(min=1, max=HIGHEST_NUMBER))
    if one.sort is Sort.YES_NO:
        return fields.String(validate=validate.OneOf(["yes", "no"]))
    if isinstance(one.choices, type):
        return fields.Enum(one.choices, by_value=True)
    return fields.String(validate=validate.Length(max=LONGEST))


def _fact(one: Field, loaded: Mapping[str, Any], voice: Voice, errors: dict[str, str]) -> Any:
    value = loaded.get(one.name)
    if one.sort in (Sort.TEXT, Sort.LONG):
        return value or ""
    if one.sort in (Sort.LINES, Sort.LIST):
        text = (value or "").replace(",", "\n") if one.sort is Sort.LIST else value or ""
        return [line.strip() for line in text.splitlines() if line.strip()]
    if one.sort is Sort.YES_NO:
        return value == "yes"
    if one.sort is Sort.WHOLE and value is not None:
        return _whole(one.name, value, voice, errors)
    return value


def _whole(name: str, text: str, voice: Voice, errors: dict[str, str]) -> int | None:
    try:
        number = parse_number(text, MONEY)
    except NumberError as problem:
        errors[name] = voice.gettext(problem.message, **problem.facts)
        return None
    if not number.is_integer():
        errors[name] = voice.gettext(NO_WHOLE)
        return None
    return int(number)


def _as_typed(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, Enum):
        return str(value.value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _drawn(one: Field, entry: Typed, options: Options, voice: Voice) -> dict[str, Any]:
    return {
        "name": one.name,
        "label": voice.gettext(one.words),
        "sort": one.sort.value,
        "value": entry.typed.get(one.name, ""),
        "help": voice.gettext(one.advice) if one.advice else None,
        "error": entry.errors.get(one.name),
        "required": one.required,
        "options": options.get(one.name, ()),
    }


def _said(one: Field, text: str, options: Options, voice: Voice) -> str:
    words = dict(options.get(one.name, ())).get(text, text)
    return words or voice.gettext("nothing")
