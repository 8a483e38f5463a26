"""Tidy rows as JSON: a list of objects, one for each indicator, disaggregation and period.

Names are the codes of the columns, in every language; an empty cell is null.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from impact.exchange.cells import Cell
from impact.exchange.json_sheet import LIST

_AT_ONCE: Final = 1000


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
