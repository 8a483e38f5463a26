"""Secrets are typed in, travel in cookies and lie in tables: none stands in the log."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from impact.db import Database
from tests.people import make_people
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
