"""How tests look at a failure: one shape for every kind."""

from werkzeug.test import TestResponse

from impact.api.problems import ProblemSchema


def assert_problem(
    response: TestResponse, status: int, code: str, field: str | None = None, words: str = ""
) -> None:
    """The response is that failure, in the documented shape and with nothing else in it."""
    assert response.status_code == status, response.text
    assert response.mimetype == "application/json"
    body = response.get_json()
    assert ProblemSchema().validate(body) == {}
    assert list(body) == [
        name for name in ("code", "message", "field", "problems", "reference") if name in body
    ]
    assert body["code"] == code
    assert body.get("field") == field
    assert body["reference"] == response.headers["X-Request-Id"]
    assert response.headers["Content-Language"] in ("sv", "en")
    assert words in body["message"]
