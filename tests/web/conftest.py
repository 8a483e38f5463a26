"""The web as a test meets it: a browser in which nobody is signed in."""

import pytest
from flask import Flask
from flask.testing import FlaskClient


@pytest.fixture
def client(sqlite_app: Flask) -> FlaskClient:
    """A browser in which nobody is signed in."""
    return sqlite_app.test_client()
