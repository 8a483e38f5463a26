"""The same again: whoever never heard the answer asks once more, and it is not done twice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import g, request
from werkzeug.wrappers import Response

from impact.accounts.answers import Answer, claim_key, keep_answer, kept_answer
from impact.request_scope import commit, current_actor, current_session, now

View = TypeVar("View", bound=Callable[..., Any])

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
KEPT_HEADERS = ("Content-Type", "Content-Language", "ETag", "Location", "Vary", "Cache-Control")
IDEMPOTENCY_KEY = {
    "in": "header",
    "name": HEADER,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    "description": (
        "A word of your own for this call. Sent again within 24 hours with the same body it gets the same "
        "answer, with the header `Idempotency-Replayed: true`, and nothing is done twice; with another "
        "body it is refused (422)."
    ),
    "example": "import-2026-11-23-1",
}


def repeatable(view: View) -> View:
    """Let a view that does something be called again under a key without doing it again.

    The view ends with :func:`done`. What fails is not kept: it changed nothing.
    """

    @wraps(view)
    def once(*arguments: Any, **path: Any) -> Any:
        key = request.headers.get(HEADER)
        if key is None:
            return view(*arguments, **path)
        row = claim_key(current_session(), current_actor(), key, _asked(), now=now())
        kept = kept_answer(row)
        if kept is not None:
            response = Response(kept.body, kept.status)
            response.headers.update({**kept.headers, REPLAYED: "true"})
            return response
        g.claimed_answer = row
        return view(*arguments, **path)

    return cast(View, once)


def done(response: Response) -> Response:
    """Make what was done last, together with its answer where the caller named a key."""
    row = g.pop("claimed_answer", None)
    if row is not None:
        body = response.get_data()
        headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
        keep_answer(current_session(), row, Answer(response.status_code, headers, body))
    commit()
    return response


def _asked() -> str:
    """What is asked: method, address, the versions it depends on, and the body."""
    conditions = (request.headers.get("If-Match", ""), request.headers.get("If-None-Match", ""))
    head = "\n".join((request.method, request.full_path, *conditions, ""))
    return hashlib.sha256(head.encode() + request.get_data()).hexdigest()
