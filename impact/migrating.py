"""The way of a database to the newest schema, and back.

Each upgrade is one transaction: it is there as a whole or not at all, whatever happens in
between. Two that start together wait for each other. What a migration must not lose is
checked by ``migrations/env.py`` before the commit; see docs/decisions/0006-migrations.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError

from impact.db import Database
from impact.errors import ImpactError

PACKAGE = Path(__file__).resolve().parent
FILE_NAMES = "%%(year)d%%(month).2d%%(day).2d_%%(hour).2d%%(minute).2d_%%(rev)s_%%(slug)s"
LOCK_SECONDS = 120
# Any number, as long as nothing else of ours takes the same.
POSTGRESQL_LOCK = 7_104_232_611

Tell = Callable[[str], None]
# What is done before the upgrade in the same transaction: it hears the connection and how
# to bring an empty database to another revision.
Before = Callable[[sa.Connection, Callable[[str], None]], None]


class MigrationError(ImpactError):
    """The database cannot be brought to the schema asked for; it is as it was."""

    status = 503


def folder() -> Path:
    """Where the migrations lie: inside an installed package, beside a checkout's."""
    return next(
        place / "migrations"
        for place in (PACKAGE, PACKAGE.parent)
        if (place / "migrations" / "env.py").is_file()
    )


def head(scripts: Path | None = None) -> str:
    """The newest revision this code knows."""
    newest = ScriptDirectory.from_config(configuration(scripts)).get_current_head()
    assert newest is not None, "there is no migration at all"  # noqa: S101 - a broken build
    return newest


def current(url: str) -> str | None:
    """The revision a database stands at; None where nothing was laid out yet."""
    if _is_missing_file(sa.make_url(url)):
        return None
    database = Database(url)
    try:
        with database.reading_engine.connect() as connection:
            return revision_of(connection)
    finally:
        database.dispose()


def revision_of(connection: sa.Connection) -> str | None:
    """The revision that an open database stands at."""
    return MigrationContext.configure(connection).get_current_revision()


def is_current(connection: sa.Connection) -> bool:
    """Whether the database has exactly the schema that this code wants."""
    return revision_of(connection) == head()


def upgrade(
    url: str,
    revision: str = "head",
    *,
    tell: Tell | None = None,
    scripts: Path | None = None,
    before: Before | None = None,
) -> None:
    """Bring a database up to a revision, making it where there is none.

    Args:
        tell: hears one line for each step; nothing is said without it.
        scripts: another folder of migrations than the project's own.
        before: what else belongs to it, done first; if it fails, nothing was done.
    """
    _make_parent_folder(sa.make_url(url))
    with _migrating(url, configuration(scripts, tell)) as config:
        if before is not None:
            before(config.attributes["connection"], lambda wanted: _lay_out_anew(config, wanted))
        command.upgrade(config, revision)


def downgrade(url: str, revision: str, *, tell: Tell | None = None, scripts: Path | None = None) -> None:
    """Bring a database back to an earlier revision, ``base`` for an empty one."""
    with _migrating(url, configuration(scripts, tell)) as config:
        command.downgrade(config, revision)


def configuration(scripts: Path | None = None, tell: Tell | None = None) -> Config:
    """What Alembic has to know; there is no file with it."""
    config = Config()
    config.set_main_option("script_location", str(scripts or folder()).replace("%", "%%"))
    config.set_main_option("file_template", FILE_NAMES)
    config.set_main_option("timezone", "UTC")
    config.attributes["tell"] = tell
    return config


@contextmanager
def _migrating(url: str, config: Config) -> Iterator[Config]:
    """One transaction around it all, alone with the database, keys not enforced on SQLite."""
    database = Database(url)
    try:
        with database.engine.connect() as connection:
            if database.is_sqlite:
                _let_tables_be_rebuilt(connection)
            with _told_plainly(), connection.begin():
                _lock(connection)
                _refuse_newer(connection, config)
                config.attributes["connection"] = connection
                yield config
    finally:
        database.dispose()


def _let_tables_be_rebuilt(connection: sa.Connection) -> None:
    """Outside any transaction: within one SQLite ignores it without a word.

    With keys enforced, dropping the old copy of a rebuilt table would delete the rows that
    refer to it. The connection is thrown away afterwards, and the setting with it.
    """
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101 - connected two lines above
    driver.execute("PRAGMA foreign_keys=OFF")
    driver.execute(f"PRAGMA busy_timeout={LOCK_SECONDS * 1000}")


def _lock(connection: sa.Connection) -> None:
    """Wait for another migration; on SQLite BEGIN IMMEDIATE has done so already."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(POSTGRESQL_LOCK)))


def _refuse_newer(connection: sa.Connection, config: Config) -> None:
    found = revision_of(connection)
    if found is not None and not _is_known(found, config):
        raise MigrationError(
            "The database was made by a newer version of Impact (revision %(revision)s); "
            "install that version, or restore a backup from before.",
            revision=found,
        )


def _lay_out_anew(config: Config, revision: str) -> None:
    """Bring a database without rows to a revision, whichever it stood at."""
    if not _is_known(revision, config):
        raise MigrationError(
            "The backup was made by a newer version of Impact (revision %(revision)s); "
            "install that version and restore with it.",
            revision=revision,
        )
    if revision_of(config.attributes["connection"]) not in (None, revision):
        command.downgrade(config, "base")
    command.upgrade(config, revision)


def _is_known(revision: str, config: Config) -> bool:
    try:
        ScriptDirectory.from_config(config).get_revision(revision)
    except CommandError:
        return False
    return True


@contextmanager
def _told_plainly() -> Iterator[None]:
    try:
        yield
    except sa.exc.OperationalError as error:
        if not any(words in str(error.orig) for words in ("database is locked", "lock timeout")):
            raise
        raise MigrationError(
            "The database was in use for more than %(seconds)s seconds; stop Impact and try again.",
            seconds=LOCK_SECONDS,
        ) from error


def _make_parent_folder(url: sa.URL) -> None:
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)


def _is_missing_file(url: sa.URL) -> bool:
    return url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file()
