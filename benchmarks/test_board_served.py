"""The signed-in board under gunicorn with two sync workers, in requests a second.

50 projects x 6 indicators out of 10,000 x 6 x 20 years, beside an empty signed-in view and
beside the naive page, in the same run, on both databases. Bar: 10 times the naive page.
``BENCH_PROJECTS=300 make bench`` tries it on a small portfolio.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from benchmarks.large_portfolio import NOW, fill_large
from benchmarks.test_board import N_SEEN, SIZE, give_roles
from impact.app import create_app
from impact.db import Database
from impact.settings import Settings
from tests.conftest import free_port
from tests.people import add_person, signed_in_client

WORKERS, CALLERS = 2, 4
SECONDS = 10.0
BAR = 10
ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_board_served(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Requests a second of board, empty view and naive page; prints the table."""
    database: Database = request.getfixturevalue(f"{engine}_database")
    fill_large(database, SIZE)
    with database.transaction() as session:
        seen = add_person(session, "manager of 50", now=NOW)
        give_roles(session, seen.user_id)
    environment = {
        "IMPACT_DATABASE_URL": request.getfixturevalue(f"{engine}_url"),
        "IMPACT_DATA_DIR": str(tmp_path),
        "IMPACT_SECRET_KEY": "a-key-for-benchmarks-alone-0123456789ab",
    }
    app = create_app(Settings.from_environment(environment), clock=lambda: NOW)
    cookie = signed_in_client(app, seen).get_cookie("impact")
    app.extensions["impact"].database.dispose()
    assert cookie is not None
    figures = {}
    with served(environment) as port:
        figures["empty view"] = requests_a_second(port, "/nothing", cookie.value)
        figures["board"] = requests_a_second(port, "/", cookie.value)
    with served({**environment, "BENCH_NAIVE": "1"}) as port:
        figures["naive board"] = requests_a_second(port, "/", cookie.value)
    ratio = figures["board"] / figures["naive board"]
    with capsys.disabled():
        print(f"\n{engine}, {N_SEEN} of {SIZE.n_projects:,} projects, gunicorn, {WORKERS} sync workers")
        for name, figure in figures.items():
            print(f"  {name:12s} {figure:9.2f} requests/s")
        print(f"  board {ratio:.1f} times the naive one (bar {BAR})")
    assert ratio >= BAR


@contextmanager
def served(environment: dict[str, str]) -> Iterator[int]:
    """The port at which the app answers, until the end."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--workers", str(WORKERS), "--log-level", "error",
               "--timeout", "600", "--bind", f"127.0.0.1:{port}", "--preload",
               "benchmarks.served_boards:app"]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment})
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def requests_a_second(port: int, path: str, cookie: str) -> float:
    """How many answers come back a second when so many ask one after the other."""
    with ThreadPoolExecutor(WORKERS) as pool:  # The first answers do not count.
        assert set(pool.map(lambda _: _ask(port, path, cookie), range(WORKERS))) == {200}
    end = time.perf_counter() + SECONDS

    def keep_asking(_number: int) -> int:
        n = 0
        while time.perf_counter() < end:
            assert _ask(port, path, cookie) == 200
            n += 1
        return n

    start = time.perf_counter()
    with ThreadPoolExecutor(CALLERS) as pool:
        n_answers = sum(pool.map(keep_asking, range(CALLERS)))
    return n_answers / (time.perf_counter() - start)


def _ask(port: int, path: str, cookie: str) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=600)
    connection.request("GET", path, headers={"Host": "localhost", "Cookie": f"impact={cookie}"})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            if _ask(port, "/healthz", "") == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("gunicorn does not answer")
