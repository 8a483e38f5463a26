"""The administrator's page of sending: clocks, runs, what failed and why, trying again, senders."""

import re

from flask.testing import FlaskClient
from sqlalchemy import select

from impact.db import Database
from impact.delivery.heartbeat import beat
from impact.delivery.letters import Letter, freeze, letterhead
from impact.delivery.outbox import deliver_next
from impact.delivery.posting import About, enqueue
from impact.delivery.tables import MessageKind, MessageState, OutboxMessage, SenderIdentity
from impact.delivery.transports import TransportError
from impact.language import Language
from impact.registry.project_tables import Organisation
from impact.settings import Settings
from tests.fakes import MemoryTransport
from tests.people import NOW, People, post

WORDS = "452 4.2.2 mailbox is 99% full (%s)"


def test_tells_what_failed_and_tries_again_when_asked(
    administrator: FlaskClient, database: Database, settings: Settings
) -> None:
    """Clock, mail, recipient and the server's own words; one press and it goes; a second is too late."""
    head = letterhead(settings.mail_from, settings.public_url, "x" * 40, settings.time_zone)
    letter = Letter("Trygghet", "62,7 %", "<p>62,7 %</p>", Language.SWEDISH)
    with database.transaction() as session:
        beat(session, "clock-one", started_at=NOW, now=NOW)
        frozen = freeze(letter, head, "one", now=NOW)
        enqueue(session, frozen, About(MessageKind.REPORT), dedupe_key="one", address="r@example.se", now=NOW)
    transport = MemoryTransport(failures=[TransportError(WORDS, permanent=True)])
    assert deliver_next(database, transport, head, now=NOW)
    page = administrator.get("/administration/mail").text
    for told in ("clock-one", "Trygghet", "r@example.se", "452 4.2.2 mailbox is 99% full (%s)"):
        assert told in page
    # What failed stands before what waits, and the mail that tells of it waits.
    again = re.findall(r'action="(/administration/mail/\d+/retry)"', page)[0]
    assert post(administrator, again).status_code == 303
    with database.reading() as session:
        rows = select(OutboxMessage).where(OutboxMessage.kind == MessageKind.REPORT)
        message = session.scalars(rows).one()
    assert (message.state, message.n_attempts) == (MessageState.WAITING, 0)
    while deliver_next(database, transport, head, now=message.next_attempt_at):
        """Until nothing waits."""
    assert post(administrator, again).status_code == 409
    assert "r@example.se" in [address for _, _, address in transport.sent]


def test_keeps_a_sender_as_typed_when_it_is_none(
    administrator: FlaskClient, people: People, database: Database
) -> None:
    """An address that is none comes back with a sentence beside it; a good one is kept."""
    with database.reading() as session:
        number = session.scalars(select(Organisation.id)).first()
    typed = {"organisation_id": str(number), "name": "Town of Centre", "version": "0"}
    answer = post(administrator, "/administration/senders", **typed, address="no address")
    assert answer.status_code == 422
    assert 'value="no address"' in answer.text
    assert "no address is not an email address." in answer.text
    answer = post(administrator, "/administration/senders", **typed, address="impact@town.example.se")
    assert answer.status_code == 303
    with database.reading() as session:
        row = session.scalars(select(SenderIdentity)).one()
    assert (row.organisation_id, row.name, row.address) == (
        number,
        "Town of Centre",
        "impact@town.example.se",
    )
