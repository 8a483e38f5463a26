"""A process that delivers what waits until it is killed: part of the kill drill.

Run as ``python -m tests.delivery.delivering_process DATABASE_URL SMTP_URL``.
"""

import sys
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import impact.schema  # noqa: F401
from impact.db import Database
from impact.delivery.letters import letterhead
from impact.delivery.outbox import deliver_next
from impact.delivery.transports import SmtpTransport

LEASE = timedelta(seconds=1)


def main(database_url: str, smtp_url: str) -> None:
    database, transport = Database(database_url), SmtpTransport(smtp_url)
    head = letterhead("impact@example.se", "https://impact.example.se", "x" * 40, ZoneInfo("UTC"))
    print("ready", flush=True)
    while True:
        if not deliver_next(database, transport, head, now=datetime.now(UTC), lease=LEASE):
            time.sleep(0.01)


if __name__ == "__main__":
    main(*sys.argv[1:])
