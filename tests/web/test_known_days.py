"""Board, project, indicator and API as they were known on a day, whatever came after."""

from __future__ import annotations

import html
import re
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from impact.monitoring import analysing, controlling, reviewing
from impact.monitoring.reviewing import Decision
from impact.monitoring.tables import FlagAct
from impact.registry import planning, recording
from impact.registry.indicator_tables import Indicator, Target
from impact.registry.judging import Draft
from impact.registry.measurement_tables import Measurement
from impact.registry.project_tables import Goal, Milestone, Project
from tests.builders import fill, make_ground
from tests.people import People, Person, bearer, signed_in_client
from tests.web.ground import Placed, place_project, promise

THEN = "2026-04-30"
TODAY = "2026-11-23"
JUNE = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
PAGES = ("/", "/projects/centre", "/indicators/1", "/indicators/1/chart.svg")
API = ("/api/v1/projects/centre", "/api/v1/indicators/1", "/api/v1/series/1")
INSTANT = "2026-04-30T21:59:59Z"


@pytest.fixture
def placed(app: Flask, people: People) -> Placed:
    """A project as it stood in March: with a target and a milestone, its indicator flagged."""
    placed = place_project(app)
    promise(placed, 60.0, 75.0)
    with placed.database.transaction() as session:
        milestone = Milestone(project_id=placed.project_id, title_sv="Torget klart", due_on=date(2026, 6, 30))
        planning.save(session, people.manager.actor, milestone, now=datetime(2026, 3, 20, tzinfo=UTC))
    return placed


def change_everything(placed: Placed, people: People) -> None:
    """What came in June: new and corrected values, plans, a decision, another project."""
    actor = people.manager.actor
    with placed.database.transaction() as session:
        project = session.get_one(Project, placed.project_id)
        project.title_en, project.summary_en = "Renamed", "Rewritten"
        goal = session.scalars(select(Goal)).one()
        goal.title_en = "Another goal"
        target = session.scalars(select(Target)).one()
        target.value = 40.0
        milestone = session.scalars(select(Milestone)).one()
        milestone.reached_on = date(2026, 5, 20)
        indicator = session.get_one(Indicator, placed.indicator_id)
        indicator.is_invented, indicator.due_days = True, 200
        added = Goal(project_id=project.id, position=2, title_sv="Nytt", title_en="Added goal")
        for row in (project, goal, target, milestone, indicator, added):
            planning.save(session, actor, row, now=JUNE)
        made = session.scalars(select(Measurement).order_by(Measurement.first_day.desc()).limit(1)).one()
        recording.revise_measurement(
            session,
            actor,
            placed.series_id,
            made.id,
            made.version,
            Draft(value=91.0),
            reason="Typo",
            now=JUNE,
        )
        fill(session, actor, placed.series_id, {2025: 95.0}, now=JUNE)
        decision = Decision(FlagAct.CONFIRMED, note="Decided in June")
        reviewing.decide(session, actor, placed.flag_id, 1, decision, now=JUNE)
        analysing.refresh_series(session, placed.series_id, now=JUNE)
        controlling.control_portfolio(session, now=JUNE)


def browser(app: Flask, person: Person) -> FlaskClient:
    client = signed_in_client(app, person)
    client.set_cookie("impact-language", "en")
    return client


def page(client: FlaskClient, path: str, day: str = "") -> str:
    """A page without what differs from one request to the next."""
    answer = client.get(path, query_string={"known_at": day} if day else {})
    assert answer.status_code == 200, f"{path} {answer.text[:2000]}"
    text = re.sub(r'(nonce|csrf_token" value)="[^"]+"', "", answer.text)
    return re.sub(r"\s+", " ", html.unescape(text))


def test_stays_as_it_was_when_everything_changes(app: Flask, people: People, placed: Placed) -> None:
    """Each page and picture of a day is the same before and after all that came later."""
    client = browser(app, people.manager)
    before = {path: page(client, path, THEN) for path in PAGES}
    today = {path: page(client, path) for path in PAGES}
    change_everything(placed, people)
    for path in PAGES:
        assert page(client, path, THEN) == before[path], path
        assert page(client, path) != today[path], path


def test_stays_as_it_was_for_programs(app: Flask, people: People, placed: Placed) -> None:
    """The same in the API, where a moment is named."""
    client, token = app.test_client(), bearer(app, people.viewer)

    def body(path: str) -> object:
        answer = client.get(path, query_string={"known_at": INSTANT}, headers=token)
        assert answer.status_code == 200, answer.text
        return answer.json

    now = {path: client.get(path, headers=token).json for path in API}
    before = {path: body(path) for path in API}
    assert before == now
    change_everything(placed, people)
    for path in API:
        assert body(path) == before[path], path
        assert client.get(path, headers=token).json != before[path], path


def test_says_the_same_as_today_when_nothing_came_since(app: Flask, people: People, placed: Placed) -> None:
    """What is rebuilt from history says what the rows of today say."""
    client = browser(app, people.viewer)
    for path in ("/", "/projects/centre", "/indicators/1"):
        rows = [
            re.findall(
                r'class="(?:sentence|words [a-z]+|level|number|change|lead|soft|spark)"[^>]*>[^<]*', text
            )
            for text in (page(client, path), page(client, path, TODAY).replace(f"?known_at={TODAY}", ""))
        ]
        assert rows[0] == rows[1], path
        assert any("sentence" in row or "lead" in row for row in rows[0]), path


def test_says_that_it_is_the_past_and_leads_back(app: Flask, people: People, placed: Placed) -> None:
    """A banner names the day and leads to now; the links of a past page stay on that day."""
    client = browser(app, people.manager)
    for path in ("/", "/projects/centre", "/indicators/1"):
        text = page(client, path, THEN)
        assert "As it was known on 30 April 2026." in text
        assert f'<a href="{path}">Show what is known now</a>' in text
        assert "As it was known on 30" not in page(client, path)
        assert '<input id="known_at" type="date" name="known_at"' in page(client, path)
    assert f'href="/indicators/1?known_at={THEN}"' in page(client, "/", THEN)
    assert f'href="/indicators/1?known_at={THEN}"' in page(client, "/projects/centre", THEN)
    assert f"known_at={THEN}" in re.findall(r'<img src="([^"]+)"', page(client, "/indicators/1", THEN))[0]
    assert "/periods/" not in page(client, "/indicators/1", THEN)
    assert "/sheet?" in page(client, "/")
    assert "/sheet?" not in page(client, "/", THEN)


def test_shows_the_state_of_a_flag_of_then(app: Flask, people: People, placed: Placed) -> None:
    """A flag that was decided on later was open then, and is told so."""
    change_everything(placed, people)
    client = browser(app, people.viewer)
    flags = page(client, "/indicators/1", THEN).partition('id="flags"')[2][:1500]
    assert "Open" in flags
    assert "Confirmed" not in flags
    assert "Decided in June" not in page(client, "/", THEN)
    assert "Decided in June" in page(client, "/", "2026-06-02")


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("yesterday", "Write the day as year-month-day"),
        ("2026-13-01", "Write the day as year-month-day"),
        ("2026-02-30", "Write the day as year-month-day"),
        ("2027-01-01", "That day has not come yet."),
        ("0001-01-01", "Nothing was known that long ago."),
    ],
)
@pytest.mark.usefixtures("placed")
def test_says_what_is_wrong_when_it_is_no_day(app: Flask, people: People, day: str, sentence: str) -> None:
    """An address with no day in it, or one of the future, gets a sentence."""
    client = browser(app, people.viewer)
    for path in PAGES:
        answer = client.get(path, query_string={"known_at": day})
        assert answer.status_code == 422, path
        assert sentence in answer.text


def test_finds_nothing_when_it_was_not_there_yet(app: Flask, people: People, placed: Placed) -> None:
    """Before it was planned there was no such thing; the board of that day is empty."""
    client = browser(app, people.viewer)
    for path in PAGES[1:]:
        assert client.get(path, query_string={"known_at": "2026-03-01"}).status_code == 404, path
    assert "Safe tenants" not in page(client, "/", "2026-03-01")


def test_shows_nothing_of_others(app: Flask, people: People, placed: Placed) -> None:
    """The past of somebody else's project is as closed as its present."""
    with placed.database.transaction() as session:
        make_ground(session, "square")
    client = browser(app, people.outsider)
    for path in PAGES[1:]:
        assert client.get(path, query_string={"known_at": THEN}).status_code == 404, path
    assert "Safe tenants" not in page(client, "/", THEN)
