"""Everybody who can sign in, as the administrator looks them up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from impact.accounts import members
from impact.accounts.erasing import erase_account
from impact.accounts.people import PeopleFilter, PersonState, people, person
from impact.accounts.signing_in import start_session
from impact.accounts.tables import Role
from impact.errors import NotAllowed, NotFound
from tests.people import NOW, People, add_people, add_person


@pytest.fixture
def cast(session: Session) -> People:
    return add_people(session)


def names(session: Session, cast: People, **wanted: object) -> list[str]:
    found, n_people = people(session, cast.administrator.actor, PeopleFilter(**wanted))  # type: ignore[arg-type]
    assert n_people == len(found)
    return [view.user.name for view in found]


def test_lists_everybody_by_name(session: Session, cast: People) -> None:
    """All are there, shut out or not, by name."""
    everybody = ["administrator", "analyst", "disabled", "manager", "outsider", "viewer"]
    assert names(session, cast) == everybody


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"text": "ANAL"}, ["analyst"]),
        ({"text": "viewer@EXAMPLE"}, ["viewer"]),
        ({"text": "%"}, []),
        ({"text": "_"}, []),
        ({"role": Role.MANAGER}, ["manager", "outsider"]),
        ({"state": PersonState.DISABLED}, ["disabled"]),
        ({"state": PersonState.INVITED}, ["Åsa Öst"]),
        ({"text": "åsa ö"}, ["Åsa Öst"]),
        ({"state": PersonState.ACTIVE, "role": Role.ADMINISTRATOR}, ["administrator"]),
    ],
)
def test_lists_who_fits_when_it_is_narrowed(
    session: Session, cast: People, wanted: dict[str, object], found: list[str]
) -> None:
    """Part of a name or an address, a role and a state narrow the list."""
    members.add_user(session, cast.administrator.actor, "Åsa Öst", now=NOW)
    assert names(session, cast, **wanted) == found


def test_tells_the_last_visit_when_somebody_is_or_was_signed_in(session: Session, cast: People) -> None:
    """The last click of any sign-in counts; whoever never came has none."""
    user = members.user_by_id(session, cast.viewer.user_id)
    start_session(session, user, now=NOW - timedelta(days=3))
    start_session(session, user, now=NOW - timedelta(days=1))
    assert person(session, cast.administrator.actor, user.id).last_visit_at == NOW - timedelta(days=1)
    assert person(session, cast.administrator.actor, cast.analyst.user_id).last_visit_at is None


def test_takes_four_statements_when_there_are_many(session: Session, cast: People) -> None:
    """However many there are: how many, the page, the roles, the visits."""
    for number in range(30):
        add_person(session, f"extra {number}", Role.VIEWER)
    session.flush()
    asked: list[str] = []
    connection = session.connection()
    event.listen(connection, "before_cursor_execute", lambda *given: asked.append(given[2]))
    found, n_people = people(session, cast.administrator.actor, PeopleFilter(), skip=10, limit=20)
    assert (len(found), n_people) == (20, 36)
    assert len(asked) == 4


@pytest.mark.parametrize("name", ["viewer", "analyst", "manager", "outsider"])
def test_shows_nobody_else_when_the_reader_does_not_administer(
    session: Session, cast: People, name: str
) -> None:
    """Others are for administrators; oneself is for everybody."""
    reader = getattr(cast, name)
    with pytest.raises(NotAllowed):
        people(session, reader.actor, PeopleFilter())
    with pytest.raises(NotAllowed):
        person(session, reader.actor, cast.administrator.user_id)
    assert person(session, reader.actor, reader.user_id).user.name == name


def test_finds_nobody_when_the_person_was_erased(session: Session, cast: People) -> None:
    """An erased person is in no list and has no page."""
    user = members.user_by_id(session, cast.viewer.user_id)
    erase_account(session, cast.administrator.actor, user, now=NOW)
    assert "viewer" not in names(session, cast)
    assert "" not in names(session, cast)
    with pytest.raises(NotFound):
        person(session, cast.administrator.actor, user.id)
