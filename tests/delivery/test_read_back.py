"""Mails as other programs read them: another parser finds the same, and text and HTML agree."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from fast_mail_parser import parse_email

from impact.accounts.tables import User
from impact.db import Database
from impact.delivery.letters import Letterhead
from impact.delivery.notices import announce_flags
from impact.delivery.outbox import deliver_next
from impact.delivery.reports import send_now
from impact.delivery.tables import Content
from impact.language import Language
from impact.monitoring.analysing import refresh_series
from tests.builders import fill
from tests.delivery.conftest import bodies, turn
from tests.delivery.test_reports import plan, subscribe
from tests.fakes import MemoryTransport

LATER = datetime(2026, 12, 1, 6, tzinfo=UTC)
# A value with its decimals in either language; years, dates and addresses are no values.
VALUE = re.compile(r"(?<![\d.,:/-])\d+[.,]\d+(?![\d:])")
MOST_HTML, MOST_MAIL = 100_000, 1_000_000


def mails(database: Database, head: Letterhead, language: Language) -> list[bytes]:
    """What is handed over: a report of each content after a value came, and the notice of the flag."""
    turned = turn(database)
    numbers = {
        content: subscribe(
            database, turned.manager, plan(turned.manager, content=content, language=language, name=content)
        )
        for content in (Content.DIGEST, Content.FULL, Content.CHANGES, Content.IMPACT_REPORT)
    }
    send_now(database, head, numbers[Content.CHANGES], now=LATER - timedelta(days=1))
    with database.transaction() as session:
        session.get_one(User, turned.manager.user_id).language = language
        fill(session, turned.ground.planner, turned.ground.series.id, {2025: 57.4}, now=LATER)
        refresh_series(session, turned.ground.series.id, now=LATER)
    for number in numbers.values():
        send_now(database, head, number, now=LATER)
    assert announce_flags(database, head, now=LATER)
    transport = MemoryTransport()
    while deliver_next(database, transport, head, now=LATER):
        pass
    return [mail for mail, _, _ in transport.sent]


@pytest.mark.parametrize("language", list(Language))
def test_reads_alike_when_another_parser_reads_it(
    sqlite_database: Database, head: Letterhead, language: Language
) -> None:
    """Nothing has to be guessed or repaired; each content id leads to its picture, both ways."""
    made = mails(sqlite_database, head, language)
    assert len(made) == 6
    for mime in made:
        text, marked_up, pictures = bodies(mime)
        read = parse_email(mime, strict=True)
        assert read.warnings == []
        own = message_from_bytes(mime, _class=EmailMessage, policy=policy.default)
        assert (read.subject, [each.address for each in read.to]) == (own["Subject"], [own["To"]])
        assert [each.replace("\r\n", "\n") for each in read.text_plain] == [text]
        assert [each.replace("\r\n", "\n") for each in read.text_html] == [marked_up]
        shown = {each.content_id.strip("<>"): each.content for each in read.attachments if each.content_id}
        assert shown == pictures
        assert set(re.findall(r'src="cid:([^"]+)"', marked_up)) == set(shown)
        assert all(picture.startswith(b"\x89PNG") for picture in shown.values())
        assert len(marked_up.encode()) < MOST_HTML
        assert len(mime) < MOST_MAIL


@pytest.mark.parametrize("language", list(Language))
def test_text_and_html_carry_the_same_numbers(
    sqlite_database: Database, head: Letterhead, language: Language
) -> None:
    """Each value stands in both parts, in the language's form."""
    mark = "," if language is Language.SWEDISH else "."
    for mime in mails(sqlite_database, head, language):
        text, marked_up, _ = bodies(mime)
        seen = html.unescape(re.sub(r"<style.*?</style>|<[^>]+>", " ", marked_up, flags=re.DOTALL))
        values = set(VALUE.findall(re.sub(r"https?://\S+", "", text)))
        assert values == set(VALUE.findall(seen))
        assert all(mark in value for value in values)
        newest = [re.findall(rf"57{mark}4\s?% \(2025\)", part) for part in (text, seen)]
        assert len(newest[0]) == len(newest[1]) > 0 or "57" not in text
    assert {f"57{mark}4"} <= values
