"""The web as a test meets it: browsers with nobody or the administrator signed in, and what lies behind."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from impact.db import Database
from tests.people import People, signed_in_client


@pytest.fixture
def client(sqlite_app: Flask) -> FlaskClient:
    """A browser in which nobody is signed in."""
    return sqlite_app.test_client()


@pytest.fixture
def database(app: Flask) -> Database:
    """The database of the app."""
    found: Database = app.extensions["impact"].database
    return found


@pytest.fixture
def administrator(app: Flask, people: People) -> FlaskClient:
    """The administrator's browser, in English."""
    client = signed_in_client(app, people.administrator)
    client.set_cookie("impact-language", "en")
    return client
