"""Several people correct the same values at the same time: nobody's correction is lost.

That a bare increment is lost without the hooks of SQLite is shown in ``tests/test_db.py``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import select

from impact.db import Database
from impact.monitoring.analysing import refresh_series
from impact.monitoring.tables import Flag, FlagAct, FlagEvent
from tests.builders import PEAK_2018, fill, make_ground
from tests.people import NOW, make_people
from tests.trust.counting import Counts, place_counts
from tests.trust.serving import BUSY, Visitor, hidden, serving, typed

N_CLIENTS = 8
N_EDITS = 300
N_YEARS = 4
NAMES = ("analyst", "manager", "administrator")


@pytest.fixture
def counts(database: Database) -> Counts:
    """The counts that everybody corrects, and the people who do."""
    make_people(database)
    return place_counts(database, N_YEARS)


def visitors(port: int) -> list[Visitor]:
    """The browsers, signed in."""
    return [Visitor(port).sign_in(NAMES[n % len(NAMES)]) for n in range(N_CLIENTS)]


def counted_up(page: str) -> dict[str, str]:
    """The form that the page holds, with one more than it says."""
    return {**hidden(page), "value": str(int(typed(page)) + 1), "status": "final", "reason": "One more."}


def count_up(visitor: Visitor, path: str) -> Counter[int]:
    """Read the form and send it with one more, again and again until it is accepted."""
    answers: Counter[int] = Counter()
    while not answers[303]:
        status, page = visitor.get(path)
        if status == 200:
            status, page = visitor.post(path, counted_up(page))
        answers[status] += 1
        assert status in (303, 409, BUSY), page
        # Whoever meets a conflict sees both values beside each other.
        assert status != 409 or 'class="versions"' in page, page
    return answers


def test_keeps_every_correction_when_many_save_at_once(
    database_url: str, tmp_path: Path, counts: Counts, trials: Callable[[int], int]
) -> None:
    """The sum is exact, the history has each step, and who came second was told so."""
    n_edits = trials(N_EDITS)

    def work(number: int, visitor: Visitor) -> Counter[int]:
        turns = [counts.paths[(number + turn) % N_YEARS] for turn in range(n_edits)]
        return sum((count_up(visitor, path) for path in turns), Counter())

    with serving(database_url, tmp_path / "var") as server:
        browsers = visitors(server.port)
        with ThreadPoolExecutor(N_CLIENTS) as pool:
            answers: Counter[int] = sum(pool.map(work, range(N_CLIENTS), browsers), Counter())
        for browser in browsers:
            browser.close()
    n_each = N_CLIENTS * n_edits // N_YEARS
    print(f"{answers[303]} saved, {answers[409]} conflicts, {answers[BUSY]} asked to wait")
    assert answers[303] == N_CLIENTS * n_edits
    assert counts.histories() == [[*range(n_each + 1)]] * N_YEARS
    assert counts.is_analysed()


def all_from_one_reading(database_url: str, folder: Path, path: str, *more: str) -> list[int]:
    """What each is told when everybody has read the form before anybody sends it."""
    ready = Barrier(N_CLIENTS)

    def work(visitor: Visitor) -> int:
        form = counted_up(visitor.get(path)[1])
        ready.wait(60)
        status, _ = visitor.post(path, form)
        visitor.close()
        return status

    with serving(database_url, folder, *more) as server, ThreadPoolExecutor(N_CLIENTS) as pool:
        return sorted(pool.map(work, visitors(server.port)))


def test_accepts_one_when_all_correct_the_same_reading(
    database_url: str, tmp_path: Path, counts: Counts
) -> None:
    """Of eight who saw the same value one saves, and seven are told that somebody did."""
    answers = all_from_one_reading(database_url, tmp_path / "var", counts.paths[0])
    assert answers == [303] + [409] * (N_CLIENTS - 1)
    assert counts.histories()[0] == [0, 1]
    assert counts.is_analysed()


def test_keeps_one_decision_when_all_decide_at_once(
    database: Database, database_url: str, tmp_path: Path, counts: Counts
) -> None:
    """Of eight who decide on the same flag one is heard, and the others keep what they wrote."""
    with database.transaction() as session:
        ground = make_ground(session)
        fill(session, ground.planner, ground.series.id, PEAK_2018)
        refresh_series(session, ground.series.id, now=NOW)
        path = f"/flags/{session.scalars(select(Flag.id)).one()}"
    ready = Barrier(N_CLIENTS)

    def work(visitor: Visitor) -> int:
        form = {**hidden(visitor.get(path)[1]), "act": "confirmed", "note": "We talked about it."}
        ready.wait(60)
        status, page = visitor.post(path, form)
        visitor.close()
        assert status != 409 or "We talked about it." in page, page
        return status

    with serving(database_url, tmp_path / "var") as server, ThreadPoolExecutor(N_CLIENTS) as pool:
        deciders = [Visitor(server.port).sign_in("manager") for _ in range(N_CLIENTS)]
        assert sorted(pool.map(work, deciders)) == [303] + [409] * (N_CLIENTS - 1)
    with database.reading() as session:
        acts = session.scalars(select(FlagEvent.act).order_by(FlagEvent.id)).all()
    assert acts == [FlagAct.OPENED, FlagAct.CONFIRMED]


def test_loses_corrections_when_the_version_is_not_checked(
    database_url: str, tmp_path: Path, counts: Counts
) -> None:
    """The trials above can fail: without the check all are accepted and seven are lost."""
    answers = all_from_one_reading(database_url, tmp_path / "var", counts.paths[0], "careless")
    assert answers == [303] * N_CLIENTS
    assert counts.histories()[0][-1] == 1
