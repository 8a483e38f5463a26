"""What the clock does about mails: make them, hand them over, forget addresses."""

from __future__ import annotations

import time
from datetime import timedelta

from impact.clock.ticking import Tick
from impact.delivery.flag_threads import remind_of_flags, tell_decisions
from impact.delivery.forgetting import forget_addresses
from impact.delivery.gathered_notices import gather_notices
from impact.delivery.letters import Letterhead, letterhead
from impact.delivery.notices import announce_flags
from impact.delivery.outbox import deliver_next
from impact.delivery.reminders import remind_of_measurements, tell_returned
from impact.delivery.reports import make_due_reports
from impact.delivery.transports import transport_for
from impact.secret_key import signing_key

# After so long the other jobs get their turn; what still waits goes with the next tick.
DELIVERING_SECONDS = 20.0


def announce(tick: Tick) -> None:
    """Put into the outbox what is new about flags: at once, gathered, reminded of, decided."""
    head = _letterhead(tick)
    announce_flags(tick.database, head, now=tick.now)
    gather_notices(tick.database, head, now=tick.now)
    remind_of_flags(tick.database, head, now=tick.now)
    tell_decisions(tick.database, head, now=tick.now)
    tell_returned(tick.database, head, now=tick.now)


def remind(tick: Tick) -> None:
    """Put each morning's reminders of measurements into the outbox."""
    remind_of_measurements(tick.database, _letterhead(tick), now=tick.now)


def report(tick: Tick) -> None:
    """Put every report that is due into the outbox."""
    make_due_reports(tick.database, _letterhead(tick), now=tick.now)


def deliver(tick: Tick) -> None:
    """Hand over the mails that wait, until none does or others need their turn."""
    settings, head = tick.settings, _letterhead(tick)
    transport = transport_for(settings.smtp_url, settings.data_dir / "mail")
    seconds_each = 60 / settings.mails_a_minute if settings.mails_a_minute else 0.0
    started = time.monotonic()
    elapsed, n_sent = 0.0, 0
    try:
        while elapsed < DELIVERING_SECONDS and deliver_next(
            tick.database, transport, head, now=tick.now + timedelta(seconds=elapsed)
        ):
            n_sent += 1
            time.sleep(max(0.0, n_sent * seconds_each - (time.monotonic() - started)))
            elapsed = time.monotonic() - started
    finally:
        transport.close()


def forget_old_addresses(tick: Tick) -> None:
    """Remove the addresses of mails that went out long ago."""
    n_forgotten = 1
    while n_forgotten:
        with tick.database.transaction() as session:
            n_forgotten = forget_addresses(session, now=tick.now)


def _letterhead(tick: Tick) -> Letterhead:
    settings = tick.settings
    return letterhead(settings.mail_from, settings.public_url, signing_key(settings), settings.time_zone)
