"""An installation to attack: a project that belongs to somebody."""

import pytest
from flask import Flask

from tests.web.ground import Placed, place_project


@pytest.fixture
def placed(app: Flask) -> Placed:
    """An internal project that everybody of the cast reaches but the outsider."""
    return place_project(app)
