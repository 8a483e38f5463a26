"""Take a backup while people work: one moment of the database, in one file."""

from __future__ import annotations

import glob
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from impact.db import Database
from impact.errors import Conflict, Invalid
from impact.migrating import revision_of
from impact.safekeeping import archive
from impact.safekeeping.archive import Manifest
from impact.safekeeping.rows import LEFT_OUT, Lines, kept_tables

UNFINISHED = ".unfinished"
COPY = ".copy"
# Whatever a killed process left is taken away by a later one, when nobody can still be at it.
LEFT_BEHIND_SECONDS = 24 * 3600
READABLE_BY_OWNER = 0o600


def take_backup(url: str, out: Path, *, version: str, now: datetime) -> Manifest:
    """Write all that a database holds at one moment; returns what the backup says of itself.

    The file has its name when it is whole and on the disk, and not before. Writers go on:
    on SQLite they wait while the file is copied, on PostgreSQL they do not wait at all.

    Args:
        version: of the program, told in the backup.

    Raises:
        Conflict: there is no database at that address.
        Invalid: the file cannot be written.
    """
    _remove_what_was_left(out, now)
    with _unfinished(out) as unfinished, _one_moment(url, unfinished) as connection:
        revision = revision_of(connection)
        if revision is None:
            raise Conflict("There is no database to back up.")
        with unfinished.open("w+b") as file:
            writing = archive.Writing(file)
            tables = tuple(
                writing.add(table.name, Lines(connection, table)) for table in kept_tables(connection)
            )
            manifest = Manifest(
                format=archive.FORMAT,
                version=version,
                engine=connection.dialect.name,
                revision=revision,
                taken_at=now.isoformat(),
                left_out=tuple(sorted(LEFT_OUT)),
                tables=tables,
            )
            writing.end(manifest)
            archive.seal(file)
        unfinished.replace(out)
        _sync_folder(out.parent)
    return manifest


@contextmanager
def _unfinished(out: Path) -> Iterator[Path]:
    """A name beside the file to be, for its owner alone; gone if anything fails."""
    try:
        handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.", suffix=UNFINISHED)
        os.close(handle)
    except OSError as error:
        raise Invalid("%(file)s cannot be written: %(reason)s.", file=out, reason=error.strerror) from error
    path = Path(name)
    try:
        yield path
    except OSError as error:
        raise Invalid("%(file)s cannot be written: %(reason)s.", file=out, reason=error.strerror) from error
    finally:
        path.unlink(missing_ok=True)


def _remove_what_was_left(out: Path, now: datetime) -> None:
    for path in out.parent.glob(f".{glob.escape(out.name)}.*"):
        is_ours = path.suffix in (UNFINISHED, COPY)
        if is_ours and path.stat().st_mtime < now.timestamp() - LEFT_BEHIND_SECONDS:
            path.unlink(missing_ok=True)


@contextmanager
def _one_moment(url: str, beside: Path) -> Iterator[sa.Connection]:
    """A connection that sees one moment, however long it reads."""
    database = Database(url)
    try:
        if database.is_sqlite:
            with _copy(database, beside.with_suffix(COPY)) as copied, copied.connect() as connection:
                yield connection
        else:
            with database.reading_engine.connect() as connection:
                yield connection
    finally:
        database.dispose()


@contextmanager
def _copy(database: Database, place: Path) -> Iterator[sa.Engine]:
    """A copy of the SQLite file to read at leisure: a long reader would keep writers out.

    VACUUM INTO reads under the engine's own locks; copying the live file would not.
    """
    file = Path(database.url.database or "")
    if not file.is_file():
        raise Conflict("There is no database to back up.")
    copied = sa.create_engine(f"sqlite:///{place}", poolclass=sa.NullPool)
    try:
        place.touch(READABLE_BY_OWNER)
        with database.engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None  # noqa: S101 - connected one line above
            driver.execute("VACUUM INTO ?", (str(place),))
        yield copied
    finally:
        copied.dispose()
        place.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """The new name survives a power cut too."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
