"""The clock's process: looks at what is due, one job at a time, until it is told to end."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from impact.clock.jobs import JOBS
from impact.clock.ticking import Job, Tick
from impact.db import Database
from impact.settings import Settings

# A tick that comes late is made up for once; never is one dropped for being late.
JOB_DEFAULTS = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
log = structlog.get_logger()


def utc_now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


def run(
    settings: Settings,
    stop: threading.Event,
    *,
    jobs: Iterable[Job] = JOBS,
    clock: Callable[[], datetime] = utc_now,
) -> None:
    """Do the jobs whenever they are due, until ``stop`` is set; a running one is finished.

    The store of jobs is this process's memory: any number of clocks may run, because rows
    and their unique keys decide what is done, not the schedulers.
    """
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    database = Database(settings.database_url, settings.time_zone)
    scheduler = BackgroundScheduler(
        timezone=settings.time_zone, executors={"default": ThreadPoolExecutor(1)}, job_defaults=JOB_DEFAULTS
    )
    name, started_at = f"{socket.gethostname()}-{os.getpid()}", clock()

    def tick(job: Job) -> None:
        _do(job, Tick(database, settings, clock(), name, started_at))

    for job in jobs:
        scheduler.add_job(tick, _trigger(job, settings), args=(job,), name=job.name, **_first_run(job))
    scheduler.start()
    log.info("clock started", clock=name)
    try:
        stop.wait()
    finally:
        scheduler.shutdown(wait=True)
        database.dispose()
        log.info("clock ended", clock=name)


def _trigger(job: Job, settings: Settings) -> BaseTrigger:
    if job.at_hour is None:
        return IntervalTrigger(seconds=settings.clock_tick_seconds)
    return CronTrigger(hour=job.at_hour, timezone=settings.time_zone)


def _first_run(job: Job) -> dict[str, datetime]:
    """What is always due is looked at once when the clock starts."""
    return {"next_run_time": datetime.now(UTC)} if job.at_hour is None else {}


def _do(job: Job, tick: Tick) -> None:
    """Let a job do its work; its failure is logged and stops nothing else."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(job=job.name)
    try:
        job.work(tick)
    except Exception:
        log.exception("job failed")
