"""A served project, for journeys through pages that the sheet's own do not need."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from waitress.server import create_server

from impact.app import create_app
from impact.db import Database
from impact.settings import Settings
from tests.conftest import free_port
from tests.people import NOW, make_people, signed_in_client
from tests.web.ground import place_project, publish


@pytest.fixture
def site(settings: Settings, sqlite_database: Database) -> Iterator[tuple[str, str]]:
    """An address with a project, and the cookie of a signed-in administrator."""
    port = free_port()
    address = f"http://localhost:{port}"
    url = sqlite_database.url.render_as_string(hide_password=False)
    app = create_app(replace(settings, database_url=url, public_url=address), clock=lambda: NOW)
    people = make_people(sqlite_database)
    place_project(app)
    publish(place_project(app, "public-square"))
    client = signed_in_client(app, people.administrator)
    cookie = client.get_cookie("impact")
    assert cookie is not None
    server = create_server(app, host="127.0.0.1", port=port)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield address, cookie.value
    server.close()
    app.extensions["impact"].database.dispose()
