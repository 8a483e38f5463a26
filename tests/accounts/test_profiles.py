"""What a person is called and where mails go; proving the password."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts import members
from impact.accounts.permissions import Actor
from impact.accounts.profiles import Profile, change_profile, prove_password
from impact.accounts.tables import SignInAttempt, User
from impact.accounts.throttling import SignInLimits, TooManyAttempts
from impact.audit.tables import ActorKind
from impact.audit.trail import trail_of
from impact.db import Database
from impact.errors import Conflict, Invalid, NotAllowed
from impact.language import Language
from tests.people import NOW, PASSWORD, People, add_people, make_people

WANTED = Profile("Åsa  Ek", "asa@example.se", Language.ENGLISH)
LIMITS = SignInLimits(3, timedelta(minutes=15))


@pytest.fixture
def people(session: Session) -> People:
    return add_people(session)


@pytest.fixture
def viewer(session: Session, people: People) -> User:
    return members.user_by_id(session, people.viewer.user_id)


def test_changes_name_address_and_language(session: Session, people: People, viewer: User) -> None:
    """The person has the new ones at once, and the trail says which fields changed."""
    changed = change_profile(session, people.viewer.actor, viewer, viewer.version, WANTED, now=NOW)
    assert changed == ["email", "language", "name"]
    assert (viewer.name, viewer.email, viewer.language) == ("Åsa Ek", "asa@example.se", "en")
    assert members.user_by_name(session, "åsa ek") is viewer
    entry = trail_of(session, "user_account", viewer.id)[0]
    assert (entry.verb, entry.after) == ("change", {"changed": changed})


def test_writes_nothing_down_when_nothing_changed(session: Session, people: People, viewer: User) -> None:
    """Saving the form as it was is no change."""
    same = Profile(viewer.name, viewer.email or "", Language(viewer.language))
    before = len(trail_of(session, "user_account", viewer.id))
    assert change_profile(session, people.viewer.actor, viewer, viewer.version, same, now=NOW) == []
    assert len(trail_of(session, "user_account", viewer.id)) == before


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        (Profile(" ", "", Language.SWEDISH), Invalid),
        (Profile("x" * 101, "", Language.SWEDISH), Invalid),
        (Profile("viewer", "no address", Language.SWEDISH), Invalid),
        (Profile("MANAGER", "", Language.SWEDISH), Conflict),
    ],
)
def test_refuses_what_nobody_can_be_called(
    session: Session, people: People, viewer: User, wanted: Profile, error: type[Exception]
) -> None:
    """Names are short and one's own, addresses are addresses."""
    with pytest.raises(error):
        change_profile(session, people.viewer.actor, viewer, viewer.version, wanted, now=NOW)
    assert viewer.name == "viewer"


def test_refuses_when_somebody_else_was_first(session: Session, people: People, viewer: User) -> None:
    """Of two who change the same version the second is told."""
    version, actor = viewer.version, people.viewer.actor
    change_profile(session, actor, viewer, version, WANTED, now=NOW)
    with pytest.raises(Conflict):
        change_profile(session, actor, viewer, version, WANTED, now=NOW)


def test_refuses_a_token_and_anybody_else(session: Session, people: People, viewer: User) -> None:
    """A program does not rename its person, nor does a colleague; an administrator does."""
    own = people.viewer.actor
    token = Actor(own.id, ActorKind.TOKEN, user_id=own.user_id, grants=own.grants)
    for actor in (token, people.manager.actor):
        with pytest.raises(NotAllowed):
            change_profile(session, actor, viewer, viewer.version, WANTED, now=NOW)
    assert change_profile(session, people.administrator.actor, viewer, viewer.version, WANTED, now=NOW)


def prove(database: Database, people: People, password: str) -> None:
    prove_password(database, people.viewer.user_id, password, address="::1", now=NOW, limits=LIMITS)


def test_lets_the_password_be_proved_and_guesses_wait(database: Database) -> None:
    """The right one passes as often as one likes; guesses count like those at sign-in."""
    people = make_people(database)
    for _ in range(5):
        prove(database, people, PASSWORD)
    for _ in range(3):
        with pytest.raises(Invalid):
            prove(database, people, "a wrong one")
    with pytest.raises(TooManyAttempts):
        prove(database, people, PASSWORD)
    with database.reading() as session:
        assert {row.name_key for row in session.scalars(select(SignInAttempt))} == {"viewer"}
