"""A decision on a flag, made in its page."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from impact.monitoring.reviewing import events_of
from impact.monitoring.tables import Flag, FlagState
from tests.people import People, post, signed_in_client
from tests.web.ground import Placed, place_project


@pytest.fixture
def placed(app: Flask) -> Placed:
    return place_project(app)


@pytest.fixture
def manager(app: Flask, people: People) -> FlaskClient:
    return signed_in_client(app, people.manager)


def flag_of(placed: Placed) -> Flag:
    with placed.database.reading() as session:
        return session.get_one(Flag, placed.flag_id)


def test_keeps_decision_when_confirmed(manager: FlaskClient, placed: Placed) -> None:
    """A confirmed flag shows the reason and what was agreed, and leaves the undecided."""
    response = post(
        manager,
        f"/flags/{placed.flag_id}",
        version=flag_of(placed).version,
        act="confirmed",
        note="Seen on site",
        agreed_action="Night patrols",
        action_owner="manager",
        action_due_on="2026-06-30",
    )
    assert response.status_code == 303
    assert flag_of(placed).state is FlagState.CONFIRMED
    page = manager.get(f"/flags/{placed.flag_id}").text
    assert "Seen on site" in page
    assert "Night patrols" in page
    with placed.database.reading() as session:
        assert events_of(session, placed.flag_id)[0].action_owner == "manager"


@pytest.mark.parametrize(
    "fields",
    [
        {"note": "Only a reason"},
        {"act": "confirmed", "note": ""},
        {"act": "dismissed", "note": "No cause"},
        {"act": "dismissed", "note": "Why", "cause": "data_error", "until": "2020-01-01"},
        {"act": "dismissed", "note": "Why", "cause": "data_error", "until": "soon"},
        {"act": "nonsense", "note": "Why"},
        {"act": "opened", "note": "Why"},
    ],
)
def test_keeps_typed_text_when_decision_is_incomplete(
    manager: FlaskClient, placed: Placed, fields: dict[str, str]
) -> None:
    """An incomplete decision comes back as typed, and the flag stays open."""
    response = post(manager, f"/flags/{placed.flag_id}", version=flag_of(placed).version, **fields)
    assert response.status_code == 422
    assert fields["note"] in response.text
    assert flag_of(placed).state is FlagState.OPEN


def test_conflicts_when_decided_in_between(manager: FlaskClient, placed: Placed) -> None:
    """A decision on an old page is refused with what was typed kept."""
    version = flag_of(placed).version
    post(manager, f"/flags/{placed.flag_id}", version=version, act="confirmed", note="First")
    response = post(manager, f"/flags/{placed.flag_id}", version=version, act="confirmed", note="Second")
    assert response.status_code == 409
    assert "Second" in response.text


def test_refuses_when_analyst_decides(app: Flask, people: People, placed: Placed) -> None:
    """An analyst sees the flag without the form, and cannot decide."""
    client = signed_in_client(app, people.analyst)
    assert 'name="act"' not in client.get(f"/flags/{placed.flag_id}").text
    response = post(client, f"/flags/{placed.flag_id}", version=1, act="confirmed", note="Why")
    assert response.status_code == 403
    assert flag_of(placed).state is FlagState.OPEN
