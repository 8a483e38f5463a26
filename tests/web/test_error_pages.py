"""Errors as readers meet them: the right status, plain words, nothing internal."""

import pytest
import sqlalchemy as sa
import structlog
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from impact.errors import Conflict, Invalid, NotAllowed, NotFound
from impact.request_scope import commit, current_session
from impact.web.guards import public
from tests.people import post, signed_in_client

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def made_apps():
    """None is kept, for addresses are added to them."""
    return {}


def failing(app, error):
    """A browser on an app with a page that fails so."""

    @public
    def page():
        raise error

    app.add_url_rule("/failing", "failing", page, methods=["GET", "POST"])
    return app.test_client()


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (
            Invalid("A value of %(value)s is not possible.", value="<b>"),
            422,
            "A value of &lt;b&gt; is not possible.",
        ),
        (NotFound("There is no such project."), 404, "There is no such project."),
        (NotAllowed("Your role does not allow this."), 403, ""),
        (Conflict("Somebody else got there first."), 409, "Somebody else got there first"),
        (StaleDataError("row 7"), 409, "Somebody else got there first"),
        (IntegrityError("INSERT canary", {}, Exception("canary")), 409, "Somebody else got there first"),
        (OperationalError("SELECT canary", {}, Exception("database is locked")), 503, "busy"),
        (OperationalError("SELECT canary", {}, Exception("no such table: canary")), 500, "went wrong"),
        (RuntimeError("canary"), 500, "went wrong"),
    ],
)
def test_tells_an_error_in_plain_words(sqlite_app, error, status, words):
    """Each error has its status, a sentence and a number, and tells nothing of the inside."""
    response = failing(sqlite_app, error).get("/failing", headers={"Accept-Language": "en"})
    assert response.status_code == status
    assert words in response.text
    assert response.headers["X-Request-Id"] in response.text
    assert "canary" not in response.text
    assert "Traceback" not in response.text


def test_says_when_to_come_again_when_the_database_is_busy(sqlite_app):
    """A locked database is told with a time to wait."""
    locked = OperationalError("SELECT 1", {}, Exception("database is locked"))
    assert failing(sqlite_app, locked).get("/failing").headers["Retry-After"] == "30"


def test_writes_the_trace_to_the_log_under_the_number_that_is_shown(sqlite_app):
    """Whoever gets the number from a reader finds the trace."""
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        response = failing(sqlite_app, RuntimeError("canary")).get("/failing")
    (line,) = [line for line in lines if line["log_level"] == "error"]
    assert line["request_id"] == response.headers["X-Request-Id"]
    assert str(line["exc_info"]) == "canary"


def test_draws_the_error_page_without_the_database_when_that_fails(app, people):
    """The page about a failing database asks it nothing."""
    client = signed_in_client(app, people.viewer)
    with app.extensions["impact"].database.engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE one_time_link"))
        connection.execute(sa.text("ALTER TABLE membership RENAME TO elsewhere"))
    response = client.get("/sign-in")
    assert response.status_code == 500
    assert response.headers["X-Request-Id"] in response.text


def test_answers_405_with_what_is_allowed_when_the_method_is_wrong(client):
    """A wrong method is told as such, with those that would do."""
    response = client.put("/sign-in")
    assert response.status_code == 405
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}


def test_refuses_what_is_too_large(client):
    """A form of many megabytes is refused before it is read."""
    response = client.post("/sign-in", data=b"name=" + b"x" * 27_000_000, content_type=FORM)
    assert response.status_code == 413


def test_speaks_plainly_when_even_the_error_page_fails(sqlite_app):
    """A broken frame still gives a number and no trace."""
    sqlite_app.jinja_env.globals["static_url"] = lambda _name: 1 / 0
    response = sqlite_app.test_client().get("/no-such-page")
    assert (response.status_code, response.mimetype) == (404, "text/plain")
    assert response.headers["X-Request-Id"] in response.text


def test_undoes_everything_when_a_view_fails_before_its_commit(app, people):
    """What was not committed is gone, and the next request finds the database free."""

    @public
    def half():
        current_session().execute(sa.text("UPDATE user_account SET language = 'en'"))
        raise Invalid("No.")

    @public
    def whole():
        current_session().execute(sa.text("UPDATE user_account SET email = 'x@example.se'"))
        commit()
        return "done"

    app.add_url_rule("/half", "half", half, methods=["POST"])
    app.add_url_rule("/whole", "whole", whole, methods=["POST"])
    client = app.test_client()
    assert post(client, "/half").status_code == 422
    assert post(client, "/whole").text == "done"
    with app.extensions["impact"].database.reading() as session:
        found = session.execute(sa.text("SELECT DISTINCT language, email FROM user_account")).all()
    assert found == [("sv", "x@example.se")]


def test_commits_once_a_request(sqlite_app):
    """A second commit in one request is a fault of the program."""

    @public
    def twice():
        commit()
        commit()

    sqlite_app.add_url_rule("/twice", "twice", twice, methods=["POST"])
    assert post(sqlite_app.test_client(), "/twice").status_code == 500


def test_cannot_write_while_it_only_reads(app, people):
    """A page asked for with GET changes nothing, even by mistake."""

    @public
    def page():
        current_session().execute(sa.text("UPDATE user_account SET language = 'en'"))
        commit()
        return "changed"

    app.add_url_rule("/careless", "careless", page)
    response = app.test_client().get("/careless")
    with app.extensions["impact"].database.reading() as session:
        assert session.execute(sa.text("SELECT DISTINCT language FROM user_account")).all() == [("sv",)]
    assert response.status_code >= 500
