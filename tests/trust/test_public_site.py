"""The public site shows public projects, and of them nothing that is internal."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from impact.app import create_app
from impact.monitoring import analysing
from impact.registry import recording
from impact.registry.judging import Draft
from impact.registry.project_tables import Project, ProjectDocument
from impact.semantics.period import year_period
from impact.settings import Settings
from tests.builders import person
from tests.people import NOW, People, make_people, signed_in_client
from tests.trust.canaries import SHOWN, VALUE, Nest, occurs, place_canaries, word
from tests.trust.crawling import crawl
from tests.web.ground import publish

# What a public project tells to everybody; all else that pages show stays inside.
TOLD = {"sammanfattning", "historia", "syfte", "delmal", "handelse"}
OPEN = "/open"


@pytest.fixture
def nest(app: Flask, people: People) -> Nest:
    return place_canaries(app, people)


def page(app: Flask, path: str, person: object = None) -> str:
    client = signed_in_client(app, person) if person else app.test_client()  # type: ignore[arg-type]
    return "".join(client.get(path).get_data(as_text=True).split())


def addresses(nest: Nest) -> list[str]:
    project = f"{OPEN}/{nest.placed.slug}"
    indicator = f"{project}/indicators/{nest.placed.indicator_id}"
    return [
        OPEN, project, f"{project}/data.csv", f"{project}/charts.svg", indicator, f"{indicator}/chart.svg"
    ]  # fmt: skip


def test_tells_of_a_public_project_what_is_public_and_no_more(app: Flask, nest: Nest) -> None:
    """Whoever is not signed in walks everywhere and meets no note, comment, decision, person or mail."""
    publish(nest.placed)
    seen = " ".join(
        answer.get_data().decode(errors="replace")
        for _, answer in crawl(app.test_client(), nest.placed, numbers=False)
    )
    assert {what for what in SHOWN if word(what) in seen} == TOLD
    assert str(VALUE) in "".join(seen.split())


def test_shows_everybody_the_same_when_signed_in_too(app: Flask, people: People, nest: Nest) -> None:
    """Its own manager sees on the public page what the public sees, and nothing besides."""
    publish(nest.placed)
    mine = page(app, f"{OPEN}/{nest.placed.slug}", nest.keeper)
    assert word("syfte") in mine
    assert [what for what in SHOWN if what not in {*TOLD, "person"} and word(what) in mine] == []


def test_finds_nothing_when_internal_or_withdrawn(app: Flask, nest: Nest) -> None:
    """An internal project is not found, nor one that was public and is withdrawn; lists do not name it."""
    client = app.test_client()
    for _ in ("internal", "withdrawn"):
        for path in addresses(nest):
            answer = client.get(path)
            assert answer.status_code == (200 if path == OPEN else 404), path
            assert not occurs(answer.get_data(as_text=True).replace(nest.placed.slug, "")), path
        publish(nest.placed)
        with nest.placed.database.transaction() as session:
            session.get_one(Project, nest.placed.project_id).withdrawn_at = NOW


def test_leads_to_the_public_site_when_there_is_something_on_it(app: Flask, nest: Nest) -> None:
    """From the start whoever is not signed in comes to the public projects, else to the sign-in."""
    assert app.test_client().get("/").headers["Location"] == "/sign-in"
    publish(nest.placed)
    assert app.test_client().get("/").headers["Location"] == OPEN
    assert app.test_client().get("/projects").headers["Location"].startswith("/sign-in")


def test_keeps_a_document_when_it_is_not_public(app: Flask, nest: Nest) -> None:
    """A link stands on the public page once it is marked so."""
    publish(nest.placed)
    path = f"{OPEN}/{nest.placed.slug}"
    assert "kanarie.example" not in page(app, path)
    with nest.placed.database.transaction() as session:
        for row in session.query(ProjectDocument):
            row.is_public = True
    assert "kanarie.example" in page(app, path)


def test_hides_value_when_few_people_stand_behind_it(settings: Settings, sqlite_url: str) -> None:
    """A value of fewer people than are set is nowhere on the public site, in no picture and no file."""
    app = create_app(replace(settings, database_url=sqlite_url, public_least_n=10), clock=lambda: NOW)
    people = make_people(app.extensions["impact"].database)
    nest = place_canaries(app, people)
    publish(nest.placed)
    few, series_id = 71_828_182, nest.placed.series_id

    def everywhere() -> list[str]:
        with nest.placed.database.transaction() as session:
            analysing.refresh_series(session, series_id, now=NOW)
        return [page(app, path) for path in addresses(nest)]

    with nest.placed.database.transaction() as session:
        planner = person(session)
        draft = Draft(float(few), text_as_typed=str(few), n_observed=9.0)
        kept = recording.record_measurement(session, planner, series_id, year_period(2025), draft, now=NOW)
        number, version = kept.id, kept.version
    hidden = everywhere()
    assert str(few) in page(app, f"/indicators/{nest.placed.indicator_id}", nest.keeper)
    assert all(str(few) not in text for text in hidden)
    assert "Vissavärdenvisasinte" in hidden[1]
    with nest.placed.database.transaction() as session:
        draft = Draft(float(few), text_as_typed=str(few), n_observed=10.0)
        recording.revise_measurement(
            session, planner, series_id, number, version, draft, reason="Fler svar", now=NOW
        )
    assert any(str(few) in text for text in everywhere())
    app.extensions["impact"].database.dispose()
