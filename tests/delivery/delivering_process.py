"""A clock that delivers what waits until it is killed: part of the kill drill."""

from __future__ import annotations

import multiprocessing
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import impact.schema  # noqa: F401
from impact.db import Database
from impact.delivery.letters import letterhead
from impact.delivery.outbox import deliver_next
from impact.delivery.transports import SmtpTransport

LEASE = timedelta(seconds=2)
# Each process is forked off one that has read everything: two hundred new ones in seconds.
FORKING = multiprocessing.get_context("forkserver")
FORKING.set_forkserver_preload([__name__, "psycopg"])


class DeliveringClock:
    """A process of its own that hands over what waits; it ends only by being killed."""

    def __init__(self, database_url: str, smtp_url: str) -> None:
        self._process = FORKING.Process(target=_deliver, args=(database_url, smtp_url), daemon=True)
        self._process.start()

    @property
    def is_alive(self) -> bool:
        return self._process.is_alive()

    def kill(self) -> None:
        """End it as the machine's plug would: with SIGKILL."""
        self._process.kill()
        self._process.join()
        self._process.close()


def _deliver(database_url: str, smtp_url: str) -> None:
    database, transport = Database(database_url), SmtpTransport(smtp_url)
    head = letterhead("impact@example.se", "https://impact.example.se", "x" * 40, ZoneInfo("UTC"))
    while True:
        if not deliver_next(database, transport, head, now=datetime.now(UTC), lease=LEASE):
            time.sleep(0.01)
