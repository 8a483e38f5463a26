"""What may stand in an address: numbers and names that a database can have stored.

Anything else is no address of ours (404), before a database has to refuse it.
"""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map, UnicodeConverter, ValidationError

# Every JSON reader counts exactly up to here.
LARGEST_NUMBER = 2**53 - 1


class RowNumber(IntegerConverter):
    """A number that a row can have."""

    def __init__(self, map: Map, *args: Any, **options: Any) -> None:  # noqa: A002 - werkzeug's name
        super().__init__(map, *args, **{"max": LARGEST_NUMBER, **options})


class PlainName(UnicodeConverter):
    """One part of a path, without control characters."""

    def to_python(self, value: str) -> str:
        """The name as it stands in the path."""
        if not value.isprintable():
            raise ValidationError
        return str(super().to_python(value))


def narrow_addresses(app: Flask) -> None:
    """Let ``<name>`` and ``<int:number>`` match nothing that could not have been stored."""
    app.url_map.converters.update({"int": RowNumber, "default": PlainName, "string": PlainName})
