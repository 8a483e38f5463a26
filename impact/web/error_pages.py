"""Errors as pages: what happened, what to do, a number to refer to, and nothing internal."""

from __future__ import annotations

import structlog
from flask import make_response, render_template
from werkzeug.wrappers import Response

from impact.request_scope import request_id
from impact.request_scope.admission import NotSignedIn
from impact.request_scope.failing import Failure
from impact.web.guards import to_sign_in

# The frames there are; whatever else a client did wrong is told by that of 422.
FRAMES = frozenset({403, 404, 409, 422, 429, 500, 503})
log = structlog.get_logger()


def error_page(failure: Failure) -> Response:
    """The page for a failure, or plain words where even that page cannot be drawn."""
    if isinstance(failure.error, NotSignedIn):
        return to_sign_in()
    status = failure.status
    frame = status if status in FRAMES else 422 if status < 500 else 500
    try:
        text = render_template(f"errors/{frame}.html", message=failure.message, reference=request_id())
    except Exception as error:
        log.exception("error page failed", exc_info=error)
        plain = make_response(f"Impact: {status}. {request_id()}\n", status)
        plain.mimetype = "text/plain"
        return plain
    return make_response(text, status)
