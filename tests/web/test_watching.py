"""Figures for Prometheus: well formed, counts alone, for this machine or an administrator."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from impact.accounts.tables import SignInAttempt, TokenScope
from impact.app import create_app
from impact.delivery.heartbeat import beat
from impact.settings import Settings
from tests.people import NOW, People, bearer, make_people, signed_in_client
from tests.trust.canaries import occurs, place_canaries

NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*"
SAMPLE = re.compile(rf'({NAME})(?:{{({NAME})="((?:[^"\\\n]|\\[\\n"])*)"}})? (-?[0-9.]+(?:e[+-][0-9]+)?)')
ELSEWHERE = {"REMOTE_ADDR": "192.0.2.7"}


def parsed(text: str) -> dict[str, dict[str, float]]:
    """The samples by name and label's value; anything not of format 0.0.4 is an error."""
    assert text.endswith("\n")
    found: dict[str, dict[str, float]] = {}
    kinds: dict[str, str] = {}
    helped: list[str] = []
    for line in text[:-1].split("\n"):
        if line.startswith("# HELP "):
            helped.append(line.split(" ", 3)[2])
            assert len(line.split(" ", 3)) == 4, line
        elif line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert kind in ("gauge", "counter")
            assert name == helped[-1]
            assert name not in kinds, f"{name} is told twice"
            assert name.endswith("_total") == (kind == "counter")
            kinds[name] = kind
        else:
            sample = SAMPLE.fullmatch(line)
            assert sample, line
            name, _, label, value = sample.groups()
            assert name == list(kinds)[-1], f"{name} does not stand under its own head"
            of_name = found.setdefault(name, {})
            assert (label or "") not in of_name, line
            of_name[label or ""] = float(value)
    return found


def asked(app: Flask, headers: dict[str, str] | None = None, **environ: str) -> TestResponse:
    return app.test_client().get("/metrics", headers=headers or {}, environ_overrides=environ)


def test_tells_the_figures_in_the_text_format_when_asked_on_the_machine(app: Flask, people: People) -> None:
    """Each figure has its head, its kind and its samples, and counts what is there."""
    with app.extensions["impact"].database.transaction() as session:
        beat(session, "one", started_at=NOW, now=NOW - timedelta(seconds=42))
        session.add(SignInAttempt(name_key="x", address="192.0.2.1", attempted_at=NOW, succeeded=False))
    place_canaries(app, people)
    response = asked(app)
    assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    found = parsed(response.text)
    assert found["impact_clock_heartbeat_age_seconds"] == {"": 42}
    assert found["impact_clock_alive"] == {"": 1}
    assert found["impact_outbox_messages"] == {"waiting": 1, "sent": 0, "failed": 0, "cancelled": 0}
    assert found["impact_deliveries_total"] == {"accepted": 0, "deferred": 0, "refused": 0, "withheld": 0}
    assert found["impact_flags"] == {"open": 0, "confirmed": 1, "dismissed": 0, "superseded": 0}
    assert found["impact_sign_ins_failed"] == {"": 1}
    assert found["impact_series_stale"] == {"": 0}
    assert found["impact_database_bytes"][""] > 100_000


def test_holds_no_word_of_anybody_when_there_are_projects_and_mails(app: Flask, people: People) -> None:
    """Neither names nor addresses, texts or values of what is followed stand in the figures."""
    place_canaries(app, people)
    text = asked(app).text
    assert parsed(text)
    assert not occurs(text)
    assert not any(name in text for name in ("administrator", "example.se", "analyst"))


def test_has_no_age_when_no_clock_ever_ran(app: Flask) -> None:
    """What is not known is left out, and no clock is alive."""
    found = parsed(asked(app).text)
    assert "impact_clock_heartbeat_age_seconds" not in found
    assert found["impact_clock_alive"] == {"": 0}


@pytest.mark.parametrize(
    ("name", "scope", "status"),
    [
        ("administrator", TokenScope.READ, 200),
        ("administrator", TokenScope.WRITE, 200),
        ("manager", TokenScope.WRITE, 401),
        ("viewer", TokenScope.READ, 401),
        ("outsider", TokenScope.WRITE, 401),
        ("disabled", TokenScope.WRITE, 401),
    ],
)
def test_answers_elsewhere_only_when_an_administrators_token_is_shown(
    app: Flask, people: People, name: str, scope: TokenScope, status: int
) -> None:
    """From another machine it takes a token of somebody who administers the installation."""
    response = asked(app, bearer(app, getattr(people, name), scope), **ELSEWHERE)
    assert response.status_code == status
    if status == 401:
        assert response.headers["WWW-Authenticate"] == "Bearer"
        assert "impact_" not in response.text


def test_refuses_elsewhere_when_a_cookie_or_nothing_is_shown(app: Flask, people: People) -> None:
    """A browser's cookie is no token: pages are for people."""
    client = signed_in_client(app, people.administrator)
    assert client.get("/metrics", environ_overrides=ELSEWHERE).status_code == 401
    assert asked(app, **ELSEWHERE).status_code == 401
    assert asked(app, {"Authorization": "Bearer imp_1_nonsense"}, **ELSEWHERE).status_code == 401


@pytest.mark.parametrize(
    ("address", "status"),
    [("127.0.0.1", 200), ("127.8.8.8", 200), ("::1", 200), ("::ffff:127.0.0.1", 200),
     ("192.0.2.7", 401), ("", 401), ("localhost", 401), ("10.0.0.1", 401)],
)  # fmt: skip
def test_answers_without_token_only_when_the_socket_is_the_machines_own(
    app: Flask, address: str, status: int
) -> None:
    """The socket's address decides, in any of its spellings."""
    assert asked(app, REMOTE_ADDR=address).status_code == status


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP", "X-Forwarded-Proto"])
@pytest.mark.parametrize("n_proxies", [0, 1])
def test_refuses_when_a_proxy_on_the_machine_passes_somebody_on(
    settings: Settings, sqlite_url: str, header: str, n_proxies: int
) -> None:
    """Behind a proxy every socket is the machine's own, whatever the headers claim."""
    app = create_app(replace(settings, database_url=sqlite_url, trusted_proxies=n_proxies), clock=lambda: NOW)
    assert asked(app, {header: "127.0.0.1"}).status_code == 401
    assert asked(app).status_code == 200
    app.extensions["impact"].database.dispose()


def test_refuses_when_the_public_host_was_asked_for_or_an_unknown_proxy_speaks_https(
    settings: Settings, sqlite_url: str
) -> None:
    """A proxy that hides itself is told by the host, or by an https that nobody else can speak."""
    public = replace(settings, database_url=sqlite_url, public_url="https://impact.example.se")
    unknown = create_app(public, clock=lambda: NOW)
    known = create_app(replace(public, trusted_proxies=1), clock=lambda: NOW)
    assert asked(unknown).status_code == 401
    assert asked(known).status_code == 200
    assert asked(known, {"Host": "impact.example.se"}).status_code == 401
    people = make_people(unknown.extensions["impact"].database)
    assert asked(unknown, bearer(unknown, people.administrator)).status_code == 200
    for app in (unknown, known):
        app.extensions["impact"].database.dispose()


@pytest.mark.parametrize(
    "broken",
    ["impact_x 1", "# TYPE a_total gauge\n", 'impact_x{a="b} 1\n', "# HELP a b\n# TYPE a gauge\nb 1\n"],
)
def test_reader_of_the_trials_refuses_what_is_not_of_the_format(broken: str) -> None:
    """The small reader above can fail."""
    with pytest.raises((AssertionError, IndexError)):
        parsed(broken)
