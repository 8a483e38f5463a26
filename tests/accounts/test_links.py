"""One-time links: kept as a hash, good once, soon dead."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts import links, members
from impact.accounts.passwords import PasswordHash
from impact.accounts.tables import LinkPurpose, OneTimeLink, User
from impact.audit.tables import AuditEntry
from impact.audit.trail import trail_of
from impact.db import Database
from impact.errors import ImpactError, Invalid, NotAllowed, NotFound
from tests.people import NOW, People, add_people, make_people

NEW_HASH = PasswordHash("a hash")


@pytest.fixture
def people(session: Session) -> People:
    return add_people(session)


@pytest.fixture
def viewer(session: Session, people: People) -> User:
    return members.user_by_id(session, people.viewer.user_id)


def made(session: Session, people: People, user: User) -> links.MadeLink:
    return links.make_link(session, people.administrator.actor, user, now=NOW)


def test_sets_the_password_once_when_it_is_used(session: Session, people: People, viewer: User) -> None:
    """The first to use it has the password; the second finds it dead."""
    link = made(session, people, viewer)
    assert links.holder_of(session, link.token, now=NOW).name == "viewer"
    assert links.use_link(session, link.token, NEW_HASH, now=NOW) is viewer
    assert viewer.password_hash == NEW_HASH
    with pytest.raises(NotFound):
        links.use_link(session, link.token, PasswordHash("another"), now=NOW)
    with pytest.raises(NotFound):
        links.holder_of(session, link.token, now=NOW)
    assert viewer.password_hash == NEW_HASH


def test_invites_until_somebody_can_sign_in(session: Session, people: People) -> None:
    """Whoever has no password yet is invited for a week; afterwards it is a reset for a day."""
    user = members.add_user(session, people.administrator.actor, "new", now=NOW)
    first = made(session, people, user)
    assert (first.purpose, first.expires_at) == (LinkPurpose.INVITATION, NOW + timedelta(days=7))
    links.use_link(session, first.token, NEW_HASH, now=NOW)
    second = made(session, people, user)
    assert (second.purpose, second.expires_at) == (LinkPurpose.RESET, NOW + timedelta(days=1))


def test_is_dead_when_its_time_has_passed(session: Session, people: People, viewer: User) -> None:
    """A link works until its moment and not at it."""
    link = made(session, people, viewer)
    assert links.holder_of(session, link.token, now=link.expires_at - timedelta(seconds=1))
    with pytest.raises(NotFound):
        links.holder_of(session, link.token, now=link.expires_at)


def test_is_dead_when_a_newer_one_was_made_or_another_used(
    session: Session, people: People, viewer: User
) -> None:
    """Of several links for one purpose the newest works; using one ends all."""
    old, new = made(session, people, viewer), made(session, people, viewer)
    with pytest.raises(NotFound):
        links.holder_of(session, old.token, now=NOW)
    later = NOW + timedelta(minutes=1)
    links.use_link(session, new.token, NEW_HASH, now=later)
    assert not session.scalars(
        select(OneTimeLink).where(OneTimeLink.used_at.is_(None), OneTimeLink.expires_at > later)
    ).all()


def test_is_dead_when_its_person_was_shut_out_since(session: Session, people: People, viewer: User) -> None:
    """Shutting somebody out ends their link, and letting them in again does not revive it."""
    link, system = made(session, people, viewer), people.administrator.actor
    members.disable_user(session, system, viewer, now=NOW)
    with pytest.raises(NotFound):
        links.holder_of(session, link.token, now=NOW)
    with pytest.raises(Invalid):
        made(session, people, viewer)
    members.enable_user(session, system, viewer, now=NOW)
    with pytest.raises(NotFound):
        links.holder_of(session, link.token, now=NOW)


def test_is_kept_nowhere(session: Session, people: People, viewer: User) -> None:
    """Neither the table nor the trail holds what is in the link; the trail has when and what for."""
    link = made(session, people, viewer)
    rows = [vars(row) for kind in (OneTimeLink, AuditEntry) for row in session.scalars(select(kind))]
    assert link.token not in str(rows)
    assert len(link.token) >= 43
    entry = trail_of(session, "user_account", viewer.id)[0]
    assert (entry.verb, entry.after["purpose"]) == ("make_link", "reset")
    assert entry.actor_id == people.administrator.actor.id


@pytest.mark.parametrize("name", ["viewer", "manager", "outsider"])
def test_refuses_to_make_one_when_the_actor_does_not_administer(
    session: Session, people: People, viewer: User, name: str
) -> None:
    """Nobody but an administrator makes a link, not even for oneself."""
    with pytest.raises(NotAllowed):
        links.make_link(session, getattr(people, name).actor, viewer, now=NOW)


def test_works_once_when_ten_use_it_at_the_same_time(database: Database) -> None:
    """Of ten at the same moment one sets the password."""
    people = make_people(database)
    with database.transaction() as session:
        user = members.user_by_id(session, people.viewer.user_id)
        token = links.make_link(session, people.administrator.actor, user, now=NOW).token

    def use(number: int) -> bool:
        try:
            with database.transaction() as session:
                links.use_link(session, token, PasswordHash(f"hash {number}"), now=NOW)
        except ImpactError:
            return False
        return True

    with ThreadPoolExecutor(10) as pool:
        assert sorted(pool.map(use, range(10))) == [False] * 9 + [True]
