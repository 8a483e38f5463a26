"""What administrators see and do about sending: runs, mails tried again, names of senders."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from impact.accounts.tables import Role
from impact.db import Database
from impact.delivery.letters import Letterhead
from impact.delivery.notices import announce_flags
from impact.delivery.outbox import deliver_next
from impact.delivery.reports import make_due_reports
from impact.delivery.runs import retry, runs
from impact.delivery.senders import Sender, sender_for, senders, set_sender
from impact.delivery.tables import MessageState, OccurrenceState, OutboxMessage
from impact.delivery.transports import TransportError
from impact.errors import Conflict, Invalid, NotAllowed
from tests.builders import make_ground
from tests.conftest import ReceivedMail
from tests.delivery.conftest import NOW, Post, Turned
from tests.delivery.test_reports import DUE, plan, subscribe
from tests.fakes import MemoryTransport
from tests.people import Person, add_person


@pytest.fixture
def administrator(database: Database) -> Person:
    """Somebody who administers everything."""
    with database.transaction() as session:
        return add_person(session, "administrator", Role.ADMINISTRATOR)


def test_runs_are_told_when_reports_were_made(
    database: Database, head: Letterhead, turned: Turned, administrator: Person
) -> None:
    """What was sent, what comes next; nobody but an administrator of everything sees it."""
    subscribe(database, turned.manager, plan(turned.manager))
    make_due_reports(database, head, now=DUE)
    with database.reading() as session:
        found = runs(session, administrator.actor, now=DUE)
        assert found.last[0].occurrence.state is OccurrenceState.SENT
        assert [at.isoformat() for at, _ in found.coming] == ["2027-01-01T06:00:00+00:00"]
        assert len(found.waiting) == 1
        with pytest.raises(NotAllowed):
            runs(session, turned.manager.actor, now=DUE)


def test_mail_goes_out_when_it_is_tried_again_by_hand(
    database: Database, head: Letterhead, post: Post, administrator: Person
) -> None:
    """A mail that was refused waits anew, once; one that was sent does not."""
    number = post()
    transport = MemoryTransport(failures=[TransportError("550 no such user", permanent=True)])
    assert deliver_next(database, transport, head, now=NOW)
    with database.reading() as session:
        (stuck,) = runs(session, administrator.actor, now=NOW).failed
    assert stuck.words == "550 no such user"
    with database.transaction() as session:
        retry(session, administrator.actor, number, now=NOW + timedelta(days=3))
    while deliver_next(database, transport, head, now=NOW + timedelta(days=3)):
        """Until nothing waits."""
    with database.transaction() as session:
        assert session.get_one(OutboxMessage, number).state is MessageState.SENT
        with pytest.raises(Conflict):
            retry(session, administrator.actor, number, now=NOW + timedelta(days=3))


def test_mail_comes_under_its_organisations_name_when_it_has_one(
    database: Database, head: Letterhead, turned: Turned, administrator: Person
) -> None:
    """Of a project's one member the identity counts; a name that makes a header is no name."""
    number, actor = turned.ground.organisation.id, administrator.actor
    with database.transaction() as session:
        for wrong in ("Town\r\nBcc: a@example.se", "x" * 101):
            with pytest.raises(Invalid):
                set_sender(session, actor, Sender(number, "", wrong + "\x07"), now=NOW)
        with pytest.raises(Invalid):
            set_sender(session, actor, Sender(number, "", "Town", "no address"), now=NOW)
        set_sender(session, actor, Sender(number, "", "Town of Centre", "impact@town.example.se"), now=NOW)
        with pytest.raises(Conflict):
            set_sender(session, actor, Sender(number, "", "Other"), now=NOW)
        assert senders(session, actor)[0].name == "Town of Centre"
    announce_flags(database, head, now=NOW)
    subscribe(database, turned.manager, plan(turned.manager))
    make_due_reports(database, head, now=DUE)
    with database.reading() as session:
        mimes = [row.mime for row in session.scalars(select(OutboxMessage))]
    written = {str(ReceivedMail("", [], mime).message["From"]) for mime in mimes}
    assert written == {"Town of Centre <impact@town.example.se>"}
    with database.transaction() as session:
        other = make_ground(session, "other").project.id
        assert sender_for(session, [other]) is None
        assert sender_for(session, [turned.ground.project.id, other]) is None
