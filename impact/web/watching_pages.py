"""Figures for Prometheus: how the installation does, as counts, for machines that watch it."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, request

from impact import __version__
from impact.accounts.permissions import Action, reach
from impact.request_scope import current_actor, current_session, installation, now
from impact.request_scope.identity import FIGURES
from impact.setting_addresses import LOCAL_HOSTS
from impact.upkeep.condition import Condition, condition
from impact.upkeep.sizes import n_bytes
from impact.web.guards import public

# What version 0.0.4 of the text format is called.
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# Where the middleware that believes proxies keeps what the socket said.
BELIEVED = "werkzeug.proxy_fix.orig"
FORWARDED = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP")
pages = Blueprint("watching", __name__)


@dataclass(frozen=True)
class Figure:
    """One figure with its values, each under its label; a value without label stands alone."""

    name: str
    sentence: str
    values: Mapping[Any, float]
    label: str = ""
    kind: str = "gauge"

    def lines(self) -> Iterator[str]:
        """The figure in Prometheus's text format."""
        yield f"# HELP {self.name} {self.sentence}"
        yield f"# TYPE {self.name} {self.kind}"
        for text, value in self.values.items():
            labelled = f'{{{self.label}="{text}"}}' if self.label else ""
            yield f"{self.name}{labelled} {value:.15g}"


@pages.get(FIGURES)
@public
def show() -> Response:
    """The figures, for this very machine or an administrator's token; nobody's name is in them."""
    if not (_is_local() or _is_administrator()):
        return Response(
            "Show the token of an administrator.\n",
            401,
            {"WWW-Authenticate": "Bearer"},
            mimetype="text/plain",
        )
    session = current_session()
    figures = [
        *_figures(condition(session, now=now())),
        _one("database_bytes", "Bytes that the database takes.", n_bytes(session)),
    ]
    text = "".join(f"{line}\n" for figure in figures for line in figure.lines())
    return Response(text, content_type=CONTENT_TYPE)


def _is_administrator() -> bool:
    """Whether the token is an administrator's; one that only reads is enough to read."""
    return reach(replace(current_actor(), may_write=True), Action.ADMINISTER).everywhere


def _is_local() -> bool:
    """Whether the caller is this very machine and not a proxy on it, by the socket alone.

    Behind a proxy every caller's socket is the proxy's. So nothing may hint at one: no header
    of a proxy's, no foreign host asked for, and no https while no proxy is known of, since
    somebody speaks it and the server then hides what that one says.
    """
    settings = installation().settings
    before = request.environ.get(BELIEVED) or {}
    socket = before.get("REMOTE_ADDR") or request.environ.get("REMOTE_ADDR") or ""
    host = before.get("HTTP_HOST") or request.environ.get("HTTP_HOST") or ""
    return (
        _is_loopback(socket)
        and urlsplit(f"//{host}").hostname in LOCAL_HOSTS
        and not any(header in request.headers for header in FORWARDED)
        and (settings.trusted_proxies > 0 or not settings.is_https)
    )


def _is_loopback(address: str) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return (getattr(found, "ipv4_mapped", None) or found).is_loopback


def _one(name: str, sentence: str, value: float) -> Figure:
    return Figure(f"impact_{name}", sentence, {"": value})


def _figures(found: Condition) -> Iterator[Figure]:
    yield Figure("impact_info", "The version that answers.", {__version__: 1}, "version")
    yield _one("clock_alive", "Whether a clock was alive in the last five minutes.", found.is_clock_alive)
    if found.beat_at is not None:
        age = (found.at - found.beat_at).total_seconds()
        yield _one("clock_heartbeat_age_seconds", "Seconds since a clock was last alive.", age)
    yield Figure("impact_outbox_messages", "Emails in the outbox by state.", found.messages, "state")
    waiting = (found.at - (found.waiting_since or found.at)).total_seconds()
    yield _one("outbox_oldest_waiting_seconds", "Seconds for which the oldest email has waited.", waiting)
    yield Figure(
        "impact_deliveries_total",
        "Attempts to hand an email over by outcome.",
        found.deliveries,
        "outcome",
        "counter",
    )
    yield _one("series_stale", "Series that wait for their analysis.", found.n_stale)
    stale = (found.at - (found.stale_since or found.at)).total_seconds()
    yield _one("series_oldest_stale_seconds", "Seconds for which the oldest of them has waited.", stale)
    yield Figure("impact_flags", "Flags by state.", found.flags, "state")
    failed = found.n_sign_ins_failed
    yield _one("sign_ins_failed", "Tries to sign in that failed in the last hour.", failed)
