"""What programs may send, judged for its form: fields, and what is said of a wrong one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from marshmallow import RAISE, Schema, fields, validate

from impact.language import Voice, mark

LONGEST_TEXT = 4000
# Text to double to text is exact so far.
SIGNIFICANT_DIGITS = 15
# What the document says of texts: anything but NUL; half characters no JSON of ours has.
STORABLE = r"^[^\u0000]*$"

OTHERWISE = mark("This cannot be read.")
# What marshmallow says, and what we say instead.
SAID = {
    r"Missing data for required field\.": mark("This is required."),
    r"Field may not be null\.": mark("This may not be null."),
    r"Unknown field\.": mark("There is no such field."),
    r"Must be one of: (?P<choices>.*)\.": mark("Choose one of: %(choices)s."),
    r"Not a valid number\.": mark("A number is needed."),
    r"Not a valid integer\.": mark("A whole number is needed."),
    r"Not a valid string\.": mark("A text is needed."),
    r"Not a valid date\.": mark("Write a day as year-month-day."),
    r"Not a valid (aware )?datetime\.": mark("Write an instant with its time zone: 2026-03-31T12:00:00Z."),
    r"Longer than maximum length (?P<most>\d+)\.": mark("At most %(most)s characters are allowed here."),
    r"Must be greater than or equal to (?P<least>\S+) and less than or equal to (?P<most>\S+)\.": mark(
        "Give a value from %(least)s to %(most)s."
    ),
    r"String does not match expected pattern\.": mark("Write an address that begins with https or http."),
    r"Special numeric values .*|Number too large\.": mark("The number is too large to be stored."),
    r"Too many digits\.": mark("At most 15 significant digits can be stored exactly."),
    r"Unstorable\.": mark("The text has characters that cannot be stored."),
    r"Invalid input type\.|Invalid JSON body\.": mark("A JSON object is needed."),
}


class Form(Schema):
    """Fields that a program may send, and no others."""

    class Meta:
        """A misspelt name is told, not passed over."""

        unknown = RAISE


class Text(fields.String):
    """A text that every database can store."""

    default_error_messages = {"unstorable": "Unstorable."}  # noqa: RUF012 - as in marshmallow

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        if not any(isinstance(each, validate.Regexp) for each in self.validators):
            self.metadata = {"pattern": STORABLE, **self.metadata}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = str(super()._deserialize(value, attr, data, **kwargs))
        if not is_storable(text):
            raise self.make_error("unstorable")
        return text


class Number(fields.Float):
    """A number, never a text, that is stored exactly as it was written."""

    default_error_messages = {"digits": "Too many digits."}  # noqa: RUF012 - as in marshmallow

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, str):
            raise self.make_error("invalid")
        number = super()._deserialize(value, attr, data, **kwargs)
        if number is not None and float(f"{number:.{SIGNIFICANT_DIGITS}g}") != number:
            raise self.make_error("digits")
        return number


class Instant(fields.AwareDateTime):
    """A moment with its time zone, in UTC."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        moment = super()._deserialize(value, attr, data, **kwargs)
        try:
            return moment.astimezone(UTC)
        except OverflowError as error:
            raise self.make_error("invalid", input=value, obj_type="datetime") from error


def is_storable(text: str) -> bool:
    """Whether every database can store the text."""
    return "\x00" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)


def told(messages: Any, voice: Voice) -> Iterator[tuple[str | None, str]]:
    """Each wrong field and what is wrong with it, of marshmallow's messages."""
    for path, message in _leaves(messages, ()):
        # The first name is where it stands: json or query.
        names = [name for name in path[1:] if name != "_schema"]
        yield ".".join(names) or None, _sentence(message, voice)


def _leaves(messages: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            yield from _leaves(inner, (*path, str(name)))
    elif isinstance(messages, list):
        # Several things may be wrong with one field; the first is told.
        yield from _leaves(messages[0] if messages else None, path)
    elif messages is not None:
        yield path, str(messages)


def _sentence(message: str, voice: Voice) -> str:
    for pattern in SAID:
        found = re.fullmatch(pattern, message)
        if found:
            return voice.gettext(SAID[pattern], **found.groupdict())
    return voice.gettext(OTHERWISE)
