"""What is hashed of history keeps its form: seals of long ago have to hold."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from impact.audit.seal_lines import digest_lines

NAMES = ("batch_id", "comment", "id", "reason", "value")
POOL: tuple[Any, ...] = (
    None,
    1,
    2.5,
    -0.0,
    0.0,
    1e300,
    "",
    "a\nb",
    "},\n{",
    ",}\n",
    '"%s',
    "100 %",
    "\\",
    "\u2028",
)


def test_line_is_the_json_of_the_row_without_its_empty_columns() -> None:
    """Whatever stands in the columns, in all rows or in some."""
    chance = Random(15)
    for n_values in range(1, len(POOL) + 1):
        for n_rows in range(5):
            rows = [tuple(chance.choices(POOL[:n_values], k=len(NAMES))) for _ in range(n_rows)]
            said = [
                {name: cell for name, cell in zip(NAMES, row, strict=True) if cell is not None}
                for row in rows
            ]
            lines = [json.dumps(each, ensure_ascii=False, separators=(",", ":")) + "\n" for each in said]
            assert digest_lines(NAMES, rows).decode() == "".join(lines)
