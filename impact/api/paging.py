"""Long lists in parts: each part names where the next one starts, whatever is added meanwhile."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from typing import Any

from flask import request, url_for
from marshmallow import fields, validate

from impact.api.form import Form, Text
from impact.errors import Invalid

DEFAULT_LIMIT = 50
LARGEST_LIMIT = 200


def after_field() -> Text:
    """The field that names where a part starts."""
    return Text(
        load_default="",
        validate=validate.Length(max=1000),
        metadata={"description": "Where the part starts; taken from `next` of the part before."},
    )


class PagingForm(Form):
    """Which part of a list is asked for."""

    limit = fields.Integer(
        load_default=DEFAULT_LIMIT,
        validate=validate.Range(min=1, max=LARGEST_LIMIT),
        metadata={"description": f"How many at most, 1 to {LARGEST_LIMIT}.", "example": 20},
    )
    after = after_field()


def next_field() -> fields.String:
    """The field in which a list names its next part."""
    return fields.String(
        required=True,
        allow_none=True,
        metadata={
            "description": "The address of the next part; null at the end.",
            "example": "/api/v1/flags?after=WzE3XQ",
        },
    )


def address_of_next(key: Sequence[str | int] | None) -> str | None:
    """The address of this list from behind a key on, None at the end."""
    if key is None:
        return None
    text = json.dumps(list(key)).encode()
    after = base64.urlsafe_b64encode(text).decode().rstrip("=")
    asked: Mapping[str, Any] = {
        **(request.view_args or {}),
        **request.args.to_dict(flat=False),
        "after": after,
    }
    return url_for(request.endpoint or "", **asked)


def key_in(after: str, *kinds: type) -> tuple[Any, ...] | None:
    """The key that a part starts behind, None for the first one.

    Raises:
        Invalid: no list ever named this.
    """
    if not after:
        return None
    try:
        padded = after + "=" * (-len(after) % 4)
        key = json.loads(base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True))
    except (ValueError, RecursionError, binascii.Error) as error:
        raise _unknown() from error
    if not isinstance(key, list) or [type(part) for part in key] != list(kinds):
        raise _unknown()
    if not all(part.isprintable() if isinstance(part, str) else 0 <= part < 2**53 for part in key):
        raise _unknown()
    return tuple(key)


def _unknown() -> Invalid:
    return Invalid("Take this from the field “next” of the previous list.", field="after")
