"""kill -9 while mails go out: none lost, and no mail under two names."""

import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from random import Random

from sqlalchemy import func, select

from impact.db import Database
from impact.delivery.letters import Letter, Letterhead, freeze
from impact.delivery.posting import About, enqueue
from impact.delivery.tables import MessageKind, MessageState, OutboxMessage
from impact.language import Language
from tests.conftest import MailServer

# The processes look at the real clock, so the mails wait since before it.
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
N_MAILS = 200
N_KILLS = 40
# Each process takes a few seconds to start where the machine has other work.
LONGEST_SECONDS, SECONDS_A_KILL = 60, 10


def test_no_mail_is_lost_when_the_process_is_killed(
    database: Database,
    database_url: str,
    head: Letterhead,
    smtp_server: MailServer,
    trials: Callable[[int], int],
) -> None:
    """Each mail arrives; what arrives twice is the same mail, no more often than kills."""
    n_mails, n_kills, luck = max(40, trials(N_MAILS)), trials(N_KILLS), Random(7)
    _fill(database, head, n_mails)
    over = time.monotonic() + LONGEST_SECONDS + SECONDS_A_KILL * n_kills
    for n_left in range(n_kills, -1, -1):
        command = [sys.executable, "-m", "tests.delivery.delivering_process", database_url, smtp_server.url]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            try:
                assert process.stdout is not None
                assert process.stdout.readline() == b"ready\n"
                already = len(smtp_server.mails)
                wanted = already + (n_mails - already) // (n_left + 1)
                while len(smtp_server.mails) < wanted if n_left else _n_waiting(database):
                    assert time.monotonic() < over
                    assert process.poll() is None
                    time.sleep(0.01)
                time.sleep(luck.random() * 0.02)
            finally:
                process.kill()
    copies: dict[str, set[bytes]] = defaultdict(set)
    for mail in smtp_server.mails:
        copies[mail.message["Message-ID"]].add(mail.content)
    assert len(copies) == n_mails
    assert all(len(contents) == 1 for contents in copies.values())
    assert len(smtp_server.mails) - n_mails <= n_kills
    with database.reading() as session:
        states = Counter(session.scalars(select(OutboxMessage.state)))
    assert states == {MessageState.SENT: n_mails}


def _fill(database: Database, head: Letterhead, n_mails: int) -> None:
    with database.transaction() as session:
        for number in range(n_mails):
            mail = freeze(
                Letter("s", f"{number}", "h", Language.SWEDISH), head, f"mail:{number}", now=LONG_AGO
            )
            enqueue(
                session,
                mail,
                About(MessageKind.REPORT),
                dedupe_key=f"mail:{number}",
                address="a@example.se",
                now=LONG_AGO,
            )


def _n_waiting(database: Database) -> int:
    with database.reading() as session:
        waiting = select(func.count()).where(OutboxMessage.state == MessageState.WAITING)
        return session.scalar(waiting) or 0
