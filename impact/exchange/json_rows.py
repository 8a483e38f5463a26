"""Tidy rows as JSON: a list of objects, one for each indicator, disaggregation and period.

Names are the codes of the columns, in every language; an empty cell is null.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from impact.errors import Invalid
from impact.exchange.cells import MOST_BYTES, MOST_COLUMNS, MOST_ROWS, Cell
from impact.exchange.rows import NEEDED, Column, Row

LIST: Final = "measurements"
_AT_ONCE: Final = 1000
_NAMES: Final = {column.value: column for column in Column}


def write_json(names: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """The rows as JSON, a piece at a time, one row a line."""
    yield f'{{"{LIST}": ['.encode()
    lines, between = [], "\n"
    for row in rows:
        cells = {name: None if cell == "" else cell for name, cell in zip(names, row, strict=True)}
        lines.append(between + json.dumps(cells, ensure_ascii=False, allow_nan=False))
        between = ",\n"
        if len(lines) == _AT_ONCE:
            yield "".join(lines).encode()
            lines = []
    yield ("".join(lines) + "\n]}\n").encode()


def read_json(content: bytes) -> list[Row]:
    """The rows of such a file; a name that is no column is left out, a row's line is its number.

    Raises:
        Invalid: no such JSON, too large, or a needed column is missing.
    """
    if len(content) > MOST_BYTES:
        raise Invalid("The file is larger than %(n)s MB.", field="file", n=MOST_BYTES // 1_000_000)
    try:
        said: Any = json.loads(content, parse_int=float, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise _unreadable() from error
    rows = said.get(LIST) if isinstance(said, dict) else said
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _unreadable()
    if len(rows) > MOST_ROWS:
        raise Invalid(
            "The file has more than %(rows)s rows or %(columns)s columns.",
            field="file",
            rows=MOST_ROWS,
            columns=MOST_COLUMNS,
        )
    return [_row(number, cells) for number, cells in enumerate(rows, start=1)]


def _row(number: int, said: dict[str, Any]) -> Row:
    cells = {_NAMES[name]: _cell(cell) for name, cell in said.items() if name in _NAMES}
    for column in NEEDED:
        if column not in cells:
            raise Invalid(
                "The file has no column %(name)s. It must have indicator, period and value.",
                field="file",
                name=column.value,
            )
    return Row(number, cells)


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
