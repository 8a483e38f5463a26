"""The clock: one job at a time, whatever each of them does, until it is told to end."""

import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest
import structlog
from sqlalchemy import select

from impact.clock.jobs import JOBS
from impact.clock.process import run
from impact.clock.ticking import Job
from impact.delivery.heartbeat import beat, last_beat
from impact.delivery.tables import ClockHeartbeat
from tests.people import NOW


@pytest.fixture
def running(settings, sqlite_url):
    """Runs the jobs given until the test is over or says so."""
    stops = []

    def start(*jobs):
        stop = threading.Event()
        thread = threading.Thread(
            target=run,
            args=(replace(settings, database_url=sqlite_url, clock_tick_seconds=1), stop),
            kwargs={"jobs": jobs, "clock": lambda: NOW},
        )
        thread.start()
        stops.append((stop, thread))
        return stop, thread

    yield start
    for stop, thread in stops:
        stop.set()
        thread.join(10)


def test_never_does_two_things_at_once(running):
    """Slow jobs wait for each other."""
    at_once, most, done = 0, 0, threading.Semaphore(0)

    def slow(_tick):
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        time.sleep(0.2)
        at_once -= 1
        done.release()

    running(*(Job(f"slow {number}", slow) for number in range(4)))
    for _ in range(5):
        assert done.acquire(timeout=10)
    assert most == 1


def test_goes_on_when_a_job_fails(running):
    """A failing job is logged and keeps no other from its turn, nor itself from the next."""
    times, done = [], threading.Semaphore(0)

    def failing(_tick):
        times.append(1)
        raise RuntimeError("broken")

    with structlog.testing.capture_logs() as lines:
        running(Job("failing", failing), Job("working", lambda _tick: done.release()))
        assert done.acquire(timeout=10)
        assert done.acquire(timeout=10)
    assert len(times) >= 1
    assert next(line["event"] for line in lines if line["log_level"] == "error") == "job failed"


def test_finishes_what_it_does_when_told_to_end(running):
    """A job under way is not cut off."""
    began, ended = threading.Event(), threading.Event()

    def slow(_tick):
        began.set()
        time.sleep(0.5)
        ended.set()

    stop, thread = running(Job("slow", slow))
    assert began.wait(10)
    stop.set()
    thread.join(10)
    assert ended.is_set()
    assert not thread.is_alive()


def test_shows_that_it_lives(running, sqlite_database):
    """The first tick writes down that the clock is alive."""
    running(*JOBS)
    for _ in range(100):
        with sqlite_database.reading() as session:
            found = last_beat(session)
        if found:
            break
        time.sleep(0.1)
    assert found == NOW


def test_keeps_one_line_for_each_clock_and_forgets_those_long_gone(session):
    """A clock's line is moved, not repeated; a clock silent for a week is forgotten."""
    beat(session, "gone", started_at=NOW - timedelta(days=9), now=NOW - timedelta(days=8))
    beat(session, "here", started_at=NOW, now=NOW)
    beat(session, "here", started_at=NOW, now=NOW + timedelta(minutes=1))
    session.flush()
    rows = session.execute(select(ClockHeartbeat.name, ClockHeartbeat.last_beat_at)).all()
    assert rows == [("here", NOW + timedelta(minutes=1))]
