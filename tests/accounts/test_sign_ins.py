"""The sign-ins of a person, listed and ended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from impact.accounts import members
from impact.accounts.permissions import Actor
from impact.accounts.sign_ins import end_sign_in, end_sign_ins, open_sign_ins
from impact.accounts.signing_in import start_session
from impact.audit.tables import ActorKind
from impact.audit.trail import trail_of
from impact.errors import NotAllowed, NotFound
from tests.people import NOW, People, Person, add_people


@pytest.fixture
def people(session: Session) -> People:
    return add_people(session)


def come(session: Session, person: Person, browser: str, hours_ago: int = 0) -> None:
    user = members.user_by_id(session, person.user_id)
    start_session(session, user, user_agent=browser, now=NOW - timedelta(hours=hours_ago))


def browsers(session: Session, person: Person, actor: Actor | None = None) -> list[str]:
    rows = open_sign_ins(session, actor or person.actor, person.user_id, now=NOW, idle_hours=12)
    return [row.user_agent for row in rows]


def test_lists_what_is_open_the_last_used_first(session: Session, people: People) -> None:
    """What was idle too long or was ended is not there, nor what is another's."""
    for browser, hours in (("old", 13), ("desk", 5), ("telephone", 1)):
        come(session, people.viewer, browser, hours)
    come(session, people.manager, "another's")
    assert browsers(session, people.viewer) == ["telephone", "desk"]
    assert browsers(session, people.viewer, people.administrator.actor) == ["telephone", "desk"]


def test_ends_all_but_one_and_writes_it_down(session: Session, people: People) -> None:
    """The one that is kept goes on; the trail has how many were ended."""
    for browser in ("desk", "telephone", "this"):
        come(session, people.viewer, browser)
    come(session, people.manager, "another's")
    actor, user_id = people.viewer.actor, people.viewer.user_id
    this = open_sign_ins(session, actor, user_id, now=NOW, idle_hours=12)[0]
    assert end_sign_ins(session, actor, user_id, now=NOW, but=this.id) == 2
    assert browsers(session, people.viewer) == ["this"]
    assert browsers(session, people.manager) == ["another's"]
    entry = trail_of(session, "user_account", user_id)[0]
    assert (entry.verb, entry.after) == ("end_sign_ins", {"n_sign_ins_ended": 2})


def test_ends_one_of_ones_own(session: Session, people: People) -> None:
    """One's own can be ended, another's is not found."""
    come(session, people.viewer, "telephone")
    come(session, people.manager, "another's")
    foreign = open_sign_ins(session, people.manager.actor, people.manager.user_id, now=NOW, idle_hours=12)
    own = open_sign_ins(session, people.viewer.actor, people.viewer.user_id, now=NOW, idle_hours=12)
    end_sign_in(session, people.viewer.actor, people.viewer.user_id, own[0].id, now=NOW)
    assert browsers(session, people.viewer) == []
    with pytest.raises(NotFound):
        end_sign_in(session, people.viewer.actor, people.viewer.user_id, foreign[0].id, now=NOW)


def test_refuses_tokens_and_others(session: Session, people: People) -> None:
    """Neither a program nor a colleague sees or ends them."""
    own = people.viewer.actor
    token = Actor(own.id, ActorKind.TOKEN, user_id=own.user_id, grants=own.grants)
    for actor in (token, people.manager.actor):
        with pytest.raises(NotAllowed):
            browsers(session, people.viewer, actor)
        with pytest.raises(NotAllowed):
            end_sign_ins(session, actor, people.viewer.user_id, now=NOW)
