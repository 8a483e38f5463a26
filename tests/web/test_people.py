"""People as an administrator looks after them, from the invitation to forgetting."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from impact.accounts import members
from impact.accounts.people import PersonView, person
from impact.accounts.tables import Role, User
from impact.audit.tables import AuditEntry
from impact.db import Database
from impact.delivery.tables import MessageKind, OutboxMessage
from tests.people import PASSWORD, People, add_person, post, signed_in_client
from tests.web.ground import Placed, place_project

INVITED = {
    "name": "Åsa Ek",
    "email": "asa@example.se",
    "language": "sv",
    "role": "analyst",
    "place": "everything",
    "way": "mail",
}
NEW_PASSWORD = "five quite unusual words here"


@pytest.fixture
def placed(app: Flask) -> Placed:
    return place_project(app)


def view_of(database: Database, people: People, name: str) -> PersonView:
    with database.reading() as session:
        user = members.user_by_name(session, name)
        return person(session, people.administrator.actor, user.id)


def roles_of(database: Database, people: People, name: str) -> list[tuple[str, int | None, int | None]]:
    memberships = view_of(database, people, name).memberships
    return [(each.role.value, each.project_id, each.organisation_id) for each in memberships]


def mails(database: Database) -> list[OutboxMessage]:
    with database.reading() as session:
        rows = select(OutboxMessage).where(OutboxMessage.kind == MessageKind.ACCOUNT)
        return list(session.scalars(rows.order_by(OutboxMessage.id)))


def link_in(text: str) -> str:
    """The path of the link in a page or a mail, whose lines may be broken."""
    found = re.search(r"http://localhost:8000(/password/[\w-]+)", unescape(text.replace("=\r\n", "")))
    assert found, text
    return found[1]


def test_lists_everybody_with_roles_and_state(administrator: FlaskClient) -> None:
    """Each person stands there with role, state and a way to the person's page."""
    page = administrator.get("/people").text
    for words in ("analyst", "Analyst (Everything)", "Manager (Elsewhere)", "Is shut out", "never"):
        assert words in page
    assert re.search(r'href="/people/\d+">viewer<', page)
    narrowed = administrator.get("/people?q=view&role=viewer&state=active").text
    assert "viewer@example.se" in narrowed
    assert "analyst@example.se" not in narrowed
    assert "Nobody fits" in administrator.get("/people?q=nobody").text
    assert administrator.get("/people?role=x&state=x&page=9999999999").status_code == 200
    assert administrator.get("/people?q=%00").status_code in (200, 422)  # PostgreSQL holds no NUL


def test_shows_the_way_to_administrators_alone(app: Flask, people: People) -> None:
    """The menu leads administrators to the people; everybody's name leads to the profile."""
    for name in ("viewer", "manager", "administrator"):
        page = signed_in_client(app, getattr(people, name)).get("/").text
        assert ('href="/administration"' in page) == (name == "administrator")
        assert f'<a href="/profile">{name}</a>' in page


def test_invites_by_mail_and_the_person_comes_in(
    app: Flask, administrator: FlaskClient, database: Database, people: People
) -> None:
    """The mail waits in the outbox; by its link a password is chosen, and the pages open."""
    response = post(administrator, "/people/new", **INVITED)
    invited = view_of(database, people, "Åsa Ek")
    assert (response.status_code, response.headers["Location"]) == (303, f"/people/{invited.user.id}")
    assert roles_of(database, people, "Åsa Ek") == [("analyst", None, None)]
    (mail,) = mails(database)
    assert (mail.address, mail.user_id) == ("asa@example.se", invited.user.id)
    assert "välj ett lösenord" in mail.subject
    path = link_in(mail.mime.decode())
    browser = app.test_client()
    assert "Åsa Ek" in browser.get(path).text
    done = post(browser, path, password=NEW_PASSWORD, again=NEW_PASSWORD)
    assert (done.status_code, done.headers["Location"]) == (303, "/profile")
    assert browser.get("/").status_code == 200
    assert "fungerar inte längre" in app.test_client().get(path, headers={"Accept-Language": "sv"}).text
    assert post(app.test_client(), "/sign-in", name="åsa ek", password=NEW_PASSWORD).status_code == 303


def test_seals_the_link_of_a_mail_to_everybody_else(
    app: Flask, administrator: FlaskClient, database: Database, people: People
) -> None:
    """The mail log tells an administrator that it went out, and only its reader what it says."""
    post(administrator, f"/people/{people.viewer.user_id}/link", way="mail")
    (mail,) = mails(database)
    path, log = link_in(mail.mime.decode()), f"/reports/log/{mail.id}"
    page = administrator.get(log).text
    assert "viewer@example.se" in page
    assert path not in page
    assert administrator.get(f"{log}/as-received").status_code == 403
    viewer = signed_in_client(app, people.viewer)
    assert path in viewer.get(log).text
    assert path in viewer.get(f"{log}/as-received").text
    assert signed_in_client(app, people.manager).get(log).status_code == 404


def test_shows_the_link_once_when_it_is_passed_on_by_hand(
    administrator: FlaskClient, database: Database
) -> None:
    """No mail is made; the link stands on the answer and on no page afterwards."""
    answer = post(administrator, "/people/new", **{**INVITED, "way": "hand", "email": ""})
    assert answer.status_code == 200
    path = link_in(answer.text)
    assert mails(database) == []
    with database.reading() as session:
        user = members.user_by_name(session, "Åsa Ek")
    assert path not in administrator.get(f"/people/{user.id}").text
    assert "Has not signed in yet" in administrator.get(f"/people/{user.id}").text


@pytest.mark.parametrize("host", ["evil.example", "localhost:80@evil.example"])
def test_builds_links_from_the_settings_when_the_host_is_foreign(
    administrator: FlaskClient, database: Database, host: str
) -> None:
    """Whatever host a request names, no link of a mail leads there."""
    for path, form in (("/people/new", INVITED), ("/forgotten", {"name": "viewer"})):
        page = administrator.get("/no-such-page").text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token
        form = {**form, "csrf_token": token[1]}
        administrator.post(path, data=form, headers={"Host": host, "X-Forwarded-Host": host})
        administrator.post(path, data=form, headers={"X-Forwarded-Host": host})
    assert len(mails(database)) == 2
    for mail in mails(database):
        assert b"evil" not in mail.mime
        assert link_in(mail.mime.decode())


@pytest.mark.parametrize(
    ("field", "text", "status"),
    [
        ("name", "", 422),
        ("name", "Manager", 409),
        ("email", "no address", 422),
        ("email", "", 422),
        ("role", "king", 422),
        ("place", "project:999999", 422),
        ("place", "organisation:²", 422),
        ("language", "fi", 422),
        ("way", "pigeon", 422),
    ],
)
def test_keeps_what_was_typed_when_an_invitation_is_refused(
    administrator: FlaskClient, database: Database, field: str, text: str, status: int
) -> None:
    """A sentence stands at the field, the rest is as typed, and nobody was added."""
    with database.reading() as session:
        before = session.scalar(select(func.count(User.id)))
    answer = post(administrator, "/people/new", **{**INVITED, field: text})
    assert answer.status_code == status
    assert f'id="{field}-error"' in answer.text
    if field != "name":
        assert 'value="Åsa Ek"' in answer.text
    with database.reading() as session:
        assert session.scalar(select(func.count(User.id))) == before
    assert mails(database) == []


def test_gives_and_takes_roles_for_each_place(
    administrator: FlaskClient, database: Database, people: People, placed: Placed
) -> None:
    """A role for a project, for an organisation and for everything, each given and taken back."""
    own = f"/people/{people.viewer.user_id}"
    elsewhere = people.outsider.actor.grants[0].organisation_id
    for place in (f"project:{placed.project_id}", f"organisation:{elsewhere}", "everything"):
        assert post(administrator, f"{own}/roles", role="manager", place=place).status_code == 303
    assert roles_of(database, people, "viewer")[1:] == [
        ("manager", placed.project_id, None),
        ("manager", None, elsewhere),
        ("manager", None, None),
    ]
    for membership in view_of(database, people, "viewer").memberships:
        assert post(administrator, f"{own}/roles/{membership.id}/withdraw").status_code == 303
    assert roles_of(database, people, "viewer") == []
    assert "No role yet" in administrator.get(own).text
    for wrong in ({"role": "", "place": "everything"}, {"role": "viewer", "place": "project:0"}):
        assert post(administrator, f"{own}/roles", **wrong).status_code == 422


def test_finds_no_role_of_somebody_else(
    administrator: FlaskClient, database: Database, people: People
) -> None:
    """A role is taken from the person whose page it is, from nobody else."""
    membership = view_of(database, people, "manager").memberships[0]
    path = f"/people/{people.viewer.user_id}/roles/{membership.id}/withdraw"
    assert post(administrator, path).status_code == 404
    assert roles_of(database, people, "manager")


def test_sends_a_reset_that_works_once(
    app: Flask, administrator: FlaskClient, database: Database, people: People
) -> None:
    """By mail or by hand; with the new password every open sign-in ends."""
    open_already = signed_in_client(app, people.viewer)
    own = f"/people/{people.viewer.user_id}"
    assert post(administrator, f"{own}/link", way="mail").status_code == 303
    path = link_in(mails(database)[0].mime.decode())
    assert post(app.test_client(), path, password=NEW_PASSWORD, again=NEW_PASSWORD).status_code == 303
    assert open_already.get("/").headers["Location"].startswith("/sign-in")
    assert post(app.test_client(), "/sign-in", name="viewer", password=PASSWORD).status_code == 422
    by_hand = post(administrator, f"{own}/link", way="hand")
    assert by_hand.status_code == 200
    assert link_in(by_hand.text) != path


def test_shuts_out_and_lets_in(app: Flask, administrator: FlaskClient, people: People) -> None:
    """Shutting out ends it at the next click; afterwards the old cookie stays dead."""
    client, own = signed_in_client(app, people.viewer), f"/people/{people.viewer.user_id}"
    assert client.get("/").status_code == 200
    assert post(administrator, f"{own}/shut-out").status_code == 303
    assert client.get("/").headers["Location"].startswith("/sign-in")
    assert "Let in again" in administrator.get(own).text
    assert post(administrator, f"{own}/link", way="hand").status_code == 422
    assert post(administrator, f"{own}/let-in").status_code == 303
    assert client.get("/").headers["Location"].startswith("/sign-in")
    assert signed_in_client(app, people.viewer).get("/").status_code == 200


def test_ends_all_sign_ins_of_somebody(app: Flask, administrator: FlaskClient, people: People) -> None:
    """Every browser of the person is out, nobody else's."""
    clients = [signed_in_client(app, people.viewer) for _ in range(3)]
    other = signed_in_client(app, people.manager)
    path = f"/people/{people.viewer.user_id}"
    assert "Unknown browser" in administrator.get(path).text
    assert post(administrator, f"{path}/end-sign-ins").status_code == 303
    assert [client.get("/").status_code for client in clients] == [303] * 3
    assert other.get("/").status_code == 200


def test_keeps_the_last_administrator(administrator: FlaskClient, database: Database, people: People) -> None:
    """The last one can neither be shut out nor erased nor lose the role; the page says why."""
    own = f"/people/{people.administrator.user_id}"
    membership = view_of(database, people, "administrator").memberships[0]
    for path, form in (
        (f"{own}/shut-out", {}),
        (f"{own}/roles/{membership.id}/withdraw", {}),
        (f"{own}/erase", {"confirmed_name": "administrator"}),
    ):
        answer = post(administrator, path, **form)
        assert answer.status_code == 422
        assert "This is the last administrator." in answer.text
    assert administrator.get("/people").status_code == 200


def test_changes_name_and_address(administrator: FlaskClient, database: Database, people: People) -> None:
    """The new name signs in; a version that is old is told, and the typed text is kept."""
    own = f"/people/{people.viewer.user_id}"
    version = view_of(database, people, "viewer").user.version
    typed = {"name": "Åsa Ek", "email": "asa@example.se", "language": "en", "version": version}
    assert post(administrator, own, **typed).status_code == 303
    assert view_of(database, people, "åsa ek").user.email == "asa@example.se"
    late = post(administrator, own, **{**typed, "name": "Somebody"})
    assert late.status_code == 409
    assert 'value="Somebody"' in late.text
    assert post(administrator, own, **{**typed, "name": ""}).status_code == 422


def test_erases_when_the_name_was_typed(
    app: Flask, administrator: FlaskClient, database: Database, people: People
) -> None:
    """Only with the name typed; then the person is gone and the way in is shut."""
    client, own = signed_in_client(app, people.viewer), f"/people/{people.viewer.user_id}"
    assert "viewer" in administrator.get(f"{own}/erase").text
    assert post(administrator, f"{own}/erase", confirmed_name="view").status_code == 422
    assert client.get("/").status_code == 200
    assert post(administrator, f"{own}/erase", confirmed_name="viewer").headers["Location"] == "/people"
    assert client.get("/").headers["Location"].startswith("/sign-in")
    assert administrator.get(own).status_code == 404
    assert "viewer@example.se" not in administrator.get("/people").text


def test_writes_each_act_to_the_trail(administrator: FlaskClient, database: Database, people: People) -> None:
    """Who did what to whom stands there, once for each act that changed something."""
    own = f"/people/{people.viewer.user_id}"
    post(administrator, f"{own}/roles", role="analyst", place="everything")
    post(administrator, f"{own}/link", way="mail")
    for way in ("shut-out", "shut-out", "let-in", "let-in"):
        post(administrator, f"{own}/{way}")
    with database.reading() as session:
        rows = select(AuditEntry.verb, AuditEntry.request_id).where(
            AuditEntry.actor_id == people.administrator.actor.id,
            AuditEntry.object_id == people.viewer.user_id,
        )
        found = session.execute(rows.order_by(AuditEntry.id)).all()
    assert [verb for verb, _ in found] == ["grant", "make_link", "disable", "enable"]
    assert all(request_id for _, request_id in found)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMINISTRATOR])
def test_refuses_whoever_looks_after_one_organisation_alone(app: Flask, people: People, role: Role) -> None:
    """An administrator of one organisation sees and changes nobody."""
    with app.extensions["impact"].database.transaction() as session:
        elsewhere = people.outsider.actor.grants[0].organisation_id
        local = add_person(session, "local", role, organisation_id=elsewhere)
    client, own = signed_in_client(app, local), f"/people/{people.viewer.user_id}"
    assert "/people" not in client.get("/").text
    assert [client.get(path).status_code for path in ("/people", "/people/new", own, f"{own}/erase")] == [
        403
    ] * 4
    for path, form in (
        ("/people/new", INVITED),
        (f"{own}/roles", {"role": "viewer", "place": "everything"}),
        (f"{own}/shut-out", {}),
        (f"{own}/erase", {"confirmed_name": "viewer"}),
        (f"{own}/link", {"way": "hand"}),
    ):
        assert post(client, path, **form).status_code == 403
