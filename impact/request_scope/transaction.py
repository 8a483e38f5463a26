"""The one transaction of a request."""

from __future__ import annotations

from flask import Flask, g, request
from sqlalchemy.orm import Session

from impact.audit.trail import REQUEST_ID
from impact.request_scope.work import installation, request_id

READING = frozenset({"GET", "HEAD", "OPTIONS"})


def end_transactions(app: Flask) -> None:
    """End each request's transaction, whatever happens in it."""
    app.teardown_request(lambda _error: roll_back())


def current_session() -> Session:
    """The request's session: one that only reads for GET, one that may write otherwise."""
    if "session" not in g:
        database = installation().database
        g.session = database.reading_session() if request.method in READING else database.writing_session()
        g.session.info[REQUEST_ID] = request_id()
    session: Session = g.session
    return session


def commit() -> None:
    """Make what this request did last; once, at its end."""
    if g.get("is_committed"):
        raise RuntimeError("a request commits once")
    g.is_committed = True
    current_session().commit()


def roll_back() -> None:
    """Undo what was not committed and give the connection back."""
    session: Session | None = g.pop("session", None)
    if session is not None:
        session.close()
