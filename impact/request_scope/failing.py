"""What went wrong in a request, found out once; each face tells it in its own way.

A page gets a page, a program a document: the address decides (``is_for_programs``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from flask import Flask, make_response
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from impact.accounts.throttling import TooManyAttempts
from impact.errors import ImpactError
from impact.request_scope.identity import is_for_programs, suppose_nobody
from impact.request_scope.transaction import roll_back
from impact.request_scope.voice import current_voice

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


@dataclass(frozen=True)
class Failure:
    """Why a request fails: its status and, where there is one, a sentence for its reader.

    ``error`` is for whoever knows more of it; nothing of it is shown as it is.
    """

    status: int
    error: Exception
    message: str | None = None
    field: str | None = None
    headers: tuple[tuple[str, str], ...] = ()


Teller = Callable[[Failure], Response]


def tell_errors(app: Flask, *, to_readers: Teller, to_programs: Teller) -> None:
    """Let every error be told by the face that was asked."""

    def told(failure: Failure) -> Response:
        roll_back()
        if failure.status >= 500:
            suppose_nobody()
        response = (to_programs if is_for_programs() else to_readers)(failure)
        response.headers.extend(list(failure.headers))
        return response

    def of_http(error: HTTPException) -> Response:
        if error.response is not None or (error.code or 500) < 400:
            return make_response(error.get_response())
        return told(_of_http(error))

    app.register_error_handler(ImpactError, lambda error: told(_of_ours(error)))
    app.register_error_handler(CSRFError, lambda error: told(_of_form(error)))
    app.register_error_handler(HTTPException, of_http)
    app.register_error_handler(StaleDataError, lambda error: told(Failure(409, error)))
    app.register_error_handler(DataError, lambda error: told(_of_value(error)))
    app.register_error_handler(IntegrityError, lambda error: told(_of_race(error)))
    app.register_error_handler(OperationalError, lambda error: told(_of_database(error)))
    app.register_error_handler(Exception, lambda error: told(_unforeseen(error)))


def _of_ours(error: ImpactError) -> Failure:
    if error.status >= 500:
        log.error("refused", error=error.message, facts=error.facts)
    retry = (("Retry-After", str(THROTTLED_SECONDS)),) if isinstance(error, TooManyAttempts) else ()
    message = current_voice().gettext(error.message, **error.facts)
    return Failure(error.status, error, message, error.field, retry)


def _of_form(error: CSRFError) -> Failure:
    voice = current_voice()
    return Failure(
        400,
        error,
        voice.gettext("The page was open for too long, or you signed in or out in another window."),
    )


def _of_http(error: HTTPException) -> Failure:
    """An error of HTTP itself; its headers (Allow, Retry-After) stay."""
    kept = tuple((name, value) for name, value in error.get_headers() if name.lower() != "content-type")
    return Failure(error.code or 500, error, headers=kept)


def _of_value(error: DataError) -> Failure:
    """PostgreSQL refuses NUL in texts, which no keyboard makes."""
    return Failure(422, error, current_voice().gettext("The text has characters that cannot be stored."))


def _of_race(error: IntegrityError) -> Failure:
    """Two wrote the same thing at once: the verbs look first, so only a race gets here."""
    log.warning("lost a race", error=str(error.orig))
    return Failure(409, error)


def _of_database(error: OperationalError) -> Failure:
    """Busy or out of reach is told as such; the rest is an error like any other."""
    if not _will_pass(error):
        return _unforeseen(error)
    log.warning("database busy", error=str(error.orig))
    return Failure(503, error, headers=(("Retry-After", str(BUSY_SECONDS)),))


def _will_pass(error: OperationalError) -> bool:
    """Whether the database is locked, full or gone, which is no fault of the program."""
    missing = object()
    state = getattr(error.orig, "sqlstate", missing)
    if state is not missing:
        return str(state or "08")[:2] in PASSING_STATES
    return any(words in str(error.orig) for words in PASSING_WORDS)


def _unforeseen(error: Exception) -> Failure:
    log.error("unforeseen error", exc_info=error)
    return Failure(500, error)
