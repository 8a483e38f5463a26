"""The same call again under a key: the same answer, and nothing done twice."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select

from impact.accounts.answers import KeptAnswer
from impact.accounts.tables import Membership, Role
from impact.monitoring.tables import FlagEvent
from tests.api.conftest import Caller
from tests.api.problems import assert_problem
from tests.people import NOW

CONFIRMED = {"act": "confirmed", "note": "Två föreningar flyttade"}


@pytest.fixture
def path(placed):
    return f"/flags/{placed.flag_id}/decisions"


@pytest.fixture
def headers(caller, placed):
    tag = caller("manager").get(f"/flags/{placed.flag_id}").headers["ETag"]
    return {"If-Match": tag, "Idempotency-Key": "decision-1"}


def n_rows(placed, table):
    with placed.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_gives_the_same_answer_and_does_nothing_twice(caller, placed, path, headers):
    """Whoever never heard the answer gets it, although the flag has another version since."""
    manager, before = caller("manager"), n_rows(placed, FlagEvent)
    first = manager.post(path, CONFIRMED, headers=headers)
    again = manager.post(path, CONFIRMED, headers=headers)
    assert first.status_code == again.status_code == 201
    assert first.data == again.data
    for name in ("ETag", "Content-Type", "Content-Language"):
        assert first.headers[name] == again.headers[name]
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert n_rows(placed, FlagEvent) == before + 1


@pytest.mark.parametrize(
    "other",
    [
        {"json": {**CONFIRMED, "note": "Något annat"}},
        {"headers": {"If-Match": '"another"'}},
        {"query_string": {"x": "1"}},
    ],
)
def test_refuses_key_when_it_stood_for_something_else(caller, placed, path, headers, other):
    """One key, one call: another body, version or address under it is a mistake."""
    manager = caller("manager")
    assert manager.post(path, CONFIRMED, headers=headers).status_code == 201
    options = {"json": CONFIRMED, **other, "headers": {**headers, **other.get("headers", {})}}
    assert_problem(manager.call("POST", path, **options), 422, "invalid", words="Idempotency-Key")


@pytest.mark.parametrize("key", ["", "x" * 201, "nyckel å".encode().decode("latin-1")])
def test_refuses_key_when_it_is_none(caller, placed, path, headers, key):
    """A key has some plain letters, and not too many."""
    answer = caller("manager").post(path, CONFIRMED, headers={**headers, "Idempotency-Key": key})
    assert_problem(answer, 422, "invalid", words="Idempotency-Key")


def test_tries_again_when_it_failed(caller, placed, path, headers):
    """What failed did nothing and is not kept: corrected, it goes through under the same key."""
    manager = caller("manager")
    assert manager.post(path, {**CONFIRMED, "note": ""}, headers=headers).status_code == 422
    assert n_rows(placed, KeptAnswer) == 0
    assert manager.post(path, CONFIRMED, headers=headers).status_code == 201


def test_keeps_keys_of_tokens_apart(caller, placed, path, headers):
    """Another token's key is another key; nobody reads what others were answered."""
    manager, other = caller("manager"), caller("administrator")
    first = manager.post(path, CONFIRMED, headers=headers)
    assert_problem(other.post(path, CONFIRMED, headers=headers), 412, "changed_in_between")
    theirs = {**headers, "If-Match": first.headers["ETag"]}
    assert other.post(path, {"act": "reopened", "note": "Nya siffror"}, headers=theirs).status_code == 201
    assert manager.post(path, CONFIRMED, headers=headers).data == first.data


def test_answers_nothing_kept_when_the_place_is_out_of_reach(people, caller, placed, path, headers):
    """A role that was lost counts before a kept answer does."""
    with placed.database.transaction() as session:
        user_id = people.outsider.user_id
        session.add(Membership(user_id=user_id, role=Role.MANAGER, project_id=placed.project_id))
    guest = caller("outsider")
    assert guest.post(path, CONFIRMED, headers=headers).status_code == 201
    with placed.database.transaction() as session:
        session.execute(delete(Membership).where(Membership.project_id == placed.project_id))
    assert_problem(guest.post(path, CONFIRMED, headers=headers), 404, "not_found")


def test_forgets_after_a_day(app, caller, placed, path, headers):
    """A key that is a day old is free again; the flag's version tells that it has been decided."""
    manager = caller("manager")
    assert manager.post(path, CONFIRMED, headers=headers).status_code == 201
    installed = app.extensions["impact"]
    app.extensions["impact"] = replace(installed, clock=lambda: NOW + timedelta(hours=24))
    assert_problem(manager.post(path, CONFIRMED, headers=headers), 412, "changed_in_between")


def test_does_it_once_when_two_ask_at_once(app, caller, placed, path, headers):
    """Of two calls with one key that come together one does it and both get its answer."""
    manager, before = caller("manager"), n_rows(placed, FlagEvent)
    start, answers = threading.Barrier(2), []

    def ask():
        one = Caller(app.test_client(), manager.token)
        start.wait(10)
        answers.append(one.post(path, CONFIRMED, headers=headers))

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].data == answers[1].data
    assert n_rows(placed, FlagEvent) == before + 1
