"""The one shape in which every failure is told to a program."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
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
MOST_TOLD = 100
SENTENCES = {
    400: mark("The request cannot be read."),
    401: mark("A valid token is needed, sent as: Authorization: Bearer TOKEN."),
    403: mark("Your role does not allow this."),
    404: mark("There is nothing at this address."),
    405: mark("This method is not allowed at this address; the header Allow names those that are."),
    409: mark("Somebody else got there first. Read it again and decide anew."),
    412: mark("Somebody else changed this in between. Read it again and decide anew."),
    413: mark("This is too much for one request."),
    415: mark("Send JSON, with the header Content-Type: application/json."),
    422: mark("This cannot be read."),
    428: mark("Name the version that you are changing: If-Match with the ETag that you read."),
    500: mark("Something went wrong on our side. Give the reference when you report it."),
    503: mark("The database is busy or out of reach. Try again in a moment."),
}


class ManyProblems(ImpactError):
    """Why nothing was done: what is wrong with each of many things, each with its place."""

    status = 422

    def __init__(self, message: str, /, problems: Sequence[tuple[str, ImpactError]]) -> None:
        super().__init__(message, n=len(problems))
        self.problems = problems
        statuses = {error.status for _, error in problems}
        # All alike is told as that; what one may not see among many is told as what it is in the list.
        if len(statuses) == 1 and statuses <= {403, 409, 412, 428}:
            (self.status,) = statuses


class OneProblemSchema(Schema):
    """What is wrong with one of several things."""

    code = fields.String(
        required=True, metadata={"description": "A word for programs.", "example": "invalid"}
    )
    message = fields.String(
        required=True,
        metadata={
            "description": "A sentence for people.",
            "example": "The value cannot be higher than 100.",
        },
    )
    field = fields.String(
        required=True,
        metadata={
            "description": "Where it stands: names and positions from 0, with points between.",
            "example": "measurements.3.value",
        },
    )


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
    problems = fields.List(
        fields.Nested(OneProblemSchema),
        metadata={"description": "Everything that is wrong, where it is more than one thing."},
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
    body: dict[str, Any] = {
        "code": CODES.get(status, CODES[400 if status < 500 else 500]),
        "message": message,
    }
    if field:
        body["field"] = field
    if several := _several(failure, voice):
        body["problems"] = several
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
        return next(told(data["messages"], voice), (None, voice.gettext(SENTENCES[422])))
    return None, voice.gettext(SENTENCES[status if status in SENTENCES else 400 if status < 500 else 500])


def _several(failure: Failure, voice: Voice) -> list[dict[str, str]]:
    """Everything that is wrong, where it is more than one thing; the first ones of very many."""
    if isinstance(failure.error, ManyProblems):
        return [
            {
                "code": CODES[error.status],
                "message": voice.gettext(error.message, **error.facts),
                "field": f"{place}.{error.field}" if error.field else place,
            }
            for place, error in failure.error.problems
        ]
    data: dict[str, Any] = getattr(failure.error, "data", None) or {}
    found = list(islice(told(data.get("messages"), voice), MOST_TOLD))
    if len(found) < 2:
        return []
    return [{"code": CODES[422], "message": sentence, "field": field or ""} for field, sentence in found]
