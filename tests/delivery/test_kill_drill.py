"""kill -9 while mails go out: none lost, and no mail under two names."""

import math
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from random import Random

import pytest
from sqlalchemy import func, select

from impact.db import Database
from impact.delivery.letters import Letter, Letterhead, freeze
from impact.delivery.posting import About, enqueue
from impact.delivery.tables import MessageKind, MessageState, OutboxMessage
from impact.language import Language
from tests.conftest import MailServer
from tests.delivery.delivering_process import DeliveringClock

# The processes look at the real clock, so the mails wait since before it.
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
N_MAILS, N_KILLS = 1000, 200
# Outside the drill: enough to see it fail, in seconds.
FEW_MAILS, FEW_KILLS = 50, 8
LONGEST_SECONDS, SECONDS_A_KILL = 60, 10


@pytest.mark.parametrize(("engine_name", "n_clocks"), [("sqlite", 1), ("postgresql", 1), ("postgresql", 3)])
def test_no_mail_is_lost_when_the_clock_is_killed(
    database: Database,
    database_url: str,
    head: Letterhead,
    smtp_server: MailServer,
    trials: Callable[[int], int],
    n_clocks: int,
) -> None:
    """Each mail arrives; what arrives twice is the same mail, no more often than kills."""
    is_whole = trials(N_KILLS) == N_KILLS
    n_mails, n_kills = (N_MAILS, N_KILLS) if is_whole else (FEW_MAILS, FEW_KILLS)
    _fill(database, head, n_mails)
    clocks = [DeliveringClock(database_url, smtp_server.url) for _ in range(n_clocks)]
    try:
        n_in_time = _kill_while_mails_go(clocks, n_kills, n_mails, database, smtp_server, database_url)
        over = time.monotonic() + LONGEST_SECONDS + n_mails
        while _n_waiting(database):
            assert time.monotonic() < over
            assert all(clock.is_alive for clock in clocks)
            time.sleep(0.02)
    finally:
        for clock in clocks:
            clock.kill()
    copies: dict[str, set[bytes]] = defaultdict(set)
    for mail in smtp_server.mails:
        copies[mail.message["Message-ID"]].add(mail.content)
    n_extra = len(smtp_server.mails) - n_mails
    print(f"{n_kills} kills, {n_mails} mails, {n_extra} handed over again")
    assert n_in_time == n_kills
    assert len(copies) == n_mails
    assert all(len(contents) == 1 for contents in copies.values())
    assert n_extra <= n_kills
    with database.reading() as session:
        states = Counter(session.scalars(select(OutboxMessage.state)))
    assert states == {MessageState.SENT: n_mails}


def _kill_while_mails_go(
    clocks: list[DeliveringClock],
    n_kills: int,
    n_mails: int,
    database: Database,
    server: MailServer,
    url: str,
) -> int:
    """Kill one clock after the other at odd moments, each replaced at once; how often mails still waited.

    Between two kills the server takes so many mails and no more: clocks that are faster than
    the kills find their next mail unanswered, so that none of the kills comes when all are out.
    Every other kill falls on a mail that was claimed and not handed over: one that was marked too
    early is lost then.
    """
    luck, over = Random(7), time.monotonic() + LONGEST_SECONDS + SECONDS_A_KILL * n_kills
    n_in_time = 0
    for number in range(n_kills):
        n_before, portion = len(server.mails), n_mails // (n_kills + 1)
        is_early = number % 2 == 1
        server.waits_at = "RCPT" if is_early else "DATA"
        server.room = n_before + portion
        wanted = n_before + (portion if is_early else luck.randint(1, portion))
        while len(server.mails) < wanted:
            assert time.monotonic() < over
            assert all(clock.is_alive for clock in clocks)
            time.sleep(0.002)
        time.sleep(luck.random() * 0.02)
        chosen = luck.randrange(len(clocks))
        clocks[chosen].kill()
        n_in_time += _n_waiting(database) > 0
        clocks[chosen] = DeliveringClock(url, server.url)
    server.room = math.inf
    return n_in_time


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
