"""The library in pages: looked through, made on the way, changed with or without a break."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from impact.accounts.tables import Role
from impact.db import Database
from impact.registry.indicator_tables import Definition, DefinitionVersion, Indicator, SeriesBreak
from tests.people import People, add_person, post, signed_in_client
from tests.web.ground import Placed, place_project

TYPED = {
    "name_sv": "Anmälda brott",
    "name_en": "Reported crimes",
    "kind": "rate",
    "rate_base": "1 000",
    "unit_sv": "brott per 1 000 invånare",
    "direction": "decrease",
    "decimals": "1",
}
SLUG = "centre-safety"


@pytest.fixture
def placed(app: Flask) -> Placed:
    return place_project(app)


@pytest.fixture
def database(placed: Placed) -> Database:
    return placed.database


@pytest.fixture
def manager(app: Flask, people: People, placed: Placed) -> FlaskClient:
    client = signed_in_client(app, people.manager)
    client.set_cookie("impact-language", "en")
    return client


def versions(database: Database) -> list[DefinitionVersion]:
    with database.reading() as session:
        return list(session.scalars(select(DefinitionVersion).order_by(DefinitionVersion.id)))


def indicator(database: Database) -> Indicator:
    with database.reading() as session:
        return session.scalars(select(Indicator)).one()


def breaks(database: Database) -> list[SeriesBreak]:
    with database.reading() as session:
        return list(session.scalars(select(SeriesBreak)))


def stored(**changed: str) -> dict[str, str]:
    """The form of the test's definition as the page fills it, with what somebody changes."""
    return {
        "name_sv": "Trygga hyresgäster", "name_en": "Safe tenants", "kind": "share", "unit_sv": "%",
        "lowest": "0", "highest": "100", "decimals": "1", "direction": "increase", "version": "1", **changed,
    }  # fmt: skip


def test_makes_definition_and_finds_it(manager: FlaskClient, database: Database) -> None:
    """A definition is made, read on its own page, and found by a part of its name."""
    response = post(manager, "/definitions/new", **TYPED)
    assert (response.status_code, response.headers["Location"]) == (303, "/definitions/anmalda-brott")
    made = versions(database)[-1]
    assert (made.rate_base, made.lowest, made.decimals, made.direction) == (1000, 0.0, 1, "decrease")
    assert "Lower is better" in manager.get("/definitions/anmalda-brott").text
    found = manager.get("/definitions?q=CRIM").text
    assert "Reported crimes" in found
    assert "Safe tenants" not in found
    assert "No definition has all these words" in manager.get("/definitions?q=elephants").text


def test_chooses_nothing_for_anybody_when_form_is_new(manager: FlaskClient) -> None:
    """Neither kind nor direction is chosen before somebody chooses."""
    page = manager.get("/definitions/new").text
    assert " checked" not in page
    assert "<fieldset" in page


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("name_sv", ""),
        ("kind", ""),
        ("kind", "guess"),
        ("direction", ""),
        ("rate_base", ""),
        ("rate_base", "1.5"),
        ("unit_sv", ""),
        ("decimals", "9"),
        ("lowest", "none"),
        ("highest", "-1"),
        ("text_sv", "a\0b"),
    ],
)
def test_keeps_typed_text_when_definition_is_refused(
    manager: FlaskClient, database: Database, field: str, text: str
) -> None:
    """Bad input comes back as typed with a sentence beside its field, and nothing is made."""
    response = post(manager, "/definitions/new", source_en="As typed", **{**TYPED, field: text})
    assert response.status_code == 422
    assert 'role="alert"' in response.text
    assert f'id="{field}-error"' in response.text
    assert "As typed" in response.text
    assert len(versions(database)) == 1


def test_leads_back_to_indicator_when_made_on_the_way(
    manager: FlaskClient, placed: Placed, database: Database
) -> None:
    """A definition made on the way to an indicator is chosen there afterwards."""
    goal_id = placed.goal_id
    assert f"/definitions/new?goal_id={goal_id}" in manager.get(f"/goals/{goal_id}/indicators/new").text
    response = post(manager, "/definitions/new", goal_id=goal_id, **TYPED)
    made = versions(database)[-1].definition_id
    assert response.headers["Location"] == f"/goals/{goal_id}/indicators/new?definition={made}"
    assert f'value="{made}" selected' in manager.get(response.headers["Location"]).text


def test_breaks_nothing_when_only_words_change(manager: FlaskClient, database: Database) -> None:
    """Another name is saved at once, the indicator follows, and both versions can be read."""
    changed = post(manager, f"/definitions/{SLUG}/edit", **stored(name_en="Tenants who feel safe"))
    assert changed.status_code == 303
    assert indicator(database).definition_version_id == versions(database)[-1].id
    assert breaks(database) == []
    page = manager.get(f"/definitions/{SLUG}").text
    assert "Name in English: Tenants who feel safe, before Safe tenants" in page
    assert "First version" in page


def test_asks_and_declares_break_when_something_else_is_measured(
    manager: FlaskClient, placed: Placed, database: Database
) -> None:
    """The question carries what was typed; the answer saves version and break together."""
    path, asked = f"/definitions/{SLUG}/edit", stored(highest="90", text_sv="Alla vuxna")
    question = post(manager, path, **asked)
    assert question.status_code == 422
    assert "Is something else measured from now on?" in question.text
    assert "Highest possible value: 90" in question.text
    assert 'name="text_sv" value="Alla vuxna"' in question.text
    assert len(versions(database)) == 1
    answer = {**asked, "change": "measured", "follow_all": "2020"}
    unsaid = post(manager, path, **answer)
    assert unsaid.status_code == 422
    assert 'id="reason_sv-error"' in unsaid.text
    assert post(manager, path, **answer, reason_sv="Ny enkät", reason_en="New survey").status_code == 303
    (declared,) = breaks(database)
    old, new = versions(database)
    assert (declared.first_day.year, declared.old_version_id, declared.new_version_id) == (
        2020,
        old.id,
        new.id,
    )
    assert "New survey" in manager.get(f"/indicators/{placed.indicator_id}").text


@pytest.mark.parametrize(
    ("answer", "status", "version"),
    [
        ({"change": "measured", "follow_all": "stays"}, 303, 1),
        ({"change": "measured", "follow_all": "compares"}, 303, 2),
        ({"change": "wording"}, 303, 2),
        ({"change": "measured"}, 422, 1),
        ({"change": "measured", "follow_all": "1066"}, 422, 1),
        ({"change": "anything"}, 422, 1),
    ],
)
def test_follows_as_answered_when_asked(
    manager: FlaskClient, database: Database, answer: dict[str, str], status: int, version: int
) -> None:
    """The indicator stays, follows, or waits for an answer; none of these breaks it."""
    response = post(manager, f"/definitions/{SLUG}/edit", **stored(highest="90"), **answer)
    assert response.status_code == status
    numbers = {one.id: one.number for one in versions(database)}
    assert numbers[indicator(database).definition_version_id] == version
    assert breaks(database) == []


def test_answers_for_one_indicator_alone(manager: FlaskClient, placed: Placed, database: Database) -> None:
    """What is said for one indicator comes before what is said for all."""
    answer = {"change": "measured", "follow_all": "stays", f"follow_{placed.indicator_id}": "2019"}
    response = post(
        manager, f"/definitions/{SLUG}/edit", **stored(highest="90"), **answer, reason_sv="Ny enkät"
    )
    assert response.status_code == 303
    assert [row.first_day.year for row in breaks(database)] == [2019]


def test_tells_conflict_when_changed_in_between(manager: FlaskClient, database: Database) -> None:
    """A change on an old page is refused, shows what is stored, and can then be saved."""
    path = f"/definitions/{SLUG}/edit"
    post(manager, path, **stored(name_en="Tenants who feel safe"))
    refused = post(manager, path, **stored(name_en="Safe at home"))
    assert refused.status_code == 409
    assert "Tenants who feel safe is stored, you typed Safe at home" in refused.text
    assert 'name="version" value="2"' in refused.text
    assert post(manager, path, **stored(name_en="Safe at home", version="2")).status_code == 303
    assert [one.name_en for one in versions(database)] == [
        "Safe tenants", "Tenants who feel safe", "Safe at home",
    ]  # fmt: skip


def test_lets_manager_of_project_add_but_not_change_what_others_use(
    app: Flask, people: People, manager: FlaskClient, placed: Placed, database: Database
) -> None:
    """A project's manager makes definitions; one that another project uses cannot be changed."""
    other = place_project(app, "other")
    with database.transaction() as session:
        own = add_person(session, "own manager", Role.MANAGER, project_id=placed.project_id)
    client = signed_in_client(app, own)
    client.set_cookie("impact-language", "en")
    assert post(client, "/definitions/new", **TYPED).status_code == 303
    assert post(client, f"/definitions/{SLUG}/edit", **stored(name_en="Safe")).status_code == 303
    assert post(client, "/definitions/other-safety/edit", **stored(name_en="Safe")).status_code == 403
    page = client.get("/definitions/other-safety").text
    assert f"/indicators/{other.indicator_id}" not in page
    assert "/definitions/other-safety/edit" not in page


def test_withdraws_unused_definition_and_brings_it_back(manager: FlaskClient, database: Database) -> None:
    """What nothing uses leaves the list with a reason and comes back; what is used stays."""
    post(manager, "/definitions/new", **TYPED)
    with database.reading() as session:
        rows = session.scalars(select(Definition).order_by(Definition.id)).all()
    used, unused = (f"/definitions/{row.slug}" for row in rows)
    assert post(manager, f"{used}/withdraw", version=1, withdraw_reason="Old").status_code == 422
    assert post(manager, f"{unused}/withdraw", version=1).status_code == 422
    assert post(manager, f"{unused}/withdraw", version=1, withdraw_reason="Double").status_code == 303
    assert "nobody can choose it any more" in manager.get(unused).text
    assert "Withdrawn definitions" in manager.get("/definitions").text
    assert post(manager, f"{unused}/back").status_code == 303
    assert "Withdrawn definitions" not in manager.get("/definitions").text


def test_shows_library_to_viewers_without_ways_to_change(app: Flask, people: People, placed: Placed) -> None:
    """Whoever may see anything reads the library; making and changing is for managers."""
    viewer = signed_in_client(app, people.viewer)
    assert "/definitions/new" not in viewer.get("/definitions").text
    assert f"/definitions/{SLUG}/edit" not in viewer.get(f"/definitions/{SLUG}").text
    assert viewer.get("/definitions/new").status_code == 403
    assert viewer.get("/definitions/no-such-definition").status_code == 404
