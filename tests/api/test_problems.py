"""Failures as programs read them: one shape, whatever went wrong."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from impact.accounts import members
from impact.accounts.tables import TokenScope
from impact.accounts.tokens import make_token
from impact.errors import ImpactError
from impact.request_scope.admission import public
from tests.api.conftest import Caller
from tests.api.problems import assert_problem
from tests.people import NOW


@pytest.fixture
def made_apps():
    """None is kept, for addresses are added to them."""
    return {}


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (RuntimeError("canary"), 500, "unforeseen"),
        (ImpactError("canary"), 500, "unforeseen"),
        (StaleDataError("canary"), 409, "conflict"),
        (IntegrityError("canary", {}, Exception("canary")), 409, "conflict"),
        (OperationalError("canary", {}, Exception("database is locked")), 503, "busy"),
        (OperationalError("canary", {}, Exception("no such table: canary")), 500, "unforeseen"),
    ],
)
def test_tells_nothing_of_the_inside_when_something_breaks(app, stranger, error, status, code):
    """Whatever breaks has the shape of all failures and a number to refer to."""

    @public
    def view():
        raise error

    app.add_url_rule("/api/v1/failing", "failing", view)
    response = stranger.get("/failing")
    assert_problem(response, status, code)
    assert "canary" not in response.text


def test_answers_404_in_the_same_shape_when_there_is_no_such_address(stranger):
    """Beside every resource there is nothing, told as everything is."""
    for path in ("/nothing", "", "/projects/", "/series/x"):
        assert_problem(stranger.get(path), 404, "not_found")


def test_names_the_methods_when_another_was_used(caller, placed):
    """405 says which methods there are."""
    response = caller("manager").call("DELETE", f"/series/{placed.series_id}/measurements/2024")
    assert_problem(response, 405, "method_not_allowed")
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "PUT"}


def test_refuses_what_is_too_large(caller, placed):
    """A body of many megabytes is refused before it is read."""
    response = caller("manager").call(
        "PUT",
        f"/series/{placed.series_id}/measurements/2024",
        data=b" " * 27_000_000,
        content_type="application/json",
    )
    assert_problem(response, 413, "too_large")


@pytest.mark.parametrize(
    "token", ["imp_1_wrong", "imp_0_", "x", "imp_" + "9" * 30 + "_x", "imp_1_\u00e5", "a b c"]
)
def test_asks_for_a_token_when_it_is_none(app, people, token):
    """A token that opens nothing is told as such, with the way to send one."""
    response = Caller(app.test_client(), token).get("/projects")
    assert_problem(response, 401, "not_signed_in")
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="Impact", error="invalid_token"'


def test_asks_for_a_token_when_it_has_ended(app, people):
    """A token opens nothing after its end, nor after its person was disabled."""
    database = app.extensions["impact"].database
    for name, ends in (("viewer", NOW), ("disabled", NOW + timedelta(days=1))):
        one = getattr(people, name)
        with database.transaction() as session:
            user, before = members.user_by_id(session, one.user_id), NOW - timedelta(days=1)
            text = make_token(session, one.actor, user, "x", TokenScope.READ, expires_at=ends, now=before)
        assert_problem(Caller(app.test_client(), text).get("/projects"), 401, "not_signed_in")


def test_speaks_swedish_when_asked(stranger):
    """The sentence for people comes in their language, the code for programs does not."""
    response = stranger.get("/projects", headers={"Accept-Language": "sv"})
    assert_problem(response, 401, "not_signed_in", words="Authorization: Bearer")
    assert response.headers["Content-Language"] == "sv"
    assert "giltig" in response.json["message"]
