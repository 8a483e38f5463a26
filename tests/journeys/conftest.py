"""A served project, for journeys through pages that the sheet's own do not need."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from waitress.server import create_server

from impact.app import create_app
from impact.db import Database
from impact.delivery.letters import Letterhead
from impact.delivery.reports import send_now
from impact.settings import Settings
from tests.conftest import free_port
from tests.delivery.conftest import head
from tests.delivery.test_reports import plan, subscribe
from tests.people import NOW, make_people, signed_in_client
from tests.web.ground import place_project, publish

__all__ = ["head"]


@pytest.fixture
def site(settings: Settings, sqlite_database: Database, head: Letterhead) -> Iterator[tuple[str, str]]:
    """An address with two projects and a report that was made, and the cookie of an administrator."""
    port = free_port()
    address = f"http://localhost:{port}"
    url = sqlite_database.url.render_as_string(hide_password=False)
    app = create_app(replace(settings, database_url=url, public_url=address), clock=lambda: NOW)
    people = make_people(sqlite_database)
    place_project(app)
    publish(place_project(app, "public-square"))
    number = subscribe(sqlite_database, people.administrator, plan(people.administrator))
    send_now(sqlite_database, head, number, now=NOW)
    client = signed_in_client(app, people.administrator)
    cookie = client.get_cookie("impact")
    assert cookie is not None
    server = create_server(app, host="127.0.0.1", port=port)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield address, cookie.value
    server.close()
    app.extensions["impact"].database.dispose()
