"""The finding is said in the same words wherever people meet it."""

import html
import re
from email import message_from_bytes, policy

import pytest
from flask import Flask
from sqlalchemy import select

from impact.accounts.tables import User
from impact.db import Database
from impact.delivery.letters import letterhead
from impact.delivery.notices import announce_flags
from impact.delivery.tables import OutboxMessage
from tests.people import NOW, bearer, make_people, signed_in_client
from tests.web.ground import place_project

EXPECTED = {
    "sv": "Trygga hyresgäster steg 2010–2018 (58,1 till 67,2 %) men har fallit sedan dess, till 59,0 % 2024. "
    "Att trenden har vänt är mycket sannolikt (99 %); vändpunkten ligger kring 2018. Högre är bättre.",
    "en": "Safe tenants rose 2010–2018 (58.1 to 67.2%) but then fell, to 59.0% in 2024. "
    "That the trend has turned is very likely (99%); the turning point lies around 2018. Higher is better.",
}


def plain(text: str) -> str:
    return " ".join(html.unescape(text).split())


@pytest.mark.parametrize("language", ["sv", "en"])
def test_says_the_same_on_page_in_picture_mail_and_api(sqlite_app: Flask, language: str) -> None:
    """One maker of sentences: page, alternative text, mail in text and HTML, API."""
    installed = sqlite_app.extensions["impact"]
    database: Database = installed.database
    placed, people = place_project(sqlite_app), make_people(database)
    client = signed_in_client(sqlite_app, people.analyst)
    client.set_cookie("impact-language", language)
    sentence = EXPECTED[language]

    page = plain(client.get(f"/indicators/{placed.indicator_id}").text)
    assert f">{sentence}<" in page
    assert all(alt.startswith(sentence) for alt in re.findall(r'<img[^>]* alt="([^"]*)"', page))
    flag = plain(client.get(f"/flags/{placed.flag_id}").text)
    assert f">{sentence}<" in flag

    headers = {**bearer(sqlite_app, people.analyst), "Accept-Language": language}
    answer = client.get(f"/api/v1/indicators/{placed.indicator_id}", headers=headers).json
    assert plain(answer["analysis"]["sentence"]) == sentence

    with database.transaction() as session:
        session.get_one(User, people.manager.user_id).language = language
    given = installed.settings
    head = letterhead(given.mail_from, given.public_url, "a-key-for-tests-alone", given.time_zone)
    assert announce_flags(database, head, now=NOW) == 1
    with database.reading() as session:
        mime = session.scalars(select(OutboxMessage.mime)).first()
    message = message_from_bytes(mime, policy=policy.default)
    for kind in ("plain", "html"):
        told = plain(message.get_body((kind,)).get_content())
        assert sentence in told
