"""Everything the clock does."""

from __future__ import annotations

import structlog

from impact.accounts import signing_in
from impact.clock.mail_jobs import announce, deliver, forget_old_addresses, remind, report
from impact.clock.ticking import Job, Tick
from impact.delivery import heartbeat
from impact.exchange.staging import forget_uploads
from impact.monitoring.analysing import mark_outdated, refresh_series, stale_series
from impact.monitoring.controlling import control_portfolio
from impact.monitoring.flagging import mark_ended_dismissals
from impact.secret_key import mail_mark

MOST_SERIES = 1000
log = structlog.get_logger()


def show_life(tick: Tick) -> None:
    """Write down that this clock is alive."""
    with tick.database.transaction() as session:
        heartbeat.beat(
            session,
            tick.clock_name,
            started_at=tick.clock_started_at,
            public_url=tick.settings.public_url,
            mail_mark=mail_mark(tick.settings),
            now=tick.now,
        )


def analyse(tick: Tick) -> None:
    """Analyse every series that changed or whose flag was put aside until today.

    An upgrade that brings another version of the detector has all of them analysed again.
    One that fails stops no other.
    """
    with tick.database.transaction() as session:
        mark_outdated(session, tick.clock_started_at, now=tick.now)
        mark_ended_dismissals(session, now=tick.now)
    with tick.database.reading() as session:
        waiting = stale_series(session, MOST_SERIES)
    for series_id in waiting:
        try:
            with tick.database.transaction() as session:
                refresh_series(session, series_id, now=tick.now)
        except Exception:
            log.exception("series not analysed", series=series_id)


def control(tick: Tick) -> None:
    """Weigh what was analysed among all indicators; it changes levels, nothing else."""
    with tick.database.transaction() as session:
        control_portfolio(session, now=tick.now)


def forget_sign_ins(tick: Tick) -> None:
    """Remove attempts to sign in and ended sign-ins that are old."""
    with tick.database.transaction() as session:
        signing_in.forget_old(session, now=tick.now)


def forget_old_uploads(tick: Tick) -> None:
    """Remove files that were uploaded and never imported."""
    with tick.database.transaction() as session:
        forget_uploads(session, now=tick.now)


JOBS = (
    Job("show life", show_life),
    Job("analyse", analyse),
    # Before the notices, so that a mail says what the page says.
    Job("control", control),
    Job("announce", announce),
    Job("remind", remind, at_hour=7),
    Job("report", report),
    Job("deliver", deliver),
    Job("forget sign-ins", forget_sign_ins, at_hour=3),
    Job("forget addresses", forget_old_addresses, at_hour=3),
    Job("forget uploads", forget_old_uploads, at_hour=3),
)
