"""Whether history is what was recorded: every row compared with its seal."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from impact.audit.plain_rows import plain_select
from impact.audit.seal_lines import column_names, digest_lines
from impact.audit.sealing import SEAL, SEALED
from impact.db import Base

AT_ONCE = 1000
MOST_ROWS_NAMED = 5


@dataclass
class _Open:
    """A seal whose rows are being read."""

    ranges: list[list[int]]
    digest: str
    read: Any = field(default_factory=hashlib.sha256)

    @property
    def last(self) -> int:
        return self.ranges[-1][1]

    def holds(self, number: int) -> bool:
        return any(first <= number <= last for first, last in self.ranges)

    @property
    def is_broken(self) -> bool:
        # Without a digest it only says that the rows stood there before there were seals.
        return bool(self.digest) and self.read.hexdigest() != self.digest


def broken_seals(connection: sa.Connection) -> Iterator[str]:
    """A sentence for all rows of history that were changed, taken away or put in past Impact."""
    for name in SEALED:
        yield from _of_table(connection, name)


def _of_table(connection: sa.Connection, name: str) -> Iterator[str]:
    """Rows and seals are read side by side, both by number; few seals are open at a time."""
    seals = _seals(connection, name)
    waiting, opened, unsealed = next(seals, None), list[_Open](), list[int]()
    for number, line in _lines(connection, name):
        while waiting is not None and waiting.ranges[0][0] <= number:
            opened.append(waiting)
            waiting = next(seals, None)
        for seal in [each for each in opened if each.last < number]:
            opened.remove(seal)
            if seal.is_broken:
                yield _changed(name, seal)
        holding = [seal for seal in opened if seal.holds(number)]
        for seal in holding:
            seal.read.update(line)
        if not holding:
            unsealed.append(number)
    while waiting is not None:
        opened.append(waiting)
        waiting = next(seals, None)
    yield from (_changed(name, seal) for seal in opened if seal.is_broken)
    if unsealed:
        named = ", ".join(map(str, unsealed[:MOST_ROWS_NAMED]))
        more = f" and {len(unsealed) - MOST_ROWS_NAMED} more" if len(unsealed) > MOST_ROWS_NAMED else ""
        yield f"Rows of {name} were not put in by Impact: {named}{more}."


def _changed(name: str, seal: _Open) -> str:
    runs = ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in seal.ranges[:5])
    more = "…" if len(seal.ranges) > MOST_ROWS_NAMED else ""
    return f"Something in {name} was changed or taken away after it was recorded: row {runs}{more}."


def _seals(connection: sa.Connection, name: str) -> Iterator[_Open]:
    seals = Base.metadata.tables[SEAL]
    rows = connection.execute(
        sa.select(seals.c.ranges, seals.c.digest)
        .where(seals.c.table_name == name)
        .order_by(seals.c.first_id, seals.c.id),
        execution_options={"stream_results": True, "yield_per": AT_ONCE},
    )
    return (_Open(row.ranges, row.digest) for row in rows)


def _lines(connection: sa.Connection, name: str) -> Iterator[tuple[int, bytes]]:
    table = Base.metadata.tables[name]
    names = column_names(table)
    at = names.index("id")
    rows = connection.execute(
        plain_select(table, connection.dialect.name),
        execution_options={"stream_results": True, "yield_per": AT_ONCE},
    )
    for some in rows.partitions(AT_ONCE):
        lines = digest_lines(names, some).split(b"\n")[:-1]
        for row, line in zip(some, lines, strict=True):
            yield row[at], line + b"\n"
