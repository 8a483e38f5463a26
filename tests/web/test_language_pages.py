"""The language of the pages: asked for, chosen, remembered."""

import pytest
from sqlalchemy import select

from impact.accounts.tables import User
from tests.people import PASSWORD, post, signed_in_client


def language_of(client, **headers):
    text = client.get("/no-such-page", headers={k.replace("_", "-"): v for k, v in headers.items()}).text
    return text.split('<html lang="')[1][:2]


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        ("", "sv"),
        ("en", "en"),
        ("en-GB,en;q=0.9,sv;q=0.5", "en"),
        ("sv-SE,en;q=0.5", "sv"),
        ("fi,de;q=0.9", "sv"),
    ],
)
def test_speaks_as_the_browser_asks_when_nothing_was_chosen(client, asked, spoken):
    """The browser's wish decides the first time; otherwise Swedish."""
    assert language_of(client, Accept_Language=asked) == spoken


def test_remembers_the_choice_and_comes_back_to_the_page(client):
    """A choice holds from then on, whatever the browser asks for."""
    response = post(client, "/language/en", next="/projects?page=2")
    assert (response.status_code, response.headers["Location"]) == (303, "/projects?page=2")
    assert language_of(client, Accept_Language="sv") == "en"
    post(client, "/language/sv")
    assert language_of(client, Accept_Language="en") == "sv"


def test_comes_back_to_the_page_before_when_nothing_else_is_said(client):
    """Without next the page of the click is shown again, or the start page if that is not told."""
    from_us = {"Referer": "http://localhost/indicators/7?x=1"}
    untold = {}
    token = client.get("/no-such-page").text.split('csrf_token" value="')[1].split('"')[0]
    for headers, place in ((from_us, "/indicators/7?x=1"), (untold, "/")):
        response = client.post("/language/en", data={"csrf_token": token}, headers=headers)
        assert response.headers["Location"] == place


@pytest.mark.parametrize("wanted", ["//evil.example", "/\\evil.example", "https:evil.example"])
def test_goes_nowhere_else_when_next_leads_elsewhere(client, wanted):
    """The choice of a language is no way out of these pages."""
    assert post(client, "/language/en", next=wanted).headers["Location"] == "/"


def test_knows_no_other_language(client):
    """A language we do not speak does not exist, and is not remembered."""
    assert post(client, "/language/tlh").status_code == 404
    client.set_cookie("impact-language", "tlh")
    assert language_of(client) == "sv"


def test_keeps_the_choice_with_the_person(app, people):
    """Mails and other browsers speak the chosen language too."""
    post(signed_in_client(app, people.viewer), "/language/en")
    with app.extensions["impact"].database.reading() as session:
        languages = session.execute(select(User.name, User.language)).all()
    assert dict(map(tuple, languages))["viewer"] == "en"
    assert dict(map(tuple, languages))["analyst"] == "sv"
    assert language_of(signed_in_client(app, people.viewer)) == "en"


def test_keeps_a_choice_made_on_the_way_in_when_somebody_signs_in(app, people):
    """Who asks for English before signing in gets it after, there and later; the next person does not."""
    client = app.test_client()
    post(client, "/language/en")
    post(client, "/sign-in", name="viewer", password=PASSWORD)
    assert language_of(client) == "en"
    assert language_of(signed_in_client(app, people.viewer)) == "en"
    post(client, "/sign-out")
    post(client, "/sign-in", name="analyst", password=PASSWORD)
    assert language_of(client) == "sv"
