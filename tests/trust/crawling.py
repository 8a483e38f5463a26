"""Walk through all pages that somebody can open: by links, by numbers, by what the routes say."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from impact.request_scope.identity import API_PREFIX
from tests.trust.places import address, routes
from tests.web.ground import Placed

# Every number up to this is tried at each address that takes one.
HIGHEST_NUMBER = 50
LINK = re.compile(r"""\b(?:href|src|action|data-[\w-]+)=["']([^"']+)["']""")
PATH = re.compile(r'"(/[^"\\{}]*)"')


def crawl(
    client: FlaskClient, placed: Placed, *, numbers: bool = True, token: dict[str, str] | None = None
) -> Iterator[tuple[str, TestResponse]]:
    """Each address that can be asked for with GET, and what comes back.

    Addresses of the API are asked with the token, by whoever has one.
    """
    waiting = [*_known(client.application, placed, numbers)]
    seen: set[str] = set()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        headers = token if path.startswith(API_PREFIX) else None
        response = client.get(path, headers=headers, buffered=True)
        yield path, response
        if response.mimetype == "application/json":
            waiting += PATH.findall(response.text)
        elif response.mimetype == "text/html":
            waiting += _links(path, response.text)
        elif "Location" in response.headers:
            waiting += _links(path, f'href="{response.headers["Location"]}"')


def _known(app: Flask, placed: Placed, numbers: bool) -> Iterator[str]:
    """What the routes say: for the project of the trial, and for every small number."""
    for method, rule in routes(app):
        if method != "GET":
            continue
        yield address(app, rule, placed)
        if numbers and any(name.endswith("_id") for name in rule.arguments):
            for number in range(HIGHEST_NUMBER + 1):
                numbered = Placed.numbered(placed.database, placed.slug, number)
                yield address(app, rule, numbered, personal=number)


def _links(path: str, text: str) -> Iterator[str]:
    for found in LINK.findall(text):
        parts = urlsplit(urljoin(f"//localhost{path}", unescape(found)))
        if parts.hostname == "localhost" and parts.scheme in ("", "http", "https"):
            yield parts.path + (f"?{parts.query}" if parts.query else "")
