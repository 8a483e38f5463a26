"""The API's document as people read it: chapters, operations, what to send, what comes back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup, escape

METHODS = ("get", "post", "put", "patch", "delete")
JSON = "application/json"
LEADS_TO = "#/components/responses/"
IN_TICKS = re.compile(r"`([^`]+)`")
as_text = partial(json.dumps, indent=2, ensure_ascii=False)


@dataclass(frozen=True)
class Parameter:
    """A name that a call may or must carry, and where."""

    name: str
    place: str
    is_required: bool
    words: Markup
    choices: tuple[str, ...]
    example: str


@dataclass(frozen=True)
class Operation:
    """One thing that a program can do, with an example of the call and of the answer."""

    name: str
    method: str
    path: str
    summary: str
    words: Markup
    parameters: tuple[Parameter, ...]
    call: str
    answers: tuple[tuple[str, Markup], ...]
    answer: str


@dataclass(frozen=True)
class Chapter:
    """Operations on one sort of thing."""

    name: str
    words: str
    operations: tuple[Operation, ...]


def chapters(document: Mapping[str, Any], address: str) -> list[Chapter]:
    """The document's chapters in its order; calls go to the installation's own address."""
    found = [*_operations(document, address)]
    return [
        Chapter(tag["name"], tag["description"], tuple(each for name, each in found if name == tag["name"]))
        for tag in document["tags"]
    ]


def _operations(document: Mapping[str, Any], address: str) -> Iterator[tuple[str, Operation]]:
    for path, told in document["paths"].items():
        for method in METHODS:
            if method in told:
                operation = told[method]
                given = [*told.get("parameters", ()), *operation.get("parameters", ())]
                yield operation["tags"][0], _operation(document, address, path, method, operation, given)


def _operation(
    document: Mapping[str, Any],
    address: str,
    path: str,
    method: str,
    told: Mapping[str, Any],
    given: list[Mapping[str, Any]],
) -> Operation:
    answers = {status: _answer(document, each) for status, each in told["responses"].items()}
    good = next((each for status, each in sorted(answers.items()) if status.startswith("2")), {})
    answer = _example(good)
    return Operation(
        name=told["operationId"],
        method=method.upper(),
        path=path,
        summary=told["summary"],
        words=_marked(told["description"]),
        parameters=tuple(_parameter(each) for each in given),
        call=_call(address, path, method, told.get("requestBody", {}).get("content", {}), given),
        answers=tuple(
            (status, _marked(each["description"]))
            for status, each in sorted(answers.items())
            if status.isdigit()
        ),
        answer="" if answer is None else as_text(answer),
    )


def _answer(document: Mapping[str, Any], told: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in told:
        return told
    found: Mapping[str, Any] = document["components"]["responses"][told["$ref"].removeprefix(LEADS_TO)]
    return found


def _example(told: Mapping[str, Any]) -> Any:
    for content in told.get("content", {}).values():
        return content.get("example")
    return None


def _parameter(told: Mapping[str, Any]) -> Parameter:
    schema = told.get("schema", {})
    example = told.get("example", schema.get("example", ""))
    return Parameter(
        name=told["name"],
        place=told["in"],
        is_required=bool(told.get("required")),
        words=_marked(told.get("description", "")),
        choices=tuple(str(choice) for choice in schema.get("enum", ()) if choice is not None),
        example=json.dumps(example) if isinstance(example, bool) else str(example),
    )


def _call(
    address: str, path: str, method: str, bodies: Mapping[str, Any], given: list[Mapping[str, Any]]
) -> str:
    """The same call on a command line."""
    for each in given:
        if each["in"] == "path":
            path = path.replace(f"{{{each['name']}}}", str(each["example"]))
    parts = ["curl" if method == "get" else f"curl -X {method.upper()}", '-H "Authorization: Bearer $TOKEN"']
    parts += [
        f"-H '{each['name']}: {each['example']}'"
        for each in given
        if each["in"] == "header" and each.get("required")
    ]
    asked = {
        each["name"]: _parameter(each).example
        for each in given
        if each["in"] == "query" and each.get("required")
    }
    for media_type, body in bodies.items():
        text = f"-d '{json.dumps(body['example'], ensure_ascii=False)}'"
        if media_type != JSON:
            # What is no JSON is a file, whose name the address says.
            text = f"--data-binary @{asked['name']}"
        parts += [f'-H "Content-Type: {media_type}"', text]
    query = f"?{urlencode(asked)}" if asked else ""
    return " \\\n  ".join([*parts, f'"{address}{path}{query}"'])


def _marked(text: str) -> Markup:
    """Words with what stands between ticks set as code."""
    return Markup(IN_TICKS.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped just before
