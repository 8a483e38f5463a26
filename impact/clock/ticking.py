"""What a job of the clock is, and what it gets each time it is due."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from impact.db import Database
from impact.settings import Settings


@dataclass(frozen=True)
class Tick:
    """One look at what is due: when it is, and where to look."""

    database: Database
    settings: Settings
    now: datetime
    clock_name: str
    clock_started_at: datetime


@dataclass(frozen=True)
class Job:
    """Something the clock does again and again.

    What is due is computed from rows, so that a tick that came late, twice or not at all
    changes nothing but the time. A job opens and commits its own transactions.
    """

    name: str
    work: Callable[[Tick], None]
    # At this hour of the installation's day; every ``clock_tick_seconds`` without it.
    at_hour: int | None = None
