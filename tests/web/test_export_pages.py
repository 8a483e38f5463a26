"""Measurements as files from the pages: what one may see, in the form one asks for."""

import io
import json

import pytest
from flask import Flask
from openpyxl import load_workbook

from tests.people import People, make_people, signed_in_client
from tests.web.ground import place_project


@pytest.fixture
def cast(sqlite_app: Flask) -> People:
    return make_people(sqlite_app.extensions["impact"].database)


def test_the_form_leads_to_the_file_when_a_project_is_chosen(sqlite_app: Flask, cast: People) -> None:
    """The project's page leads to a form in which it is chosen already."""
    placed = place_project(sqlite_app)
    client = signed_in_client(sqlite_app, cast.manager)
    assert 'href="/export?project=centre"' in client.get(f"/projects/{placed.slug}").text
    page = client.get("/export?project=centre").text
    assert '<option value="centre" selected>' in page
    assert 'action="/export/file"' in page
    assert f'href="/export/file?indicator={placed.indicator_id}&amp;format=xlsx"' in (
        client.get(f"/indicators/{placed.indicator_id}").text
    )
    assert 'href="/export"' in client.get("/projects").text


def test_a_workbook_comes_when_asked_for(sqlite_app: Flask, cast: People) -> None:
    """Header frozen, years and values as numbers, a name that says what it is."""
    place_project(sqlite_app)
    answer = signed_in_client(sqlite_app, cast.manager).get("/export/file?project=centre&form=international")
    assert answer.headers["Content-Disposition"] == "attachment; filename=impact-centre-2026-11-23.xlsx"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    book = load_workbook(io.BytesIO(answer.data))
    header, first, *_ = book.active.iter_rows(values_only=True)
    cells = dict(zip(header, first, strict=True))
    assert (cells["project"], cells["period"], cells["value"]) == ("centre", 2010, 58.1)
    assert book.active.freeze_panes == "A2"
    book.close()


def test_words_and_numbers_are_as_asked_when_it_is_text(sqlite_app: Flask, cast: People) -> None:
    """Semicolon and comma in the Swedish form; JSON has numbers and codes."""
    placed = place_project(sqlite_app)
    client = signed_in_client(sqlite_app, cast.manager)
    text = client.get(f"/export/file?indicator={placed.indicator_id}&format=csv&form=swedish").data.decode()
    assert ";2010;58,1;" in text
    said = json.loads(client.get("/export/file?format=json&form=international").data)
    assert said["measurements"][0]["value"] == 58.1
    assert said["measurements"][0]["missing"] is None


@pytest.mark.parametrize(
    ("query", "n_rows"),
    [
        ("", 15),
        ("organisation=centre-town", 15),
        ("organisation=elsewhere", 0),
        ("definition=centre-safety", 15),
        ("definition=other", 0),
        ("category=other", 0),
    ],
)
def test_rows_are_those_of_the_filter(sqlite_app: Flask, cast: People, query: str, n_rows: int) -> None:
    """What the filter leaves comes out, and nothing where it names nothing."""
    place_project(sqlite_app)
    said = json.loads(
        signed_in_client(sqlite_app, cast.manager).get(f"/export/file?format=json&{query}").data
    )
    assert len(said["measurements"]) == n_rows


def test_nothing_of_others_comes_out(sqlite_app: Flask, cast: People) -> None:
    """A foreign project is not found, and in the file of everything there is nothing of it."""
    placed = place_project(sqlite_app)
    client = signed_in_client(sqlite_app, cast.outsider)
    assert client.get("/export/file?project=centre").status_code == 404
    assert client.get(f"/export/file?indicator={placed.indicator_id}").status_code == 404
    assert json.loads(client.get("/export/file?format=json").data) == {"measurements": []}
    assert "centre" not in client.get("/export").text.lower()


def test_an_unknown_format_is_told(sqlite_app: Flask, cast: People) -> None:
    """A format that there is not is told in a sentence."""
    answer = signed_in_client(sqlite_app, cast.manager).get("/export/file?format=doc")
    assert answer.status_code == 422
    assert "Det filformatet finns inte." in answer.text


def test_the_report_leads_to_its_workbook(sqlite_app: Flask, cast: People) -> None:
    """The figures of the report as a workbook, of a project and of the portfolio."""
    place_project(sqlite_app)
    client = signed_in_client(sqlite_app, cast.viewer)
    assert 'href="/projects/centre/report.xlsx"' in client.get("/projects/centre/report").text
    assert 'href="/projects/report.xlsx?status=ongoing"' in client.get("/projects/report?status=ongoing").text
    for path in ("/projects/centre/report.xlsx", "/projects/report.xlsx"):
        answer = client.get(path)
        assert answer.headers["Content-Disposition"].startswith("attachment; filename=effektrapport-")
        book = load_workbook(io.BytesIO(answer.data))
        assert book["Indikatorer"]["A5"].value == "Centre"
        book.close()
    foreign = signed_in_client(sqlite_app, cast.outsider)
    assert foreign.get("/projects/centre/report.xlsx").status_code == 404
