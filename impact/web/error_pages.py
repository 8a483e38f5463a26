"""Errors as pages: what happened, what to do, a number to refer to, and nothing internal."""

from __future__ import annotations

import structlog
from flask import Flask, make_response, render_template
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from impact.accounts.signing_in import TooManyAttempts
from impact.errors import ImpactError
from impact.request_scope import current_voice, request_id
from impact.request_scope.admission import NotSignedIn
from impact.request_scope.identity import suppose_nobody
from impact.request_scope.transaction import roll_back
from impact.web.guards import to_sign_in

# The frames there are; whatever else a client did wrong is told by that of 422.
FRAMES = frozenset({403, 404, 409, 422, 429, 500, 503})
BUSY_SECONDS = 30
# PostgreSQL: connection, lost transaction, resources, locks, shutdown. SQLite has words alone.
PASSING_STATES = frozenset({"08", "40", "53", "55", "57"})
PASSING_WORDS = (
    "database is locked",
    "disk is full",
    "disk I/O error",
    "readonly database",
    "unable to open",
)
THROTTLED_SECONDS = 300
log = structlog.get_logger()


def tell_errors(app: Flask) -> None:
    """Answer every error with a page of its own."""
    app.register_error_handler(ImpactError, _of_ours)
    app.register_error_handler(CSRFError, _of_form)
    app.register_error_handler(HTTPException, _of_http)
    app.register_error_handler(StaleDataError, lambda _error: _page(409))
    app.register_error_handler(IntegrityError, _of_race)
    app.register_error_handler(OperationalError, _of_database)
    app.register_error_handler(Exception, _unforeseen)


def _of_ours(error: ImpactError) -> Response:
    if isinstance(error, NotSignedIn):
        return to_sign_in()
    if error.status >= 500:
        log.error("refused", error=error.message, facts=error.facts)
    response = _page(error.status, current_voice().gettext(error.message, **error.facts))
    if isinstance(error, TooManyAttempts):
        response.headers["Retry-After"] = str(THROTTLED_SECONDS)
    return response


def _of_form(_error: CSRFError) -> Response:
    voice = current_voice()
    return _page(
        400, voice.gettext("The page was open for too long, or you signed in or out in another window.")
    )


def _of_http(error: HTTPException) -> Response:
    """The page for an error of HTTP itself; its headers (Allow, Retry-After) stay."""
    if error.response is not None or (error.code or 500) < 400:
        return make_response(error.get_response())
    response = _page(error.code or 500)
    kept = [(name, value) for name, value in error.get_headers() if name.lower() != "content-type"]
    response.headers.extend(kept)
    return response


def _of_race(error: IntegrityError) -> Response:
    """Two wrote the same thing at once: the verbs look first, so only a race gets here."""
    log.warning("lost a race", error=str(error.orig))
    return _page(409)


def _of_database(error: OperationalError) -> Response:
    """Busy or out of reach is told as such; the rest is an error like any other."""
    if not _will_pass(error):
        return _unforeseen(error)
    log.warning("database busy", error=str(error.orig))
    response = _page(503)
    response.headers["Retry-After"] = str(BUSY_SECONDS)
    return response


def _will_pass(error: OperationalError) -> bool:
    """Whether the database is locked, full or gone, which is no fault of the program."""
    missing = object()
    state = getattr(error.orig, "sqlstate", missing)
    if state is not missing:
        return str(state or "08")[:2] in PASSING_STATES
    return any(words in str(error.orig) for words in PASSING_WORDS)


def _unforeseen(error: Exception) -> Response:
    log.error("unforeseen error", exc_info=error)
    return _page(500)


def _page(status: int, message: str | None = None) -> Response:
    """The page for a status, or plain words where even that page cannot be drawn."""
    roll_back()
    if status >= 500:
        suppose_nobody()
    frame = status if status in FRAMES else 422 if status < 500 else 500
    try:
        text = render_template(f"errors/{frame}.html", message=message, reference=request_id())
    except Exception as error:
        log.exception("error page failed", exc_info=error)
        plain = make_response(f"Impact: {status}. {request_id()}\n", status)
        plain.mimetype = "text/plain"
        return plain
    return make_response(text, status)
