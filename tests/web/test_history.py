"""Who changed the target, and why: told in words to whoever may see it, and to nobody else."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts import members
from impact.accounts.tables import Role
from impact.audit.trail import trail_of
from impact.exchange.csv_text import read_sheet
from impact.exchange.importing import ImportedFile, apply_preview, preview_sheet
from impact.exchange.mapping import Mapping
from impact.monitoring import reviewing
from impact.monitoring.reviewing import Decision
from impact.monitoring.tables import FlagAct
from impact.registry import archiving, planning, recording
from impact.registry.documents import add_document, documents_of
from impact.registry.indicator_tables import Indicator, Target
from impact.registry.judging import Draft
from impact.registry.measurement_tables import Measurement, State
from impact.registry.project_tables import Goal, Organisation, Project, Visibility
from tests.builders import NOW, fill, make_ground
from tests.people import People, Person, add_person, bearer, signed_in_client
from tests.web.ground import Placed, place_project, promise

LATER = NOW + timedelta(days=1)


@pytest.fixture
def placed(app: Flask, people: People) -> Placed:
    """A project whose target was lowered by the manager."""
    placed = place_project(app)
    promise(placed, 60.0, 75.0)
    with placed.database.transaction() as session:
        target = session.scalars(select(Target)).one()
        target.value = 72.5
        planning.save(session, people.manager.actor, target, now=LATER, reason="Agreed <b>in May</b>")
    return placed


def browser(app: Flask, person: Person, language: str = "en") -> FlaskClient:
    client = signed_in_client(app, person)
    client.set_cookie("impact-language", language)
    return client


def told(client: FlaskClient, path: str) -> list[str]:
    """Each entry of the page in plain words, newest first."""
    response = client.get(path)
    assert response.status_code == 200, response.text[:2000]
    items = re.findall(r"<li>\s*<time.*?</li>", response.text, re.DOTALL)
    return [html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", item))).strip() for item in items]


def test_says_who_changed_the_target_and_why(app: Flask, people: People, placed: Placed) -> None:
    """From what to what, who, when and the reason; on project, indicator and target alike."""
    with placed.database.reading() as session:
        target_id = session.scalars(select(Target.id)).one()
    for path in (
        "/projects/centre/history",
        f"/indicators/{placed.indicator_id}/history",
        f"/history/target/{target_id}",
    ):
        newest = told(browser(app, people.viewer), path)[0]
        assert "16 March 2026" in newest
        assert "Target: Safe tenants, 2027: from 75.0% to 72.5% · manager" in newest
        assert "Agreed <b>in May</b>" in newest
    assert "Målvärde: Trygga hyresgäster, 2027: från 75,0 % till 72,5 %" in told(
        browser(app, people.viewer, "sv"), "/projects/centre/history"
    )[0].replace("\xa0", " ")


def test_leads_to_history_when_shown(app: Flask, people: People, placed: Placed) -> None:
    """The pages of project and indicator lead there."""
    client = browser(app, people.viewer)
    assert 'href="/projects/centre/history"' in client.get("/projects/centre").text
    path = f"/indicators/{placed.indicator_id}"
    assert f'href="{path}/history"' in client.get(path).text


def test_tells_plans_in_words(app: Flask, people: People, placed: Placed) -> None:
    """Fields have names, choices and numbers are words, and what goes and comes back is said so."""
    with placed.database.transaction() as session:
        actor = people.manager.actor
        project = session.get_one(Project, placed.project_id)
        project.loan_amount, project.needs_approval, project.title_en = 103_000_000, True, "Market square"
        planning.save(session, actor, project, now=LATER)
        goal = session.scalars(select(Goal)).one()
        indicator = session.scalars(select(Indicator)).one()
        indicator.responsible_id = people.analyst.actor.id
        planning.save(session, actor, indicator, now=LATER)
        planning.save(
            session, actor, Goal(project_id=project.id, position=2, title_sv="Ren miljö"), now=LATER
        )
        archiving.withdraw_row(session, actor, goal, goal.version, now=LATER, reason="Not ours")
    seen = told(browser(app, people.viewer), "/projects/centre/history")
    page = "\n".join(seen)
    for words in (
        "Loan amount: 103 million kronor",
        "A manager approves values: from no to yes",
        "Title (in English): Market square",
        "Responsible: analyst",
        "Goal: Ren miljö was added",
        "Goal: More safety was taken out of use",
        "Not ours",
        "Baseline: Safe tenants, 2014: 60.0%",
        "Project: Market square was added",
    ):
        assert words in page, words
    assert "search_key" not in page


def test_tells_flags_and_values_and_rounds(app: Flask, people: People, placed: Placed) -> None:
    """Corrections with both values, decisions with their reasons: newest first."""
    with placed.database.transaction() as session:
        made = session.scalars(select(Measurement).order_by(Measurement.first_day.desc()).limit(1)).one()
        recording.revise_measurement(
            session, people.analyst.actor, placed.series_id, made.id, made.version,
            Draft(value=58.5), reason="Wrong row", now=LATER,
        )  # fmt: skip
        decision = Decision(FlagAct.CONFIRMED, note="Known since May")
        reviewing.decide(session, people.manager.actor, placed.flag_id, 1, decision, now=LATER)
    seen = told(browser(app, people.viewer), f"/indicators/{placed.indicator_id}/history")
    assert "Flag: Safe tenants: Confirmed · manager Known since May" in seen[0]
    assert "Measurement: Safe tenants, 2024: from 59.0% to 58.5% · analyst Wrong row" in seen[1]
    assert any("Flag: Safe tenants: Raised · Impact" in each for each in seen)
    assert "Measurement: Safe tenants, 2010: 58.1%" in "\n".join(seen)


def test_tells_imports_with_their_file(app: Flask, people: People, placed: Placed) -> None:
    """An import is one entry of project and indicator; the value's own history names the file."""
    text = "indikator;period;värde\nTrygga hyresgäster;2025;57,5\n"
    with placed.database.transaction() as session:
        actor = people.analyst.actor
        preview = preview_sheet(session, actor, "centre", read_sheet(text.encode()), Mapping(), now=LATER)
        apply_preview(session, actor, preview, ImportedFile("enkät.csv", text.encode()), now=LATER)
    for path in ("/projects/centre/history", f"/indicators/{placed.indicator_id}/history"):
        seen = told(browser(app, people.viewer), path)
        assert "Imported file: enkät.csv, 1 new values, 0 changed · analyst" in seen[0]
        assert "2025: 57.5%" not in "\n".join(seen)
    (seen,) = told(browser(app, people.analyst), f"/series/{placed.series_id}/periods/2025")
    assert "2025: 57.5%" in seen
    assert "analyst" in seen
    assert "From the file enkät.csv" in seen


def test_pages_on_when_there_is_much(app: Flask, people: People, placed: Placed) -> None:
    """Older entries are a page away, none is told twice and none is left out."""
    with placed.database.transaction() as session:
        goal = session.scalars(select(Goal)).one()
        for number in range(60):
            goal.description_sv = f"text {number}"
            planning.save(session, people.manager.actor, goal, now=LATER)
    client, path = browser(app, people.viewer), "/projects/centre/history"
    seen: list[str] = []
    while path:
        seen += told(client, path)
        older = re.search(r'href="([^"]*\?before=\d+)" rel="next"', client.get(path).text)
        path = older[1] if older else ""
    texts = re.findall(r"to text (\d+)", "\n".join(seen))
    assert texts == [str(number) for number in range(59, 0, -1)]
    assert "Project: Projekt centre was added" in seen[-1]
    for wrong in ("nonsense", "-1", str(2**70)):
        assert told(client, f"/projects/centre/history?before={wrong}")[0] == seen[0]


def test_hides_what_nobody_approved(app: Flask, people: People) -> None:
    """Drafts and remarks are for those who record there; once approved they are everybody's."""
    with app.extensions["impact"].database.transaction() as session:
        ground = make_ground(session, needs_approval=True)
        elsewhere = make_ground(session, "square")
        (made,) = fill(session, people.analyst.actor, ground.series.id, {2024: 41.7})
        revision_id = made.newest_revision_id or 0
        recording.decide_revision(
            session, people.manager.actor, ground.series.id, made.id, revision_id,
            State.RETURNED, remark="Ask again", now=LATER,
        )  # fmt: skip
        worker = add_person(session, "worker", Role.ANALYST, project_id=ground.project.id)
        other = add_person(session, "other", Role.ANALYST, project_id=elsewhere.project.id)
        grant_viewer(session, people, other, ground.project.id)
    path = f"/indicators/{ground.indicator.id}/history"

    def seen(person: Person) -> str:
        return "\n".join(told(browser(app, person), path))

    for person in (people.viewer, other):
        assert "41.7" not in seen(person)
        assert "Ask again" not in seen(person)
    for person in (people.analyst, worker):
        assert "41.7%" in seen(person)
        assert "was returned · manager Ask again" in seen(person)
    with app.extensions["impact"].database.transaction() as session:
        recording.decide_revision(
            session, people.manager.actor, ground.series.id, made.id, revision_id,
            State.APPROVED, now=LATER,
        )  # fmt: skip
    for person in (people.viewer, other):
        assert "41.7%" in seen(person)
        assert "Ask again" not in seen(person)


def test_shows_nothing_of_others(app: Flask, people: People, placed: Placed) -> None:
    """Somebody else's history is not found, by project, by indicator or by row."""
    client = browser(app, people.outsider)
    with placed.database.reading() as session:
        target_id = session.scalars(select(Target.id)).one()
        organisation_id = session.scalars(
            select(Organisation.id).where(Organisation.slug == "centre-town")
        ).one()
    for path in (
        "/projects/centre/history",
        f"/indicators/{placed.indicator_id}/history",
        f"/history/project/{placed.project_id}",
        f"/history/indicator/{placed.indicator_id}",
        f"/history/target/{target_id}",
        f"/history/organisation/{organisation_id}",
        "/history/user_account/1",
        "/history/measurement/1",
        "/history/nonsense/1",
    ):
        answer = client.get(path)
        assert answer.status_code == 404, path
        assert "Safe tenants" not in answer.text


def grant_viewer(session: Session, people: People, person: Person, project_id: int) -> None:
    user = members.user_by_id(session, person.user_id)
    members.grant(session, people.administrator.actor, user, Role.VIEWER, project_id=project_id, now=NOW)


def test_files_the_making_of_a_project_under_it(app: Flask, people: People, placed: Placed) -> None:
    """Whoever sees a project finds at the end of its history that it was made."""
    with placed.database.reading() as session:
        entries = trail_of(session, "project", placed.project_id)
    assert {entry.project_id for entry in entries} == {placed.project_id}
    assert "Project: " in told(browser(app, people.viewer), f"/projects/{placed.slug}/history")[-1]


def test_keeps_internal_documents_from_people_outside(app: Flask, people: People, placed: Placed) -> None:
    """Of a public project outsiders see the documents that are for everybody, nowhere the others."""
    facts = {"file_name": "a.txt", "now": LATER}
    with placed.database.transaction() as session:
        project = session.get_one(Project, placed.project_id)
        project.visibility = Visibility.PUBLIC
        planning.save(session, people.manager.actor, project, now=LATER)
        ids = [
            add_document(
                session,
                people.manager.actor,
                placed.project_id,
                {"title_sv": title, "is_public": title == "Broschyr"},
                content=title.encode(),
                **facts,
            ).id
            for title in ("Broschyr", "Hemligt")
        ]

    def seen(person: Person) -> list[tuple[bool, bool]]:
        client, key, base = browser(app, person), bearer(app, person), f"/projects/{placed.slug}"
        pages = [client.get(path).text for path in (base, f"{base}/history")]
        pages.append(client.get(f"/api/v1{base}/plan/documents", headers=key).text)
        with placed.database.reading() as session:
            then = documents_of(session, person.actor, placed.project_id, LATER)
        pages.append(" ".join(row.title_sv for row in then))
        found = [("Broschyr" in page, "Hemligt" in page) for page in pages]
        for way in (
            f"{base}/documents/%s/file",
            f"/api/v1{base}/plan/documents/%s",
            "/history/project_document/%s",
        ):
            answers = [client.get(way % number, headers=key if "api" in way else None) for number in ids]
            found.append(tuple(answer.status_code == 200 for answer in answers))
        return found

    assert seen(people.viewer) == [(True, True)] * 7
    assert seen(people.outsider) == [(True, False)] * 7
