"""Mails are claimed, handed over and marked: none lost, none stuck, none to strangers."""

from collections import Counter
from contextlib import closing
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from impact.accounts import members
from impact.accounts.actors import installation_actor
from impact.accounts.tables import Membership, Role, User
from impact.audit.tables import ActorKind
from impact.db import Database
from impact.delivery.letters import Letter, Letterhead, freeze
from impact.delivery.outbox import LADDER, LEASE, deliver_next, retry_at
from impact.delivery.posting import About, enqueue
from impact.delivery.tables import Delivery, MessageKind, MessageState, OutboxMessage, Outcome
from impact.delivery.transports import SmtpTransport, TransportError
from impact.language import Language
from tests import builders
from tests.conftest import MailServer
from tests.delivery.conftest import NOW, Post
from tests.fakes import MemoryTransport
from tests.people import add_person

LATER = TransportError("451 try later", permanent=False)
NEVER = TransportError("550 no such user", permanent=True)


def stored(database: Database, message_id: int) -> OutboxMessage:
    with database.reading() as session:
        return session.get_one(OutboxMessage, message_id)


def outcomes(database: Database, message_id: int) -> list[tuple[Outcome, str]]:
    with database.reading() as session:
        rows = session.scalars(
            select(Delivery).where(Delivery.message_id == message_id).order_by(Delivery.id)
        )
        return [(row.outcome, row.server_words) for row in rows]


def test_mail_goes_out_once_when_the_server_accepts(
    database: Database, head: Letterhead, post: Post, smtp_server: MailServer
) -> None:
    """It arrives as frozen, is marked with the server's words, and does not go again."""
    number = post()
    with closing(SmtpTransport(smtp_server.url)) as transport:
        assert deliver_next(database, transport, head, now=NOW)
    assert not deliver_next(database, transport, head, now=NOW + timedelta(days=1))
    (received,) = smtp_server.mails
    message = stored(database, number)
    assert (message.state, message.sent_at) == (MessageState.SENT, NOW)
    assert outcomes(database, number) == [(Outcome.ACCEPTED, "250 OK")]
    assert received.content == b"To: reader@example.se\r\n" + message.mime
    assert received.message["Message-ID"] == message.message_id


def test_second_mail_is_not_kept_when_the_key_is_there(
    database: Database, head: Letterhead, post: Post
) -> None:
    """Two clocks that make the same mail leave one."""
    post("same")
    mail = freeze(Letter("again", "again", "again", Language.SWEDISH), head, "same", now=NOW)
    with database.transaction() as session:
        about = About(MessageKind.REPORT)
        assert enqueue(session, mail, about, dedupe_key="same", address="b@example.se", now=NOW) is None
    with database.reading() as session:
        assert len(session.scalars(select(OutboxMessage)).all()) == 1


def test_waits_grow_when_failures_repeat() -> None:
    """A minute first, six hours at most, about two days in all, then the end."""
    waits = [retry_at("<a@b>", n, NOW) for n in range(1, len(LADDER) + 1)]
    seconds = [(at - NOW).total_seconds() for at in waits if at]
    assert len(seconds) == len(LADDER)
    assert 48 <= seconds[0] <= 72
    assert max(seconds) <= 1.2 * 6 * 3600
    assert timedelta(days=1.5) < timedelta(seconds=sum(seconds)) < timedelta(days=2.5)
    assert all(later > earlier * 0.6 for earlier, later in pairwise(seconds))
    assert retry_at("<a@b>", len(LADDER) + 1, NOW) is None
    assert retry_at("<a@b>", 1, NOW) != retry_at("<c@d>", 1, NOW)


def test_mail_is_failed_in_view_when_the_server_never_takes_it(
    database: Database, head: Letterhead, post: Post
) -> None:
    """Every step of the ladder is tried and kept; then it is failed, not forgotten."""
    number = post()
    transport = MemoryTransport(failures=[LATER] * 50)
    assert _drain(database, transport, head) == len(LADDER) + 1
    assert stored(database, number).state is MessageState.FAILED
    assert Counter(outcomes(database, number)) == {(Outcome.DEFERRED, "451 try later"): len(LADDER) + 1}


def test_owner_and_administrator_are_told_when_a_mail_is_refused(
    database: Database, head: Letterhead, post: Post
) -> None:
    """A refusal is final and told by mail; a refused mail about it is not told again."""
    with database.transaction() as session:
        add_person(session, "administrator", Role.ADMINISTRATOR)
    number = post()
    transport = MemoryTransport(failures=[NEVER, NEVER])
    assert _drain(database, transport, head) == 2
    assert stored(database, number).state is MessageState.FAILED
    with database.reading() as session:
        messages = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
    assert [(row.kind, row.state) for row in messages] == [
        (MessageKind.REPORT, MessageState.FAILED),
        (MessageKind.TROUBLE, MessageState.FAILED),
    ]
    assert messages[1].address == "administrator@example.se"
    assert b"550 no such user" in messages[1].mime


def test_claim_is_taken_again_when_its_holder_died(database: Database, head: Letterhead, post: Post) -> None:
    """While the lease lasts nobody else sends; afterwards the same bytes go."""

    class Dying(MemoryTransport):
        def send(self, mail: bytes, sender: str, recipient: str) -> str:
            super().send(mail, sender, recipient)
            raise KeyboardInterrupt

    number, dying, living = post(), Dying(), MemoryTransport()
    with pytest.raises(KeyboardInterrupt):
        deliver_next(database, dying, head, now=NOW)
    assert not deliver_next(database, living, head, now=NOW + LEASE - timedelta(seconds=1))
    assert deliver_next(database, living, head, now=NOW + LEASE)
    assert living.sent == dying.sent
    assert stored(database, number).n_attempts == 2


def test_mail_is_given_up_when_every_holder_died(database: Database, head: Letterhead, post: Post) -> None:
    """A mail that kills whoever sends it does not go round for ever."""

    class Deadly:
        def send(self, *_mail: object) -> str:
            raise KeyboardInterrupt

    number, now = post(), NOW
    for _ in range(len(LADDER) + 1):
        with pytest.raises(KeyboardInterrupt):
            deliver_next(database, Deadly(), head, now=now)
        now += LEASE
    assert deliver_next(database, Deadly(), head, now=now)
    assert stored(database, number).state is MessageState.FAILED


def test_nothing_is_sent_when_the_person_was_disabled(
    database: Database, head: Letterhead, post: Post
) -> None:
    """What waits for somebody who is shut out is cancelled, with the reason kept."""
    with database.transaction() as session:
        reader = add_person(session, "viewer", Role.VIEWER)
    number = post(user_id=reader.user_id)
    with database.transaction() as session:
        system = installation_actor(session, ActorKind.SYSTEM, now=NOW)
        members.disable_user(session, system, session.get_one(User, reader.user_id), now=NOW)
    transport = MemoryTransport()
    assert _drain(database, transport, head) == 1
    assert transport.sent == []
    assert stored(database, number).state is MessageState.CANCELLED
    assert [outcome for outcome, _ in outcomes(database, number)] == [Outcome.WITHHELD]


def test_nothing_is_sent_when_the_right_was_lost(database: Database, head: Letterhead, post: Post) -> None:
    """Between making and sending the role went; the mail does not follow."""
    with database.transaction() as session:
        project = builders.make_ground(session).project
        reader = add_person(session, "viewer", Role.VIEWER, project_id=project.id)
    about = About(MessageKind.NOTICE, project_id=project.id)
    kept, lost = (post(key, about, user_id=reader.user_id) for key in ("kept", "lost"))
    transport = MemoryTransport()
    assert deliver_next(database, transport, head, now=NOW)
    with database.transaction() as session:
        session.delete(session.scalars(select(Membership).where(Membership.user_id == reader.user_id)).one())
    assert deliver_next(database, transport, head, now=NOW)
    assert [stored(database, number).state for number in (kept, lost)] == [
        MessageState.SENT,
        MessageState.CANCELLED,
    ]
    assert len(transport.sent) == 1


def _drain(database: Database, transport: MemoryTransport, head: Letterhead) -> int:
    """Deliver over four simulated days; returns how many mails were dealt with."""
    now, n_dealt_with = NOW, 0
    while now < NOW + timedelta(days=4):
        while deliver_next(database, transport, head, now=now):
            n_dealt_with += 1
        now += timedelta(hours=1)
    return n_dealt_with
