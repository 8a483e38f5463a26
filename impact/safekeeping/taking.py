"""Take a backup while people work: one moment of the database, in one file."""

from __future__ import annotations

import glob
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from impact.errors import Conflict, Invalid
from impact.migrating import revision_of
from impact.safekeeping import archive
from impact.safekeeping.archive import Manifest
from impact.safekeeping.moment import one_moment
from impact.safekeeping.rows import LEFT_OUT, Lines, kept_tables

UNFINISHED = ".unfinished"
COPY = ".copy"
# Whatever a killed process left is taken away by a later one, when nobody can still be at it.
LEFT_BEHIND_SECONDS = 24 * 3600


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
    with _unfinished(out) as unfinished, one_moment(url, unfinished.with_suffix(COPY)) as connection:
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


def _sync_folder(folder: Path) -> None:
    """The new name survives a power cut too."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
