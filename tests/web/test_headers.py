"""Headers on every answer, cookies, and the hosts we answer for."""

import re
from dataclasses import replace

import pytest

from impact.app import create_app
from tests.people import NOW, PASSWORD, make_people, post

PATHS = ["/sign-in", "/no-such-page", "/healthz", "/static/base.css", "/typeface/SourceSansPro-Regular.ttf"]
POLICY = (
    "default-src 'none'; script-src 'nonce-{}'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


@pytest.fixture
def secure_app(settings, sqlite_url):
    """An app that people reach over https."""
    app = create_app(
        replace(settings, database_url=sqlite_url, public_url="https://impact.example.se"), clock=lambda: NOW
    )
    yield app
    app.extensions["impact"].database.dispose()


@pytest.mark.parametrize("path", PATHS)
def test_carries_every_header_whatever_is_asked_for(client, path):
    """Pages, errors, files and health alike tell browsers to be strict."""
    headers = client.get(path, buffered=True).headers
    nonce = re.search(r"'nonce-([\w-]+)'", headers["Content-Security-Policy"])[1]
    assert headers["Content-Security-Policy"] == POLICY.format(nonce)
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert re.fullmatch(r"[0-9a-f]{12}", headers["X-Request-Id"])
    assert "Strict-Transport-Security" not in headers


def test_carries_the_headers_when_the_server_failed(settings, sqlite_url):
    """An error of ours is no hole in the policy."""
    app = create_app(replace(settings, database_url=sqlite_url))
    app.add_url_rule("/silent", "silent", lambda: "")
    response = app.test_client().get("/silent")
    assert response.status_code == 500
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["Cache-Control"] == "no-store"


def test_takes_another_nonce_and_number_for_each_answer(client):
    """Neither the nonce nor the number of a request comes twice."""
    answers = [client.get("/sign-in").headers for _ in range(20)]
    assert len({answer["Content-Security-Policy"] for answer in answers}) == 20
    assert len({answer["X-Request-Id"] for answer in answers}) == 20


def test_stores_no_page_but_keeps_files_until_they_change(client):
    """Pages are never stored; a file under its address with digest for a year."""
    page = client.get("/sign-in")
    assert page.headers["Cache-Control"] == "no-store"
    address = re.search(r'href="(/static/base\.css\?v=\w+)"', page.text)[1]
    assert (
        client.get(address, buffered=True).headers["Cache-Control"] == "public, max-age=31536000, immutable"
    )
    assert client.get("/static/base.css", buffered=True).headers["Cache-Control"] == "no-cache"
    assert client.get("/static/base.css?v=old", buffered=True).headers["Cache-Control"] == "no-cache"
    assert "Set-Cookie" not in client.get(address, buffered=True).headers


@pytest.mark.parametrize(
    "path",
    ["/static/../app.py", "/static/%2e%2e/app.py", "/static//etc/passwd", "/typeface/..%2f__init__.py"],
)
def test_serves_no_file_from_outside_its_folder(client, path):
    """No address leads out of the folders of files."""
    assert client.get(path, follow_redirects=True).status_code == 404


def test_ties_cookies_to_https_when_the_public_address_has_it(secure_app):
    """Cookies are Secure, HttpOnly, SameSite and bound to the host; the browser stays on https."""
    make_people(secure_app.extensions["impact"].database)
    response = post(secure_app.test_client(), "/sign-in", name="analyst", password=PASSWORD)
    cookies = response.headers.getlist("Set-Cookie")
    assert {cookie.split("=")[0] for cookie in cookies} == {"__Host-impact", "__Host-impact-language"}
    for cookie in cookies:
        attributes = {part.strip() for part in cookie.split(";")[1:]}
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= attributes
        assert "Domain" not in cookie
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_sets_plain_cookies_when_on_localhost(sqlite_app):
    """Over http on localhost cookies are HttpOnly and SameSite, and browsers accept them."""
    make_people(sqlite_app.extensions["impact"].database)
    response = post(sqlite_app.test_client(), "/sign-in", name="analyst", password=PASSWORD)
    cookies = response.headers.getlist("Set-Cookie")
    assert {cookie.split("=")[0] for cookie in cookies} == {"impact", "impact-language"}
    assert all(
        "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Secure" not in cookie for cookie in cookies
    )


@pytest.mark.parametrize("host", ["evil.example", "impact.example.se.evil.example", "localhost.evil.example"])
def test_refuses_a_request_when_it_is_for_another_host(secure_app, host):
    """We answer for our own name and for localhost alone."""
    response = secure_app.test_client().get("/sign-in", headers={"Host": host})
    assert response.status_code == 400
    assert host not in response.text


@pytest.mark.parametrize("host", ["impact.example.se", "localhost:8000", "127.0.0.1"])
def test_answers_when_a_request_is_for_us(secure_app, host):
    """The public name and localhost are ours."""
    assert secure_app.test_client().get("/sign-in", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(("n_proxies", "expected"), [(0, "127.0.0.1"), (1, "192.0.2.7"), (2, "192.0.2.6")])
def test_believes_forwarded_addresses_of_so_many_proxies(settings, sqlite_url, n_proxies, expected):
    """The address counted at sign-in is the one the trusted proxy saw, not one made up."""
    app = create_app(replace(settings, database_url=sqlite_url, trusted_proxies=n_proxies))
    seen = []
    app.before_request(lambda: seen.append(__import__("flask").request.remote_addr))
    app.test_client().get("/healthz", headers={"X-Forwarded-For": "192.0.2.5, 192.0.2.6, 192.0.2.7"})
    app.extensions["impact"].database.dispose()
    assert seen == [expected]
