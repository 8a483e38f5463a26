"""Everything the clock does."""

from __future__ import annotations

from impact.accounts import signing_in
from impact.clock.ticking import Job, Tick
from impact.delivery import heartbeat


def show_life(tick: Tick) -> None:
    """Write down that this clock is alive."""
    with tick.database.transaction() as session:
        heartbeat.beat(session, tick.clock_name, started_at=tick.clock_started_at, now=tick.now)


def forget_sign_ins(tick: Tick) -> None:
    """Remove attempts to sign in and ended sign-ins that are old."""
    with tick.database.transaction() as session:
        signing_in.forget_old(session, now=tick.now)


JOBS = (
    Job("show life", show_life),
    Job("forget sign-ins", forget_sign_ins, at_hour=3),
)
