"""The administrator's pages: what needs attention, settings without secrets, trail, sample."""

import re
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from impact.accounts.actors import installation_actor
from impact.accounts.tables import Role, SignInAttempt
from impact.app import create_app
from impact.audit.tables import ActorKind
from impact.audit.trail import record_change
from impact.db import Database
from impact.delivery import outbox
from impact.delivery.heartbeat import beat
from impact.delivery.letters import letterhead
from impact.delivery.tables import OutboxMessage
from impact.delivery.transports import transport_for
from impact.monitoring import reviewing
from impact.monitoring.reviewing import Decision
from impact.monitoring.tables import FlagAct
from impact.registry import planning
from impact.registry.project_tables import Project, ProjectStatus
from impact.sample.loading import load
from impact.settings import Settings
from tests.conftest import MailServer
from tests.people import NOW, People, add_person, make_people, post, signed_in_client
from tests.web.ground import place_project

CANARY = "kanariefagel-som-hemlighet"
PAGES = ("", "/settings", "/database", "/sign-ins", "/audit", "/sample")


def beating(database: Database) -> None:
    with database.transaction() as session:
        beat(session, "one", started_at=NOW, now=NOW)


def test_says_what_needs_attention_first_when_no_clock_runs(administrator: FlaskClient) -> None:
    """Without a clock no mail goes out: that is the first thing an administrator reads."""
    page = administrator.get("/administration").text
    assert "No clock has ever run" in page
    assert page.index("No clock has ever run") < page.index("No mail server is set")


def test_says_that_all_is_well_when_nothing_needs_attention(
    settings: Settings, database_url: str, smtp_server: MailServer
) -> None:
    """With a clock, a mail server and nothing waiting there is nothing to do."""
    set_up = replace(settings, database_url=database_url, smtp_url=smtp_server.url)
    app = create_app(set_up, clock=lambda: NOW)
    database: Database = app.extensions["impact"].database
    beating(database)
    client = signed_in_client(app, make_people(database).administrator)
    client.set_cookie("impact-language", "en")
    assert "Nothing: all is well." in client.get("/administration").text
    database.dispose()


def test_opens_every_page_from_the_menu_when_an_administrator_looks(administrator: FlaskClient) -> None:
    """The menu leads to the overview, the overview to each page, in both languages."""
    assert 'href="/administration"' in administrator.get("/projects").text
    overview = administrator.get("/administration").text
    for page in PAGES:
        assert f'href="/administration{page}"' in overview
        for language in ("en", "sv"):
            administrator.set_cookie("impact-language", language)
            assert administrator.get(f"/administration{page}").status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_refuses_when_somebody_administers_one_project_only(app: Flask, people: People, page: str) -> None:
    """Settings, sign-ins and the trail are of the whole installation."""
    placed = place_project(app)
    with placed.database.transaction() as session:
        local = add_person(session, "local", Role.ADMINISTRATOR, project_id=placed.project_id)
    client = signed_in_client(app, local)
    assert client.get(f"/administration{page}").status_code == 403
    assert 'href="/administration"' not in client.get("/projects").text


@pytest.mark.parametrize(
    "given",
    [
        {"IMPACT_SECRET_KEY": f"{CANARY}-0123456789"},
        {"IMPACT_SMTP_URL": f"smtps://{CANARY}:{CANARY}@mail.example.se:465"},
        {"IMPACT_SMTP_URL": f"smtp+starttls://{CANARY}%40elsewhere:{CANARY}@mail.example.se"},
        {"IMPACT_DATABASE_URL": f"postgresql+psycopg://{CANARY}:{CANARY}@db.example.se/impact"},
        {"IMPACT_DATABASE_URL": f"postgresql+psycopg://db.example.se/impact?user=u&password={CANARY}"},
    ],
)
def test_shows_no_secret_when_settings_hold_some(
    sqlite_app: Flask, tmp_path, monkeypatch: pytest.MonkeyPatch, given: dict[str, str]
) -> None:
    """Neither keys nor names and passwords within addresses stand on the settings page."""
    installed = sqlite_app.extensions["impact"]
    client = signed_in_client(sqlite_app, make_people(installed.database).administrator)
    shown = Settings.from_environment({"IMPACT_DATA_DIR": str(tmp_path), **given})
    monkeypatch.setitem(sqlite_app.extensions, "impact", replace(installed, settings=shown))
    page = client.get("/administration/settings").text
    assert next(iter(given)) in page
    assert "example.se" in page or "(angiven)" in page
    assert CANARY not in page


def test_sends_a_mail_to_oneself_when_asked(
    app: Flask, administrator: FlaskClient, database: Database, smtp_server: MailServer
) -> None:
    """The test mail takes the way of all mails and arrives at the administrator's own address."""
    response = post(administrator, "/administration/test-mail", address=f"{CANARY}@example.se")
    with database.reading() as session:
        message = session.scalars(select(OutboxMessage)).one()
    assert (response.status_code, response.headers["Location"]) == (303, f"/reports/log/{message.id}")
    assert administrator.get(response.headers["Location"]).status_code == 200
    head = letterhead("Impact <impact@example.se>", "https://impact.example.se", "k" * 32, NOW.tzinfo)
    with closing(transport_for(smtp_server.url, None)) as transport:
        assert outbox.deliver_next(database, transport, head, now=NOW)
    (received,) = smtp_server.mails
    assert received.recipients == ["administrator@example.se"]
    assert "Testmejl från Impact" in str(received.message["Subject"])


def test_lists_tries_and_who_waits_without_what_nobody_is_called(
    administrator: FlaskClient, database: Database
) -> None:
    """Names of people are shown, a password that slipped into the name's field is not."""
    with database.transaction() as session:
        for minutes in range(8):
            at = NOW - timedelta(minutes=minutes)
            for name in ("viewer", CANARY):
                session.add(
                    SignInAttempt(name_key=name, address="192.0.2.1", attempted_at=at, succeeded=False)
                )
    page = administrator.get("/administration/sign-ins").text
    assert CANARY not in page
    assert page.count("192.0.2.1") == 16
    assert len(re.findall(r'scope="row"[^>]*>(?:viewer|a name that nobody has)<', page)) == 2
    assert "2 names or addresses failed to sign in so often" in administrator.get("/administration").text


def fill_trail(database: Database, n: int) -> None:
    with database.transaction() as session:
        actor = installation_actor(session, ActorKind.CLOCK, now=NOW)
        for number in range(n):
            record_change(
                session,
                actor.id,
                "change",
                "goal",
                number,
                before={"title": f"before {number}"},
                after={"title": f"after {number}"},
                reason=f"because {number}",
                now=NOW - timedelta(days=2),
            )


def test_shows_who_changed_what_from_what_to_what_page_by_page(
    administrator: FlaskClient, database: Database
) -> None:
    """Each entry stands on one page, with its values before and after and the reason."""
    fill_trail(database, 120)
    path, seen = "/administration/audit?thing=goal", []
    while path:
        page = administrator.get(path).text
        seen += [int(number) for number in re.findall(r"<del>before (\d+)</del> <ins>after", page)]
        older = re.search(r'href="([^"]+)" rel="next"', page)
        path = older[1].replace("&amp;", "&") if older else ""
    assert seen == list(range(119, -1, -1))
    assert "because 0" in page


@pytest.mark.parametrize(
    ("asked", "n_shown"),
    [
        ("thing=goal", 3),
        ("thing=goal&since=day", 0),
        ("thing=goal&since=week", 3),
        ("thing=goal&verb=create", 0),
        ("thing=goal&verb=change", 3),
        ("thing=goal&who=999999", 0),
        ("thing=goal&older_than=1e9&since=%00&who=-1", 3),
        ("thing=%00goal&verb=", 3),
    ],
)
def test_shows_what_was_asked_for_when_the_trail_is_filtered(
    administrator: FlaskClient, database: Database, asked: str, n_shown: int
) -> None:
    """Filters by who, what and when narrow the trail; nonsense asks for nothing."""
    fill_trail(database, 3)
    page = administrator.get(f"/administration/audit?{asked}")
    assert page.status_code == 200
    assert page.text.count("<del>before") == n_shown


def test_removes_the_sample_only_when_that_was_said_twice(
    administrator: FlaskClient, database: Database
) -> None:
    """The button alone removes nothing; with the box ticked the sample is gone for good."""
    with database.transaction() as session:
        load(session, installation_actor(session, ActorKind.SYSTEM, now=NOW), now=NOW)
    assert (
        "Innovative joint effort to lift a district centre"
        in administrator.get("/administration/sample").text
    )
    assert post(administrator, "/administration/sample").status_code == 422
    with database.reading() as session:
        assert session.scalars(select(Project)).all()
    response = post(administrator, "/administration/sample", sure="yes")
    assert (response.status_code, response.headers["Location"]) == (303, "/administration")
    with database.reading() as session:
        assert not session.scalars(select(Project)).all()
    assert "There is no sample portfolio here" in administrator.get("/administration/sample").text
    assert post(administrator, "/administration/sample", sure="yes").status_code == 404


def test_tells_when_the_database_is_not_of_this_version(
    administrator: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database at another revision is the first thing said."""
    migrations = app.extensions["impact_migrations"]
    assert "does not fit this version" not in administrator.get("/administration/database").text
    monkeypatch.setitem(
        app.extensions, "impact_migrations", replace(migrations, head=lambda: "another revision")
    )
    assert "does not fit this version" in administrator.get("/administration").text
    assert "another revision" in administrator.get("/administration/database").text


def test_says_in_words_what_was_changed_of_plans_and_accounts(
    administrator: FlaskClient, app: Flask, people: People
) -> None:
    """The trail calls things, fields and choices what the rest of the pages call them."""
    placed = place_project(app)
    with placed.database.transaction() as session:
        project = session.get_one(Project, placed.project_id)
        project.status, project.loan_amount = ProjectStatus.FINISHED, 103_000_000
        planning.save(session, people.manager.actor, project, now=NOW, reason="All is paid back")
        flag, _ = reviewing.flag_place(session, people.manager.actor, placed.flag_id)
        decision = Decision(FlagAct.CONFIRMED, note="Seen on site")
        reviewing.decide(session, people.manager.actor, flag.id, flag.version, decision, now=NOW)
    post(administrator, f"/people/{people.viewer.user_id}/roles", role="analyst", place="everything")
    page = administrator.get("/administration/audit").text
    for said in (
        "Project: Projekt centre",
        "Where it stands:",
        "<ins>Finished</ins>",
        "Loan amount:",
    ):
        assert said in page
    assert "Flag: Safe tenants: Confirmed" in page
    assert "Role:</span> <ins>analyst</ins>" in page
    names = re.findall(r'<span class="soft">([^<]+):</span>', page)
    assert [name for name in names if "_" in name] == []
