"""What is sent and what is written out: nothing of somebody else's project is in it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from impact.delivery import subscribing
from impact.delivery.letters import Letterhead
from impact.delivery.notices import announce_flags
from impact.delivery.reports import make_due_reports
from impact.delivery.subscription_plans import SubscriptionPlan
from impact.delivery.tables import Content, MessageKind, OutboxMessage, Rhythm
from impact.errors import NotFound
from impact.exchange.csv_text import SWEDISH
from impact.exchange.exporting import EVERYTHING, Selection, export_csv
from impact.language import Language
from impact.monitoring import reviewing
from impact.monitoring.reviewing import Decision
from impact.monitoring.tables import FlagAct
from tests.delivery.conftest import bodies, head
from tests.people import NOW, People, Person
from tests.trust.canaries import VALUE, Nest, neighbour, occurs, place_canaries, word
from tests.web.ground import Placed

__all__ = ["head"]
DUE = datetime(2027, 1, 2, 6, tzinfo=UTC)


@pytest.fixture
def nest(app: Flask, people: People, placed: Placed) -> Nest:
    """The foreign project, whose flag waits for a decision again."""
    nest = place_canaries(app, people)
    with placed.database.transaction() as session:
        flag, _ = reviewing.flag_place(session, nest.keeper.actor, nest.placed.flag_id)
        again = Decision(FlagAct.REOPENED, note=word("ater"))
        reviewing.decide(session, nest.keeper.actor, flag.id, flag.version, again, now=NOW)
    return nest


@pytest.fixture
def worker(app: Flask, people: People, placed: Placed, nest: Nest) -> Person:
    """Somebody who works on the project of the trial alone and subscribes to all there is to see."""
    worker = neighbour(app, people, placed)
    with placed.database.transaction() as session:
        for content in Content:
            plan = SubscriptionPlan(
                "All of it",
                Rhythm.MONTHLY,
                starts_on=date(2027, 1, 1),
                time_zone="Europe/Stockholm",
                language=Language.SWEDISH,
                user_ids=(worker.user_id,),
                content=content,
            )
            subscribing.make(session, worker.actor, plan, now=NOW)
    return worker


def told(message: OutboxMessage) -> str:
    """All that a mail says, in its head, as text and as a page."""
    text, html, _ = bodies(message.mime)
    return f"{message.subject} {message.mime.decode(errors='replace')} {text} {html}"


def test_mails_nothing_of_others_when_reports_and_notices_go_out(
    placed: Placed, nest: Nest, worker: Person, head: Letterhead
) -> None:
    """The keeper's mails are full of the foreign project, the neighbour's know nothing of it."""
    assert announce_flags(placed.database, head, now=NOW) == 2
    assert make_due_reports(placed.database, head, now=DUE) == 1 + len(Content)
    with placed.database.reading() as session:
        mails = session.scalars(select(OutboxMessage).where(OutboxMessage.dedupe_key != "trial")).all()
    own = [mail for mail in mails if mail.user_id == worker.user_id]
    assert sorted(mail.kind for mail in own) == [MessageKind.NOTICE] + [MessageKind.REPORT] * len(Content)
    assert [mail.subject for mail in own if occurs(told(mail))] == []
    others = [
        mail for mail in mails if nest.keeper.user_id == mail.user_id or "kanarie" in (mail.address or "")
    ]
    assert {mail.kind for mail in others} == {MessageKind.NOTICE, MessageKind.REPORT}
    assert [mail.subject for mail in others if not occurs(told(mail))] == []


def test_writes_nothing_of_others_into_a_file(placed: Placed, nest: Nest, worker: Person) -> None:
    """A file of all that one may see holds no foreign row; one of the foreign project is not made."""
    with placed.database.reading() as session:
        own, foreign = (
            b"".join(export_csv(session, person.actor, EVERYTHING, SWEDISH)).decode()
            for person in (worker, nest.keeper)
        )
        assert not occurs(own)
        assert "Trygga" in own
        assert str(VALUE) in foreign
        assert word("kommentar") in foreign
        with pytest.raises(NotFound):
            export_csv(session, worker.actor, Selection(nest.placed.slug), SWEDISH)
