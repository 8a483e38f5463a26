"""Half past eleven at night in UTC, in summer: in Sweden it is tomorrow already."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from impact.app import create_app
from impact.clock import jobs
from impact.clock.ticking import Tick
from impact.db import Database, local_day
from impact.errors import Invalid
from impact.monitoring import analysing, reviewing
from impact.monitoring.board import board, to_be_measured
from impact.monitoring.reviewing import Decision
from impact.monitoring.tables import DismissalCause, Flag, FlagAct, FlagState
from impact.registry import lookup
from impact.registry.indicator_view import period_rows
from impact.semantics.period import Frequency
from impact.settings import Settings
from tests.builders import NOW, PEAK_2018, Ground, fill, make_ground, make_indicator
from tests.people import make_people, post, signed_in_client

NIGHT = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
JULY = date(2026, 7, 1)


@pytest.fixture
def at_night(settings: Settings, database_url: str) -> Iterator[Flask]:
    """An app in Sweden at 01:30 on the first of July, on each engine in turn."""
    app = create_app(replace(settings, database_url=database_url), clock=lambda: NIGHT)
    yield app
    app.extensions["impact"].database.dispose()


@pytest.fixture
def monthly(at_night: Flask) -> tuple[Database, Ground, int]:
    """A flagged indicator, and one that is measured every month and due at its end."""
    database: Database = at_night.extensions["impact"].database
    with database.transaction() as session:
        ground = make_ground(session)
        fill(session, ground.planner, ground.series.id, PEAK_2018)
        analysing.refresh_series(session, ground.series.id, now=NOW)
        _, series = make_indicator(
            session,
            ground.planner,
            ground.goal,
            ground.version,
            frequency=Frequency.MONTH,
            first_day=date(2026, 6, 1),
            due_days=0,
        )
        analysing.refresh_series(session, series.id, now=NOW)
        return database, ground, series.id


def test_takes_the_day_of_the_installation_when_it_is_night(monthly: tuple[Database, Ground, int]) -> None:
    """What has ended, begun and is late is judged by the day that people there have."""
    database, ground, series_id = monthly
    with database.reading() as session:
        assert local_day(session, NIGHT) == JULY
        place = lookup.series_place(session, ground.planner, series_id)
        assert [row.period.key() for row in period_rows(session, place, now=NIGHT)] == ["2026-06"]
        waiting = [card.summary.series_id for card in to_be_measured(session, ground.planner, now=NIGHT)]
        assert series_id in waiting
        due = [card.summary.series_id for card in board(session, ground.planner, now=NIGHT).due]
        assert series_id in due


def test_takes_a_value_when_its_month_began_an_hour_ago(
    at_night: Flask, monthly: tuple[Database, Ground, int]
) -> None:
    """A month that has begun in Sweden can be measured, and June is late on every page."""
    _, _, series_id = monthly
    people = make_people(at_night.extensions["impact"].database)
    client = signed_in_client(at_night, people.analyst)
    client.set_cookie("impact-language", "en")
    assert "2 measurements are late" in _plain(client.get("/").text)
    assert "July" in _plain(client.get(f"/series/{series_id}/periods/2026-07").text)
    assert post(client, f"/series/{series_id}/periods/2026-07", value="60", status="final").status_code == 303


def test_ends_a_dismissal_when_its_day_began_an_hour_ago(
    monthly: tuple[Database, Ground, int], settings: Settings
) -> None:
    """A flag put aside until the first of July is open on the first of July, and not put aside until then."""
    database, ground, _ = monthly
    with database.transaction() as session:
        flag = reviewing.flags_of(session, ground.series.id)[0]
        aside = Decision(FlagAct.DISMISSED, "Rebuilding", DismissalCause.KNOWN_EXCEPTION, until=JULY)
        with pytest.raises(Invalid, match="future"):
            reviewing.decide(session, ground.planner, flag.id, flag.version, aside, now=NIGHT)
        reviewing.decide(session, ground.planner, flag.id, flag.version, aside, now=NOW)
    jobs.analyse(Tick(database, settings, NIGHT, "clock", NIGHT))
    with database.reading() as session:
        assert session.get_one(Flag, flag.id).state is FlagState.OPEN


def _plain(page: str) -> str:
    """The words of a page without its tags, blanks run together."""
    inside, words = False, []
    for letter in page:
        inside = (letter == "<") or (inside and letter != ">")
        words.append(" " if inside or letter == ">" else letter)
    return " ".join("".join(words).split())
