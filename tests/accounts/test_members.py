"""People and roles: who may change them, and what the trail keeps."""

import pytest
from sqlalchemy import select

from impact.accounts import members
from impact.accounts.actors import installation_actor
from impact.accounts.passwords import PasswordHash
from impact.accounts.permissions import Action, reach
from impact.accounts.signing_in import actor_of
from impact.accounts.tables import Membership, Role
from impact.audit.tables import ActorKind, AuditEntry
from impact.errors import Conflict, Invalid, NotAllowed
from impact.language import Language
from tests.people import NOW, add_people, add_person


@pytest.fixture
def people(session):
    return add_people(session)


@pytest.fixture
def system(session):
    return installation_actor(session, ActorKind.SYSTEM, now=NOW)


def trail(session, user_id):
    entries = session.scalars(
        select(AuditEntry).where(AuditEntry.object_type == "user_account", AuditEntry.object_id == user_id)
    )
    return [(entry.verb, entry.before, entry.after) for entry in entries]


def test_tells_when_nobody_is_there_yet(session, system):
    """The first start is known by an empty table of people."""
    assert members.is_empty(session)
    members.add_user(session, system, "administrator", now=NOW)
    assert not members.is_empty(session)


def test_adds_a_person_with_an_actor_of_their_own(session, system):
    """A new person has a number for the history and a line in the trail, without the name."""
    user = members.add_user(session, system, " Ada  Ek ", email="ada@example.se", now=NOW)
    assert user.name == "Ada Ek"
    assert trail(session, user.id) == [("create", {}, {"language": "sv"})]
    assert members.user_by_name(session, "ada ek") is user


def test_refuses_a_name_when_somebody_has_it_in_other_letters(session, people, system):
    """Names differ by more than case and spaces."""
    with pytest.raises(Conflict):
        members.add_user(session, system, "ANALYST", now=NOW)


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("", None),
        ("  ", None),
        ("a\nb\x00", None),
        ("a" * 101, None),
        ("x", "nothing"),
        ("x", "a@b@"),
        ("x", "a b@c"),
    ],
)
def test_refuses_a_person_when_name_or_address_makes_no_sense(session, system, name, email):
    """Empty, overlong or unprintable names and broken addresses are refused."""
    with pytest.raises(Invalid):
        members.add_user(session, system, name, email=email, now=NOW)


@pytest.mark.parametrize("who", ["manager", "analyst", "viewer", "outsider"])
def test_refuses_every_change_when_the_actor_does_not_administer(session, people, who):
    """Only administrators add, grant, disable or set another's password or language."""
    actor, user = getattr(people, who).actor, members.user_by_id(session, people.disabled.user_id)
    membership = session.scalars(select(Membership).where(Membership.user_id == user.id)).one()
    for forbidden in (
        lambda: members.add_user(session, actor, "somebody", now=NOW),
        lambda: members.grant(session, actor, user, Role.VIEWER, now=NOW),
        lambda: members.withdraw_grant(session, actor, membership, now=NOW),
        lambda: members.set_password(session, actor, user, PasswordHash("hash"), now=NOW),
        lambda: members.choose_language(session, actor, user, Language.ENGLISH, now=NOW),
        lambda: members.disable_user(session, actor, user, now=NOW),
        lambda: members.enable_user(session, actor, user, now=NOW),
    ):
        with pytest.raises(NotAllowed):
            forbidden()


def test_keeps_no_secret_in_the_trail_when_a_password_is_set(session, people):
    """The trail says that a password was set, not which."""
    user = members.user_by_id(session, people.analyst.user_id)
    members.set_password(session, people.analyst.actor, user, PasswordHash("canary"), now=NOW)
    session.flush()
    assert trail(session, user.id)[-1] == ("set_password", {}, {"password_set_at": NOW.isoformat()})
    assert "canary" not in str([vars(entry) for entry in session.scalars(select(AuditEntry))])


def test_grants_a_role_once_when_asked_twice(session, people, system):
    """The same role for the same scope is one row and one line in the trail."""
    user = members.user_by_id(session, people.viewer.user_id)
    before = len(trail(session, user.id))
    first = members.grant(session, system, user, Role.ANALYST, now=NOW)
    assert members.grant(session, system, user, Role.ANALYST, now=NOW) is first
    assert len(trail(session, user.id)) == before + 1


def test_reaches_one_organisation_when_granted_there_alone(session, people):
    """The outsider reaches their own organisation and nothing else."""
    outsider = people.outsider.actor
    assert not reach(outsider, Action.SEE).everywhere
    assert len(reach(outsider, Action.RECORD).organisation_ids) == 1


def test_leaves_no_trace_when_nothing_changed(session, people, system):
    """Choosing the language one has already is no change."""
    user = members.user_by_id(session, people.viewer.user_id)
    before = trail(session, user.id)
    members.choose_language(session, people.viewer.actor, user, Language.SWEDISH, now=NOW)
    assert trail(session, user.id) == before
    members.choose_language(session, people.viewer.actor, user, Language.ENGLISH, now=NOW)
    assert trail(session, user.id)[-1] == ("change", {"language": "sv"}, {"language": "en"})


def test_lets_somebody_in_again_when_enabled(session, people, system):
    """Disabling and enabling both stand in the trail."""
    user = members.user_by_id(session, people.disabled.user_id)
    members.enable_user(session, system, user, now=NOW)
    session.flush()
    assert user.disabled_at is None
    assert [verb for verb, _, _ in trail(session, user.id)][-2:] == ["disable", "enable"]


def test_acts_as_the_person_with_all_their_roles(session, system):
    """An actor carries each role with its scope."""
    person = add_person(session, "somebody", Role.VIEWER)
    user = members.user_by_id(session, person.user_id)
    memberships = list(session.scalars(select(Membership).where(Membership.user_id == user.id)))
    assert actor_of(user, memberships) == person.actor
