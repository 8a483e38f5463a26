"""Commands for the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from impact import __version__, migrating, schema
from impact.db import Database
from impact.errors import Conflict
from impact.safekeeping.taking import take_backup
from impact.settings import Settings

PREFIX = "before-migration-"


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


def upgrade_safely(settings: Settings, tell: migrating.Tell | None = None) -> None:
    """The database at the newest schema, after a backup of what it held before.

    The last few lie beside an SQLite database, or in the data folder. There is none where
    nothing is migrated, and none where the settings keep none.
    """
    at = migrating.current(settings.database_url)
    if settings.migration_backups and at in _revisions() - {migrating.head()}:
        url = sa.make_url(settings.database_url)
        is_sqlite = url.get_backend_name() == "sqlite"
        folder = Path(url.database or "").parent if is_sqlite else settings.data_dir
        folder.mkdir(parents=True, exist_ok=True)
        out = folder / f"{PREFIX}{now():%Y%m%dT%H%M%S%fZ}-{at}.zip"
        take_backup(settings.database_url, out, version=__version__, now=now())
        (tell or str)(f"backup: {out}")
        for old in sorted(folder.glob(f"{PREFIX}*.zip"))[: -settings.migration_backups]:
            old.unlink()
    migrating.upgrade(settings.database_url, tell=tell)


def _revisions() -> set[str]:
    scripts = ScriptDirectory.from_config(migrating.configuration())
    return {script.revision for script in scripts.walk_revisions()}


@click.group()
def db() -> None:
    """Migrate and verify the database."""


@db.command()
def upgrade() -> None:
    """Bring the database to the schema of this version."""
    settings = Settings.from_environment()
    before = migrating.current(settings.database_url)
    upgrade_safely(settings, click.echo)
    if before == migrating.head():
        click.echo("The database was up to date.")


@db.command("check")
def check_schema() -> None:
    """Tell whether the database has the schema of this version."""
    with opened(Settings.from_environment()):
        click.echo(f"The database is at revision {migrating.head()}, the newest.")
