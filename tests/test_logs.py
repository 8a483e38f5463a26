"""Lines of the log: whole, one an event, without secrets."""

import io
import json
import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest
import structlog

from impact import logs
from impact.settings import Settings


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    """The log of the test run is as it was afterwards."""
    root = logging.getLogger()
    kept = root.handlers, root.level
    yield
    root.handlers, level = kept
    root.setLevel(level)
    for name in logs.TALKATIVE:
        logging.getLogger(name).setLevel(logging.NOTSET)
    structlog.reset_defaults()
    logs.unbind_all()


def _log_to(settings: Settings, log_format: str) -> io.StringIO:
    stream = io.StringIO()
    logs.set_up(replace(settings, log_format=log_format), stream)
    return stream


def test_line_holds_the_request_id_when_one_is_bound(settings: Settings) -> None:
    """Our lines and those of libraries carry the request they were written for."""
    stream = _log_to(settings, "json")
    logs.bind(request_id="abc")
    structlog.get_logger("impact.web").info("saved", n_values=3)
    logging.getLogger("library").warning("slow: %s s", 2)
    ours, theirs = map(json.loads, stream.getvalue().splitlines())
    assert (ours["event"], ours["n_values"], ours["request_id"], ours["level"]) == ("saved", 3, "abc", "info")
    assert (theirs["event"], theirs["request_id"], theirs["logger"]) == ("slow: 2 s", "abc", "library")


def test_request_id_is_gone_when_the_next_request_begins(settings: Settings) -> None:
    """A line never carries the request before."""
    stream = _log_to(settings, "json")
    logs.bind(request_id="abc")
    logs.unbind_all()
    structlog.get_logger().info("idle")
    assert "request_id" not in json.loads(stream.getvalue())


@pytest.mark.parametrize("log_format", ["json", "plain"])
def test_line_stays_one_when_a_value_has_line_breaks(settings: Settings, log_format: str) -> None:
    """A name typed by somebody cannot look like a line of its own."""
    stream = _log_to(settings, log_format)
    structlog.get_logger().info("signed in", name="eve\n2026-01-01 signed in name=administrator")
    logging.getLogger("library").info("asked for %s", "a\nb\x1b[2J")
    assert len(stream.getvalue().splitlines()) == 2
    assert "\x1b" not in stream.getvalue()


@pytest.mark.parametrize("log_format", ["json", "plain"])
def test_secret_is_hidden_when_it_is_a_fact(settings: Settings, log_format: str) -> None:
    """Passwords and tokens do not reach the log, however deep they lie."""
    stream = _log_to(settings, log_format)
    structlog.get_logger().info("request", password="hush-1", headers={"Authorization": "hush-2"})
    assert "hush" not in stream.getvalue()
    assert stream.getvalue().count(logs.HIDDEN) == 2


@pytest.mark.parametrize("log_format", ["json", "plain"])
def test_traceback_is_written_when_an_error_is_logged(settings: Settings, log_format: str) -> None:
    """Whoever reads the log finds where it went wrong."""
    stream = _log_to(settings, log_format)
    try:
        raise LookupError("nowhere")
    except LookupError:
        structlog.get_logger().exception("failed")
    assert "LookupError: nowhere" in stream.getvalue()


def test_nothing_is_written_when_it_is_below_the_level(settings: Settings) -> None:
    """The level of the settings holds for all."""
    stream = io.StringIO()
    logs.set_up(replace(settings, log_level="ERROR"), stream)
    structlog.get_logger().warning("small")
    logging.getLogger("library").warning("small")
    assert stream.getvalue() == ""


def test_library_is_heard_only_with_warnings_when_it_talks_much(settings: Settings) -> None:
    """Each step of a migration is no news; a warning is."""
    stream = _log_to(settings, "json")
    logging.getLogger("alembic.runtime.migration").info("context made")
    logging.getLogger("alembic.runtime.migration").warning("odd")
    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == ["odd"]


@pytest.mark.parametrize("log_format", ["plain", "json"])
def test_traceback_holds_no_values_of_variables(settings: Settings, log_format: str) -> None:
    """What somebody typed stands in variables; a traceback names lines, whatever else is installed."""
    stream = _log_to(settings, log_format)
    typed = "canary" + "-password"
    try:
        int(typed[:0])
    except ValueError:
        structlog.get_logger().exception("failed")
    assert "int(typed[:0])" in stream.getvalue()
    assert typed not in stream.getvalue()
