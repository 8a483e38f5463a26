"""An installation to attack: an app on each database, its cast, a project that belongs to somebody."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from impact.app import create_app
from impact.settings import Settings
from tests.people import NOW, People, make_people
from tests.web.ground import Placed, place_project


@pytest.fixture
def app(settings: Settings, database_url: str) -> Iterator[Flask]:
    """An app at NOW on an empty, migrated database, on each engine in turn."""
    app = create_app(replace(settings, database_url=database_url), clock=lambda: NOW)
    yield app
    app.extensions["impact"].database.dispose()


@pytest.fixture
def sqlite_app(settings: Settings, sqlite_url: str) -> Iterator[Flask]:
    """The same on SQLite alone, for what has nothing to do with the database."""
    app = create_app(replace(settings, database_url=sqlite_url), clock=lambda: NOW)
    yield app
    app.extensions["impact"].database.dispose()


@pytest.fixture
def people(app: Flask) -> People:
    """The cast, in the app's database."""
    return make_people(app.extensions["impact"].database)


@pytest.fixture
def placed(app: Flask) -> Placed:
    """An internal project that everybody of the cast reaches but the outsider."""
    return place_project(app)
