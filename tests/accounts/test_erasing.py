"""Forgetting a person: who it was goes, what was done stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from impact.accounts import members, tokens
from impact.accounts.erasing import erase_account
from impact.accounts.names import names_of
from impact.accounts.profiles import Profile, change_profile
from impact.accounts.signing_in import signed_in, start_session
from impact.accounts.tables import SignInAttempt, TokenScope
from impact.accounts.throttling import RESET_MARK
from impact.audit.trail import trail_of
from impact.db import Base
from impact.errors import NotAllowed, NotFound
from impact.language import Language
from tests.people import NOW, People, add_people

NAME, ADDRESS = "Kanarie Fågelsång", "kanarie.fågelsång@example.se"


@pytest.fixture
def people(session: Session) -> People:
    return add_people(session)


def everything(session: Session) -> str:
    """All that the database holds, as text."""
    session.flush()
    rows = [str(session.execute(sa.select(table)).all()) for table in Base.metadata.sorted_tables]
    return "\n".join(rows).casefold()


def test_leaves_no_trace_of_the_name_when_somebody_was_erased(session: Session, people: People) -> None:
    """No table holds name, address or what the browser called itself; the trail is whole."""
    actor = people.administrator.actor
    user = members.add_user(session, actor, "Kanarie", email=ADDRESS, now=NOW)
    wanted = Profile(NAME, ADDRESS, Language.ENGLISH)
    change_profile(session, actor, user, user.version, wanted, now=NOW)
    key = start_session(session, user, user_agent="Kanarie browser", now=NOW)
    ends = NOW + timedelta(days=1)
    token = tokens.make_token(session, actor, user, "Kanaries", TokenScope.READ, expires_at=ends, now=NOW)
    for name_key in (user.name_key, RESET_MARK + user.name_key, RESET_MARK + ADDRESS):
        session.add(SignInAttempt(name_key=name_key, address="::1", attempted_at=NOW, succeeded=False))
    assert "kanarie" in everything(session)
    erase_account(session, actor, user, now=NOW)
    session.flush()
    # The label of a token is part of the trail, and is no name unless somebody makes it one.
    left = everything(session).replace("'label': 'kanaries'", "")
    assert "kanarie" not in left
    assert signed_in(session, key, now=NOW, idle_hours=12) is None
    assert tokens.actor_of_token(session, token, now=NOW) is None
    assert names_of(session, {user.actor_id}) == {user.actor_id: ""}
    verbs = [entry.verb for entry in trail_of(session, "user_account", user.id)]
    assert verbs == ["erase", "change", "create"]


def test_erases_once_and_for_good(session: Session, people: People) -> None:
    """Erasing again changes nothing, and nobody is let in again."""
    actor, user = people.administrator.actor, members.user_by_id(session, people.viewer.user_id)
    erase_account(session, actor, user, now=NOW)
    erase_account(session, actor, user, now=NOW + timedelta(days=1))
    assert user.erased_at == NOW
    with pytest.raises(NotFound):
        members.enable_user(session, actor, user, now=NOW)
    # The name is free again.
    assert members.add_user(session, actor, "viewer", now=NOW).id != user.id


@pytest.mark.parametrize("name", ["viewer", "manager", "outsider"])
def test_refuses_to_erase_when_the_actor_does_not_administer(
    session: Session, people: People, name: str
) -> None:
    """Nobody but an administrator erases, not even oneself."""
    user = members.user_by_id(session, people.viewer.user_id)
    with pytest.raises(NotAllowed):
        erase_account(session, getattr(people, name).actor, user, now=NOW)
