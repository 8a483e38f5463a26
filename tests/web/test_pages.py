"""Pages show what is stored, to those who may see it, in both languages."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from impact.language import speak
from impact.monitoring.portfolio_totals import Totals
from impact.web.portfolio_words import total_cards
from tests.people import People, signed_in_client
from tests.web.ground import Placed, place_project


@pytest.fixture
def placed(app: Flask) -> Placed:
    return place_project(app)


def paths(placed: Placed) -> dict[str, str]:
    return {
        "board": "/",
        "portfolio": "/projects",
        "project": f"/projects/{placed.slug}",
        "indicator": f"/indicators/{placed.indicator_id}",
        "flag": f"/flags/{placed.flag_id}",
        "entry": "/entry",
        "value": f"/series/{placed.series_id}/periods/2025",
        "correction": f"/series/{placed.series_id}/periods/2024",
    }


def text_of(client: FlaskClient, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, response.text[:2000]
    return re.sub(r"\s+", " ", response.text)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_shows_every_page_when_manager_looks(
    app: Flask, people: People, placed: Placed, language: str
) -> None:
    """Each page opens in Swedish and in English and names the indicator or the project."""
    client = signed_in_client(app, people.manager)
    client.set_cookie("impact-language", language)
    for path in paths(placed).values():
        page = text_of(client, path)
        assert f'lang="{language}"' in page
        assert "Centre" in page or "tenants" in page or "hyresgäster" in page


def test_finds_nothing_when_outsider_asks(app: Flask, people: People, placed: Placed) -> None:
    """An internal project's pages are not found from outside, and lists do not name it."""
    client = signed_in_client(app, people.outsider)
    chart = f"/indicators/{placed.indicator_id}/chart.svg"
    for name, path in (*paths(placed).items(), ("chart", chart)):
        if name in ("board", "portfolio", "entry"):
            assert "Centre" not in text_of(client, path)
        else:
            assert "Centre" not in text_of(client, path, status=404)


def test_says_what_turned_when_board_is_opened(app: Flask, people: People, placed: Placed) -> None:
    """The board says what turned, since when, and offers the decision to a manager only."""
    board = text_of(signed_in_client(app, people.manager), "/")
    assert "67,2" in board
    assert f'href="/flags/{placed.flag_id}"' in board
    assert 'class="spark"' in board
    viewer = text_of(signed_in_client(app, people.viewer), "/")
    assert re.search(rf'class="button"[^>]*href="/flags/{placed.flag_id}"', board)
    assert not re.search(rf'class="button"[^>]*href="/flags/{placed.flag_id}"', viewer)


def test_counts_projects_when_filtered(app: Flask, people: People, placed: Placed) -> None:
    """The portfolio says how many projects it shows; a filter that nothing fits says so."""
    client = signed_in_client(app, people.viewer)
    client.set_cookie("impact-language", "en")
    assert "Shows one project" in text_of(client, "/projects")
    place_project(app, "north")
    assert "Shows 2 projects" in text_of(client, "/projects?status=ongoing")
    assert "Shows 0 projects" in text_of(client, "/projects?flag=to_better")
    assert "Shows 2 projects" in text_of(client, "/projects?status=nonsense")


def test_lists_every_period_when_indicator_is_opened(app: Flask, people: People, placed: Placed) -> None:
    """The table beside the chart has every planned year, measured or not."""
    page = text_of(signed_in_client(app, people.viewer), f"/indicators/{placed.indicator_id}")
    assert all(f"{year}</th>" in page for year in range(2010, 2026))
    assert "/periods/" not in page


def test_draws_chart_when_asked_and_not_again(app: Flask, people: People, placed: Placed) -> None:
    """A chart is drawn once for a tag; an unchanged one is answered by 304."""
    client = signed_in_client(app, people.viewer)
    address = f"/indicators/{placed.indicator_id}/chart"
    svg = client.get(f"{address}.svg?look=dark&language=en")
    assert (svg.status_code, svg.mimetype) == (200, "image/svg+xml")
    assert svg.data.lstrip().startswith(b"<")
    again = client.get(f"{address}.svg?look=dark&language=en", headers={"If-None-Match": svg.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    png = client.get(f"{address}.png")
    assert png.data.startswith(b"\x89PNG")
    assert png.headers["ETag"] != svg.headers["ETag"]
    assert b'viewBox="0 0 316.8 331.2"' in client.get(f"{address}.svg?look=narrow").data
    assert client.get(f"{address}.svg?look=purple").status_code == 404
    assert client.get(f"{address}.gif").status_code == 404


@pytest.mark.parametrize("period", ["1999", "2031", "2024/25", "nonsense", "2024-Q1"])
def test_finds_no_form_when_period_is_not_planned(
    app: Flask, people: People, placed: Placed, period: str
) -> None:
    """Only periods of the schedule that have begun can be entered."""
    client = signed_in_client(app, people.analyst)
    assert client.get(f"/series/{placed.series_id}/periods/{period}").status_code == 404


def test_offers_entry_only_to_those_who_may_enter(app: Flask, people: People) -> None:
    """The way to the entry page stands in the analyst's menu and not in the viewer's."""
    assert 'href="/entry"' in text_of(signed_in_client(app, people.analyst), "/")
    assert 'href="/entry"' not in text_of(signed_in_client(app, people.viewer), "/")


def test_shows_no_filters_when_there_is_no_project(app: Flask, people: People) -> None:
    """An empty portfolio says what will stand there, without filters over nothing."""
    assert "<select" not in text_of(signed_in_client(app, people.administrator), "/projects")


@pytest.mark.parametrize(
    ("amount", "number", "unit"),
    [(451_000_000, "451", "miljoner kronor"), (900_000, "900\N{NO-BREAK SPACE}000", "kronor")],
)
def test_sets_the_unit_small_beside_the_sum_when_loans_are_stated(
    amount: int, number: str, unit: str
) -> None:
    """Only the figures of an amount are set large."""
    cards = total_cards(Totals(2, {"SEK": amount}, 2, 0, 0), speak("sv"))
    assert (cards[1]["number"], cards[1]["unit"]) == (number, unit)
