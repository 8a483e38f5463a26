"""Whatever host a request names: no link, redirect or cookie ever leads there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from impact.app import create_app
from impact.delivery.tables import OutboxMessage
from impact.settings import Settings
from tests.people import NOW, PASSWORD, People, form_token, make_people, signed_in_client
from tests.trust.places import address, routes
from tests.web.ground import place_project

EVIL = "evil.example"
ATTACKS: list[dict[str, str]] = [
    {"Host": EVIL},
    {"Host": f"localhost@{EVIL}"},
    {"Host": f"localhost.{EVIL}"},
    {"Host": f"{EVIL}:80"},
    {"Host": f"localhost:80#{EVIL}"},
    {"X-Forwarded-Host": EVIL},
    {"X-Forwarded-Host": f"localhost, {EVIL}"},
    {"X-Forwarded-Server": EVIL},
    {"X-Original-URL": f"https://{EVIL}/"},
    {"X-Rewrite-URL": f"//{EVIL}/"},
    {"Forwarded": f"host={EVIL};proto=https"},
    {"X-Forwarded-Prefix": f"//{EVIL}"},
]


@pytest.fixture(params=[0, 1], ids=["direct", "behind-a-proxy"])
def attacked(request: pytest.FixtureRequest, settings: Settings, sqlite_url: str) -> Iterator[Flask]:
    """An app with everything in it, reached directly or through a proxy that is believed."""
    app = create_app(
        replace(settings, database_url=sqlite_url, trusted_proxies=request.param), clock=lambda: NOW
    )
    yield app
    app.extensions["impact"].database.dispose()


@pytest.fixture
def cast(attacked: Flask) -> People:
    """Who is there."""
    return make_people(attacked.extensions["impact"].database)


def told(response: TestResponse) -> str:
    """All that the answer says."""
    return f"{response.headers}\n{response.get_data().decode(errors='replace')}"


def test_never_names_a_foreign_host_when_a_request_does(attacked: Flask, cast: People) -> None:
    """No answer to any address repeats the host, in its text, its links or where it leads."""
    placed = place_project(attacked)
    client = signed_in_client(attacked, cast.administrator)
    paths = [address(attacked, rule, placed) for method, rule in routes(attacked) if method == "GET"]
    for path in paths:
        for headers in ATTACKS if "/chart." not in path else ATTACKS[:1]:
            response = client.get(path, headers=headers, buffered=True)
            assert EVIL not in told(response), (path, headers)
            assert response.status_code < 500, (path, headers)


def test_leads_nowhere_else_when_somebody_signs_in_by_a_foreign_host(attacked: Flask, cast: People) -> None:
    """Signing in leads to a path of ours, or is refused."""
    for headers in ATTACKS:
        client = attacked.test_client()
        form = {"csrf_token": form_token(client), "name": "analyst", "password": PASSWORD, "next": "/entry"}
        response = client.post("/sign-in", data=form, headers=headers)
        assert EVIL not in told(response), headers
        assert response.headers.get("Location", "/entry") == "/entry", headers


def test_mails_no_foreign_link_when_a_new_password_is_asked_for(attacked: Flask, cast: People) -> None:
    """The link in the mail leads to our own address, whatever host the request named."""
    for number, headers in enumerate(ATTACKS):
        client = attacked.test_client()
        form = {"csrf_token": form_token(client), "name": ("analyst", "manager", "viewer")[number % 3]}
        ours = {"Origin": "http://localhost", **headers}
        answer = client.post(
            "/forgotten", data=form, headers=ours, environ_base={"REMOTE_ADDR": f"10.0.0.{number}"}
        )
        assert EVIL not in told(answer), headers
    with attacked.extensions["impact"].database.reading() as session:
        mails = [mime.decode() for mime in session.scalars(select(OutboxMessage.mime))]
    assert len(mails) >= 4
    assert [mail for mail in mails if EVIL in mail or "http://localhost" not in mail] == []
