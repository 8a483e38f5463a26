"""Invitations and resets as mails, and forgetting whom they went to."""

from __future__ import annotations

from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts import members
from impact.db import Base, Database
from impact.delivery import subscribing
from impact.delivery.account_mails import mail_link
from impact.delivery.erasing import erase_person
from impact.delivery.letters import Letterhead
from impact.delivery.outbox import deliver_next
from impact.delivery.subscription_plans import SubscriptionPlan
from impact.delivery.tables import (
    MessageKind,
    MessageState,
    NoticePreference,
    OutboxMessage,
    Rhythm,
    Subscription,
)
from impact.errors import Invalid, NotAllowed
from impact.language import Language
from tests.fakes import MemoryTransport
from tests.people import NOW, People, make_people

INVITATION = """\
Välkommen till Impact

Du är inbjuden till Impact, där projekt och deras resultat följs upp. Du loggar in \
med namnet Åsa Ek och ett lösenord som du väljer själv.

Välj ett lösenord: https://impact.example.se/password/TOKEN

Länken fungerar en gång, till 30 november 2026 kl. 10:00.

--
Om du inte väntade dig det här mejlet behöver du inte göra något (https://impact.example.se).
"""
RESET = """\
A new password

You can choose a new password in Impact. You sign in with the name viewer, as before.

Choose a password: https://impact.example.se/password/TOKEN

The link works once, until 24 November 2026 at 10:00.

--
If you did not ask for this you need not do anything: your password stays as it is (https://impact.example.se).
"""


@pytest.fixture
def people(database: Database) -> People:
    return make_people(database)


def parsed(message: OutboxMessage) -> EmailMessage:
    found: EmailMessage = message_from_bytes(message.mime, _class=EmailMessage, policy=policy.default)
    return found


def only_mail(session: Session) -> OutboxMessage:
    return session.scalars(select(OutboxMessage)).one()


def text_of(message: OutboxMessage, kind: str = "plain") -> str:
    body = parsed(message).get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_invites_in_the_language_of_the_person(database: Database, people: People, head: Letterhead) -> None:
    """The whole invitation, with one link that both parts share, and no unsubscribing."""
    actor = people.administrator.actor
    with database.transaction() as session:
        user = members.add_user(session, actor, "Åsa Ek", email="asa@example.se", now=NOW)
        link = mail_link(session, actor, head, user, now=NOW)
        mail = only_mail(session)
    assert text_of(mail).replace(link.token, "TOKEN") == INVITATION
    assert f"https://impact.example.se/password/{link.token}" in text_of(mail, "html")
    assert mail.subject == "Välkommen till Impact: välj ett lösenord"
    assert (mail.kind, mail.project_id) == (MessageKind.ACCOUNT, None)
    assert "List-Unsubscribe" not in parsed(mail)


def test_resets_in_english_when_the_person_reads_that(
    database: Database, people: People, head: Letterhead
) -> None:
    """The whole reset; the token stands in no header and in no other column."""
    with database.transaction() as session:
        user = members.user_by_id(session, people.viewer.user_id)
        user.language = Language.ENGLISH.value
        link = mail_link(session, people.administrator.actor, head, user, now=NOW)
        mail = only_mail(session)
    assert text_of(mail).replace(link.token, "TOKEN") == RESET
    assert link.token not in str(parsed(mail).items())
    assert link.token not in f"{mail.dedupe_key} {mail.subject} {mail.message_id}"


def test_goes_out_like_every_other_mail(database: Database, people: People, head: Letterhead) -> None:
    """Somebody who has no role yet gets the invitation all the same."""
    transport, actor = MemoryTransport(), people.administrator.actor
    with database.transaction() as session:
        user = members.add_user(session, actor, "new", email="new@example.se", now=NOW)
        mail_link(session, actor, head, user, now=NOW)
    assert deliver_next(database, transport, head, now=NOW)
    with database.reading() as session:
        assert only_mail(session).state is MessageState.SENT


def test_is_not_sent_when_the_person_was_shut_out_since(
    database: Database, people: People, head: Letterhead
) -> None:
    """A mail that waits dies with its person's way in."""
    actor = people.administrator.actor
    with database.transaction() as session:
        user = members.user_by_id(session, people.viewer.user_id)
        mail_link(session, actor, head, user, now=NOW)
        members.disable_user(session, actor, user, now=NOW)
    assert deliver_next(database, MemoryTransport(), head, now=NOW)
    with database.reading() as session:
        assert only_mail(session).state is MessageState.CANCELLED


@pytest.mark.parametrize("email", [None, "two words@example.se", "a@[x"])
def test_makes_no_link_when_it_cannot_be_sent(
    database: Database, people: People, head: Letterhead, email: str | None
) -> None:
    """Without an address that can be written to there is neither link nor mail."""
    with database.transaction() as session:
        user = members.user_by_id(session, people.viewer.user_id)
        user.email = email
        with pytest.raises(Invalid):
            mail_link(session, people.administrator.actor, head, user, now=NOW)
        assert session.scalars(select(OutboxMessage)).all() == []


def test_refuses_whoever_does_not_administer(database: Database, people: People, head: Letterhead) -> None:
    """A manager sends nobody a link."""
    with database.transaction() as session:
        user = members.user_by_id(session, people.viewer.user_id)
        with pytest.raises(NotAllowed):
            mail_link(session, people.manager.actor, head, user, now=NOW)


def subscribe(session: Session, owner: object, name: str, addresses: tuple[str, ...]) -> int:
    plan = SubscriptionPlan(
        name,
        Rhythm.MONTHLY,
        starts_on=date(2027, 1, 1),
        time_zone="Europe/Stockholm",
        language=Language.SWEDISH,
        addresses=addresses,
    )
    return subscribing.make(session, owner, plan, now=NOW).id  # type: ignore[arg-type]


def test_forgets_a_person_in_mails_and_subscriptions(
    database: Database, people: People, head: Letterhead
) -> None:
    """Waiting mails never go, no address is left, own reports pause, others' lose one recipient."""
    actor = people.administrator.actor
    with database.transaction() as session:
        user = members.user_by_id(session, people.manager.user_id)
        user.email = "kanarie@example.se"
        own = subscribe(session, people.manager.actor, "own", ("other@example.se",))
        others = subscribe(session, actor, "others", ("Kanarie@Example.se", "other@example.se"))
        session.add(NoticePreference(user_id=user.id))
        mail_link(session, actor, head, user, now=NOW)
    with database.transaction() as session:
        erase_person(session, actor, members.user_by_id(session, people.manager.user_id), now=NOW)
    with database.reading() as session:
        mail = only_mail(session)
        assert (mail.state, mail.address) == (MessageState.CANCELLED, None)
        assert session.get_one(Subscription, own).paused_at == NOW
        assert session.get_one(Subscription, others).paused_at is None
        assert session.scalars(select(NoticePreference)).all() == []
        tables = Base.metadata.sorted_tables
        rows = "\n".join(str(session.execute(sa.select(table)).all()) for table in tables)
    assert "kanarie" not in rows.casefold()
    assert "other@example.se" in rows
    assert not deliver_next(database, MemoryTransport(), head, now=NOW)
