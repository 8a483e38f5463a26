"""Report mails: 12 charts with a PDF beside the naive way, and one edition to 1,000 recipients.

Bars: built and handed over in <= 1/4 of the naive way freshly drawn and <= 1/7 from stored
pictures; 12 charts as PDF in <= 1/4 and <= 1/10 of PdfPages. All in the same run, medians.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from statistics import median
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy import select

from benchmarks.large_portfolio import NOW, Size, fill_large
from benchmarks.naive_mail import naive_mail, naive_pdf
from impact.accounts.tables import Role
from impact.db import Database
from impact.delivery import subscribing
from impact.delivery.letters import Letterhead, letterhead
from impact.delivery.making import compose
from impact.delivery.outbox import deliver_next
from impact.delivery.reports import send_now
from impact.delivery.subscription_plans import SubscriptionPlan
from impact.delivery.tables import Content, MessageState, OutboxMessage, Rhythm, SubscriptionRecipient
from impact.delivery.transports import SmtpTransport
from impact.language import Language, speak
from impact.registry.indicator_tables import Indicator
from impact.registry.measurement_tables import Measurement, Revision
from impact.reporting.drawn import DrawnPictures
from impact.reporting.pdf import set_pdf
from impact.reporting.tables import DrawnPicture
from tests.conftest import free_port
from tests.people import add_person

# Two projects with six indicators each: twelve charts.
SIZE = Size(2)
ROUNDS, N_RECIPIENTS = int(os.environ.get("BENCH_ROUNDS", "5")), 1000
FRESH_BAR, STORED_BAR, PDF_FRESH_BAR, PDF_STORED_BAR = 4, 7, 4, 10
HOST = "127.0.0.1"


@pytest.fixture
def mail_port() -> Iterator[int]:
    """The port of a mail server in a process of its own that takes everything."""
    port = free_port()
    command = [sys.executable, "-m", "aiosmtpd", "-n", "-l", f"{HOST}:{port}", "-c", "aiosmtpd.handlers.Sink"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as server:
        while not _answers(port):
            time.sleep(0.05)
        yield port
        server.terminate()


@pytest.fixture
def head() -> Letterhead:
    """The letterhead of an installation."""
    return letterhead("impact@example.se", "https://impact.example.se", "x" * 40, ZoneInfo("UTC"))


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def seconds(*works: Callable[[], object], before: Callable[[], object] = lambda: None) -> list[float]:
    """The median time of a processor for each work, its children's too; other work is not counted.

    They take turns, and a first round does not count.
    """
    times: list[list[float]] = [[] for _ in works]
    for _ in range(ROUNDS + 1):
        for work, kept in zip(works, times, strict=True):
            before()
            start = sum(os.times()[:4])
            work()
            kept.append(sum(os.times()[:4]) - start)
    return [median(kept[1:]) for kept in times]


class Mailing:
    """Subscriptions to a full report and to the impact report, and a way to send them."""

    def __init__(self, database: Database, head: Letterhead, port: int) -> None:
        self.database, self.head = database, head
        self.transport = SmtpTransport(f"smtp://{HOST}:{port}")
        self._n_sendings = 0
        with database.transaction() as session:
            owner = add_person(session, "manager", Role.MANAGER, now=NOW)
            self.numbers = {
                content: subscribing.make(
                    session,
                    owner.actor,
                    SubscriptionPlan(
                        content.value,
                        Rhythm.YEARLY,
                        date(2027, 1, 1),
                        "UTC",
                        Language.SWEDISH,
                        user_ids=(owner.user_id,),
                        content=content,
                    ),
                    now=NOW,
                ).id
                for content in (Content.FULL, Content.IMPACT_REPORT)
            }

    def forget_pictures(self) -> None:
        """As if nothing had been drawn before."""
        with self.database.transaction() as session:
            session.execute(sa.delete(DrawnPicture))

    def send(self) -> None:
        """Both reports: 12 charts in the one mail, 12 in the PDF of the other."""
        self._n_sendings += 1
        now = NOW.replace(microsecond=self._n_sendings)
        for number in self.numbers.values():
            assert send_now(self.database, self.head, number, now=now) == 1
        n_sent = 0
        while deliver_next(self.database, self.transport, self.head, now=now):
            n_sent += 1
        assert n_sent == 2


def series_of(database: Database) -> list[tuple[str, dict[int, float]]]:
    """The same values for the naive way."""
    found: dict[int, dict[int, float]] = {}
    with database.reading() as session:
        rows = select(Measurement.series_id, Measurement.first_day, Revision.value).join(
            Revision, Revision.id == Measurement.approved_revision_id
        )
        for series_id, day, value in session.execute(rows.order_by(Measurement.first_day)):
            found.setdefault(series_id, {})[day.year] = value or 0.0
    return [(f"Trygga hyresgäster {number}", values) for number, values in found.items()]


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_report_of_twelve_charts(
    engine: str,
    request: pytest.FixtureRequest,
    head: Letterhead,
    mail_port: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Built and handed over, and the PDF by itself, each beside the naive way; prints the table."""
    database: Database = request.getfixturevalue(f"{engine}_database")
    fill_large(database, SIZE)
    with database.engine.begin() as connection:
        # Key indicators have a picture in every report.
        connection.execute(sa.update(Indicator.__table__).values(is_key=True))
    mailing, series = Mailing(database, head, mail_port), series_of(database)
    assert len(series) == 12
    naive, fresh = seconds(
        lambda: naive_mail(HOST, mail_port, series), mailing.send, before=mailing.forget_pictures
    )
    (stored,) = seconds(mailing.send)
    made = compose(database, head, mailing.numbers[Content.IMPACT_REPORT], now=NOW)
    report, voice = made.composition.readings[0].yearly, speak("sv")
    assert report is not None
    charts = [each.chart for project in report.projects for each in project.indicators if each.chart]
    assert len(charts) == len(series)
    pdf_naive, pdf_fresh, pdf_stored = seconds(
        lambda: naive_pdf(series),
        lambda: set_pdf(report, voice),
        lambda: set_pdf(report, voice, drawn=DrawnPictures(database)),
    )
    mailing.transport.close()
    bars = (
        ("mail, freshly drawn", fresh, naive, FRESH_BAR),
        ("mail, from stored pictures", stored, naive, STORED_BAR),
        ("PDF, freshly drawn", pdf_fresh, pdf_naive, PDF_FRESH_BAR),
        ("PDF, from stored pictures", pdf_stored, pdf_naive, PDF_STORED_BAR),
    )
    with capsys.disabled():
        print(f"\n{engine}, 12 charts, medians of {ROUNDS}")
        for what, ours, theirs, bar in bars:
            ratio = f"1/{theirs / ours:.1f} (bar 1/{bar})"
            print(f"  {what:28s} {1000 * ours:7.0f} ms, naive {1000 * theirs:6.0f} ms: {ratio}")
    assert [what for what, ours, theirs, bar in bars if theirs / ours < bar] == []


class TimedTransport(SmtpTransport):
    """Notes how long the dialogues take."""

    seconds = 0.0

    def send(self, mail: bytes, sender: str, recipient: str) -> str:
        """Hand over as always."""
        start = time.perf_counter()
        try:
            return super().send(mail, sender, recipient)
        finally:
            self.seconds += time.perf_counter() - start


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_one_edition_to_a_thousand(
    engine: str,
    request: pytest.FixtureRequest,
    head: Letterhead,
    mail_port: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """How long making it takes, how many mails go a minute, and how much of that is SMTP."""
    database: Database = request.getfixturevalue(f"{engine}_database")
    fill_large(database, SIZE)
    number = Mailing(database, head, mail_port).numbers[Content.FULL]
    with database.transaction() as session:
        session.add_all(
            SubscriptionRecipient(subscription_id=number, address=f"reader-{n}@example.se")
            for n in range(N_RECIPIENTS - 1)
        )
    start = time.perf_counter()
    assert send_now(database, head, number, now=NOW) == N_RECIPIENTS
    making = time.perf_counter() - start
    with closing(TimedTransport(f"smtp://{HOST}:{mail_port}")) as transport:
        start = time.perf_counter()
        while deliver_next(database, transport, head, now=NOW):
            pass
        sending = time.perf_counter() - start
    with database.reading() as session:
        states = set(session.scalars(select(OutboxMessage.state)))
        n_bytes = session.scalar(select(sa.func.avg(sa.func.length(OutboxMessage.mime)))) or 0
    assert states == {MessageState.SENT}
    with capsys.disabled():
        print(
            f"\n{engine}, 1 edition to {N_RECIPIENTS} recipients, {float(n_bytes) / 1000:.0f} kB each: "
            f"made in {making:.1f} s, {60 * N_RECIPIENTS / sending:.0f} mails a minute, "
            f"{transport.seconds / sending:.0%} of the time in SMTP"
        )
