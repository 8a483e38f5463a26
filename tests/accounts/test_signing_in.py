"""Signing in: the throttle, the session row, what ends it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from impact.accounts import members, signing_in
from impact.accounts.actors import installation_actor
from impact.accounts.tables import Membership, Role, SignInAttempt, SignInSession
from impact.accounts.throttling import ADDRESS_FACTOR, SignInLimits, TooManyAttempts
from impact.audit.tables import ActorKind
from impact.errors import Invalid
from tests.people import NOW, PASSWORD, add_person, make_people

LIMITS = SignInLimits(n_attempts=3, window=timedelta(minutes=15))
HOURS = 12


def come_in(database, name="analyst", password=PASSWORD, address="192.0.2.1", now=NOW, limits=LIMITS):
    return signing_in.sign_in(
        database, name, password, address=address, user_agent="test", now=now, limits=limits
    )


def who_is(database, token, now=NOW, hours=HOURS):
    with database.reading() as session:
        return signing_in.signed_in(session, token, now=now, idle_hours=hours)


@pytest.fixture
def people(database):
    return make_people(database)


@pytest.fixture
def guesses_are_cheap(monkeypatch):
    """Guesses cost nothing: this test counts them, it does not compare."""
    monkeypatch.setattr(signing_in.passwords, "fits", lambda password, _stored: password == PASSWORD)
    monkeypatch.setattr(signing_in.passwords, "renewed", lambda _password, _stored: None)


def test_signs_in_when_name_and_password_fit(database, people):
    """The token leads back to the actor with its roles; name in any case, spaces trimmed."""
    signed_in = come_in(database, name="  AnalYst ")
    visitor = who_is(database, signed_in.token)
    assert visitor.actor == people.analyst.actor


def test_keeps_only_a_hash_of_the_token(database, people):
    """What the table holds does not open anything."""
    token = come_in(database).token
    with database.reading() as session:
        kept = session.scalars(select(SignInSession.token_hash)).all()
    assert token not in kept
    assert who_is(database, kept[0]) is None


def test_makes_a_new_token_when_somebody_signs_in_again(database, people):
    """Two sign-ins never share a token."""
    assert come_in(database).token != come_in(database).token


@pytest.mark.parametrize(
    ("name", "password"), [("analyst", "wrong"), ("nobody", PASSWORD), ("disabled", PASSWORD)]
)
def test_tells_the_same_when_name_or_password_is_wrong(database, people, name, password):
    """Wrong password, unknown name and disabled person are refused in the same words."""
    with pytest.raises(Invalid) as refused:
        come_in(database, name=name, password=password)
    assert str(refused.value) == "The name or the password is wrong."
    assert refused.value.facts == {}


def test_makes_a_name_wait_when_it_failed_too_often(database, people, guesses_are_cheap):
    """After three failures even the right password waits, from any address, until the window passed."""
    for address in ("192.0.2.1", "192.0.2.2", "192.0.2.3"):
        with pytest.raises(Invalid):
            come_in(database, password="wrong", address=address)
    with pytest.raises(TooManyAttempts):
        come_in(database, address="192.0.2.4")
    assert come_in(database, name="manager").user_id == people.manager.user_id
    assert come_in(database, now=NOW + timedelta(minutes=16)).user_id == people.analyst.user_id


def test_makes_a_name_wait_when_nobody_bears_it(database, people, guesses_are_cheap):
    """An unknown name waits like a known one, so that the throttle tells nothing."""
    for _ in range(3):
        with pytest.raises(Invalid):
            come_in(database, name="nobody", password="wrong")
    with pytest.raises(TooManyAttempts):
        come_in(database, name="nobody", password="wrong")


def test_makes_an_address_wait_when_it_tries_many_names(database, people, guesses_are_cheap):
    """One password against many names ends too; an IPv6 network counts as one address."""
    for number in range(3 * ADDRESS_FACTOR):
        with pytest.raises(Invalid):
            come_in(database, name=f"name {number}", password="wrong", address=f"2001:db8::{number:x}")
    with pytest.raises(TooManyAttempts):
        come_in(database, name="another", address="2001:db8::ffff")
    assert come_in(database, address="2001:db8:0:1::1")


def test_counts_every_guess_when_many_come_at_the_same_time(database, people, guesses_are_cheap):
    """Of thirty guesses at once, three are looked at."""

    def guess(_):
        try:
            come_in(database, password="wrong")
        except (Invalid, TooManyAttempts) as refused:
            return type(refused)

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(guess, range(30)))
    assert outcomes.count(Invalid) == 3
    assert outcomes.count(TooManyAttempts) == 27


def test_counts_no_success_as_a_failure(database, people, guesses_are_cheap):
    """Somebody who signs in often is never made to wait."""
    for _ in range(5):
        come_in(database)


def test_compares_the_password_outside_any_transaction(database, people, monkeypatch):
    """While argon2 works, somebody else can write."""

    def fits(_password, _stored):
        with database.transaction() as session:
            add_person(session, "newcomer")
        return True

    monkeypatch.setattr(signing_in.passwords, "fits", fits)
    assert come_in(database)


def test_reads_person_and_roles_in_one_statement(database, people):
    """Every request asks this; it costs one statement however many roles there are."""
    with database.transaction() as session:
        system = installation_actor(session, ActorKind.SYSTEM, now=NOW)
        user = members.user_by_name(session, "analyst")
        members.grant(session, system, user, Role.VIEWER, now=NOW)
        token = signing_in.start_session(session, user, now=NOW)
    statements = []
    event.listen(database.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    with database.reading() as session:
        visitor = signing_in.signed_in(session, token, now=NOW, idle_hours=HOURS)
        session.rollback()
    assert [grant.role for grant in visitor.actor.grants] == [Role.ANALYST, Role.VIEWER]
    assert len([one for one in statements if one.startswith("SELECT")]) == 1


def test_ends_when_idle_too_long_and_goes_on_when_touched(database, people):
    """Twelve idle hours end a sign-in; a touch in between keeps it."""
    token = come_in(database).token
    assert who_is(database, token, NOW + timedelta(hours=13)) is None
    visitor = who_is(database, token, NOW + timedelta(hours=11))
    signing_in.touch(database, visitor, now=NOW + timedelta(hours=11))
    assert who_is(database, token, NOW + timedelta(hours=13)) is not None


def test_ends_when_a_month_old_however_busy(database, people):
    """No sign-in lives longer than thirty days."""
    token = come_in(database).token
    visitor = who_is(database, token)
    signing_in.touch(database, visitor, now=NOW + timedelta(days=30))
    assert who_is(database, token, NOW + timedelta(days=30)) is None


def test_opens_nothing_when_signed_out(database, people):
    """After sign-out the token is dead; other sign-ins of the person live."""
    token, other = come_in(database).token, come_in(database).token
    visitor = who_is(database, token)
    with database.transaction() as session:
        signing_in.sign_out(session, visitor, now=NOW)
    assert who_is(database, token) is None
    assert who_is(database, other) is not None


@pytest.mark.parametrize(
    "change",
    [
        lambda session, system, user: members.disable_user(session, system, user, now=NOW),
        lambda session, system, user: members.set_password(session, system, user, "hash", now=NOW),
    ],
)
def test_ends_at_once_when_disabled_or_given_a_new_password(database, people, change):
    """Disabling and a new password end every sign-in."""
    token = come_in(database).token
    with database.transaction() as session:
        system = installation_actor(session, ActorKind.SYSTEM, now=NOW)
        change(session, system, members.user_by_name(session, "analyst"))
    assert who_is(database, token) is None


def test_judges_by_todays_roles_when_one_was_withdrawn(database, people):
    """The next request after a role was taken back is judged without it."""
    token = come_in(database).token
    with database.transaction() as session:
        system = installation_actor(session, ActorKind.SYSTEM, now=NOW)
        membership = session.scalars(
            select(Membership).where(Membership.user_id == people.analyst.user_id)
        ).one()
        members.withdraw_grant(session, system, membership, now=NOW)
    assert who_is(database, token).actor.grants == ()


def test_tells_when_the_person_was_last_here(database, people):
    """The last visit is the last click of the earlier sign-in, not this one."""
    first = come_in(database)
    assert who_is(database, first.token).last_visit_at is None
    second = come_in(database, now=NOW + timedelta(days=2))
    assert who_is(database, second.token, NOW + timedelta(days=2)).last_visit_at == NOW


def test_forgets_attempts_and_sign_ins_when_they_are_old(database, people):
    """What nobody needs any more is removed, what is fresh stays."""
    come_in(database)
    come_in(database, now=NOW + timedelta(days=70))
    with database.transaction() as session:
        signing_in.forget_old(session, now=NOW + timedelta(days=70))
        assert session.scalar(select(func.count(SignInAttempt.id))) == 1
        assert session.scalar(select(func.count(SignInSession.id))) == 1


def test_stays_ended_when_somebody_is_let_in_again(database, people):
    """An old sign-in does not come back to life with its person."""
    token = come_in(database).token
    with database.transaction() as session:
        system = installation_actor(session, ActorKind.SYSTEM, now=NOW)
        user = members.user_by_name(session, "analyst")
        members.disable_user(session, system, user, now=NOW)
        members.enable_user(session, system, user, now=NOW)
    assert who_is(database, token) is None


def test_leaves_the_version_of_the_person_alone(database, people):
    """Whoever edits somebody is told of no conflict because they signed in meanwhile."""
    come_in(database)
    with database.reading() as session:
        opened = members.user_by_name(session, "analyst")
    signed_in = come_in(database, now=NOW + timedelta(days=2))
    with database.reading() as session:
        assert members.user_by_name(session, "analyst").version == opened.version
    assert who_is(database, signed_in.token, NOW + timedelta(days=2)).last_visit_at == NOW
