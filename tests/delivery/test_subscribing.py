"""Subscriptions are their owner's: made, changed, paused, with a trail; links stop them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Actor
from impact.accounts.tables import Role
from impact.audit.tables import ActorKind
from impact.audit.trail import trail_of
from impact.db import Database
from impact.delivery import subscribing
from impact.delivery.letters import Letterhead
from impact.delivery.notices import announce_flags
from impact.delivery.outbox import message, messages_for
from impact.delivery.posting import About
from impact.delivery.reports import make_due_reports
from impact.delivery.schedules import due_now
from impact.delivery.subscription_plans import SubscriptionPlan, plan_of
from impact.delivery.tables import MessageKind, NoticePreference, Rhythm, Suppression
from impact.delivery.unsubscribing import (
    token_of_notices,
    token_of_recipient,
    unsubscribe,
    unsubscribing,
)
from impact.errors import Conflict, Invalid, NotAllowed, NotFound
from impact.language import Language
from tests.builders import make_ground
from tests.delivery.conftest import NOW, Post, Turned
from tests.people import Person, add_person

PLAN = SubscriptionPlan(
    name="Styrelsen",
    rhythm=Rhythm.WEEKLY,
    starts_on=date(2026, 11, 1),
    time_zone="Europe/Stockholm",
    language=Language.SWEDISH,
    addresses=("bank@example.se",),
)
NEXT_MONDAY = datetime(2026, 11, 30, 6, tzinfo=UTC)


@pytest.fixture
def owner(session: Session) -> Person:
    """Somebody with a project to report on."""
    return add_person(session, "owner", Role.VIEWER, project_id=make_ground(session).project.id)


def test_first_report_is_one_to_come_when_subscribed(session: Session, owner: Person) -> None:
    """A start in the past and an hour gone by today bring nothing at once."""
    made = subscribing.make(session, owner.actor, PLAN, now=NOW)
    assert due_now(session, NOW) == []
    assert [(number, due.newest) for number, due in due_now(session, NEXT_MONDAY)] == [
        (made.id, date(2026, 11, 30))
    ]
    (view,) = subscribing.subscriptions_of(session, owner.actor)
    assert (view.owner_name, [one.address for one in view.recipients]) == ("owner", ["bank@example.se"])


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": "\r\nBcc: thief@example.org\x00"}, "name"),
        ({"day": 8}, "day"),
        ({"rhythm": Rhythm.QUARTERLY, "month": 4}, "month"),
        ({"hour": 24}, "hour"),
        ({"time_zone": "Europe/Atlantis"}, "time_zone"),
        ({"time_zone": "../../etc/passwd"}, "time_zone"),
        ({"ends_on": date(2026, 10, 1)}, "ends_on"),
        ({"addresses": ()}, "addresses"),
        ({"addresses": ("a@b.se\r\nBcc: thief@example.org",)}, "addresses"),
        ({"addresses": ("a@b.se, c@d.se",)}, "addresses"),
        ({"user_ids": (4711,)}, "user_ids"),
    ],
)
def test_choice_is_refused_when_it_makes_no_sense(
    session: Session, owner: Person, changed: dict[str, object], field: str
) -> None:
    """The error names the field, and nothing is made."""
    with pytest.raises(Invalid) as raised:
        subscribing.make(session, owner.actor, replace(PLAN, **changed), now=NOW)
    assert raised.value.field == field
    assert subscribing.subscriptions_of(session, owner.actor) == []


def test_domain_is_written_in_ascii_when_it_is_not(session: Session, owner: Person) -> None:
    """An address in a Swedish domain is kept as it goes on the wire."""
    plan = replace(PLAN, addresses=(" rektor@Åby.se ",))
    made = subscribing.make(session, owner.actor, plan, now=NOW)
    assert plan_of(session, made).addresses == ("rektor@xn--by-xia.se",)


def test_trail_tells_what_changed_when_it_did(session: Session, owner: Person) -> None:
    """Only what differs is written down, and no address."""
    made = subscribing.make(session, owner.actor, PLAN, now=NOW)
    version = made.version
    subscribing.change(session, owner.actor, made.id, version, replace(PLAN, hour=8), now=NOW)
    subscribing.change(session, owner.actor, made.id, made.version, replace(PLAN, hour=8), now=NOW)
    newest, first = trail_of(session, "subscription", made.id)
    assert (newest.before, newest.after) == ({"hour": 7}, {"hour": 8})
    assert "bank@example.se" not in str(first.after)
    with pytest.raises(Conflict):
        subscribing.change(session, owner.actor, made.id, version, PLAN, now=NOW)


def test_missed_dates_are_skipped_when_a_pause_ends(session: Session, owner: Person) -> None:
    """Nothing comes during a pause, nor for it afterwards."""
    made = subscribing.make(session, owner.actor, PLAN, now=NOW)
    subscribing.set_paused(session, owner.actor, made.id, paused=True, now=NOW)
    later = NEXT_MONDAY + timedelta(days=15)
    assert due_now(session, later) == []
    subscribing.set_paused(session, owner.actor, made.id, paused=False, now=later)
    assert due_now(session, later) == []
    assert [due.newest for _, due in due_now(session, later + timedelta(days=7))] == [date(2026, 12, 21)]


def test_due_report_is_kept_when_the_subscription_is_changed(session: Session, owner: Person) -> None:
    """Whoever renames a subscription in the minute of its report still gets that report."""
    made = subscribing.make(session, owner.actor, PLAN, now=NOW)
    hour = NEXT_MONDAY + timedelta(hours=1)
    waiting = due_now(session, hour)
    assert len(waiting) == 1
    subscribing.change(session, owner.actor, made.id, made.version, replace(PLAN, name="New"), now=hour)
    assert due_now(session, hour) == waiting


def test_subscription_is_not_found_when_it_is_anothers(session: Session, owner: Person) -> None:
    """Nobody but the owner and administrators of everything knows of it."""
    made = subscribing.make(session, owner.actor, PLAN, now=NOW)
    other = add_person(session, "other", Role.MANAGER)
    administrator = add_person(session, "administrator", Role.ADMINISTRATOR)
    assert subscribing.subscriptions_of(session, other.actor) == []
    with pytest.raises(NotFound):
        subscribing.subscription(session, other.actor, made.id)
    with pytest.raises(NotFound):
        subscribing.set_paused(session, other.actor, made.id, paused=True, now=NOW)
    assert subscribing.subscription(session, administrator.actor, made.id).subscription is made


def test_subscribing_is_refused_when_the_project_is_not_seen(session: Session, owner: Person) -> None:
    """A project that may not be seen is not found; without any role nothing is allowed."""
    secret = make_ground(session, "secret").project
    with pytest.raises(NotFound):
        subscribing.make(session, owner.actor, replace(PLAN, project_id=secret.id), now=NOW)
    with pytest.raises(NotAllowed):
        subscribing.make(session, Actor(1, ActorKind.PERSON, user_id=1), PLAN, now=NOW)


def test_link_stops_one_subscription_when_used_twice(
    database: Database, head: Letterhead, turned: Turned
) -> None:
    """Looking changes nothing; stopping works without sign-in, and again."""
    with database.transaction() as session:
        made = subscribing.make(session, turned.manager.actor, PLAN, now=NOW)
        (recipient,) = subscribing.subscription(session, turned.manager.actor, made.id).recipients
        token = token_of_recipient(head.secret_key, recipient.id)
        assert not unsubscribing(session, head.secret_key, token).is_stopped
        for _ in range(2):
            found = unsubscribe(session, head.secret_key, token, now=NOW)
            assert (found.subscription_name, found.is_stopped) == ("Styrelsen", True)
        assert len(session.scalars(select(Suppression)).all()) == 1
    make_due_reports(database, head, now=NEXT_MONDAY)
    with database.reading() as session:
        mails = messages_for(session, turned.manager.actor)
    assert [mail.kind for mail in mails] == [MessageKind.TROUBLE]


def test_link_stops_notices_when_it_is_from_a_notice(
    database: Database, head: Letterhead, turned: Turned
) -> None:
    """The person's next flags are told to others only."""
    token = token_of_notices(head.secret_key, turned.manager.user_id)
    with database.transaction() as session:
        unsubscribe(session, head.secret_key, token, now=NOW)
        unsubscribe(session, head.secret_key, token, now=NOW)
        assert len(session.scalars(select(NoticePreference)).all()) == 1
    announce_flags(database, head, now=NOW)
    with database.reading() as session:
        assert messages_for(session, turned.manager.actor) == []


@pytest.mark.parametrize("bent", ["r2{}", "n1{}", "r1{}!", "r1.å", "r1", "", "r{}"])
def test_link_is_not_found_when_it_was_bent(
    session: Session, owner: Person, head: Letterhead, bent: str
) -> None:
    """Nobody can make another's link out of their own."""
    subscribing.make(session, owner.actor, PLAN, now=NOW)
    signature = token_of_recipient(head.secret_key, 1).removeprefix("r1")
    with pytest.raises(NotFound):
        unsubscribe(session, head.secret_key, bent.format(signature), now=NOW)


def test_mail_log_shows_what_each_may_read(database: Database, post: Post, turned: Turned) -> None:
    """One's own, one's projects', all for administrators; account mails are the person's own."""
    project_id = turned.ground.project.id
    with database.transaction() as session:
        manager = add_person(session, "chief", Role.MANAGER)
        administrator = add_person(session, "administrator", Role.ADMINISTRATOR)
        outsider = add_person(session, "outsider", Role.VIEWER)
    notice = post("notice", About(MessageKind.NOTICE, project_id=project_id))
    report = post("report", user_id=turned.viewer.user_id)
    account = post("account", About(MessageKind.ACCOUNT), user_id=administrator.user_id)
    seen = {
        turned.manager: [notice],
        turned.viewer: [report],
        manager: [report, notice],
        administrator: [account, report, notice],
        outsider: [],
    }
    with database.reading() as session:
        for person, numbers in seen.items():
            assert [row.id for row in messages_for(session, person.actor)] == numbers
        assert message(session, manager.actor, notice).deliveries == ()
        with pytest.raises(NotFound):
            message(session, manager.actor, account)
