"""What every resource of the API has in common: address, body, answer, errors told."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar, cast

from flask import jsonify, request
from flask_smorest import Blueprint
from werkzeug.exceptions import BadRequest, UnsupportedMediaType
from werkzeug.wrappers import Response

from impact.api.examples import example_of
from impact.request_scope import current_voice

PREFIX = "/api/v1"
# What stands in addresses, for the document.
PATH_PARTS = {
    "slug": ("The project's name in addresses.", "klockaretorpet"),
    "indicator_id": ("The indicator's number.", 7),
    "series_id": ("The series' number.", 12),
    "flag_id": ("The flag's number.", 17),
    "subscription_id": ("The subscription's number.", 5),
    "person_id": ("The person's number.", 4),
    "membership_id": ("The role's number.", 9),
    "way": ("What is to happen.", "pause"),
    "row_id": ("The row's number.", 3),
    "rows": ("What sort of row.", "goals"),
    "around": ("What sort of row around the series.", "targets"),
    "planned_id": ("The row's number.", 3),
    "shared": ("What sort of thing.", "areas"),
    "shared_slug": ("Its name in addresses.", "klockaretorpet"),
    "definition_slug": ("The definition's name in addresses.", "trygga-hyresgaster"),
    "number": ("The version's number, from 1.", 2),
    "frequency": ("How long the reporting period is.", "year"),
    "entity": ("What sort of thing.", "target"),
    "period": ("The reporting period: 2024, 2023/24, 2024-H1, 2024-Q2, 2024-03 or 2019-2021.", "2024"),
}
# What every answer and every failure carries.
HEADERS = {
    "X-Request-Id": {
        "schema": {"type": "string"},
        "description": "The number under which the request stands in the log.",
    },
    "Content-Language": {
        "schema": {"type": "string", "enum": ["sv", "en"]},
        "description": "The language of what is written for people.",
    },
}
ACCEPT_LANGUAGE = {
    "in": "header",
    "name": "Accept-Language",
    "schema": {"type": "string"},
    "description": "Which language is wanted, Swedish or English.",
    "example": "en",
}
View = TypeVar("View", bound=Callable[..., Any])


class Resource(Blueprint):
    """A group of addresses under ``/api/v1``, with its chapter in the OpenAPI document.

    Bodies are JSON; of a resource that takes files they are the bytes of one.
    """

    def __init__(self, name: str, description: str, *, takes_files: bool = False) -> None:
        super().__init__(name, __name__, url_prefix=PREFIX, description=description)
        if not takes_files:
            self.before_request(_judge_body)

    def add_url_rule(self, rule: str, *args: Any, **options: Any) -> None:
        """Put a view at an address, whose parts the document explains."""
        parts = [
            {"in": "path", "name": name, "required": True, "description": words, "example": example}
            for name, (words, example) in PATH_PARTS.items()
            if re.search(rf"[<:]{name}>", rule)
        ]
        super().add_url_rule(rule, *args, **{**options, "parameters": [*parts, ACCEPT_LANGUAGE]})

    @staticmethod
    def first(look_up: Callable[..., object]) -> Callable[[View], View]:
        """Look up what the address names before the body is judged.

        What is out of reach is then not found or refused whatever was sent.
        """

        def guarded(view: View) -> View:
            @wraps(view)
            def checked(*arguments: Any, **path: Any) -> Any:
                look_up(**path)
                return view(*arguments, **path)

            return cast(View, checked)

        return guarded

    def response(self, status_code: Any, schema: Any = None, **told: Any) -> Callable[[View], View]:
        """Describe the answer, with an example and the headers that every answer has."""
        if schema is not None:
            told.setdefault("example", example_of(schema))
        described = super().response(status_code, schema, **{**told, "headers": _headers(told)})
        return cast(Callable[[View], View], described)

    def alt_response(self, status_code: Any, response: Any = None, **told: Any) -> Callable[[View], View]:
        """Describe another answer, in the same way where it has a body of its own."""
        if told.get("schema") is not None:
            told = {"example": example_of(told["schema"]), **told, "headers": _headers(told)}
        return cast(Callable[[View], View], super().alt_response(status_code, response, **told))

    def doc(self, **told: Any) -> Callable[[View], View]:
        """Say more of an operation; parameters come beside those of its schemas, not instead of them."""
        parameters = told.pop("parameters", [])
        describe = super().doc(**told)

        def add(view: View) -> View:
            described = cast(View, describe(view))
            given = described._apidoc.setdefault("arguments", {})  # type: ignore[attr-defined]
            given["parameters"] = [*given.get("parameters", []), *parameters]
            return described

        return add

    def failing(self, *statuses: int) -> Callable[[View], View]:
        """Name in the document the ways in which an operation fails."""

        def name_them(view: View) -> View:
            for status in (*statuses, 401, 403, 500, 503):
                view = self.alt_response(status, HTTPStatus(status).name)(view)
            return view

        return name_them


def _headers(told: Mapping[str, Any]) -> dict[str, Any]:
    return {**HEADERS, **(told.get("headers") or {})}


def answer(body: Mapping[str, Any] | None, status: int = 200, *, tag: str | None = None) -> Response:
    """What the caller gets, with the tag of its version where it has one.

    ``None`` answers whoever knows that version already.
    """
    response: Response = jsonify(body) if body is not None else Response(status=304)
    if body is not None:
        response.status_code = status
    return _labelled(response, tag)


def answer_of_text(text: str, *, tag: str | None = None) -> Response:
    """What the caller gets, of JSON that is made already."""
    return _labelled(Response(text, mimetype="application/json"), tag)


def answer_of_file(response: Response) -> Response:
    """What the caller gets, of a file that is made already."""
    return _labelled(response, None)


def _labelled(response: Response, tag: str | None) -> Response:
    if response.status_code != 304:
        response.headers["Content-Language"] = current_voice().language.value
    if tag is not None:
        response.set_etag(tag)
        response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Authorization, Accept-Language"
    return response


def _judge_body() -> None:
    """Return where the body, if one is meant to be there, is JSON.

    Raises:
        UnsupportedMediaType: it says that it is something else.
        BadRequest: it says so, but is not.
    """
    if request.method not in ("POST", "PUT", "PATCH"):
        return
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    try:
        json.loads(request.get_data())
    except (ValueError, RecursionError) as error:
        raise BadRequest from error
