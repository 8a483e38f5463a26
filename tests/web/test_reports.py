"""Subscriptions and mails in pages: one's own, kept as typed, stopped by a link."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from impact.db import Database
from impact.delivery import outbox
from impact.delivery.letters import letterhead
from impact.delivery.notices import announce_flags
from impact.delivery.tables import OutboxMessage, Subscription, SubscriptionRecipient, Suppression
from impact.delivery.transports import transport_for
from impact.delivery.unsubscribing import token_of_recipient
from impact.monitoring.analysing import refresh_series
from impact.secret_key import signing_key
from tests.builders import PEAK_2018, fill, make_ground
from tests.people import NOW, People, post, signed_in_client
from tests.web.ground import place_project

TYPED = {
    "name": "Läget i kommunen",
    "about": "",
    "rhythm": "quarterly",
    "day": "31",
    "month": "1",
    "hour": "7",
    "time_zone": "Europe/Stockholm",
    "language": "sv",
    "starts_on": "2026-12-01",
    "to_me": "yes",
    "addresses": "lender@example.se",
}


@pytest.fixture
def manager(app: Flask, people: People) -> FlaskClient:
    client = signed_in_client(app, people.manager)
    client.set_cookie("impact-language", "en")
    return client


def subscriptions(database: Database) -> list[Subscription]:
    with database.reading() as session:
        return list(session.scalars(select(Subscription)))


def test_keeps_subscription_when_form_is_sent(manager: FlaskClient, database: Database) -> None:
    """A subscription is made, shows its next dates, and goes to oneself and to an address."""
    response = post(manager, "/reports/new", **TYPED)
    (made,) = subscriptions(database)
    assert (response.status_code, response.headers["Location"]) == (303, f"/reports/{made.id}")
    page = manager.get(f"/reports/{made.id}").text
    assert "31 January 2027" in page
    assert "30 April 2027" in page  # the first month of each quarter; its last day stands in
    assert "Läget i kommunen" in manager.get("/reports").text
    with database.reading() as session:
        assert len(session.scalars(select(SubscriptionRecipient)).all()) == 2


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("name", ""),
        ("rhythm", "hourly"),
        ("day", "32"),
        ("day", "first"),
        ("hour", "24"),
        ("month", "4"),
        ("time_zone", "Mars/Olympus"),
        ("starts_on", "soon"),
        ("ends_on", "2020-01-01"),
        ("addresses", "nobody at all"),
        ("about", "project:999999"),
    ],
)
def test_keeps_typed_text_when_subscription_is_refused(
    manager: FlaskClient, database: Database, field: str, text: str
) -> None:
    """Bad input comes back as typed with a sentence, and no subscription is made."""
    response = post(manager, "/reports/new", **{**TYPED, field: text})
    assert response.status_code in (404, 422), response.text
    assert 'role="alert"' in response.text
    assert "lender@example.se" in response.text or field == "addresses"
    assert subscriptions(database) == []


def test_conflicts_when_changed_in_between(manager: FlaskClient, database: Database) -> None:
    """A change on an old page is refused; a new one is kept."""
    post(manager, "/reports/new", **TYPED)
    (made,) = subscriptions(database)
    path = f"/reports/{made.id}"
    assert post(manager, path, version=made.version, **{**TYPED, "hour": "8"}).status_code == 303
    assert post(manager, path, version=made.version, **{**TYPED, "hour": "9"}).status_code == 409
    assert subscriptions(database)[0].hour == 8


def test_pauses_and_goes_on_when_asked(manager: FlaskClient, database: Database) -> None:
    """A paused subscription says so and can go on."""
    post(manager, "/reports/new", **TYPED)
    (made,) = subscriptions(database)
    assert post(manager, f"/reports/{made.id}/pause").status_code == 303
    assert subscriptions(database)[0].paused_at is not None
    assert "The report is paused." in manager.get(f"/reports/{made.id}").text
    post(manager, f"/reports/{made.id}/resume")
    assert subscriptions(database)[0].paused_at is None


def test_finds_no_subscription_when_it_is_anothers(
    app: Flask, people: People, manager: FlaskClient, database: Database
) -> None:
    """Somebody else's subscription is neither shown nor changed."""
    post(manager, "/reports/new", **TYPED)
    (made,) = subscriptions(database)
    viewer = signed_in_client(app, people.viewer)
    assert viewer.get(f"/reports/{made.id}").status_code == 404
    assert post(viewer, f"/reports/{made.id}", version=made.version, **TYPED).status_code == 404
    assert post(viewer, f"/reports/{made.id}/pause").status_code == 404
    assert "Läget i kommunen" not in viewer.get("/reports").text
    assert "Läget i kommunen" in signed_in_client(app, people.administrator).get("/reports").text


def test_shows_mail_as_received_when_notice_went_out(
    app: Flask, people: People, manager: FlaskClient, database: Database
) -> None:
    """A sent notice stands in the log with its text, its picture, and cannot run anything."""
    place_project(app)
    settings = app.extensions["impact"].settings
    head = letterhead(settings.mail_from, settings.public_url, signing_key(settings), settings.time_zone)
    announce_flags(database, head, now=NOW)
    transport = transport_for(settings.smtp_url, settings.data_dir / "mail")
    while outbox.deliver_next(database, transport, head, now=NOW):
        pass
    log = manager.get("/reports/log").text
    assert "manager@example.se" in log
    with database.reading() as session:
        rows = session.scalars(select(OutboxMessage)).all()
    mine = next(row for row in rows if row.address == "manager@example.se")
    assert "Accepted" in manager.get(f"/reports/log/{mine.id}").text
    shown = manager.get(f"/reports/log/{mine.id}/as-received")
    assert "data:image/png;base64," in shown.text
    assert "cid:" not in shown.text
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert signed_in_client(app, people.outsider).get(f"/reports/log/{mine.id}").status_code == 404
    assert len(list((settings.data_dir / "mail").glob("*.eml"))) == len(rows)


def test_stops_only_when_form_is_sent(app: Flask, manager: FlaskClient, database: Database) -> None:
    """Opening the link stops nothing; sending it does, twice without harm, without signing in."""
    post(manager, "/reports/new", **TYPED)
    with database.reading() as session:
        recipient = session.scalars(
            select(SubscriptionRecipient).where(SubscriptionRecipient.address.is_not(None))
        ).one()
    token = token_of_recipient(signing_key(app.extensions["impact"].settings), recipient.id)
    nobody = app.test_client()
    asked = nobody.get(f"/unsubscribe/{token}", headers={"Accept-Language": "en"})
    assert re.search("Läget i kommunen", asked.text)

    def stopped() -> int:
        with database.reading() as session:
            return len(session.scalars(select(Suppression)).all())

    assert stopped() == 0
    for _ in range(2):
        answer = nobody.post(f"/unsubscribe/{token}", data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    assert stopped() == 1
    assert nobody.post(f"/unsubscribe/{token[:-2]}xx").status_code == 404


def test_report_is_tried_out_before_it_is_sent(app: Flask, people: People, database: Database) -> None:
    """The form keeps content and people; the preview shows the mail, a test puts one to oneself."""
    with database.transaction() as session:
        ground = make_ground(session)
        fill(session, ground.planner, ground.series.id, PEAK_2018)
        refresh_series(session, ground.series.id, now=NOW)
    client = signed_in_client(app, people.manager)
    given = {
        "name": "Brev",
        "about": "own",
        "content": "full",
        "rhythm": "round_closed",
        "day": "1",
        "month": "1",
        "hour": "7",
        "time_zone": "Europe/Stockholm",
        "language": "sv",
        "starts_on": "2026-11-23",
        "people": str(people.viewer.user_id),
    }
    place = post(client, "/reports/new", **given).headers["Location"]
    page = client.get(place).text
    assert re.search(r'value="full" checked', page)
    assert re.search(rf'value="{people.viewer.user_id}" checked', page)
    assert "Rapporten följer omgångarna" in page
    preview = client.get(f"{place}/preview").text
    assert "Trygga hyresgäster" in preview
    shown = client.get(f"{place}/preview/as-received")
    assert "data:image/png;base64," in shown.text
    assert shown.headers["X-Frame-Options"] == "SAMEORIGIN"
    sent = post(client, f"{place}/test")
    assert sent.status_code == 303
    assert "Test:" in client.get(sent.headers["Location"]).text
