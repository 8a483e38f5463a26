"""The yearly impact report as a page and as a file, with the rights of the project's page."""

import html
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from impact.registry import planning
from impact.registry.project_tables import Category
from impact.web import impact_report_pages
from tests.builders import NOW, person
from tests.people import People, signed_in_client
from tests.reporting.yearly import make_told, read

SENTENCE = "Trygga hyresgäster steg 2010–2018 (58,1 till 67,2 %) men har fallit sedan dess"


@pytest.fixture
def engine_name() -> str:
    """These pages ask the database nothing that the project's page does not ask."""
    return "sqlite"


@pytest.fixture
def reader(app: Flask, people: People) -> FlaskClient:
    with app.extensions["impact"].database.transaction() as session:
        make_told(session)
    return signed_in_client(app, people.viewer)


def page(client: FlaskClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, response.text[:2000]
    return re.sub(r"\s+", " ", html.unescape(response.text))


def test_shows_the_report_when_led_there_from_the_project(reader: FlaskClient) -> None:
    """From the project's page a link leads to its report, and there another one to the file."""
    assert 'href="/projects/centre/report"' in page(reader, "/projects/centre")
    text = page(reader, "/projects/centre/report")
    for said in (
        "Effektrapport 2026",
        SENTENCE,
        "58,1 %",
        "Idrottens hus öppnat",
        "963 barn",
        "det här är den första",
    ):
        assert said in text
    assert 'src="/indicators/' in text
    assert 'href="/projects/centre/report.pdf"' in text
    response = reader.get("/projects/centre/report.pdf")
    assert response.mimetype == "application/pdf"
    assert response.headers["Content-Disposition"] == "attachment; filename=effektrapport-centre-2026.pdf"
    assert read(response.data).metadata.title == "Ett centrum för alla"


def test_shows_the_portfolio_when_filters_narrow_it(app: Flask, reader: FlaskClient) -> None:
    """The filters of the list go on to the report, and from there to its file."""
    with app.extensions["impact"].database.transaction() as session:
        planner = person(session)
        category = Category(slug="schools", name_sv="Skolor", position=1)
        planning.save(session, planner, category, now=NOW)
        make_told(session, "school", title_sv="En skola", category_id=category.id)
    assert 'href="/projects/report?category=schools"' in page(reader, "/projects?category=schools")
    text = page(reader, "/projects/report?category=schools")
    assert "En skola" in text
    assert "Ett centrum för alla" not in text
    assert 'href="/projects/report.pdf?category=schools"' in text
    file = reader.get("/projects/report.pdf?category=schools")
    titles = [entry.title for entry in read(file.data).outline if not isinstance(entry, list)]
    assert titles == ["Sammanfattning", "En skola", "Om rapporten"]


def test_refuses_a_portfolio_that_would_take_too_long(
    app: Flask, reader: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More projects than a reader waits for are refused with a sentence that says what to do."""
    monkeypatch.setattr(impact_report_pages, "MOST_PROJECTS", 1)
    with app.extensions["impact"].database.transaction() as session:
        make_told(session, "other")
    response = reader.get("/projects/report.pdf")
    assert response.status_code == 422
    assert "högst 1 projekt" in html.unescape(response.text)


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("year=2027", 422),
        ("year=x", 422),
        ("known_at=2026-13-01", 422),
        ("since=2999-01-01", 422),
        ("since=never", 422),
        ("year=2025", 404),
    ],
)
def test_refuses_days_that_make_no_report(reader: FlaskClient, asked: str, status: int) -> None:
    """A day that has not come, is none, or on which nothing was known makes no report."""
    for form in ("", ".pdf"):
        assert reader.get(f"/projects/centre/report{form}?{asked}").status_code == status


def test_hides_the_report_from_outsiders(app: Flask, people: People, reader: FlaskClient) -> None:
    """Who may not see the project finds no report of it, and the portfolio's is without it."""
    del reader
    outsider = signed_in_client(app, people.outsider)
    assert outsider.get("/projects/centre/report").status_code in (403, 404)
    assert outsider.get("/projects/centre/report.pdf").status_code in (403, 404)
    assert "Ett centrum för alla" not in outsider.get("/projects/report").text
