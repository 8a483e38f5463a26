"""Addresses that people type: nothing here ever goes there by itself."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from itertools import product
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from flask import Flask

from impact.delivery.letters import Letterhead
from impact.delivery.notices import announce_flags
from impact.delivery.reports import send_now
from impact.errors import Invalid
from impact.registry import editing
from impact.registry.project_tables import Milestone, ProjectDocument
from tests.delivery.conftest import head
from tests.delivery.test_reports import plan, subscribe
from tests.people import NOW, bearer, make_people, signed_in_client
from tests.web.ground import place_project

__all__ = ["head"]
HOSTS = (
    "127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "0.0.0.0",
    "[::ffff:127.0.0.1]", "[0:0:0:0:0:0:0:1]", "localhost.", "user@127.0.0.1", "127.0.0.1.", "LOCALHOST",
)  # fmt: skip
FIELDS: tuple[tuple[type[Any], str], ...] = ((ProjectDocument, "address"), (Milestone, "evidence_address"))
WAYS = ("http://%s:%d/", "https://%s:%d/x.svg", "http://%s:%d/?to=http://127.0.0.1", "//%s:%d/")


@pytest.fixture
def canary() -> Iterator[socket.socket]:
    """A listener that nobody has any reason to call."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        yield listener


def is_called(canary: socket.socket) -> bool:
    """Whether somebody called."""
    try:
        canary.accept()[0].close()
    except TimeoutError:
        return False
    return True


def test_calls_no_address_when_somebody_typed_it(
    sqlite_app: Flask, canary: socket.socket, head: Letterhead
) -> None:
    """Sixty addresses of this machine in every field for one; pages, API, pictures, mails: no call."""
    people, placed = make_people(sqlite_app.extensions["impact"].database), place_project(sqlite_app)
    addresses = [way % (host, canary.getsockname()[1]) for host in HOSTS for way in WAYS]
    assert len(addresses) == 60
    n_kept = 0
    with placed.database.transaction() as session:
        for address, (kind, name) in product(addresses, FIELDS):
            facts = {"project_id": placed.project_id, "title_sv": "Adress", name: address}
            try:
                editing.make(session, people.manager.actor, kind, facts, now=NOW)
                n_kept += 1
            except Invalid:
                continue
    assert n_kept >= 60
    client, key = signed_in_client(sqlite_app, people.administrator), bearer(sqlite_app, people.administrator)
    for path in ("", "/plan", "/history", "/rounds"):
        assert client.get(f"/projects/{placed.slug}{path}").status_code == 200
    for sort in ("documents", "milestones"):
        assert addresses[0] in client.get(f"/api/v1/projects/{placed.slug}/plan/{sort}", headers=key).text
    number = subscribe(placed.database, people.manager, plan(people.manager))
    send_now(placed.database, head, number, now=NOW)
    announce_flags(placed.database, head, now=NOW)
    assert not is_called(canary)


def test_hears_a_call_when_there_is_one(canary: socket.socket) -> None:
    """The trial above can fail."""
    with pytest.raises((URLError, TimeoutError)):
        urlopen(f"http://127.0.0.1:{canary.getsockname()[1]}/", timeout=0.1)
    assert is_called(canary)
