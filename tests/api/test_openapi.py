"""The document that describes the API: whole, sound, and with words for everything."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from marshmallow import Schema, class_registry
from werkzeug.serving import make_server

from impact.api.problems import CODES, ProblemSchema
from impact.blueprints import RESOURCES
from tests.people import bearer

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")

A_FILE = {"schema": {"type": "string", "format": "binary"}}


@pytest.fixture
def document(stranger):
    """As anybody gets it."""
    response = stranger.get("/openapi.json")
    assert (response.status_code, response.mimetype) == (200, "application/json")
    return response.get_json()


@pytest.fixture
def engine_name():
    """The document does not depend on the database."""
    return "sqlite"


def operations(document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method != "parameters":
                yield f"{method.upper()} {path}", operation


def routes(app):
    """Every route of the resources, as the document writes it."""
    names = {resource.name for resource in RESOURCES}
    for rule in app.url_map.iter_rules():
        if rule.endpoint.partition(".")[0] in names:
            path = re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", r"{\1}", rule.rule)
            yield from (f"{method} {path}" for method in rule.methods - {"HEAD", "OPTIONS"})


def references(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def schema_called(name: str) -> Schema:
    """The schema behind a component of the document."""
    found = class_registry.get_class(f"{name}Schema", all=True)
    kinds = found if isinstance(found, list) else [found]
    (kind,) = [kind for kind in kinds if kind.__module__.startswith("impact.api.")]
    return kind()


def test_names_every_route_and_no_other(app, document):
    """What is served is described, and the other way round."""
    assert sorted(line for line, _ in operations(document)) == sorted(routes(app))
    assert document["openapi"] == "3.0.3"


def test_refers_only_to_what_it_holds(document):
    """Every reference leads somewhere."""
    found = set(references(document))
    assert found
    for reference in found:
        node = document
        for part in reference.removeprefix("#/").split("/"):
            node = node[part]


def test_has_words_for_every_operation_parameter_and_field(document):
    """Nothing is left for guessing."""
    for line, operation in operations(document):
        assert operation["summary"], line
        assert operation["description"], line
        assert operation["operationId"], line
        for parameter in operation.get("parameters", []):
            assert parameter.get("description"), (line, parameter)
    for path in document["paths"].values():
        assert all(parameter["description"] for parameter in path.get("parameters", []))
    for name, schema in document["components"]["schemas"].items():
        for field, about in schema["properties"].items():
            assert about.get("description") or name == "PaginationMetadata", (name, field)


def test_names_each_operation_once_and_how_it_fails(document):
    """Names are one's own; each operation says that it may ask for a token and in which shape it fails."""
    ids = [operation["operationId"] for _, operation in operations(document)]
    assert len(set(ids)) == len(ids)
    for _line, operation in operations(document):
        assert {"401", "403", "500", "503", "default"} <= set(operation["responses"])
    assert document["security"] == [{"token": []}]
    refused = document["components"]["responses"]["PRECONDITION_REQUIRED"]
    assert refused["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Problem"}


def test_shows_an_example_of_every_body(document):
    """Whoever calls for the first time sees what to send, and every question has words for its fields."""
    bodies = [
        (line, body)
        for line, operation in operations(document)
        for body in operation.get("requestBody", {}).get("content", {}).values()
    ]
    assert len(bodies) >= 7
    assert [line for line, body in bodies if "example" not in body] == []


def test_shows_an_example_of_every_answer(document):
    """Each answer has one, with nothing in it that the answer could not have, and says its headers."""
    n_answers = 0
    for line, operation in operations(document):
        for status, told in operation["responses"].items():
            if not status.startswith("2"):
                continue
            assert {"X-Request-Id", "Content-Language"} <= set(told["headers"]), line
            if "application/pdf" in told["content"]:
                assert {str(body) for body in told["content"].values()} == {str(A_FILE)}, line
                continue
            content = told["content"]["application/json"]
            name = content["schema"]["$ref"].removeprefix("#/components/schemas/")
            assert schema_called(name).validate(content["example"]) == {}, line
            n_answers += 1
    assert n_answers >= 23


def test_shows_an_example_of_every_failure_and_part_of_an_address(document):
    """Each failure says in words when it comes, and each name in an address what may stand there."""
    failures = {name: told for name, told in document["components"]["responses"].items() if name.isupper()}
    for name, told in failures.items():
        if name in ("NOT_MODIFIED", "DEFAULT_ERROR"):
            continue
        assert ProblemSchema().validate(told["content"]["application/json"]["example"]) == {}, name
        assert told["description"].endswith("."), name
    assert len(failures) >= 10
    for path in document["paths"].values():
        for parameter in path["parameters"]:
            assert "example" in parameter, parameter
            assert {"type"} <= set(parameter["schema"]), parameter
    rows = {
        parameter["name"]: parameter["schema"]["enum"]
        for path in document["paths"].values()
        for parameter in path["parameters"]
        if "enum" in parameter["schema"]
    }
    assert "goals" in rows["rows"]
    assert all(tag["description"] for tag in document["tags"])


def test_tells_how_to_name_versions_and_keys(document):
    """What changes something that is there asks for its version, and a POST takes a key of its own."""
    keys, versions = set(), set()
    for line, operation in operations(document):
        names = {each.get("name") for each in operation.get("parameters", [])}
        keys |= {line} if "Idempotency-Key" in names else set()
        versions |= {line} if "If-Match" in names else set()
    methods = {line: line.partition(" ")[0] for line, _ in operations(document)}
    assert keys == {line for line, method in methods.items() if method == "POST"}
    assert versions >= {line for line, method in methods.items() if method in ("PUT", "PATCH", "DELETE")}


def test_page_of_recipes_names_every_code_and_only_paths_that_exist(document):
    """What the page says of failures and addresses is so."""
    rows = re.findall(r"^\| (\d{3}) \| `(\w+)` \|", PAGE, re.MULTILINE)
    assert {int(status): code for status, code in rows} == {
        status: code for status, code in CODES.items() if status != 429
    }
    patterns = [re.sub(r"{\w+}", "[^/?]+", path) for path in document["paths"]]
    called = re.findall(r"\$ADDRESS(/api/v1/[^\"?]+)", PAGE)
    assert len(called) >= 10
    assert all(any(re.fullmatch(pattern, path) for pattern in patterns) for path in called)


def test_python_recipe_does_what_it_says(app, people, placed, monkeypatch, capsys):
    """The page's program runs as it stands, against a server."""
    server = make_server("localhost", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    (recipe,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    monkeypatch.setenv("ADDRESS", f"http://localhost:{server.port}")
    monkeypatch.setenv("TOKEN", bearer(app, people.analyst)["Authorization"].removeprefix("Bearer "))
    try:
        exec(compile(recipe, "docs/api.md", "exec"), {})
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert capsys.readouterr().out == "2024 59.0\n2 59.5\n"
