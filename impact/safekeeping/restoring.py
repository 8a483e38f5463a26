"""Restore a backup into an empty place, as a whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from impact import migrating
from impact.errors import Conflict, Invalid
from impact.safekeeping import archive
from impact.safekeeping.archive import Manifest, Reading
from impact.safekeeping.loading import keys_put_aside, load, set_sequences
from impact.safekeeping.rows import has_rows, reflected, sums


def restore_backup(url: str, file: Path, *, tell: migrating.Tell | None = None) -> Manifest:
    """Fill an empty database from a backup; returns what the backup says of itself.

    One transaction: tables as the backup knew them, all rows, the comparison of every table
    with its checksum, the migrations up to this version. A backup of one engine can be
    restored into the other.

    Raises:
        Conflict: there is something in the database already.
        Invalid: the file is no whole backup.
        MigrationError: a newer version made it.
    """
    with archive.opened(file) as reading:
        place = _sqlite_file(url)
        was_there = place is None or place.exists()

        def refill(connection: sa.Connection, lay_out: Callable[[str], None]) -> None:
            if has_rows(connection):
                raise Conflict("There is something in the database already; nothing was restored.")
            lay_out(reading.manifest.revision)
            _fill(connection, reading)

        try:
            migrating.upgrade(url, tell=tell, before=refill)
        except BaseException:
            if place is not None and not was_there:
                place.unlink(missing_ok=True)
            raise
        return reading.manifest


def _fill(connection: sa.Connection, reading: Reading) -> None:
    manifest, tables = reading.manifest, reflected(connection).tables
    expected = set(tables) - set(manifest.left_out)
    if expected != archive.names(manifest.tables):
        raise Invalid("The backup has other tables than its revision; nothing was restored.")
    with keys_put_aside(connection):
        for table in manifest.tables:
            load(connection, tables[table.name], table.columns, reading.rows(table))
    set_sequences(connection)
    restored = sums(connection)
    for table in manifest.tables:
        found = restored[table.name]
        if (found.n_rows, found.sha256) != (table.n_rows, table.sha256):
            raise Invalid(
                "The rows of %(table)s would not be those of the backup (%(found)s of %(wanted)s rows); "
                "nothing was restored.",
                table=table.name,
                found=found.n_rows,
                wanted=table.n_rows,
            )


def _sqlite_file(url: str) -> Path | None:
    parts = sa.make_url(url)
    return Path(parts.database or "") if parts.get_backend_name() == "sqlite" else None
