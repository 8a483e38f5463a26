"""Flags through the API: what waits, and the decision."""

import threading

import pytest

from impact.accounts.tables import TokenScope
from impact.api.flags import FlagListSchema, FlagSchema
from impact.monitoring.tables import Flag, FlagState
from tests.api.problems import assert_problem
from tests.web.ground import place_project

CONFIRMED = {"act": "confirmed", "note": "Två föreningar flyttade"}


@pytest.fixture
def path(placed):
    return f"/flags/{placed.flag_id}"


def tagged(one, path):
    return {"If-Match": one.get(path).headers["ETag"]}


def state(placed):
    with placed.database.reading() as session:
        return session.get_one(Flag, placed.flag_id).state


def test_lists_open_flags_in_parts(app, caller, placed):
    """Open flags of all projects within reach, oldest first, a part at a time."""
    place_project(app, "second")
    manager = caller("manager")
    first = manager.get("/flags?limit=1").json
    second = manager.get(first["next"].removeprefix("/api/v1")).json
    assert FlagListSchema().validate(first) == FlagListSchema().validate(second) == {}
    assert [flag["project"] for flag in first["flags"] + second["flags"]] == [placed.slug, "second"]
    assert second["next"] is None
    assert caller("outsider").get("/flags").json == {"flags": [], "next": None}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=all&sort=-id", ["second", "centre"]),
        ("state=all&sort=-first_raised_at&limit=1", ["second", "centre"]),
        ("state=all&sort=dismissed_until&limit=1", ["centre", "second"]),
        ("state=confirmed", ["centre"]),
        ("state=open&direction=to_worse", ["second"]),
        ("direction=to_better", []),
        ("project=second", ["second"]),
        ("category=housing", []),
        ("since=2026-11-24T00:00:00Z", []),
        ("since=2020-01-01T00:00:00%2B01:00", ["second"]),
        ("indicator_id=1", []),
        ("indicator_id=1&state=all", ["centre"]),
    ],
)
def test_leaves_and_sorts_what_is_asked_for(app, caller, placed, path, query, found):
    """Each filter narrows the list, each order sorts it, and parts together are the whole."""
    place_project(app, "second")
    manager = caller("manager")
    manager.post(f"{path}/decisions", CONFIRMED, headers=tagged(manager, path))
    address, slugs = f"/flags?{query}", []
    while address:
        part = manager.get(address).json
        slugs += [flag["project"] for flag in part["flags"]]
        address = (part["next"] or "").removeprefix("/api/v1")
    assert slugs == found


def test_keeps_a_decision_with_its_reason(caller, placed, path):
    """A confirmed flag waits no more, and tells who reads it later why."""
    manager = caller("manager")
    tag = tagged(manager, path)
    response = manager.post(f"{path}/decisions", CONFIRMED, headers=tag)
    assert response.status_code == 201, response.text
    assert FlagSchema().validate(response.json) == {}
    assert (response.json["state"], response.json["events"][0]["note"]) == ("confirmed", CONFIRMED["note"])
    assert response.headers["ETag"] == manager.get(path).headers["ETag"] != tag["If-Match"]
    assert manager.get("/flags").json["flags"] == []
    assert state(placed) is FlagState.CONFIRMED


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"act": "confirmed"}, "note"),
        ({"act": "confirmed", "note": " "}, "note"),
        ({"act": "dismissed", "note": "x"}, "cause"),
        ({"act": "superseded", "note": "x"}, "act"),
        ({"act": "nonsense", "note": "x"}, "act"),
        ({"act": "dismissed", "cause": "data_error", "note": "x", "until": "2026-11-23"}, "until"),
        ({"act": "dismissed", "cause": "data_error", "note": "x", "until": "soon"}, "until"),
    ],
)
def test_names_the_field_when_a_decision_makes_no_sense(caller, placed, path, body, field):
    """Form and meaning are told alike, and nothing is decided."""
    manager = caller("manager")
    response = manager.post(f"{path}/decisions", body, headers=tagged(manager, path))
    assert_problem(response, 422, "invalid", field)
    assert state(placed) is FlagState.OPEN


def test_refuses_when_the_version_is_not_named_or_old(caller, placed, path):
    """Without a tag 428, with an old one 412, and 409 for what cannot be done to the newest."""
    manager = caller("manager")
    old = tagged(manager, path)
    assert_problem(manager.post(f"{path}/decisions", CONFIRMED), 428, "precondition_required")
    manager.post(f"{path}/decisions", CONFIRMED, headers=old)
    assert_problem(manager.post(f"{path}/decisions", CONFIRMED, headers=old), 412, "changed_in_between")
    again = manager.post(f"{path}/decisions", CONFIRMED, headers=tagged(manager, path))
    assert_problem(again, 409, "conflict")


@pytest.mark.parametrize(("who", "scope"), [("analyst", "write"), ("manager", "read")])
def test_refuses_when_role_or_scope_does_not_allow(caller, placed, path, who, scope):
    """An analyst decides nothing, and neither does a token for reading."""
    one = caller(who, TokenScope(scope))
    assert_problem(one.post(f"{path}/decisions", CONFIRMED, headers=tagged(one, path)), 403, "not_allowed")
    assert state(placed) is FlagState.OPEN


def test_finds_nothing_when_an_outsider_asks(caller, placed, path):
    """Whatever is sent, somebody else's flag does not exist."""
    outsider = caller("outsider")
    assert_problem(outsider.get(path), 404, "not_found")
    for body in (CONFIRMED, {}):
        assert_problem(outsider.post(f"{path}/decisions", body), 404, "not_found")


def test_lets_one_win_when_two_decide_at_once(caller, placed, path):
    """Of two decisions on the same version one is kept and one is told."""
    callers = [caller("manager"), caller("administrator")]
    tag = tagged(callers[0], path)
    start = threading.Barrier(2)
    answers = []

    def decide(one):
        start.wait()
        answers.append(one.post(f"{path}/decisions", CONFIRMED, headers=tag))

    threads = [threading.Thread(target=decide, args=(one,)) for one in callers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    won, lost = sorted(answers, key=lambda response: response.status_code)
    assert won.status_code == 201, won.text
    assert_problem(lost, 412, "changed_in_between")
