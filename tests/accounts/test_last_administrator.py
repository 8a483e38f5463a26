"""Somebody must always be able to look after the installation."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts import members
from impact.accounts.actors import installation_actor
from impact.accounts.erasing import erase_account
from impact.accounts.people import PeopleFilter, people
from impact.accounts.permissions import Actor
from impact.accounts.tables import Membership, Role, User
from impact.audit.tables import ActorKind
from impact.db import Database
from impact.errors import ImpactError, Invalid
from tests.people import NOW, add_people, add_person

Way = Callable[[Session, Actor, User], None]


def disabling(session: Session, actor: Actor, user: User) -> None:
    members.disable_user(session, actor, user, now=NOW)


def erasing(session: Session, actor: Actor, user: User) -> None:
    erase_account(session, actor, user, now=NOW)


def taking_the_role(session: Session, actor: Actor, user: User) -> None:
    membership = session.scalars(select(Membership).where(Membership.user_id == user.id)).one()
    members.withdraw_grant(session, actor, membership, now=NOW)


WAYS = [disabling, erasing, taking_the_role]


@pytest.mark.parametrize("way", WAYS)
def test_keeps_the_last_administrator_whatever_the_way(session: Session, way: Way) -> None:
    """Neither somebody else nor the installation itself can be rid of the last one."""
    cast = add_people(session)
    user = members.user_by_id(session, cast.administrator.user_id)
    for actor in (cast.administrator.actor, installation_actor(session, ActorKind.SYSTEM, now=NOW)):
        with pytest.raises(Invalid):
            way(session, actor, user)
    assert user.disabled_at is None
    assert user.name == "administrator"


@pytest.mark.parametrize("way", WAYS)
def test_counts_nobody_who_cannot_look_after_everything(session: Session, way: Way) -> None:
    """Neither one shut out, nor one invited, nor one of an organisation stands in."""
    cast = add_people(session)
    actor = cast.administrator.actor
    invited = members.add_user(session, actor, "invited", now=NOW)
    members.grant(session, actor, invited, Role.ADMINISTRATOR, now=NOW)
    elsewhere = cast.outsider.actor.grants[0].organisation_id
    add_person(session, "local", Role.ADMINISTRATOR, organisation_id=elsewhere)
    with pytest.raises(Invalid):
        way(session, actor, members.user_by_id(session, cast.administrator.user_id))


@pytest.mark.parametrize("way", WAYS)
def test_lets_one_go_when_another_is_there(session: Session, way: Way) -> None:
    """The second last may go."""
    cast = add_people(session)
    add_person(session, "other", Role.ADMINISTRATOR)
    way(session, cast.administrator.actor, members.user_by_id(session, cast.administrator.user_id))


@pytest.mark.parametrize("way", WAYS)
def test_keeps_one_when_two_shut_each_other_out_at_the_same_time(database: Database, way: Way) -> None:
    """Of two who turn on one another in the same moment one stays."""
    with database.transaction() as session:
        first, second = (add_person(session, name, Role.ADMINISTRATOR) for name in ("first", "second"))

    def act(pair: tuple[Actor, int]) -> bool:
        try:
            with database.transaction() as session:
                way(session, pair[0], members.user_by_id(session, pair[1]))
        except ImpactError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(act, [(first.actor, second.user_id), (second.actor, first.user_id)]))
    assert sorted(done) == [False, True]
    with database.reading() as session:
        system = Actor(0, ActorKind.SYSTEM, grants=first.actor.grants)
        left = people(session, system, PeopleFilter(role=Role.ADMINISTRATOR))[0]
        assert len([view for view in left if view.user.disabled_at is None]) == 1
