"""What may stand in an address: numbers and names that a database can have stored.

Anything else is no address of ours (404), before a database has to refuse it. That is said when
the address is known: a converter that refuses it would make of it a wrong method (405).
"""

from __future__ import annotations

from typing import Any

from flask import Flask, request
from werkzeug.exceptions import NotFound
from werkzeug.routing import IntegerConverter, Map

# Every JSON reader counts exactly up to here.
LARGEST_NUMBER = 2**53 - 1


class RowNumber(IntegerConverter):
    """A number of no more digits than Python reads without complaint."""

    regex = r"\d{1,18}"

    def __init__(self, map: Map, **options: Any) -> None:  # noqa: A002 - werkzeug's name
        super().__init__(map, **{"max": LARGEST_NUMBER, **options})

    def to_python(self, value: str) -> int:
        """The number; one too large is refused later, with nothing found."""
        return int(value)


def narrow_addresses(app: Flask) -> None:
    """Let nothing stand in an address that could not have been stored."""
    app.url_map.converters["int"] = RowNumber
    app.before_request(_refuse)


def _refuse() -> None:
    """Return where the address names what may be there.

    Raises:
        NotFound: a number that no row can have, or a control character.
    """
    for part in (request.view_args or {}).values():
        is_sound = part.isprintable() if isinstance(part, str) else part <= LARGEST_NUMBER
        if not is_sound:
            raise NotFound
