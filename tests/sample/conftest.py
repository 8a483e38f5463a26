"""The sample portfolio, loaded and analysed once an engine and worker; only read from there."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from impact.accounts.actors import installation_actor
from impact.accounts.permissions import Actor
from impact.audit.tables import ActorKind
from impact.db import Database
from impact.monitoring.analysing import refresh_series, stale_series
from impact.sample.loading import load
from tests.conftest import MIGRATED, PostgresqlServer

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def administrator(session: Session) -> Actor:
    """The installation itself, which may do everything."""
    return installation_actor(session, ActorKind.SYSTEM, now=NOW)


def refresh_all(session: Session) -> None:
    """Analyse every series that waits."""
    for series_id in stale_series(session, 1000):
        refresh_series(session, series_id, now=NOW)


@pytest.fixture(scope="session")
def loaded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Database]]:
    """A database that holds the sample, in which nothing more is ever committed."""
    opened: dict[str, Database] = {}

    def one(engine_name: str) -> Database:
        if engine_name not in opened:
            if engine_name == "sqlite":
                file = tmp_path_factory.mktemp("sample") / "impact.sqlite"
                template: Path = request.getfixturevalue("migrated_sqlite_file")
                url = f"sqlite:///{shutil.copy(template, file)}"
            else:
                server: PostgresqlServer = request.getfixturevalue("postgresql_server")
                url = server.create(f"sample_{uuid4().hex}", MIGRATED)
            opened[engine_name] = Database(url)
            with opened[engine_name].transaction() as session:
                load(session, administrator(session), now=NOW)
                refresh_all(session)
        return opened[engine_name]

    yield one
    for database in opened.values():
        database.dispose()


@pytest.fixture
def sample(engine_name: str, loaded: Callable[[str], Database]) -> Iterator[Session]:
    """A session on the loaded sample, on each engine in turn, rolled back at the end."""
    with loaded(engine_name).engine.connect() as connection, connection.begin() as transaction:
        with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
            yield session
        transaction.rollback()
