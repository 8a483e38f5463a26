"""A flag is told once to the managers of its project, with the picture and the numbers."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from impact.accounts.tables import Role
from impact.charts.content import IndicatorChart
from impact.db import Database
from impact.delivery import picturing
from impact.delivery.letters import Letterhead
from impact.delivery.notices import announce_flags
from impact.delivery.outbox import deliver_next
from impact.delivery.tables import MessageKind, MessageState, NoticePace, NoticePreference, OutboxMessage
from impact.monitoring.analysing import refresh_series
from impact.monitoring.tables import Flag, FlagState
from tests.builders import RISING, make_project, make_reference
from tests.delivery.conftest import NOW, Turned, bodies
from tests.fakes import MemoryTransport
from tests.people import add_person

EXPECTED = """\
Centre: Safe tenants

Rose until 2018 (67.2%), has fallen six measurements in a row

Safe tenants rose 2010–2018 (58.1 to 67.2%) but then fell, to 59.0% in 2024. \
That the trend has turned is very likely (99%); the turning point lies around 2018. Higher is better.

Newest value: 59.0% (2024)
Change: −1.5 percentage points
Turned for the worse · very likely · 99% · not decided yet

Somebody has to decide: is it so, or is there a reason?
https://impact.example.se/flags/1

The indicator: https://impact.example.se/indicators/1
As it was known then: https://impact.example.se/indicators/1?known_at=2026-11-23

--
You get this notice because you are a manager of Centre. The flag was raised on 23 November 2026.
No more notices: https://impact.example.se/unsubscribe/n1.TOKEN
"""


def messages(database: Database) -> list[OutboxMessage]:
    with database.reading() as session:
        return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def test_notice_says_what_turned_when_a_flag_is_new(
    database: Database, head: Letterhead, turned: Turned
) -> None:
    """The text stands alone; nobody but the manager gets it."""
    assert announce_flags(database, head, now=NOW) == 1
    (message,) = messages(database)
    text, _, _ = bodies(message.mime)
    assert re.sub(r"n1\.\S+", "n1.TOKEN", text.replace("\N{NO-BREAK SPACE}", " ")) == EXPECTED
    assert (message.address, message.user_id) == ("manager@example.se", turned.manager.user_id)
    assert (message.flag_id, message.project_id) == (turned.flag_id, turned.ground.project.id)
    assert message.subject.replace("\N{NO-BREAK SPACE}", " ") == (
        "Centre: Safe tenants. Rose until 2018 (67.2%), has fallen six measurements in a row"
    )


def test_notice_says_whose_turn_it_is_when_there_is_a_reference(
    database: Database, head: Letterhead, turned: Turned
) -> None:
    """Text and HTML say that the municipality did not turn, once each beside the picture's words."""
    with database.transaction() as session:
        make_reference(session, turned.ground, RISING)
        refresh_series(session, turned.ground.series.id, now=NOW)
    announce_flags(database, head, now=NOW)
    (message,) = messages(database)
    text, markup, _ = bodies(message.mime)
    said = "Norrköping municipality did not turn at the same time: the turn is the project"
    assert text.count(said) == 1
    assert markup.count(said) == 2


def test_html_has_the_picture_and_the_same_numbers(
    database: Database, head: Letterhead, turned: Turned
) -> None:
    """Every content id resolves to a PNG; every number of the text stands in the HTML."""
    announce_flags(database, head, now=NOW)
    text, html, pictures = bodies(messages(database)[0].mime)
    assert set(re.findall(r'src="cid:([^"]+)"', html)) == set(pictures)
    assert all(png.startswith(b"\x89PNG") for png in pictures.values())
    told = text.partition("--\n")[0]
    assert set(re.findall(r"\d+[.,]\d+", told)) <= set(re.findall(r"\d+[.,]\d+", _without_style(html)))
    (picture,) = re.findall(r"<img [^>]*>", html)
    assert 'width="592"' in picture
    assert 'alt="Safe tenants, %, very likely' in picture
    assert "<script" not in html
    assert len(html.encode()) < 100_000


def test_flag_is_told_once_when_clocks_come_again(
    database: Database, head: Letterhead, turned: Turned
) -> None:
    """The flag keeps when it was announced; a second look finds nothing."""
    assert announce_flags(database, head, now=NOW) == 1
    assert announce_flags(database, head, now=NOW + timedelta(days=1)) == 0
    assert len(messages(database)) == 1
    with database.reading() as session:
        assert session.get_one(Flag, turned.flag_id).announced_at == NOW


def test_nobody_is_told_when_nobody_has_to_be(database: Database, head: Letterhead, turned: Turned) -> None:
    """A manager who wants no notices gets none, nor does one of another organisation."""
    with database.transaction() as session:
        elsewhere, _ = make_project(session, turned.ground.planner, "elsewhere")
        session.add(NoticePreference(user_id=turned.manager.user_id, pace=NoticePace.NEVER))
        add_person(session, "outsider", Role.MANAGER, organisation_id=elsewhere.id)
    assert announce_flags(database, head, now=NOW) == 1
    assert messages(database) == []


def test_nobody_is_told_when_the_flag_is_decided_already(
    database: Database, head: Letterhead, turned: Turned
) -> None:
    """A decision that came first makes the notice needless."""
    with database.transaction() as session:
        session.get_one(Flag, turned.flag_id).state = FlagState.CONFIRMED
    assert announce_flags(database, head, now=NOW) == 1
    assert messages(database) == []


def test_day_is_the_readers_when_the_flag_was_raised_after_midnight(
    database: Database, head: Letterhead, turned: Turned
) -> None:
    """Half past midnight in Stockholm is the day before in UTC; the notice says the reader's."""
    with database.transaction() as session:
        session.get_one(Flag, turned.flag_id).first_raised_at = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    announce_flags(database, head, now=NOW)
    assert "raised on 23 November 2026" in bodies(messages(database)[0].mime)[0]


def test_notice_is_withheld_when_the_flag_was_decided_meanwhile(
    database: Database, head: Letterhead, turned: Turned
) -> None:
    """A notice that waited for the mail server asks nobody for what is decided."""
    announce_flags(database, head, now=NOW)
    with database.transaction() as session:
        session.get_one(Flag, turned.flag_id).state = FlagState.SUPERSEDED
    assert _delivered(database, head) == []


def test_notice_is_withheld_when_its_reader_stopped_notices_meanwhile(
    database: Database, head: Letterhead, turned: Turned
) -> None:
    """Whoever asked for no more notices gets none that was waiting either."""
    announce_flags(database, head, now=NOW)
    with database.transaction() as session:
        session.add(NoticePreference(user_id=turned.manager.user_id, pace=NoticePace.NEVER))
    assert _delivered(database, head) == []


def test_trouble_is_told_when_the_picture_cannot_be_drawn(
    database: Database, head: Letterhead, turned: Turned, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No notice without its picture: the administrator hears what stopped it, and why."""

    def broken(_chart: IndicatorChart) -> str:
        raise ValueError("the ink is out")

    with database.transaction() as session:
        add_person(session, "administrator", Role.ADMINISTRATOR)
    monkeypatch.setattr(picturing, "alt_text", broken)
    assert announce_flags(database, head, now=NOW) == 1
    (message,) = messages(database)
    assert (message.kind, message.address) == (MessageKind.TROUBLE, "administrator@example.se")
    text = bodies(message.mime)[0]
    assert "ValueError: the ink is out" in text
    # The notice was never made, so there is no email to name.
    assert "Mejl:" not in text


def _delivered(database: Database, head: Letterhead) -> list[object]:
    """What went out of the one notice that waits."""
    transport = MemoryTransport()
    assert deliver_next(database, transport, head, now=NOW)
    assert [message.state for message in messages(database)] == [MessageState.CANCELLED]
    return list(transport.sent)


def _without_style(html: str) -> str:
    return re.sub(r"<style.*?</style>| style=\"[^\"]*\"", "", html, flags=re.DOTALL)
