"""The API's front: its resources on the app, and the document that describes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http import HTTPStatus
from threading import Lock
from typing import Any

from flask import Flask, json
from flask_smorest import Api
from werkzeug.wrappers import Response

from impact.api import plan_facts, series_plan_facts, shared_plans
from impact.api.problems import CODES, SENTENCES, ProblemSchema
from impact.api.resource import HEADERS, PREFIX, Resource
from impact.request_scope.admission import public

DESCRIPTION = """\
Projects with their social goals, the indicators by which change is measured, their series, what the
analysis says of each, and the flags that wait for a decision.

Call with a token: `Authorization: Bearer imp_…`. A token may what its person may; one of scope `read`
changes nothing. Cookies do not count here. Texts come in Swedish or English, by `Accept-Language`.

Numbers are JSON numbers, shares in per cent. What is missing has a reason and is never 0. Whoever changes
something sends `If-Match` with the `ETag` that was read: 428 without it, 412 when somebody was faster.
Every failure has the same shape: `code`, `message`, perhaps `field`, and `reference`.
"""


# Facts that depend on the sort of row; the document has to know each by its name.
NAMED = (
    *plan_facts.SORTS.values(),
    *shared_plans.SORTS.values(),
    *{kind.facts.component: kind.facts for kind in series_plan_facts.SORTS.values()}.values(),
)


# What failures say beside their sentence.
OF_FAILURES = {
    401: {"WWW-Authenticate": {"schema": {"type": "string"}, "description": "How to sign in: Bearer."}},
    503: {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait."}},
}


class Front(Api):
    """flask-smorest with our errors and our rule about who may come in.

    The document is made when it is first asked for: describing every resource takes longer than
    all the rest of an app's start, and most processes are never asked.
    """

    ERROR_SCHEMA = ProblemSchema

    def __init__(self, app: Flask, resources: Iterable[Resource]) -> None:
        super().__init__(app)
        self._resources = tuple(resources)
        self._describing = Lock()
        self._described: dict[str, Any] | None = None
        for resource in self._resources:
            app.extensions["flask-smorest"]["blp_name_to_api"][resource.name] = self
            app.register_blueprint(resource)

    def document(self) -> dict[str, Any]:
        """The description of all resources, as OpenAPI wants it."""
        with self._describing:
            if self._described is None:
                self._described = self._describe()
            return self._described

    def _describe(self) -> dict[str, Any]:
        self.spec.components.security_scheme(
            "token",
            {
                "type": "http",
                "scheme": "bearer",
                "description": "Made on the page of one's profile, or with `impact user token`.",
            },
        )
        for facts in NAMED:
            self.spec.components.schema(facts.component, schema=facts.form)
        for resource in self._resources:
            resource.register_views_in_doc(self, self._app, self.spec, name=resource.name, parameters=None)
            self.spec.tag({"name": resource.name, "description": resource.description})
        _tell_failures(self.spec.components.responses)
        described: dict[str, Any] = self.spec.to_dict()
        return described

    def _register_error_handlers(self) -> None:
        """Leave errors to ``request_scope.failing``."""

    @public
    def _openapi_json(self) -> Response:
        """Return the document; what is described is not public, its description is."""
        text = json.dumps(self.document(), indent=2, sort_keys=False)
        return Response(text, mimetype="application/json")


def open_api(app: Flask, resources: Iterable[Resource]) -> Callable[[], dict[str, Any]]:
    """Put the resources on the app; what comes back makes the document that describes them."""
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.config.update(
        API_TITLE="Impact",
        API_VERSION="v1",
        OPENAPI_VERSION="3.0.3",
        OPENAPI_URL_PREFIX=PREFIX,
        API_SPEC_OPTIONS={
            "info": {"description": DESCRIPTION, "license": {"name": "Apache-2.0"}},
            "security": [{"token": []}],
        },
    )
    return Front(app, resources).document


def _tell_failures(responses: dict[str, Any]) -> None:
    """Say of each failure when it comes, what it looks like, and what its headers say."""
    for status in HTTPStatus:
        if status.name in responses and status.value in CODES:
            told = responses[status.name]
            sentence = SENTENCES.get(status.value, status.phrase)
            told["description"] = sentence
            told["headers"] = {**HEADERS, **OF_FAILURES.get(status.value, {})}
            example = {"code": CODES[status.value], "message": sentence, "reference": "5f1c0a93be02"}
            told["content"]["application/json"]["example"] = example
