"""What one request knows of its installation: number, moment, settings, database."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import structlog
from flask import Flask, current_app, g

from impact.db import Database
from impact.settings import Settings

EXTENSION = "impact"


@dataclass(frozen=True)
class Installation:
    """What an app was made with; kept in ``app.extensions["impact"]``."""

    settings: Settings
    database: Database
    clock: Callable[[], datetime]


def install(app: Flask, installed: Installation) -> None:
    """Give the app what it works with, and each of its requests a number."""
    app.extensions[EXTENSION] = installed
    app.before_request(_begin)


def installation() -> Installation:
    """Settings, database and clock of the app that answers this request."""
    found: Installation = current_app.extensions[EXTENSION]
    return found


def now() -> datetime:
    """The moment of this request, the same all through it."""
    if "moment" not in g:
        g.moment = installation().clock()
    moment: datetime = g.moment
    return moment


def today() -> date:
    """The day that it is for the people of this installation, at this request's moment."""
    return now().astimezone(installation().settings.time_zone).date()


def request_id() -> str:
    """The number under which this request stands in log and trail."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(6)
    number: str = g.request_id
    return number


def _begin() -> None:
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=request_id())
