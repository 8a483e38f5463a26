"""Commands for the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click

from impact import migrating, schema
from impact.db import Database
from impact.errors import Conflict
from impact.settings import Settings


def now() -> datetime:
    """The moment at which a command acts."""
    return datetime.now(UTC)


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """The installation's database, at the newest schema.

    Raises:
        Conflict: it was not migrated.
    """
    assert schema.metadata.tables  # noqa: S101 - importing it made every table known
    if migrating.current(settings.database_url) != migrating.head():
        raise Conflict("The database is not migrated; run: impact db upgrade")
    database = Database(settings.database_url, settings.time_zone)
    try:
        yield database
    finally:
        database.dispose()


@click.group()
def db() -> None:
    """Migrate and verify the database."""


@db.command()
def upgrade() -> None:
    """Bring the database to the schema of this version."""
    settings = Settings.from_environment()
    before = migrating.current(settings.database_url)
    migrating.upgrade(settings.database_url, tell=click.echo)
    if before == migrating.head():
        click.echo("The database was up to date.")


@db.command("check")
def check_schema() -> None:
    """Tell whether the database has the schema of this version."""
    with opened(Settings.from_environment()):
        click.echo(f"The database is at revision {migrating.head()}, the newest.")
