"""What the benchmark of the board serves: the app, an empty view, and the board the naive way.

``gunicorn benchmarks.served_boards:app`` reads the settings of the environment;
``BENCH_NAIVE=1`` serves the naive board in the place of ours.
"""

from __future__ import annotations

import os

from benchmarks.large_portfolio import NOW
from benchmarks.naive_board import naive_board
from impact.app import create_app
from impact.request_scope.admission import signed_in
from impact.settings import Settings
from impact.web import board_pages

if os.environ.get("BENCH_NAIVE") == "1":
    board_pages.board = naive_board  # type: ignore[assignment]

app = create_app(Settings.from_environment(), clock=lambda: NOW)
app.add_url_rule("/nothing", "nothing.show", signed_in(lambda: ""))
