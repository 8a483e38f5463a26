"""Every route, with every method, for everybody: what happens is what the table says.

A new route needs its line in ``EXPECTED``: the least role that opens it. Which of the
things behind a route somebody reaches is another question, answered by the queries; a
thing out of reach is a 404, and that counts as let in here.
"""

import re
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask

from impact import schema
from impact.accounts.permissions import Action
from impact.web.guards import needs
from tests.people import People, bearer, make_people, signed_in_client

ANYBODY, SIGNED_IN, VIEWER, ANALYST, MANAGER, ADMINISTRATOR = range(6)

EXPECTED = {
    # Signing in, language, health, files
    "GET /sign-in": ANYBODY,
    "POST /sign-in": ANYBODY,
    "POST /sign-out": ANYBODY,
    "POST /language/<code>": ANYBODY,
    "GET /healthz": ANYBODY,
    "GET /readyz": ANYBODY,
    "GET /static/<path:name>": ANYBODY,
    "GET /typeface/<name>": ANYBODY,
    # Reading
    "GET /": VIEWER,
    "GET /projects": VIEWER,
    "GET /projects/<slug>": VIEWER,
    "GET /indicators/<int:indicator_id>": VIEWER,
    "GET /indicators/<int:indicator_id>/chart.<any(svg, png):form>": VIEWER,
    "GET /flags/<int:flag_id>": VIEWER,
    # Entering
    "GET /entry": ANALYST,
    "GET /series/<int:series_id>/periods/<path:period>": ANALYST,
    "POST /series/<int:series_id>/periods/<path:period>": ANALYST,
    # Deciding
    "POST /flags/<int:flag_id>": MANAGER,
    # The API
    "GET /api/v1/openapi.json": ANYBODY,
    "GET /api/v1/projects": VIEWER,
    "GET /api/v1/projects/<slug>": VIEWER,
    "GET /api/v1/indicators/<int:indicator_id>": VIEWER,
    "GET /api/v1/series/<int:series_id>": VIEWER,
    "GET /api/v1/series/<int:series_id>/measurements/<path:period>": VIEWER,
    "PUT /api/v1/series/<int:series_id>/measurements/<path:period>": ANALYST,
    "GET /api/v1/flags": VIEWER,
    "GET /api/v1/flags/<int:flag_id>": VIEWER,
    "POST /api/v1/flags/<int:flag_id>/decisions": MANAGER,
}

# How far each of the cast comes. The outsider is a manager, of another organisation.
REACHES = {
    "anonymous": ANYBODY,
    "disabled": ANYBODY,
    "viewer": VIEWER,
    "analyst": ANALYST,
    "manager": MANAGER,
    "outsider": MANAGER,
    "administrator": ADMINISTRATOR,
}
# What stands in the places of an address; "1" otherwise.
PLACES = {
    "code": "en",
    "any(svg, png):form": "svg",
    "path:period": "2025",
    "path:name": "base.css",
    "name": "SourceSansPro-Regular.ttf",
}
# Its own answer is a way to the sign-in page.
LEADS_TO_SIGN_IN = {"POST /sign-out"}


def routes(app: Flask) -> dict[str, tuple[str, str]]:
    """Method and address of every route, by its line in the table."""
    found = {}
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            address = re.sub(r"<(.*?)>", lambda place: PLACES.get(place[1], "1"), rule.rule)
            found[f"{method} {rule.rule}"] = (method, address)
    return found


def outcome(app: Flask, people: People, who: str, line: str, method: str) -> str:
    """What somebody meets at a route: let in, sign in first, or refused."""
    address = routes(app)[line][1]
    client = app.test_client() if who == "anonymous" else signed_in_client(app, getattr(people, who))
    token = bearer(app, getattr(people, who)) if who != "anonymous" and address.startswith("/api/") else {}
    response = client.open(address, method=method, headers=token, buffered=True)
    place = urlsplit(response.headers.get("Location", "")).path
    if response.status_code == 401 or (place == "/sign-in" and line not in LEADS_TO_SIGN_IN):
        return "sign in"
    return {403: "refused"}.get(response.status_code, "let in")


def differences(app: Flask, people: People) -> list[str]:
    """Every route and person for whom something else happens than the table says."""
    found = []
    for line, (method, _) in routes(app).items():
        for who, reaches in REACHES.items():
            least = EXPECTED.get(line, ADMINISTRATOR + 1)
            wanted = "let in" if reaches >= least else "sign in" if reaches == ANYBODY else "refused"
            for each in (method, "HEAD") if method == "GET" else (method,):
                seen = outcome(app, people, who, line, each)
                if seen != wanted:
                    found.append(f"{line} as {each}: {who} should be {wanted}, but is {seen}")
    return found


@pytest.fixture
def crawled(sqlite_app):
    """An app whose routes can be tried without the tokens of its forms."""
    sqlite_app.config["WTF_CSRF_ENABLED"] = False
    return sqlite_app


@pytest.fixture
def cast(crawled):
    """Everybody, in its database."""
    return make_people(crawled.extensions["impact"].database)


def test_lets_in_whom_the_table_says_and_nobody_else(crawled, cast):
    """All routes, all methods, all people."""
    assert not differences(crawled, cast)


def test_has_a_line_for_every_route_and_no_other(crawled):
    """A route without a line fails, and so does a line without a route."""
    assert set(routes(crawled)) == set(EXPECTED)


def test_sees_a_route_when_it_has_no_line_or_the_wrong_one(crawled, cast, monkeypatch):
    """This test sees what it is for: a new route, and one that lets in too many."""
    crawled.add_url_rule("/new", "new", needs(Action.SEE)(lambda: "new"))
    assert set(routes(crawled)) - set(EXPECTED) == {"GET /new"}
    monkeypatch.setitem(EXPECTED, "GET /new", ANALYST)
    assert differences(crawled, cast) == [
        f"GET /new as {method}: viewer should be refused, but is let in" for method in ("GET", "HEAD")
    ]
    monkeypatch.setitem(EXPECTED, "GET /new", VIEWER)
    assert not differences(crawled, cast)


def contents(app: Flask) -> dict[str, list[object]]:
    """All rows of all tables."""
    with app.extensions["impact"].database.reading() as session:
        return {
            table.name: [tuple(row) for row in session.execute(sa.select(table))]
            for table in schema.metadata.sorted_tables
        }


def test_changes_nothing_when_pages_are_only_looked_at(crawled, cast):
    """After every GET of everything by the administrator the database is as it was."""
    client = signed_in_client(crawled, cast.administrator)
    before = contents(crawled)
    for method, address in routes(crawled).values():
        if method == "GET":
            client.get(address, buffered=True)
    assert contents(crawled) == before


def test_never_fails_and_always_carries_the_headers(crawled, cast):
    """No route answers anybody with an error of ours or without its policy."""
    for who in ("administrator", "outsider"):
        for method, address in routes(crawled).values():
            client = signed_in_client(crawled, getattr(cast, who))
            response = client.open(address, method=method, buffered=True)
            assert response.status_code < 500, (method, address)
            assert "default-src 'none'" in response.headers["Content-Security-Policy"], (method, address)
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert response.headers["Cache-Control"], (method, address)


def test_accepts_no_form_without_its_token(sqlite_app):
    """Every route that changes something refuses what did not come from one of our pages."""
    people = make_people(sqlite_app.extensions["impact"].database)
    client = signed_in_client(sqlite_app, people.administrator)
    before = contents(sqlite_app)
    for method, address in routes(sqlite_app).values():
        if method in ("GET", "HEAD") or address.startswith("/api/"):
            continue
        for sent in ({"data": {"x": "y"}}, {"data": '{"x": 1}', "content_type": "text/plain"}):
            response = client.open(address, method=method, headers={"Origin": "https://evil.example"}, **sent)
            assert response.status_code == 400, (method, address)
    assert contents(sqlite_app) == before
