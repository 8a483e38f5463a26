"""Whether the database itself is sound: its file, its guards, its keys."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from impact import triggers
from impact.schema import APPEND_ONLY, metadata


def unsound(connection: sa.Connection) -> Iterator[str]:
    """A sentence for each page that is damaged, each guard that is gone and each orphan."""
    if connection.dialect.name == "sqlite":
        for (told,) in connection.exec_driver_sql("PRAGMA integrity_check"):
            if told != "ok":
                yield f"The database file is damaged: {told}."
    for name in triggers.missing(connection, APPEND_ONLY):
        yield f"The trigger {name} is missing; history can be changed."
    for table in metadata.sorted_tables:
        for key in sorted(table.foreign_keys, key=lambda each: each.parent.name):
            if n_orphans := _n_orphans(connection, key):
                yield (
                    f"Rows of {table.name} whose {key.parent.name} refers to a row of "
                    f"{key.column.table.name} that is not there: {n_orphans}."
                )


def _n_orphans(connection: sa.Connection, key: sa.ForeignKey) -> int:
    parent = key.column.table.alias("parent")
    there = sa.exists().where(parent.c[key.column.name] == key.parent)
    orphans = sa.select(sa.func.count()).select_from(key.parent.table).where(key.parent.is_not(None), ~there)
    return connection.scalar(orphans) or 0
