"""A database as it is at one moment, to be read at leisure while others write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from impact.db import Database
from impact.errors import Conflict

READABLE_BY_OWNER = 0o600


@contextmanager
def one_moment(url: str, place: Path) -> Iterator[sa.Connection]:
    """A connection that sees one moment, however long it reads.

    Args:
        place: where an SQLite file is copied to for as long.
    """
    database = Database(url)
    try:
        if database.is_sqlite:
            with _copy(database, place) as copied, copied.connect() as connection:
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
