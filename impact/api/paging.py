"""Long lists in parts: each part names where the next one starts, whatever is added meanwhile."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from flask import request, url_for
from marshmallow import fields, validate

from impact.api.form import Form, Text, is_storable
from impact.errors import Invalid
from impact.ordering import ListOrder, Part
from impact.request_scope.converters import LARGEST_NUMBER

DEFAULT_LIMIT = 50
LARGEST_LIMIT = 200


class PagingForm(Form):
    """Which part of a list is asked for."""

    limit = fields.Integer(
        load_default=DEFAULT_LIMIT,
        validate=validate.Range(min=1, max=LARGEST_LIMIT),
        metadata={"description": f"How many at most, 1 to {LARGEST_LIMIT}.", "example": 20},
    )
    after = Text(
        load_default="",
        validate=validate.Length(max=1000),
        metadata={
            "description": "Where the part starts; taken from `next` of the part before.",
            "example": "WzE3XQ",
        },
    )


def sort_field(orders: Mapping[str, ListOrder], default: str) -> fields.String:
    """The field that names the order of a list; a hyphen before the name turns it round."""
    return fields.String(
        load_default=default,
        validate=validate.OneOf([*orders, *(f"-{name}" for name in orders)]),
        metadata={
            "description": "In which order; with `-` before it the other way round. "
            f"`{default}` without it. What has no value stands last.",
            "example": default,
        },
    )


def part_asked(asked: Mapping[str, Any], orders: Mapping[str, ListOrder]) -> Part:
    """Which part of a list is asked for by ``sort``, ``after`` and ``limit``.

    Raises:
        Invalid: ``after`` is of no list in this order.
    """
    name = asked["sort"].removeprefix("-")
    order = ListOrder(orders[name].columns, is_falling=asked["sort"].startswith("-"))
    return Part(order, asked["limit"], _key_in(asked["after"], order.kinds))


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


def address_of_next(key: Sequence[Any] | None) -> str | None:
    """The address of this list from behind a key on, None at the end."""
    if key is None:
        return None
    text = json.dumps([part.isoformat() if isinstance(part, date) else part for part in key]).encode()
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
    return _key_in(after, [(kind, False) for kind in kinds])


def _key_in(after: str, kinds: Sequence[tuple[type, bool]]) -> tuple[Any, ...] | None:
    if not after:
        return None
    try:
        padded = after + "=" * (-len(after) % 4)
        told = json.loads(base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True))
        if not isinstance(told, list):
            raise _unknown()
        return tuple(_read(part, *kind) for part, kind in zip(told, kinds, strict=True))
    except (ValueError, OverflowError, RecursionError, binascii.Error) as error:
        raise _unknown() from error


def _read(told: Any, kind: type, may_be_none: bool) -> Any:
    """A part of a key as it was told.

    Raises:
        ValueError: it is nothing of that kind, or nothing that was ever stored.
    """
    if told is None and may_be_none:
        return None
    if kind in (date, datetime) and isinstance(told, str):
        read = kind.fromisoformat(told)
        # An instant without a zone is none; one may lie outside all years once its zone is heeded.
        return _in_utc(read) if isinstance(read, datetime) else read
    is_sound = is_storable(told) if isinstance(told, str) else _is_stored(told)
    if type(told) is not kind or not is_sound:
        raise ValueError("not of that kind")
    return told


def _is_stored(told: Any) -> bool:
    return isinstance(told, int) and 0 <= told <= LARGEST_NUMBER


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("an instant without a zone")
    return moment.astimezone(UTC)


def _unknown() -> Invalid:
    return Invalid("Take this from the field “next” of the previous list.", field="after")
