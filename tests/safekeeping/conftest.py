"""Databases to back up and empty ones to restore into, on both engines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from impact.db import Database
from impact.safekeeping.rows import TableSum, sums
from tests.cli.conftest import command  # noqa: F401 - a fixture
from tests.filled import fill

EmptyPlace = Callable[[str], str]


@pytest.fixture
def empty_place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EmptyPlace]:
    """``empty_place("postgresql")``: the address of a database without any table."""
    made = []

    def make(engine_name: str) -> str:
        name = f"empty_{uuid4().hex}"
        if engine_name == "sqlite":
            return f"sqlite:///{tmp_path / name}.sqlite"
        server = request.getfixturevalue("postgresql_server")
        made.append((server, name))
        return str(server.create(name))

    yield make
    for server, name in made:
        server.drop(name)


@pytest.fixture
def kept(database: Database) -> Database:
    """A database with rows in every table, on each engine in turn."""
    with database.engine.begin() as connection:
        fill(connection, 30)
    return database


def sums_of(url: str) -> dict[str, TableSum]:
    """Number of rows and checksum of each table."""
    database = Database(url)
    try:
        with database.reading_engine.connect() as connection:
            return sums(connection)
    finally:
        database.dispose()


def address(database: Database) -> str:
    """The whole address of a database, password included."""
    return database.url.render_as_string(hide_password=False)
