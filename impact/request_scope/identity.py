"""Who is behind a request: by the cookie for pages, by a token for the API, never both."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import flask
import structlog
from flask import Flask, g, request
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from impact.accounts.permissions import NOBODY, Actor
from impact.accounts.signing_in import Visitor, signed_in, touch
from impact.accounts.tokens import actor_of_token, touch_token
from impact.audit.tables import ActorKind
from impact.request_scope.transaction import READING, current_session, roll_back
from impact.request_scope.work import installation, now

# There no cookie counts: whoever calls shows a token, so that no other site can call.
API_PREFIX = "/api/"
FIGURES = "/metrics"
TOKEN_KEY = "key"  # noqa: S105 - the name of the place in the cookie
Answer = TypeVar("Answer")
log = structlog.get_logger()


def note_visits(app: Flask) -> None:
    """Write down after each request that its sign-in or token is in use."""
    app.teardown_request(_note_visit)


def current_visitor() -> Visitor | None:
    """The signed-in person behind this request of a page; None for everybody else."""
    if "visitor" not in g:
        token = None if is_for_programs() else flask.session.get(TOKEN_KEY)
        g.visitor = _visitor(token) if isinstance(token, str) else None
    visitor: Visitor | None = g.visitor
    return visitor


def current_actor() -> Actor:
    """Who acts in this request; NOBODY where nobody is signed in."""
    if not is_for_programs():
        visitor = current_visitor()
        return visitor.actor if visitor else NOBODY
    if "token_actor" not in g:
        kind, _, text = request.headers.get("Authorization", "").partition(" ")
        g.token_actor = _token_actor(text.strip()) if kind.lower() == "bearer" else NOBODY
    actor: Actor = g.token_actor
    return actor


def suppose_nobody() -> None:
    """Ask the database no more who this is; for pages that tell that it fails."""
    g.setdefault("visitor", None)
    g.setdefault("token_actor", NOBODY)


def is_for_programs() -> bool:
    """Whether this request is one for the API, or for figures to watch."""
    return request.path.startswith(API_PREFIX) or request.path == FIGURES


def _visitor(token: str) -> Visitor | None:
    hours = installation().settings.session_hours
    return _asked(lambda session: signed_in(session, token, now=now(), idle_hours=hours))


def _token_actor(text: str) -> Actor:
    return _asked(lambda session: actor_of_token(session, text, now=now())) or NOBODY


def _asked(question: Callable[[Session], Answer]) -> Answer:
    """The answer, by the page's own session where that only reads.

    Other requests ask in a short transaction of their own: theirs would lock SQLite for
    writing before there is anything to write.
    """
    if request.method in READING:
        return question(current_session())
    with installation().database.reading() as session:
        return question(session)


def _note_visit(error: BaseException | None) -> None:
    visitor, actor = g.get("visitor"), g.get("token_actor", NOBODY)
    if error is not None or not (visitor or actor.kind is ActorKind.TOKEN):
        return
    roll_back()  # Our own reading would keep SQLite from writing.
    try:
        if visitor:
            touch(installation().database, visitor, now=now())
        else:
            touch_token(installation().database, actor, now=now())
    except OperationalError:
        log.warning("visit not written down")
