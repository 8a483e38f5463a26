"""The API as a program meets it: callers with a token each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from impact.accounts import members
from impact.accounts.tables import TokenScope
from impact.accounts.tokens import make_token
from impact.db import Database
from tests.people import NOW, People, Person
from tests.web.ground import Placed, place_project


@dataclass(frozen=True)
class Caller:
    """A program with a token; answers in English unless it asks otherwise."""

    client: FlaskClient
    token: str = ""

    def call(self, method: str, path: str, **options: Any) -> TestResponse:
        headers = {"Accept-Language": "en", **options.pop("headers", {})}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        return self.client.open("/api/v1" + path, method=method, headers=headers, **options)

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.call("GET", path, **options)

    def put(self, path: str, body: Any, **options: Any) -> TestResponse:
        return self.call("PUT", path, json=body, **options)

    def post(self, path: str, body: Any, **options: Any) -> TestResponse:
        return self.call("POST", path, json=body, **options)


def token_for(database: Database, person: Person, scope: TokenScope = TokenScope.WRITE) -> str:
    """A new token of that person's."""
    with database.transaction() as session:
        user = members.user_by_id(session, person.user_id)
        until = NOW + timedelta(days=30)
        return make_token(session, person.actor, user, "test", scope, expires_at=until, now=NOW)


@pytest.fixture
def placed(app: Flask, people: People) -> Placed:
    """A project whose indicator has turned, with its flag."""
    return place_project(app)


@pytest.fixture
def caller(app: Flask, people: People):
    """``caller("analyst")``: a program with that person's token, of writing scope or another."""

    def one(name: str, scope: TokenScope = TokenScope.WRITE) -> Caller:
        token = token_for(app.extensions["impact"].database, getattr(people, name), scope)
        return Caller(app.test_client(), token)

    return one


@pytest.fixture
def stranger(app: Flask) -> Caller:
    """A program without a token."""
    return Caller(app.test_client())
