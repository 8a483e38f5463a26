"""The pages of rounds: handed in, decided on, and who owes what."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from impact.monitoring import analysing
from impact.registry import handing_in
from impact.registry.indicator_tables import Indicator
from impact.registry.measurement_tables import RoundState
from impact.registry.series import series_of
from tests.builders import fill, make_ground
from tests.people import NOW, People, Person, post, signed_in_client

ADDRESS = "/projects/centre/rounds/year/2024"


@pytest.fixture
def series_id(app: Flask, people: People) -> int:
    """A series of a project with approval, in which 2024 has been recorded."""
    with app.extensions["impact"].database.transaction() as session:
        ground = make_ground(session, needs_approval=True, first_year=2023)
        fill(session, people.analyst.actor, ground.series.id, {2024: 62.7})
        analysing.refresh_series(session, ground.series.id, now=NOW)
        return ground.series.id


def browser(app: Flask, person: Person) -> FlaskClient:
    client = signed_in_client(app, person)
    client.set_cookie("impact-language", "en")
    return client


def page(client: FlaskClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, response.text[:2000]
    return re.sub(r"\s+", " ", html.unescape(response.text))


def move(client: FlaskClient, act: str, **fields: object) -> int:
    """Press a button of the round's page as it is now."""
    hidden = dict(re.findall(r'name="(version|seen)" value="(\d+)"', client.get(ADDRESS).text))
    return post(client, ADDRESS, **{**hidden, "act": act, **fields}).status_code


def state(app: Flask, people: People) -> RoundState:
    with app.extensions["impact"].database.reading() as session:
        return handing_in.round_of(session, people.viewer.actor, "centre", "year", "2024", now=NOW).state


def test_walks_from_entry_to_closed(app: Flask, people: People, series_id: int) -> None:
    """The entry page leads to the round; handed in and approved it shows, closed it refuses."""
    analyst, manager = browser(app, people.analyst), browser(app, people.manager)
    assert f'href="{ADDRESS}"' in page(analyst, "/entry")
    assert move(analyst, "submit") == 303
    assert f'href="{ADDRESS}"' not in page(analyst, "/entry")
    assert 'value="approve"' not in page(analyst, ADDRESS)
    assert move(manager, "approve") == 303
    with app.extensions["impact"].database.reading() as session:
        assert [point.value for point in series_of(session, series_id).points] == [62.7]
    assert move(manager, "close") == 303
    hidden = re.findall(
        r'name="(version|measurement_id)" value="(\d+)"',
        analyst.get(f"/series/{series_id}/periods/2024").text,
    )
    refused = post(
        analyst, f"/series/{series_id}/periods/2024", value="63", status="final", reason="x", **dict(hidden)
    )
    assert refused.status_code == 422
    assert "The reporting round of this period is closed" in refused.text
    assert move(manager, "unlock", remark="New count") == 303
    assert "New count" in page(analyst, ADDRESS)
    assert "New count" in page(analyst, "/projects/centre/rounds")


def test_keeps_what_was_typed_when_refused(app: Flask, people: People, series_id: int) -> None:
    """A return without a remark comes back with the sentence; nothing has moved."""
    manager = browser(app, people.manager)
    move(manager, "submit")
    assert move(manager, "return", remark=" ") == 422
    assert state(app, people) is RoundState.SUBMITTED
    refused = post(manager, ADDRESS, act="return", remark="Wrong <b>survey</b>", version=99, seen=99)
    assert refused.status_code == 409
    assert "Wrong &lt;b&gt;survey&lt;/b&gt;" in refused.text
    assert post(manager, ADDRESS, act="nonsense").status_code == 422


def test_offers_nothing_when_the_reader_may_only_look(app: Flask, people: People, series_id: int) -> None:
    """Viewers see where a round stands, without a button and without the way to enter."""
    text = page(browser(app, people.viewer), ADDRESS)
    assert "Safe tenants" in text
    assert 'name="act"' not in text
    assert "/sheet?" not in text
    assert post(browser(app, people.viewer), ADDRESS, act="submit").status_code == 403


@pytest.mark.parametrize("wrong", ["year/1999", "month/2024", "year/nonsense", "nonsense/2024"])
def test_finds_no_round_when_the_period_is_none(
    app: Flask, people: People, series_id: int, wrong: str
) -> None:
    """An address that names no period of the project is no page."""
    client = browser(app, people.manager)
    assert client.get(f"/projects/centre/rounds/{wrong}").status_code == 404
    assert post(client, f"/projects/centre/rounds/{wrong}", act="submit").status_code == 404


def test_says_who_owes_what_when_narrowed(app: Flask, people: People, series_id: int) -> None:
    """Each filter leaves what it names; by itself the page shows what is late or due."""
    with app.extensions["impact"].database.transaction() as session:
        indicator = session.scalars(select(Indicator)).one()
        indicator.responsible_id = people.analyst.actor.id
    client = browser(app, people.manager)

    def periods(query: str) -> list[str]:
        return re.findall(r'href="/projects/centre/rounds/year/(\d+)"', page(client, f"/rounds{query}"))

    assert periods("") == ["2025"]
    assert "analyst" in page(client, "/rounds")
    assert periods("?standing=waiting") == ["2024"]
    assert periods("?standing=late&period=2025") == ["2025"]
    assert periods("?period=2024") == []
    assert periods(f"?person={people.analyst.actor.id}") == ["2025"]
    assert periods(f"?person={people.viewer.actor.id}") == []
    assert periods("?project=centre&page=2") == []


def test_shows_nothing_when_the_projects_are_others(app: Flask, people: People, series_id: int) -> None:
    """Whoever records elsewhere sees none of it, by list, by filter and by address."""
    client = browser(app, people.outsider)
    for query in ("", "?project=centre", "?standing=waiting"):
        text = page(client, f"/rounds{query}").replace(query, "")
        assert "Safe tenants" not in text
        assert "centre" not in text
    assert client.get("/projects/centre/rounds").status_code == 404


def test_speaks_swedish(app: Flask, people: People, series_id: int) -> None:
    """The pages are there in both languages."""
    client = signed_in_client(app, people.manager)
    client.set_cookie("impact-language", "sv")
    assert "Vem ska lämna vad" in page(client, "/rounds")
    assert "Rapporteringsomgångar" in page(client, "/projects/centre")
    assert "0 av 1 inmatade, 1 försenad" in page(client, "/projects/centre/rounds")
