"""Secrets are typed in, travel in cookies and lie in tables: none is in log, figures or backups."""

from __future__ import annotations

import zipfile
from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

from impact.accounts import members
from impact.accounts.answers import Answer, claim_key, keep_answer
from impact.accounts.links import make_link
from impact.app import create_app
from impact.db import Database
from impact.request_scope.identity import TOKEN_KEY
from impact.safekeeping.taking import take_backup
from impact.settings import Settings
from tests.people import NOW, PASSWORD, bearer, make_people, signed_in_client
from tests.trust.counting import place_counts
from tests.trust.serving import Visitor, hidden, serving

CANARY = "kanariefagel-som-losenord"


def test_writes_no_secret_to_the_log_when_all_goes_well_and_when_it_fails(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    """Passwords, wrong ones and those typed as a name, cookies and tokens are in no line."""
    make_people(database)
    counts = place_counts(database, 1)
    with serving(database_url, tmp_path / "var", "talkative") as server:
        visitor = Visitor(server.port).sign_in("analyst")
        form = hidden(visitor.get(counts.paths[0])[1])
        secrets = {CANARY, *visitor.cookies.values(), form["csrf_token"]} - {"sv", "en"}
        stranger = Visitor(server.port)
        wrong = {**hidden(stranger.get("/sign-in")[1]), "name": "analyst", "password": CANARY}
        assert stranger.post("/sign-in", wrong)[0] == 422
        assert stranger.post("/sign-in", {**wrong, "name": CANARY})[0] == 422
        assert stranger.post("/sign-in", {"name": CANARY, "password": CANARY})[0] == 400
        assert stranger.get(f"/?password={CANARY}")[0] == 303
        with database.engine.begin() as connection:
            connection.execute(sa.text("ALTER TABLE sign_in_attempt RENAME TO gone"))
        status, page = stranger.post("/sign-in", {**wrong, "name": CANARY})
        assert status == 500
        assert CANARY not in page.replace(f'value="{CANARY}"', "")
        secrets |= {*stranger.cookies.values()} - {"sv", "en"}
        visitor.close()
        stranger.close()
    log = server.log.read_text()
    assert "Traceback" in log
    assert "sign_in_attempt" in log
    assert [secret for secret in secrets if secret in log] == []


def test_holds_no_secret_when_backed_up_or_watched(
    settings: Settings, sqlite_url: str, tmp_path: Path
) -> None:
    """Passwords, keys of cookies and tokens, links and answers to programs are in no backup and no figure."""
    hush = "smtp://user:kanarie-smtp@localhost:25"
    app = create_app(replace(settings, database_url=sqlite_url, smtp_url=hush), clock=lambda: NOW)
    database: Database = app.extensions["impact"].database
    people = make_people(database)
    client, key = signed_in_client(app, people.administrator), bearer(app, people.manager)
    with client.session_transaction() as cookie:
        secrets = {
            PASSWORD,
            settings.secret_key,
            "kanarie-smtp",
            cookie[TOKEN_KEY],
            key["Authorization"][-43:],
        }
    with database.transaction() as session:
        user = members.user_by_id(session, people.viewer.user_id)
        secrets.add(make_link(session, people.administrator.actor, user, now=NOW).token)
        row = claim_key(session, people.manager.actor, "once", "0" * 64, now=NOW)
        keep_answer(session, row, Answer(201, {}, CANARY.encode()))
    pages = [client.get(path).text for path in ("/metrics", "/administration", "/administration/settings")]
    take_backup(sqlite_url, tmp_path / "backup.zip", version="1", now=NOW)
    database.dispose()
    with zipfile.ZipFile(tmp_path / "backup.zip") as opened:
        texts = [*pages, *(opened.read(name).decode() for name in opened.namelist())]
    assert any("manager" in text for text in texts[len(pages) :])
    # Bytes lie in a backup as base64.
    secrets |= {CANARY, b64encode(CANARY.encode()).decode()[:20], CANARY.encode().hex()}
    assert [secret for secret in secrets for text in texts if secret in text] == []
