"""The one shape in which every failure is told to a program."""

from __future__ import annotations

from typing import Any

from flask import jsonify, request
from marshmallow import Schema, fields
from werkzeug.wrappers import Response

from impact.api.form import told
from impact.errors import ImpactError
from impact.language import Voice, mark
from impact.request_scope import current_voice, request_id
from impact.request_scope.failing import Failure

CODES = {
    400: "malformed",
    401: "not_signed_in",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    412: "changed_in_between",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid",
    428: "precondition_required",
    429: "too_many",
    500: "unforeseen",
    503: "busy",
}
SENTENCES = {
    400: mark("The request cannot be read."),
    401: mark("A valid token is needed, sent as: Authorization: Bearer TOKEN."),
    403: mark("Your role does not allow this."),
    404: mark("There is nothing at this address."),
    405: mark("This method is not allowed at this address; the header Allow names those that are."),
    409: mark("Somebody else got there first. Read it again and decide anew."),
    413: mark("This is too much for one request."),
    415: mark("Send JSON, with the header Content-Type: application/json."),
    422: mark("This cannot be read."),
    500: mark("Something went wrong on our side. Give the reference when you report it."),
    503: mark("The database is busy or out of reach. Try again in a moment."),
}


class ProblemSchema(Schema):
    """Why a request failed."""

    code = fields.String(
        required=True,
        metadata={"description": "A word for programs, one for each status.", "example": "invalid"},
    )
    message = fields.String(
        required=True,
        metadata={
            "description": "A sentence for people, in the language of Accept-Language (sv or en).",
            "example": "The value cannot be higher than 100.",
        },
    )
    field = fields.String(
        metadata={"description": "The field that is wrong, where it is one.", "example": "value"}
    )
    reference = fields.String(
        required=True,
        metadata={
            "description": "The number under which the request stands in the log.",
            "example": "5f1c0a93be02",
        },
    )


def problem(failure: Failure) -> Response:
    """A failure as a program reads it."""
    voice, status = current_voice(), failure.status
    field, message = _words(failure, voice)
    body = {"code": CODES.get(status, CODES[400 if status < 500 else 500]), "message": message}
    if field:
        body["field"] = field
    response: Response = jsonify({**body, "reference": request_id()})
    response.status_code = status
    response.headers["Content-Language"] = voice.language.value
    if status == 401:
        # RFC 6750: a wrong token is told from none.
        wrong = ', error="invalid_token"' if "Authorization" in request.headers else ""
        response.headers["WWW-Authenticate"] = f'Bearer realm="Impact"{wrong}'
    return response


def _words(failure: Failure, voice: Voice) -> tuple[str | None, str]:
    """The field that is wrong, if it is one, and the sentence."""
    status = failure.status
    if isinstance(failure.error, ImpactError) and status not in (401, 500):
        return failure.field, failure.message or ""
    # What webargs puts beside the error of a form that it could not load.
    data: dict[str, Any] = getattr(failure.error, "data", None) or {}
    if "messages" in data:
        return told(data["messages"], voice)
    return None, voice.gettext(SENTENCES[status if status in SENTENCES else 400 if status < 500 else 500])
