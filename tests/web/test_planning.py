"""Plans in pages: from an empty database to a goal, changed, withdrawn, brought back, copied."""

import io
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from impact.accounts.tables import Role
from impact.audit.trail import trail_of
from impact.db import Database
from impact.registry import lookup
from impact.registry.indicator_tables import Indicator
from impact.registry.project_tables import (
    Area,
    Category,
    Goal,
    Milestone,
    Organisation,
    Project,
    ProjectArea,
    ProjectDocument,
    ProjectEvent,
    ProjectOrganisation,
    StoryNote,
    Visibility,
)
from tests.people import People, add_person, post, signed_in_client
from tests.web.ground import place_project


@pytest.fixture
def planner(app: Flask, people: People) -> FlaskClient:
    client = signed_in_client(app, people.administrator)
    client.set_cookie("impact-language", "en")
    return client


def rows(database: Database, kind: type[Any]) -> list[Any]:
    with database.reading() as session:
        return list(session.scalars(select(kind).order_by(kind.id)))


def begin(planner: FlaskClient) -> str:
    """A first project; the address of its pages."""
    response = post(planner, "/projects/new", title_sv="Ökad trygghet", new_category="Boende")
    assert response.status_code == 303, response.text
    return response.headers["Location"].removesuffix("/plan")


def test_leads_from_nothing_to_a_goal_when_followed(planner: FlaskClient, database: Database) -> None:
    """Each page offers the next step: first project, first goal, first indicator."""
    for path in ("/", "/projects"):
        assert 'href="/projects/new"' in planner.get(path).text
    address = begin(planner)
    (project,) = rows(database, Project)
    assert (project.slug, project.visibility) == ("okad-trygghet", Visibility.INTERNAL)
    assert [one.name_sv for one in rows(database, Category)] == ["Boende"]
    page = planner.get(f"{address}/plan").text
    assert f'class="button primary" href="{address}/goals/new"' in page
    assert post(planner, f"{address}/goals/new", title_sv="Färre brott", level="outcome").status_code == 303
    (goal,) = rows(database, Goal)
    page = planner.get(f"{address}/plan").text
    assert f'class="button primary" href="/goals/{goal.id}/indicators/new"' in page
    assert planner.get(f"/goals/{goal.id}/indicators/new").status_code == 200
    assert f'href="{address}/plan"' in planner.get(address).text
    assert "/projects/new" not in planner.get("/").text


@pytest.mark.parametrize(
    ("sort", "kind", "typed"),
    [
        ("milestones", Milestone, {"title_sv": "Invigt", "due_on": "2027-06-01", "goal_id": ""}),
        ("events", ProjectEvent, {"label_sv": "Spaden i jorden", "happened_on": "2026-05-02"}),
        ("notes", StoryNote, {"text_sv": "Fler går på kvällen", "noted_on": "2026-11-01"}),
        ("documents", ProjectDocument, {"title_sv": "Avtal", "address": "https://example.se/a"}),
        ("partners", ProjectOrganisation, {"part": "borrower", "new_name": "Bo AB", "new_kind": "company"}),
        ("areas", ProjectArea, {"new_name": "Årby", "new_kind": "district"}),
    ],
)
def test_keeps_what_is_new_in_the_plan(
    planner: FlaskClient, database: Database, sort: str, kind: type[Any], typed: dict[str, str]
) -> None:
    """Each sort of thing is made, stands on the page of the plan, and can be opened there."""
    address = begin(planner)
    assert planner.get(f"{address}/{sort}/new").status_code == 200
    assert post(planner, f"{address}/{sort}/new", **typed).status_code == 303
    (row,) = rows(database, kind)
    here = f"{address}/{sort}/{row.id}"
    assert f'href="{here}"' in planner.get(f"{address}/plan").text
    page = planner.get(here).text
    shown = [text for name, text in typed.items() if not name.startswith("new_") and text]
    assert [text for text in shown if text not in page] == []


@pytest.mark.parametrize(
    ("path", "typed", "told"),
    [
        ("goals/new", {"title_sv": "", "description_sv": "Så är det"}, "Say what is to become better."),
        ("goals/new", {"title_sv": "Mål", "level": "x"}, "This cannot be read."),
        ("milestones/new", {"title_sv": "Klart", "due_on": "soon"}, "Write a day as year-month-day."),
        ("milestones/new", {"title_sv": "Klart", "goal_id": "999"}, "Choose one of the project&#39;s goals."),
        ("partners/new", {"part": "partner", "organisation_id": ""}, "Choose one."),
        ("partners/new", {"part": "partner", "new_name": "Bo"}, "Choose one."),
        ("documents/new", {"title_sv": "Avtal", "address": "example.se"}, "A link begins with"),
        ("edit", {"title_sv": "Mål", "loan_amount": "103,5"}, "Write a whole number."),
        ("edit", {"title_sv": "Mål", "loan_amount": "1.234"}, "can be read in two ways"),
        ("edit", {"title_sv": "Mål", "sdg_targets": "11.1, 99"}, "99 is no global goal"),
        ("copy", {"title_sv": "Nästa", "first_year": "27"}, "Write a year with four digits."),
    ],
)
def test_keeps_typed_text_when_it_is_refused(
    planner: FlaskClient, database: Database, path: str, typed: dict[str, str], told: str
) -> None:
    """A sentence stands beside what was typed, and nothing is stored."""
    address = begin(planner)
    response = post(planner, f"{address}/{path}", version=1, **typed)
    assert response.status_code == 422
    assert told in response.text
    assert [text for text in typed.values() if len(text) > 3 and text not in response.text] == []
    names = [one.slug for one in rows(database, Organisation)]
    assert (rows(database, Goal), rows(database, Milestone), names) == ([], [], ["elsewhere"])
    assert len(rows(database, Project)) == 1


def test_keeps_every_field_of_a_project_when_it_is_changed(planner: FlaskClient, database: Database) -> None:
    """What is typed into all sections is stored, shown again, and explained in the trail."""
    address = begin(planner)
    typed = {
        "title_sv": "Trygg stadsdel", "summary_sv": "Kort", "loan_amount": "103 000 000 kr",
        "interventions_sv": "Idrottens Hus\nKunskapens Hus", "interventions_en": "House of Sports",
        "sdg_targets": "11.1, 16.1", "starts_on": "2014-01-01", "report_to_year": "2030",
        "n_target_population": "4500", "currency": "sek", "visibility": "public", "needs_approval": "yes",
    }  # fmt: skip
    assert post(planner, f"{address}/edit", version=1, reason="Facts", **typed).status_code == 303
    (project,) = rows(database, Project)
    assert (project.loan_amount, project.sdg_targets, project.currency) == (
        103_000_000,
        ["11.1", "16.1"],
        "SEK",
    )
    assert project.social_interventions == [
        {"sv": "Idrottens Hus", "en": "House of Sports"}, {"sv": "Kunskapens Hus", "en": ""},
    ]  # fmt: skip
    assert (project.visibility, project.needs_approval, project.slug) == (
        Visibility.PUBLIC, True, "okad-trygghet",
    )  # fmt: skip
    page = planner.get(f"{address}/edit").text
    assert "Idrottens Hus\nKunskapens Hus</textarea>" in page
    assert 'value="11.1, 16.1"' in page
    with database.reading() as session:
        assert trail_of(session, "project", project.id)[0].reason == "Facts"


def test_shows_both_versions_when_somebody_was_first(planner: FlaskClient, database: Database) -> None:
    """A change from an old page is told with both texts; saved again it replaces theirs."""
    address = begin(planner)
    post(planner, f"{address}/goals/new", title_sv="Ett", level="outcome")
    here = f"{address}/goals/{rows(database, Goal)[0].id}"
    for path, version in ((here, 1), (f"{address}/edit", 1)):
        assert post(planner, path, version=version, title_sv="Deras").status_code == 303
        response = post(planner, path, version=version, title_sv="Min")
        assert response.status_code == 409
        found = re.search(r'class="versions">(.*?)</dl>', response.text, re.DOTALL)
        assert found
        assert "Min" in found[1]
        assert "Deras" in found[1]
        newest = re.search(r'name="version" value="(\d+)"', response.text)
        assert newest
        assert newest[1] == "2"
        assert post(planner, path, version=2, title_sv="Min").status_code == 303


def test_brings_back_what_was_withdrawn(app: Flask, planner: FlaskClient, database: Database) -> None:
    """A goal goes with its indicator after a reason was given, and comes back from the list."""
    placed = place_project(app)
    here = f"/projects/{placed.slug}/goals/{placed.goal_id}"
    refused = post(planner, f"{here}/withdraw", version=1, withdraw_reason="")
    assert (refused.status_code, "Say why" in refused.text) == (422, True)
    assert post(planner, f"{here}/withdraw", version=1, withdraw_reason="Merged").status_code == 303
    assert post(planner, f"{here}/withdraw", version=1, withdraw_reason="Merged").status_code == 409
    assert planner.get(here).status_code == 404
    with database.reading() as session:
        assert lookup.plan_rows(session, Indicator, placed.project_id) == []
    listed = planner.get(f"/projects/{placed.slug}/withdrawn").text
    assert "Merged" in listed
    assert "administrator" in listed
    assert "Safe tenants" in listed
    back = f"/projects/{placed.slug}/withdrawn/goal/{placed.goal_id}"
    first = f"/projects/{placed.slug}/withdrawn/indicator/{placed.indicator_id}"
    assert post(planner, first).status_code == 409
    assert post(planner, back).status_code == 303
    assert post(planner, back).status_code == 409
    assert planner.get(here).status_code == 200
    with database.reading() as session:
        assert len(lookup.plan_rows(session, Indicator, placed.project_id)) == 1


def test_leaves_lists_when_project_is_archived(app: Flask, planner: FlaskClient) -> None:
    """An archived project is in no list, and comes back from what was withdrawn."""
    placed = place_project(app)
    address = f"/projects/{placed.slug}"
    assert post(planner, f"{address}/archive", version=1).status_code == 422
    assert post(planner, f"{address}/archive", version=1, withdraw_reason="Sold").status_code == 303
    assert f'href="{address}"' not in planner.get("/projects").text
    assert "Sold" in planner.get("/withdrawn").text
    assert "The project is archived" in planner.get(f"{address}/plan").text
    assert post(planner, f"/withdrawn/project/{placed.project_id}").status_code == 303
    assert f'href="{address}"' in planner.get("/projects").text


def test_makes_another_project_when_copied(app: Flask, planner: FlaskClient, database: Database) -> None:
    """A copy has the goal and its indicator under an address of its own."""
    address = begin(planner)
    post(planner, f"{address}/goals/new", title_sv="Färre brott", level="impact")
    assert "2026" in planner.get(f"{address}/copy").text
    response = post(planner, f"{address}/copy", title_sv="Nästa", first_year="2027")
    assert response.headers["Location"] == "/projects/nasta/plan"
    assert "Färre brott" in planner.get("/projects/nasta/plan").text


def test_moves_goal_when_asked(planner: FlaskClient, database: Database) -> None:
    """A goal goes up, and the page shows it first."""
    address = begin(planner)
    for title in ("Ett", "Två"):
        post(planner, f"{address}/goals/new", title_sv=title, level="outcome")
    second = rows(database, Goal)[1]
    assert post(planner, f"{address}/goals/{second.id}/move", to="up").status_code == 303
    page = planner.get(f"{address}/plan").text
    assert page.index("Två") < page.index("Ett")


def test_hands_out_file_as_download_alone(
    app: Flask, planner: FlaskClient, people: People, database: Database
) -> None:
    """A stored file is never shown inside the browser, and only to those who see the project."""
    address = begin(planner)
    file = (io.BytesIO(b"%PDF-1.7 trial"), "avtal.pdf")
    assert post(planner, f"{address}/documents/new", title_sv="Avtal", file=file).status_code == 303
    (document,) = rows(database, ProjectDocument)
    path = f"{address}/documents/{document.id}/file"
    assert f'href="{path}"' in planner.get(address).text
    response = planner.get(path)
    assert response.data == b"%PDF-1.7 trial"
    assert response.headers["Content-Disposition"].startswith("attachment; filename=Avtal.pdf")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert signed_in_client(app, people.outsider).get(path).status_code == 404
    page = (io.BytesIO(b"<script>"), "page.html")
    refused = post(planner, f"{address}/documents/new", title_sv="Sida", file=page)
    assert (refused.status_code, "Only PDF" in refused.text) == (422, True)


@pytest.mark.parametrize(
    ("shared", "kind", "typed", "name"),
    [
        ("organisations", Organisation, {"name": "Årby AB", "kind": "company"}, "name"),
        ("areas", Area, {"name": "Årby", "kind": "district", "code": "0581R001"}, "name"),
        ("categories", Category, {"name_sv": "Årby", "aliases": "Boende, hus\nHem"}, "name_sv"),
    ],
)
def test_keeps_what_projects_share(
    planner: FlaskClient, database: Database, shared: str, kind: type[Any], typed: dict[str, str], name: str
) -> None:
    """Organisations, areas and categories are made, changed, withdrawn and brought back."""
    before = len(rows(database, kind))
    assert post(planner, f"/{shared}/new", **{name: ""}).status_code == 422
    assert post(planner, f"/{shared}/new", **typed).status_code == 303
    made = rows(database, kind)[before]
    here = f"/{shared}/{made.slug}"
    assert f'href="{here}"' in planner.get(f"/{shared}").text
    assert typed[name] in planner.get(here).text
    assert post(planner, here, version=1, **{**typed, name: "Åby"}).status_code == 303
    assert post(planner, here, version=1, **typed).status_code == 409
    assert getattr(rows(database, kind)[before], name) == "Åby"
    assert post(planner, f"{here}/withdraw", version=2, withdraw_reason="Twice").status_code == 303
    assert planner.get(here).status_code == 404
    assert post(planner, f"/withdrawn/{made.__tablename__}/{made.id}").status_code == 303
    assert planner.get(here).status_code == 200


def test_shows_no_foreign_organisation_when_partner_is_chosen(
    app: Flask, people: People, database: Database
) -> None:
    """A project's manager names partners they know of, and makes no organisations."""
    placed = place_project(app)
    with database.transaction() as session:
        person = add_person(session, "own manager", Role.MANAGER, project_id=placed.project_id)
    client = signed_in_client(app, person)
    page = client.get(f"/projects/{placed.slug}/partners/new").text
    assert "Centre" in page
    assert "Elsewhere" not in page
    assert 'name="new_name"' not in page
    assert client.get("/organisations").status_code == 403
    assert "/projects/new" not in client.get("/projects").text


def test_asks_for_a_category_by_name_when_there_is_none(planner: FlaskClient) -> None:
    """The first project names its category; later ones choose from the list or add to it."""
    page = planner.get("/projects/new").text
    assert 'name="new_category"' in page
    assert 'name="category_id"' not in page
    refused = post(planner, "/projects/new", title_sv="Trygghet")
    assert (refused.status_code, 'href="#new_category"' in refused.text) == (422, True)
    begin(planner)
    assert 'name="category_id"' in planner.get("/projects/new").text
