"""A sheet out of JSON: a list of objects, each a row, the names of their cells the header."""

from __future__ import annotations

import json
from typing import Any, Final

from impact.errors import Invalid
from impact.exchange.cells import Cell, Sheet, refuse_beyond

LIST: Final = "measurements"


def read_json(content: bytes) -> Sheet:
    """The rows of such a file below a header of their names; a row's line is its number.

    Raises:
        Invalid: no such JSON, or too large.
    """
    try:
        said: Any = json.loads(content, parse_int=float, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise _unreadable() from error
    rows = said.get(LIST) if isinstance(said, dict) else said
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _unreadable()
    names = list(dict.fromkeys(name for row in rows for name in row))
    refuse_beyond(len(rows), len(names), len(rows) * len(names))
    lines = (tuple(_cell(row.get(name)) for name in names) for row in rows)
    return Sheet(((0, tuple(names)), *enumerate(lines, start=1)))


def _cell(cell: object) -> Cell:
    if cell is None:
        return ""
    if isinstance(cell, str | float) and not isinstance(cell, bool):
        return cell
    raise _unreadable()


def _refuse(_: str) -> float:
    raise ValueError("no number")


def _unreadable() -> Invalid:
    return Invalid("The file is not the JSON of an export.", field="file")
