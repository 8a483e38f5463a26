"""Board of 50 projects x 6 indicators out of 10,000 x 6 x 20 years, beside the naive way.

Bars: the data <= 1/25 of lazy loading with a fixed number of statements; the whole signed-in
page <= 1/6 of the naive page. Both are taken in the same run, on both databases.
``BENCH_PROJECTS=300 make bench`` tries it on a small portfolio.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from statistics import median

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from benchmarks.large_portfolio import NOW, Size, fill_large
from benchmarks.naive_board import naive_board
from impact.accounts.permissions import Actor
from impact.accounts.signing_in import actor_of
from impact.accounts.tables import Membership, Role, User
from impact.app import create_app
from impact.db import Database
from impact.monitoring.board import board
from impact.settings import Settings
from impact.web import board_pages
from tests.people import add_person, signed_in_client

SIZE = Size(int(os.environ.get("BENCH_PROJECTS", "10000")))
N_SEEN = 50
ROUNDS, NAIVE_ROUNDS = 21, 5
DATA_BAR, PAGE_BAR = 25, 6


def seconds(work: Callable[[], object], rounds: int) -> float:
    """The median time of a piece of work, after one round that does not count."""
    work()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return median(times)


def data(database: Database, actor: Actor, make: Callable[..., object]) -> Callable[[], object]:
    def read() -> object:
        with database.reading() as session:
            return make(session, actor, now=NOW)

    return read


def n_statements(database: Database, work: Callable[[], object]) -> int:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    work()
    event.remove(database.engine, "before_cursor_execute", note)
    return sum(statement.startswith("SELECT") for statement in seen)


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_board(
    engine: str, request: pytest.FixtureRequest, settings: Settings, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Data and page of the board against lazy loading; prints the table."""
    database: Database = request.getfixturevalue(f"{engine}_database")
    url: str = request.getfixturevalue(f"{engine}_url")
    fill_large(database, SIZE)
    with database.transaction() as session:
        seen = add_person(session, "manager of 50", now=NOW)
        actor = give_roles(session, seen.user_id)
    app = create_app(replace(settings, database_url=url), clock=lambda: NOW)
    client = signed_in_client(app, seen)
    ours, naive = data(database, actor, board), data(database, actor, naive_board)
    assert len(ours().turned) == len(naive().turned) > 0  # type: ignore[attr-defined]

    def page() -> object:
        response = client.get("/")
        assert response.status_code == 200
        return response

    figures = {
        "data": (seconds(ours, ROUNDS), n_statements(database, ours)),
        "page": (seconds(page, ROUNDS), n_statements(app.extensions["impact"].database, page)),
        "naive data": (seconds(naive, NAIVE_ROUNDS), n_statements(database, naive)),
    }
    monkeypatch.setattr(board_pages, "board", naive_board)
    figures["naive page"] = (
        seconds(page, NAIVE_ROUNDS),
        n_statements(app.extensions["impact"].database, page),
    )
    app.extensions["impact"].database.dispose()
    with capsys.disabled():
        print(f"\n{engine}, {N_SEEN} of {SIZE.n_projects:,} projects, medians")
        for name, (time_taken, statements) in figures.items():
            print(f"  {name:12s} {1000 * time_taken:9.1f} ms {statements:6d} statements")
        data_ratio = figures["naive data"][0] / figures["data"][0]
        page_ratio = figures["naive page"][0] / figures["page"][0]
        print(f"  data 1/{data_ratio:.0f} of lazy loading (bar 1/{DATA_BAR})")
        print(f"  page 1/{page_ratio:.1f} of the naive page (bar 1/{PAGE_BAR})")
    assert data_ratio >= DATA_BAR
    assert page_ratio >= PAGE_BAR


def give_roles(session: Session, user_id: int) -> Actor:
    """The manager's role in so many projects, spread over the portfolio."""
    rows = [
        Membership(user_id=user_id, role=Role.MANAGER, project_id=number * SIZE.n_projects // N_SEEN)
        for number in range(1, N_SEEN + 1)
    ]
    session.add_all(rows)
    session.flush()
    return actor_of(session.get_one(User, user_id), rows)
