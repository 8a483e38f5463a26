"""One measurement through the API: recorded, revised, refused, never lost."""

import json
import threading

import pytest
from sqlalchemy import select

from impact.accounts.tables import TokenScope
from impact.api.measurements import MeasurementSchema
from impact.audit.tables import AuditEntry
from impact.monitoring.tables import SeriesSummary
from impact.registry.project_tables import Project
from impact.registry.series import series_of
from impact.semantics.period import year_period
from tests.api.problems import assert_problem
from tests.people import signed_in_client


@pytest.fixture
def path(placed):
    return f"/series/{placed.series_id}/measurements"


def stored(placed, year):
    with placed.database.reading() as session:
        values = {p.period: p.value for p in series_of(session, placed.series_id).points}
    return values.get(year_period(year))


def test_records_and_analyses_at_once_when_nothing_was_there(caller, placed, path):
    """The first value of a period is stored, answered with its version, and read by boards at once."""
    analyst = caller("analyst")
    response = analyst.put(f"{path}/2025", {"value": 58.4, "n_observed": 412, "comment": "Egen not"})
    assert response.status_code == 201, response.text
    assert MeasurementSchema().validate(response.json) == {}
    assert response.headers["Location"] == f"/api/v1{path}/2025"
    assert (response.json["value"], response.json["state"], response.json["revision"]) == (
        58.4,
        "approved",
        1,
    )
    again = analyst.get(f"{path}/2025")
    assert (again.json, again.headers["ETag"]) == (response.json, response.headers["ETag"])
    with placed.database.reading() as session:
        assert session.get_one(SeriesSummary, placed.series_id).latest_value == 58.4
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
        assert entry.request_id == response.headers["X-Request-Id"]


def test_keeps_both_when_revised(caller, placed, path):
    """A revision names what it replaces and why; the number of the revision tells that there were two."""
    analyst = caller("analyst")
    tag = analyst.get(f"{path}/2024").headers["ETag"]
    response = analyst.put(f"{path}/2024", {"value": 60, "reason": "Fel rad"}, headers={"If-Match": tag})
    assert response.status_code == 200
    assert (response.json["value"], response.json["revision"], response.json["reason"]) == (60, 2, "Fel rad")
    assert response.headers["ETag"] != tag
    assert stored(placed, 2024) == 60


def test_changes_nothing_when_said_again(caller, placed, path):
    """The same said twice is one revision, and needs no reason."""
    analyst = caller("analyst")
    first = analyst.put(f"{path}/2025", {"value": 58.4})
    second = analyst.put(f"{path}/2025", {"value": 58.4}, headers={"If-Match": first.headers["ETag"]})
    assert (second.status_code, second.json, second.headers["ETag"]) == (
        200,
        first.json,
        first.headers["ETag"],
    )


def test_keeps_reason_when_missing(caller, placed, path):
    """No value with a reason is stored as missing, not as zero."""
    response = caller("analyst").put(f"{path}/2025", {"missing": "confidential"})
    assert (response.json["value"], response.json["missing"]) == (None, "confidential")


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({}, 428, "precondition_required"),
        ({"If-Match": "*"}, 428, "precondition_required"),
        ({"If-Match": '"1-0-approved"'}, 412, "changed_in_between"),
        ({"If-Match": 'W/"x"'}, 412, "changed_in_between"),
        ({"If-None-Match": "*"}, 412, "changed_in_between"),
    ],
)
def test_refuses_revision_when_version_is_not_the_newest(caller, placed, path, headers, status, code):
    """Without the newest version's tag nothing is replaced."""
    response = caller("analyst").put(f"{path}/2024", {"value": 60, "reason": "Fel"}, headers=headers)
    assert_problem(response, status, code)
    assert stored(placed, 2024) == 59.0


def test_refuses_recording_when_something_was_to_be_there(caller, placed, path):
    """A tag of something that is not there is stale."""
    response = caller("analyst").put(f"{path}/2025", {"value": 58}, headers={"If-Match": '"1-1-approved"'})
    assert_problem(response, 412, "changed_in_between")


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({"value": "58"}, "value", "A number is needed"),
        ({"value": True}, "value", "A number is needed"),
        ({"value": 101}, "value", "higher than 100"),
        ({"value": 0.1234567890123456}, "value", "15 significant digits"),
        ({}, "value", "say why it is missing"),
        ({"value": 5, "missing": "confidential"}, "value", "say why it is missing"),
        ({"value": 5, "status": "nonsense"}, "status", "final, preliminary, estimated"),
        ({"value": 5, "comment": "a\x00b"}, "comment", "cannot be stored"),
        ({"value": 5, "comment": "\ud800"}, "comment", "cannot be stored"),
        ({"value": 5, "comment": "x" * 4001}, "comment", "At most 4000"),
        ({"value": 5, "comment": None}, "comment", "may not be null"),
        ({"value": 5, "margin_level": 100}, "margin_level", "Give a value from 1 to 99.99"),
        ({"value": 5, "evidence_address": "javascript:x"}, "evidence_address", "https"),
        ({"value": 5, "valeu": 6}, "valeu", "no such field"),
        ({"value": 5, "n_observed": -1}, "n_observed", "zero or more"),
        ([], None, "JSON object"),
    ],
)
def test_names_the_field_when_the_body_makes_no_sense(caller, placed, path, body, field, words):
    """Form and meaning are told alike: the field and a sentence."""
    assert_problem(caller("analyst").put(f"{path}/2025", body), 422, "invalid", field, words)
    assert stored(placed, 2025) is None


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1e999", "1" * 400])
def test_refuses_number_when_it_is_none(caller, placed, path, text):
    """Neither infinity nor what is no number gets in."""
    response = caller("analyst").call(
        "PUT", f"{path}/2025", data=f'{{"value": {text}}}', content_type="application/json"
    )
    assert_problem(response, 422, "invalid", "value")


@pytest.mark.parametrize("text", ["", "{", "\xff", "[" * 100_000, '{"value": ' + "1" * 5000 + "}"])
def test_says_so_when_the_body_is_no_json(caller, placed, path, text):
    """What cannot be parsed is told as such, however it fails."""
    response = caller("analyst").call(
        "PUT", f"{path}/2025", data=text.encode("latin-1"), content_type="application/json"
    )
    assert_problem(response, 400, "malformed")


def test_asks_for_json_when_sent_a_form(caller, placed, path):
    """A form, which another site could send, is not read."""
    response = caller("analyst").call("PUT", f"{path}/2025", data={"value": "58"})
    assert_problem(response, 415, "unsupported_media_type")


def test_asks_for_the_reason_when_revised_without(caller, placed, path):
    """A revision says why."""
    analyst = caller("analyst")
    tag = analyst.get(f"{path}/2024").headers["ETag"]
    response = analyst.put(f"{path}/2024", {"value": 60}, headers={"If-Match": tag})
    assert_problem(response, 422, "invalid", "reason")


@pytest.mark.parametrize("period", ["2024-Q1", "x", "2024/25", "0000", "%00", "٢٠٢٤-01"])
def test_finds_nothing_when_the_period_is_none(caller, placed, path, period):
    """A text that names no period of this frequency is no address."""
    analyst = caller("analyst")
    assert_problem(analyst.get(f"{path}/{period}"), 404, "not_found")
    assert_problem(analyst.put(f"{path}/{period}", {"value": 1}), 404, "not_found")


@pytest.mark.parametrize("period", ["2009", "2027"])
def test_refuses_period_when_it_is_not_of_the_schedule(caller, placed, path, period):
    """A year before the schedule or after today cannot be recorded."""
    response = caller("analyst").put(f"{path}/{period}", {"value": 50})
    assert_problem(response, 422, "invalid", "period")


@pytest.mark.parametrize(("who", "scope"), [("viewer", "write"), ("manager", "read")])
def test_refuses_when_role_or_scope_does_not_allow(caller, placed, path, who, scope):
    """A viewer records nothing, and neither does a token for reading."""
    one = caller(who, TokenScope(scope))
    assert one.get(f"{path}/2024").status_code == 200
    assert_problem(one.put(f"{path}/2025", {"value": 50}), 403, "not_allowed")
    assert stored(placed, 2025) is None


def test_finds_nothing_when_an_outsider_asks(caller, placed, path):
    """To somebody else's organisation the series does not exist."""
    outsider = caller("outsider")
    assert_problem(outsider.get(f"{path}/2024"), 404, "not_found")
    assert_problem(outsider.put(f"{path}/2025", {"value": 50}), 404, "not_found")
    assert stored(placed, 2025) is None


def test_shows_readers_the_approved_value_when_another_waits(caller, placed, path):
    """Where a manager approves, a revision waits: recorders see it, readers do not."""
    with placed.database.transaction() as session:
        session.get_one(Project, placed.project_id).needs_approval = True
    analyst, viewer = caller("analyst"), caller("viewer")
    tag = analyst.get(f"{path}/2024").headers["ETag"]
    put = analyst.put(f"{path}/2024", {"value": 60, "reason": "Fel rad"}, headers={"If-Match": tag})
    assert (put.json["value"], put.json["state"]) == (60, "draft")
    assert analyst.get(f"{path}/2024").json["value"] == 60
    assert (viewer.get(f"{path}/2024").json["value"], stored(placed, 2024)) == (59.0, 59.0)
    analyst.put(f"{path}/2025", {"value": 58})
    assert_problem(viewer.get(f"{path}/2025"), 404, "not_found")


def test_lets_one_win_when_two_put_with_the_same_tag(app, caller, placed, path):
    """Of two revisions of the same version one is stored and one is told."""
    callers = [caller("analyst"), caller("manager")]
    tag = callers[0].get(f"{path}/2024").headers["ETag"]
    start = threading.Barrier(2)
    answers = []

    def put(one, value):
        start.wait()
        body = {"value": value, "reason": "Fel rad"}
        answers.append(one.put(f"{path}/2024", body, headers={"If-Match": tag}))

    threads = [threading.Thread(target=put, args=(one, 60 + n)) for n, one in enumerate(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    won, lost = sorted(answers, key=lambda response: response.status_code)
    assert won.status_code == 200, won.text
    assert_problem(lost, 412, "changed_in_between")
    assert stored(placed, 2024) == won.json["value"]


def test_takes_no_form_token_and_no_cookie(app, people, placed, path):
    """A signed-in browser is nobody here: only the token counts."""
    client = signed_in_client(app, people.manager)
    response = client.put(
        f"/api/v1{path}/2025", data=json.dumps({"value": 50}), content_type="application/json"
    )
    assert_problem(response, 401, "not_signed_in")
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="Impact"'
