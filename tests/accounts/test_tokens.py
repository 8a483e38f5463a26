"""Tokens: shown once, with scope and an end."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from impact.accounts import members, tokens
from impact.accounts.actors import installation_actor
from impact.accounts.permissions import Action, reach
from impact.accounts.tables import ApiToken, TokenScope
from impact.audit.tables import ActorKind, AuditEntry
from impact.errors import Invalid, NotAllowed
from tests.people import NOW, make_people

LATER = NOW + timedelta(days=30)


@pytest.fixture
def people(database):
    return make_people(database)


def make(database, person, scope=TokenScope.WRITE, label="statistics office"):
    with database.transaction() as session:
        user = members.user_by_id(session, person.user_id)
        return tokens.make_token(session, person.actor, user, label, scope, expires_at=LATER, now=NOW)


def who_is(database, text, now=NOW):
    with database.reading() as session:
        return tokens.actor_of_token(session, text, now=now)


def test_acts_for_its_person_when_it_is_shown(database, people):
    """A token is an actor of its own kind with its person's roles."""
    actor = who_is(database, make(database, people.analyst))
    assert actor.kind is ActorKind.TOKEN
    assert actor.id != people.analyst.actor.id
    assert actor.user_id == people.analyst.user_id
    assert actor.grants == people.analyst.actor.grants
    assert reach(actor, Action.RECORD)


def test_only_reads_when_its_scope_is_reading(database, people):
    """A reading token of an analyst sees and records nothing."""
    actor = who_is(database, make(database, people.analyst, TokenScope.READ))
    assert reach(actor, Action.SEE)
    assert not reach(actor, Action.RECORD)


def test_is_kept_nowhere(database, people):
    """Neither table nor trail holds the secret."""
    secret = make(database, people.analyst).split("_", 2)[2]
    with database.reading() as session:
        rows = [vars(row) for kind in (ApiToken, AuditEntry) for row in session.scalars(select(kind))]
    assert secret not in str(rows)
    assert len(secret) >= 43


def test_opens_nothing_when_changed_expired_revoked_or_its_person_disabled(database, people):
    """Each way a token can be dead is dead."""
    text = make(database, people.analyst)
    number = text.split("_")[1]
    for wrong in (
        "",
        "imp_",
        text[:-1],
        text + "x",
        f"imp_{number}_",
        "imp_x_y",
        f"imp_{'9' * 30}_y",
        text.upper(),
    ):
        assert who_is(database, wrong) is None
    assert who_is(database, text, LATER) is None
    with database.transaction() as session:
        token = session.get(ApiToken, int(number))
        tokens.revoke_token(session, people.analyst.actor, token, now=NOW)
    assert who_is(database, text) is None

    text = make(database, people.viewer)
    with database.transaction() as session:
        system = installation_actor(session, ActorKind.SYSTEM, now=NOW)
        members.disable_user(session, system, members.user_by_name(session, "viewer"), now=NOW)
    assert who_is(database, text) is None


def test_refuses_a_token_when_it_would_live_too_long_or_be_anothers(database, people):
    """A token lasts for a year at most, says what it is for, and is one's own."""
    with database.transaction() as session:
        analyst = members.user_by_id(session, people.analyst.user_id)

        def token(actor, label="x", days=30):
            return tokens.make_token(
                session,
                actor,
                analyst,
                label,
                TokenScope.READ,
                expires_at=NOW + timedelta(days=days),
                now=NOW,
            )

        for wrong in ({"label": " "}, {"days": 0}, {"days": 400}):
            with pytest.raises(Invalid):
                token(people.analyst.actor, **wrong)
        with pytest.raises(NotAllowed):
            token(people.manager.actor)
        assert token(people.administrator.actor)


def test_is_managed_by_people_alone_when_a_token_asks(database, people):
    """A program makes no further token and revokes none, not even for its own person."""
    text = make(database, people.administrator)
    program = who_is(database, text)
    with database.transaction() as session:
        user = members.user_by_id(session, people.administrator.user_id)
        (token,) = tokens.tokens_of(session, people.administrator.actor, user.id)
        with pytest.raises(NotAllowed):
            tokens.make_token(session, program, user, "x", TokenScope.READ, expires_at=LATER, now=NOW)
        with pytest.raises(NotAllowed):
            tokens.revoke_token(session, program, token, now=NOW)


def test_writes_down_its_use_now_and_then(database, people):
    """The last use is known to within minutes."""
    text = make(database, people.analyst)
    actor = who_is(database, text)
    uses = []
    for minutes in (0, 1, 10):
        tokens.touch_token(database, actor, now=NOW + timedelta(minutes=minutes))
        with database.reading() as session:
            uses.append(session.scalars(select(ApiToken.last_used_at)).one())
    assert uses == [NOW, NOW, NOW + timedelta(minutes=10)]
