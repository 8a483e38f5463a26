"""kill -9 of the web server while people save: what was answered with success is there."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path
from random import Random
from threading import Semaphore

import sqlalchemy as sa

from impact.db import Database
from tests.people import make_people
from tests.trust.counting import Counts, place_counts
from tests.trust.serving import Server, Visitor, hidden, serving

N_CLIENTS = 4
N_KILLS = 50
MOST_SAVES = 16
LONGEST_SECONDS = 0.03
NAMES = ("analyst", "manager", "administrator", "analyst")


def signed_in(port: int, name: str) -> dict[str, str]:
    """The cookies of somebody who has signed in."""
    visitor = Visitor(port).sign_in(name)
    visitor.close()
    return visitor.cookies


def save_until_killed(visitor: Visitor, path: str, first: int, saved: Semaphore) -> list[int]:
    """The numbers whose saving was answered with success before the line went dead."""
    acknowledged: list[int] = []
    try:
        for number in range(first, first + 10_000):
            _, page = visitor.get(path)
            form = {**hidden(page), "value": str(number), "status": "final", "reason": "Counted anew."}
            status, page = visitor.post(path, form)
            assert status == 303, page
            acknowledged.append(number)
            saved.release()
    except (OSError, HTTPException):
        pass
    finally:
        visitor.close()
    return acknowledged


def one_round(
    server: Server, browsers: list[Visitor], counts: Counts, first: int, luck: Random
) -> list[list[int]]:
    """What each had acknowledged when the server was killed in the middle of saving."""
    saved = Semaphore(0)
    with ThreadPoolExecutor(N_CLIENTS) as pool:
        work = [
            pool.submit(save_until_killed, browser, path, first, saved)
            for browser, path in zip(browsers, counts.paths, strict=True)
        ]
        for _ in range(luck.randint(1, MOST_SAVES)):
            assert saved.acquire(timeout=30)
        time.sleep(luck.random() * LONGEST_SECONDS)
        server.kill()
        return [each.result(30) for each in work]


def assert_sound(database: Database) -> None:
    """Fail where SQLite finds anything wrong with its file; PostgreSQL looks after itself."""
    if not database.is_sqlite:
        return
    with database.engine.connect() as connection:
        assert connection.execute(sa.text("PRAGMA integrity_check")).scalars().all() == ["ok"]
        assert connection.execute(sa.text("PRAGMA foreign_key_check")).all() == []


def test_loses_nothing_that_was_acknowledged_when_the_server_is_killed(
    database: Database, database_url: str, tmp_path: Path, trials: Callable[[int], int]
) -> None:
    """Each value answered with success is in the history, in order; at most one more is."""
    make_people(database)
    counts, luck, n_saved = place_counts(database, N_CLIENTS), Random(7), 0
    with serving(database_url, tmp_path / "var") as server:
        cookies = [signed_in(server.port, name) for name in NAMES]
        for number in range(trials(N_KILLS)):
            browsers = [Visitor(server.port, kept) for kept in cookies]
            before = counts.histories()
            acknowledged = one_round(server, browsers, counts, (number + 1) * 10_000, luck)
            assert_sound(database)
            for earlier, told, stored in zip(before, acknowledged, counts.histories(), strict=True):
                new = stored[len(earlier) :]
                assert stored[: len(earlier)] == earlier
                assert new[: len(told)] == told
                # The last one may have been stored without its answer getting through.
                assert len(new) <= len(told) + 1
                n_saved += len(told)
            server.start()
    print(f"{trials(N_KILLS)} kills, {n_saved} saves acknowledged, none lost")
    assert n_saved >= trials(N_KILLS)
