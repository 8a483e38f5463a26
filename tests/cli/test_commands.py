"""Commands for people, the database and the state of an installation."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from impact.accounts import members
from impact.accounts.passwords import fits
from impact.accounts.permissions import Action, reach
from impact.accounts.signing_in import actor_of
from impact.accounts.tables import ApiToken, Membership, User
from impact.accounts.tokens import actor_of_token
from impact.cli import main
from impact.cli.sampling import load_where_empty
from impact.migrating import head
from impact.registry.project_tables import Project
from tests.people import make_people

PASSWORD = r"Password, shown only now: (\S+)"


def test_adds_a_person_with_a_made_up_password(command, database):
    """The password told fits, and the role holds everywhere."""
    result = command("user", "add", "somebody", "--role", "analyst", "--email", "somebody@example.se")
    assert result.exit_code == 0, result.output
    with database.reading() as session:
        user = members.user_by_name(session, "somebody")
        memberships = list(session.query(Membership).where(Membership.user_id == user.id))
    assert fits(re.search(PASSWORD, result.output)[1], user.password_hash)
    assert user.email == "somebody@example.se"
    assert reach(actor_of(user, memberships), Action.RECORD).everywhere


def test_gives_a_new_password_and_shuts_somebody_out(command, database):
    """Passwords are changed and people disabled by name."""
    make_people(database)
    result = command("user", "password", "Analyst")
    assert result.exit_code == 0, result.output
    assert command("user", "disable", "viewer").exit_code == 0
    with database.reading() as session:
        assert fits(
            re.search(PASSWORD, result.output)[1], members.user_by_name(session, "analyst").password_hash
        )
        assert members.user_by_name(session, "viewer").disabled_at is not None


@pytest.mark.parametrize("scope", ["read", "write"])
def test_makes_a_token_that_opens_the_api_for_so_long(command, database, scope):
    """What is printed acts as that person, with that scope, until it ends; only its hash is kept."""
    analyst = make_people(database).analyst
    result = command("user", "token", "analyst", "--scope", scope, "--days", "30")
    assert result.exit_code == 0, result.output
    text = result.stdout.strip()
    with database.reading() as session:
        at = datetime.now(UTC)
        acting = actor_of_token(session, text, now=at)
        kept = session.query(ApiToken).one()
        assert actor_of_token(session, text, now=at + timedelta(days=31)) is None
    assert (acting.user_id, acting.may_write) == (analyst.user_id, scope == "write")
    assert timedelta(days=29) < kept.expires_at - at <= timedelta(days=30)
    assert text.split("_", 2)[2] not in str(vars(kept))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("user", "token", "nobody"), "There is nobody called nobody."),
        (("user", "token", "disabled"), "disabled can no longer sign in."),
        (("user", "token", "analyst", "--label", " "), "Say what the token is for."),
        (("user", "add", "analyst", "--role", "viewer"), "There is already somebody called analyst."),
        (("user", "add", "x", "--role", "viewer", "--project", "none"), "There is no project none."),
        (("user", "add", "x", "--role", "viewer", "--email", "x"), "x is not an email address."),
        (("user", "password", "nobody"), "There is nobody called nobody."),
    ],
)
def test_says_plainly_what_is_wrong_and_changes_nothing(command, database, words, sentence):
    """One sentence on standard error, exit code 1, nobody added."""
    make_people(database)
    result = command(*words)
    assert result.exit_code == 1
    assert result.stderr == f"Error: {sentence}\n"
    with database.reading() as session:
        assert session.query(User).count() == 6


def test_tells_whether_the_database_is_in_order(command, blank_url, tmp_path):
    """A blank database is told to be migrated, and is in order afterwards."""
    blank = {"IMPACT_DATABASE_URL": blank_url}
    assert command("db", "check").output == f"The database is at revision {head()}, the newest.\n"
    result = command("db", "check", **blank)
    assert (result.exit_code, result.stderr) == (
        1,
        "Error: The database is not migrated; run: impact db upgrade\n",
    )
    assert command("db", "upgrade", **blank).exit_code == 0
    assert command("db", "check", **blank).exit_code == 0
    assert command("db", "upgrade", **blank).output.endswith("The database was up to date.\n")


def test_tells_whether_the_installation_is_in_order(command):
    """An installation whose clock never ran is not in order."""
    result = command("check")
    assert result.exit_code == 1
    assert result.stderr == "No clock has ever run; start one with: impact clock\n"


def test_tells_that_a_database_is_out_of_reach_without_its_password(command):
    """The reason is told in a line, secrets are not."""
    url = "postgresql+psycopg://someone:canary@127.0.0.1:9/none"
    result = command("check", IMPACT_DATABASE_URL=url)
    assert result.exit_code == 1
    assert "The database cannot be used" in result.stderr
    assert "canary" not in result.output
    assert "Traceback" not in result.output


def test_lists_every_setting_without_secrets(command):
    """What is in force can be looked at, secrets left out."""
    result = command("check", "--settings", IMPACT_SECRET_KEY="canary-0123456789-abcdefghijklmnop")
    assert "PORT=8000" in result.output
    assert "canary" not in result.output


@pytest.mark.parametrize("name", sorted(main.commands))
def test_helps_with_every_command(command, name):
    """Each command says what it does."""
    result = command(name, "--help")
    assert result.exit_code == 0
    assert "Usage:" in result.output


def test_refuses_a_setting_that_makes_no_sense(command):
    """Nonsense in the environment stops every command with a sentence."""
    result = command("check", PORT="no-number")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: PORT must be")


def test_loads_and_removes_the_sample(command, database):
    """The sample comes and goes as a whole."""
    assert command("sample", "load").exit_code == 0
    again = command("sample", "load")
    assert again.exit_code == 1
    assert again.stderr.startswith("Error: There are projects already.")
    assert command("sample", "remove").exit_code == 0
    load_where_empty(database)
    with database.reading() as session:
        assert session.scalars(select(Project.id)).all() == []
