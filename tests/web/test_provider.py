"""Signing in by way of a real OpenID provider that runs beside the trial."""

import logging
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from impact.accounts import members
from impact.accounts.links import make_link
from impact.accounts.tables import Membership, Role, SignInSession, User
from impact.app import create_app
from impact.db import Database
from impact.settings import Settings
from tests.conftest import free_port
from tests.people import NOW, PASSWORD, People, make_people, post

ROLES = "impact-readers=viewer; impact-owners=administrator"
SECRET = "kanariefagel-som-klienthemlighet"
START_SECONDS = 60


@dataclass(frozen=True)
class Provider:
    """A provider, at which anybody is whoever they say."""

    issuer: str

    def know(self, subject: str, *groups: str, **claims: str) -> None:
        """Let the provider vouch for somebody with these groups."""
        body = {"groups": list(groups), **claims}
        assert requests.put(f"{self.issuer}/users/{subject}", json=body, timeout=30).status_code == 204

    def consent(self, address: str, subject: str, **form: str) -> str:
        """Where the provider sends the browser of somebody who says who they are."""
        answer = requests.post(address, data={"sub": subject, **form}, timeout=30, allow_redirects=False)
        assert answer.status_code == 302, answer.text
        parts = urlsplit(answer.headers["Location"])
        assert (
            f"{parts.scheme}://{parts.netloc}{parts.path}" == "http://localhost:8000/sign-in/provider/return"
        )
        return f"{parts.path}?{parts.query}"


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    """An OpenID provider in a process of its own."""
    port = free_port()
    log: Path = tmp_path_factory.mktemp("provider") / "log"
    with log.open("w") as told:
        process = subprocess.Popen(
            [sys.executable, "-m", "oidc_provider_mock", "-H", "127.0.0.1", "-p", str(port), "-n", "true"],
            stdout=told,
            stderr=told,
        )
        found = Provider(f"http://127.0.0.1:{port}")
        ends = time.monotonic() + START_SECONDS
        while True:
            try:
                requests.get(f"{found.issuer}/jwks", timeout=5)
                break
            except requests.ConnectionError:
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < ends, log.read_text()
                time.sleep(0.1)
        yield found
        process.terminate()
        process.wait(30)


@pytest.fixture
def set_up(settings: Settings, database_url: str, provider: Provider) -> Settings:
    return replace(
        settings,
        database_url=database_url,
        oidc_issuer=provider.issuer,
        oidc_client_id="impact",
        oidc_client_secret=SECRET,
        oidc_roles=ROLES,
    )


@pytest.fixture
def app(set_up: Settings) -> Iterator[Flask]:
    app = create_app(set_up, clock=lambda: NOW)
    yield app
    app.extensions["impact"].database.dispose()


@pytest.fixture
def people(database: Database) -> People:
    return make_people(database)


def sent_there(client: FlaskClient, query: str = "") -> str:
    """The provider's address to which a browser is sent."""
    response = client.get(f"/sign-in/provider{query}")
    assert response.status_code == 302, response.text
    return str(response.headers["Location"])


def sign_in(client: FlaskClient, provider: Provider, subject: str, query: str = "") -> TestResponse:
    return client.get(provider.consent(sent_there(client, query), subject))


def is_in(client: FlaskClient) -> bool:
    return 'class="name">' in client.get("/no-such-page").text


def user_of(database: Database, subject: str) -> User | None:
    with database.reading() as session:
        return session.scalars(select(User).where(User.subject == subject)).first()


def roles_of(database: Database, subject: str) -> set[tuple[str, int | None]]:
    with database.reading() as session:
        rows = session.execute(
            select(Membership.role, Membership.organisation_id)
            .join(User, User.id == Membership.user_id)
            .where(User.subject == subject)
        )
        return {(str(role), organisation) for role, organisation in rows}


def n_sign_ins(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count(SignInSession.id))) or 0


def test_signs_in_with_the_role_of_a_group_when_the_provider_vouches(
    app: Flask, provider: Provider, database: Database
) -> None:
    """Somebody new gets an account by their group, and goes on to the page that was wanted."""
    provider.know("s-1", "impact-readers", "canteen", preferred_username="Läsare Ett")
    client = app.test_client()
    response = sign_in(client, provider, "s-1", "?next=/projects")
    assert (response.status_code, response.headers["Location"]) == (303, "/projects")
    with client.session_transaction() as cookie:
        assert set(cookie) == {"key"}
    assert is_in(client)
    user = user_of(database, "s-1")
    assert user is not None
    assert (user.issuer, user.name, user.email, user.password_hash) == (
        provider.issuer,
        "Läsare Ett",
        None,
        None,
    )
    assert roles_of(database, "s-1") == {("viewer", None)}


def test_asks_with_state_nonce_and_a_challenge_when_a_browser_is_sent(app: Flask, provider: Provider) -> None:
    """Each time others, and the secret behind the challenge is not in the address."""
    asked = [parse_qs(urlsplit(sent_there(app.test_client())).query) for _ in range(2)]
    for one in asked:
        assert one["response_type"] == ["code"]
        assert one["code_challenge_method"] == ["S256"]
        assert one["redirect_uri"] == ["http://localhost:8000/sign-in/provider/return"]
        assert one["scope"] == ["openid profile"]
        assert "code_verifier" not in one
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked[0][name][0]) >= 20
        assert asked[0][name] != asked[1][name]


def test_turns_away_when_no_group_brings_a_role(app: Flask, provider: Provider, database: Database) -> None:
    """That the provider knows somebody is not enough."""
    provider.know("s-2", "canteen")
    client = app.test_client()
    response = sign_in(client, provider, "s-2")
    assert response.status_code == 422
    assert "Ditt konto ger inte tillgång" in response.text
    assert not is_in(client)
    assert user_of(database, "s-2") is None


def test_takes_a_role_back_when_the_group_is_gone(
    app: Flask, provider: Provider, database: Database, people: People
) -> None:
    """Roles for everything follow the groups at each sign-in; those for an organisation stay."""
    provider.know("s-3", "impact-readers", "impact-owners")
    sign_in(app.test_client(), provider, "s-3")
    assert roles_of(database, "s-3") == {("viewer", None), ("administrator", None)}
    user, organisation = user_of(database, "s-3"), people.outsider.actor.grants[0].organisation_id
    with database.transaction() as session:
        members.grant(
            session, people.administrator.actor, user, Role.MANAGER, organisation_id=organisation, now=NOW
        )
    provider.know("s-3", "impact-readers")
    sign_in(app.test_client(), provider, "s-3")
    assert roles_of(database, "s-3") == {("viewer", None), ("manager", organisation)}
    provider.know("s-3")
    client = app.test_client()
    assert sign_in(client, provider, "s-3").status_code == 303
    assert roles_of(database, "s-3") == {("manager", organisation)}


def test_leaves_the_last_administrator_when_the_group_is_gone(
    app: Flask, provider: Provider, database: Database
) -> None:
    """Somebody must be able to look after the installation, whatever the provider says."""
    provider.know("s-15", "impact-owners")
    sign_in(app.test_client(), provider, "s-15")
    provider.know("s-15")
    client = app.test_client()
    assert sign_in(client, provider, "s-15").status_code == 303
    assert roles_of(database, "s-15") == {("administrator", None)}


def test_makes_another_account_when_name_and_address_are_somebodys(
    app: Flask, provider: Provider, database: Database, people: People
) -> None:
    """Neither a name nor an address opens an account: both may change hands."""
    provider.know(
        "s-4", "impact-readers", preferred_username="administrator", email="administrator@example.se"
    )
    sign_in(app.test_client(), provider, "s-4")
    user = user_of(database, "s-4")
    assert user is not None
    assert (user.name, user.id) != ("administrator", people.administrator.user_id)
    assert roles_of(database, "s-4") == {("viewer", None)}


def invite(database: Database, people: People, name: str) -> tuple[int, str]:
    """Somebody new, and the token of their invitation."""
    with database.transaction() as session:
        user = members.add_user(session, people.administrator.actor, name, now=NOW)
        return user.id, make_link(session, people.administrator.actor, user, now=NOW).token


def test_joins_the_accounts_when_an_invitation_is_followed(
    app: Flask, provider: Provider, database: Database, people: People
) -> None:
    """Who was invited signs in by the provider once with the link and then without it."""
    user_id, token = invite(database, people, "invited")
    provider.know("s-5")
    client = app.test_client()
    way = f"/sign-in/provider?invitation={token}"
    assert way in client.get(f"/password/{token}").text
    assert sign_in(client, provider, "s-5", way.removeprefix("/sign-in/provider")).status_code == 303
    found = user_of(database, "s-5")
    assert found is not None
    assert found.id == user_id
    assert client.get(f"/password/{token}").status_code == 404
    again = app.test_client()
    assert sign_in(again, provider, "s-5").status_code == 303
    assert is_in(again)


def test_joins_nothing_when_the_invitation_or_the_account_was_used(
    app: Flask, provider: Provider, database: Database, people: People
) -> None:
    """An invitation works once, and an account of the provider's is one person's here."""
    provider.know("s-6")
    provider.know("s-7")
    _, first = invite(database, people, "first")
    _, second = invite(database, people, "second")
    assert sign_in(app.test_client(), provider, "s-6", f"?invitation={first}").status_code == 303
    client = app.test_client()
    assert sign_in(client, provider, "s-7", f"?invitation={first}").status_code == 404
    assert sign_in(client, provider, "s-7", "?invitation=nonsense").status_code == 404
    assert sign_in(client, provider, "s-6", f"?invitation={second}").status_code == 422
    assert not is_in(client)
    assert user_of(database, "s-7") is None
    # The refused try used nothing up.
    assert sign_in(client, provider, "s-7", f"?invitation={second}").status_code == 303


def test_stays_out_when_disabled(app: Flask, provider: Provider, database: Database, people: People) -> None:
    """Whoever is shut out here stays out, whatever the provider says."""
    provider.know("s-8", "impact-owners")
    client = app.test_client()
    sign_in(client, provider, "s-8")
    with database.transaction() as session:
        user = session.scalars(select(User).where(User.subject == "s-8")).one()
        members.disable_user(session, people.administrator.actor, user, now=NOW)
    assert not is_in(client)
    response = sign_in(client, provider, "s-8")
    assert response.status_code == 422
    assert "inte längre tillgång" in response.text
    assert not is_in(client)


def test_refuses_an_answer_when_this_browser_did_not_ask(
    app: Flask, provider: Provider, database: Database
) -> None:
    """A return address is good once, for the browser that was sent, and with its nonce."""
    provider.know("s-9", "impact-readers")
    asked, other = app.test_client(), app.test_client()
    back = provider.consent(sent_there(asked), "s-9")
    assert other.get(back).status_code == 422
    sent_there(other)
    assert other.get(back).status_code == 422
    assert asked.get(back).status_code == 303
    assert app.test_client().get(back).status_code == 422
    for nonsense in ("", "?code=x", "?state=x&code=y", "?error=access_denied&state=x"):
        assert other.get(f"/sign-in/provider/return{nonsense}").status_code == 422
    back = provider.consent(sent_there(other), "s-9")
    with other.session_transaction() as cookie:
        (key,) = [name for name in cookie if name.startswith("_state_") and name.split("_")[-1] in back]
        cookie[key] = {**cookie[key], "data": {**cookie[key]["data"], "nonce": "another"}}
    assert other.get(back).status_code == 422
    assert n_sign_ins(database) == 1


def test_tells_so_when_access_was_denied(app: Flask, provider: Provider) -> None:
    """Who says no at the provider is back on the sign-in page."""
    client = app.test_client()
    back = provider.consent(sent_there(client), "s-10", action="deny")
    response = client.get(back)
    assert response.status_code == 422
    assert 'name="password"' in response.text


@pytest.mark.parametrize("issuer", ["http://127.0.0.1:9", "{provider}/", "{provider}/nowhere"])
def test_sends_nobody_when_the_provider_is_out_of_reach_or_another(
    set_up: Settings, provider: Provider, issuer: str
) -> None:
    """A provider has to answer and to call itself what the settings call it, to the letter."""
    app = create_app(replace(set_up, oidc_issuer=issuer.format(provider=provider.issuer)), clock=lambda: NOW)
    response = app.test_client().get("/sign-in/provider")
    assert response.status_code == 503
    assert SECRET not in response.text
    app.extensions["impact"].database.dispose()


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_stays_here_when_another_site_is_wanted_afterwards(
    app: Flask, provider: Provider, wanted: str
) -> None:
    """After the sign-in nobody is sent elsewhere."""
    provider.know("s-11", "impact-readers")
    response = sign_in(app.test_client(), provider, "s-11", f"?next={wanted}")
    assert response.headers["Location"] == "/"


def test_ends_the_sign_in_here_when_somebody_signs_out(app: Flask, provider: Provider) -> None:
    """Signing out works at once, and a copied cookie opens nothing."""
    provider.know("s-12", "impact-readers")
    client = app.test_client()
    sign_in(client, provider, "s-12")
    copied = client.get_cookie("impact").value
    assert post(client, "/sign-out").headers["Location"] == "/sign-in"
    thief = app.test_client()
    thief.set_cookie("impact", copied)
    assert not is_in(client)
    assert not is_in(thief)


def test_ends_the_earlier_sign_in_when_a_browser_has_one(
    app: Flask, provider: Provider, database: Database, people: People
) -> None:
    """One browser has one sign-in, whichever way it came by it."""
    provider.know("s-13", "impact-readers")
    client = app.test_client()
    post(client, "/sign-in", name="manager", password=PASSWORD)
    assert sign_in(client, provider, "s-13").status_code == 303
    with database.reading() as session:
        n_open = session.scalar(select(func.count(SignInSession.id)).where(SignInSession.ended_at.is_(None)))
    assert n_open == 1


def test_logs_no_secret_when_everything_is_logged(
    app: Flask, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither our password at the provider nor codes, states and keys stand in the log."""
    provider.know("s-14", "impact-readers")
    client = app.test_client()
    with caplog.at_level(logging.DEBUG):
        address = sent_there(client)
        with client.session_transaction() as cookie:
            (kept,) = [value["data"] for name, value in cookie.items() if name.startswith("_state_")]
    back = provider.consent(address, "s-14")
    with caplog.at_level(logging.DEBUG):
        assert client.get(back).status_code == 303
        client.get(back)
    secrets = [SECRET, kept["code_verifier"], kept["nonce"], parse_qs(urlsplit(back).query)["code"][0]]
    ours = "\n".join(record.getMessage() for record in caplog.records)
    assert [secret for secret in secrets if secret in ours] == []


def test_offers_the_provider_only_when_there_is_one(app: Flask, sqlite_app: Flask) -> None:
    """Without the settings there is no button and no way."""
    assert "/sign-in/provider" in app.test_client().get("/sign-in").text
    client = sqlite_app.test_client()
    assert "/sign-in/provider" not in client.get("/sign-in").text
    assert client.get("/sign-in/provider").status_code == 422
    assert client.get("/sign-in/provider/return?code=x&state=y").status_code == 422
