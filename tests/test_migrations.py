"""Migrations: what they make, what they keep, and what they refuse."""

import ast
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from impact import migrating, schema, triggers
from impact.db import Database, SortKey
from impact.migrating import MigrationError, current, downgrade, head, upgrade
from tests.filled import columns_of, contents, fill

PROJECT = Path(__file__).resolve().parents[1]
HEADER = """
import time
from pathlib import Path
import sqlalchemy as sa
from alembic import op
from impact import triggers
revision = "{revision}"
down_revision = "{down_revision}"
"""
# Rebuilds a parent and a table of history on SQLite, where neither can be altered otherwise.
REBUILDING = """
def upgrade():
    PAUSE(0)
    op.add_column("goal", sa.Column("colour", sa.Text(), nullable=True))
    with op.batch_alter_table("series") as table:
        table.create_check_constraint("ck_series_counted", "revision_count >= 0")
    PAUSE(1)
    triggers.unguard(op.get_bind(), "revision")
    with op.batch_alter_table("revision") as table:
        table.create_check_constraint("ck_revision_numbered", "number >= 0")
    triggers.guard(op.get_bind(), "revision")
    PAUSE(2)

def downgrade():
    triggers.unguard(op.get_bind(), "revision")
    with op.batch_alter_table("revision") as table:
        table.drop_constraint("ck_revision_numbered", type_="check")
    triggers.guard(op.get_bind(), "revision")
    with op.batch_alter_table("series") as table:
        table.drop_constraint("ck_series_counted", type_="check")
    op.drop_column("goal", "colour")
"""
NOWHERE = "def PAUSE(place): pass\n"


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    """A copy of the project's migrations, to which a test may add."""
    ignored = shutil.ignore_patterns("__pycache__")
    return Path(shutil.copytree(migrating.folder(), tmp_path / "migrations", ignore=ignored))


def add_migration(scripts: Path, body: str) -> str:
    """Put a next migration into the folder; its revision."""
    header = HEADER.format(revision="0123456789ab", down_revision=head(scripts))
    (scripts / "versions" / "next.py").write_text(header + body)
    return "0123456789ab"


def opened(url: str, look: Callable[[sa.Connection], Any]) -> Any:
    """What ``look`` returns of the database at ``url``; what it wrote is committed."""
    database = Database(url)
    try:
        with database.engine.begin() as connection:
            return look(connection)
    finally:
        database.dispose()


def filled(url: str, n_measurements: int = 50) -> dict[str, tuple[int, str]]:
    """Fill the database; what is in it now."""
    opened(url, lambda connection: fill(connection, n_measurements))
    return opened(url, lambda connection: contents(connection, columns_of(connection)))


def shape(connection: sa.Connection) -> dict[str, Any]:
    """All that the engine tells about the tables."""
    inspector = sa.inspect(connection)

    def plain(items: list[Any]) -> list[str]:
        return sorted(str(sorted((key, words(value)) for key, value in item.items())) for item in items)

    def words(value: Any) -> str:
        if isinstance(value, dict):
            return str(sorted((key, words(inner)) for key, inner in value.items()))
        return str(value)

    return {
        table: {
            "columns": plain(inspector.get_columns(table)),
            "primary key": plain([inspector.get_pk_constraint(table)]),
            "foreign keys": plain(inspector.get_foreign_keys(table)),
            "unique": plain(inspector.get_unique_constraints(table)),
            "checks": plain(inspector.get_check_constraints(table)),
            "indexes": plain(inspector.get_indexes(table)),
        }
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }


def versions() -> list[Path]:
    return sorted((PROJECT / "migrations" / "versions").glob("*.py"))


def test_migrations_have_one_head() -> None:
    """Two people's migrations stand one after the other."""
    assert len(ScriptDirectory.from_config(migrating.configuration()).get_heads()) == 1


def test_migrations_are_named_by_day_revision_and_deed() -> None:
    """The folder reads in the order in which the migrations were written."""
    for file in versions():
        assert re.fullmatch(r"\d{8}_\d{4}_[0-9a-f]{12}_[a-z_]+\.py", file.name), file.name


def test_migrations_import_no_models() -> None:
    """A migration does the same for ever, whatever becomes of the tables in the code."""
    for file in versions():
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("impact"):
                assert [name.name for name in node.names] == ["triggers"], file.name
            if isinstance(node, ast.Import):
                assert not any(name.name.startswith("impact") for name in node.names), file.name


def test_models_equal_the_migrated_database(database: Database) -> None:
    """Alembic finds nothing to do."""
    with database.engine.connect() as connection:
        found = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(found, schema.metadata) == []


def test_migrated_tables_have_the_shape_of_the_models(database: Database, blank_url: str) -> None:
    """Types, keys, checks and indexes are those that the models would make themselves."""
    opened(blank_url, schema.metadata.create_all)
    with database.engine.connect() as connection:
        assert shape(connection) == opened(blank_url, shape)


def test_sort_keys_are_compared_by_code_point_when_on_postgresql(postgresql_database: Database) -> None:
    """Both engines sort alike, whatever the server's locale."""
    wanted = {
        (table.name, column.name)
        for table in schema.metadata.tables.values()
        for column in table.columns
        if column.type is SortKey
    }
    with postgresql_database.engine.connect() as connection:
        found = connection.execute(
            sa.text(
                "SELECT table_name, column_name FROM information_schema.columns "
                "WHERE table_schema = current_schema() AND collation_name = 'C'"
            )
        )
        assert wanted == {tuple(row) for row in found}
    assert wanted


def test_upgrade_makes_folder_and_file_when_there_is_none(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The first start needs no preparation, and nobody is told what was not asked."""
    url = f"sqlite:///{tmp_path / '50 % new' / 'deeper' / 'impact.sqlite'}"
    assert current(url) is None
    assert not (tmp_path / "50 % new").exists()
    upgrade(url)
    assert current(url) == head()
    assert capfd.readouterr() == ("", "")


def test_upgrade_tells_its_steps_when_asked(blank_url: str) -> None:
    """Whoever asks hears one line for each step, and none when there is nothing to do."""
    said: list[str] = []
    upgrade(blank_url, tell=said.append)
    assert said[0] == "upgrade: Lay out all tables (7c1d0e94a2b6)"
    said.clear()
    upgrade(blank_url, tell=said.append)
    assert said == []


def test_is_current_when_migrated_and_when_not(blank_url: str) -> None:
    """A database is in order at the newest revision alone."""
    assert not opened(blank_url, migrating.is_current)
    upgrade(blank_url)
    assert opened(blank_url, migrating.is_current)


def test_downgrade_and_upgrade_work_when_every_table_is_filled(database_url: str) -> None:
    """Going back to nothing and forth again gives the same tables."""
    before = opened(database_url, shape)
    filled(database_url)
    downgrade(database_url, "base")
    assert opened(database_url, shape) == {}
    upgrade(database_url)
    assert opened(database_url, shape) == before


def test_filling_reaches_every_table(database_url: str) -> None:
    """No table is left out of what the migrations are tried on."""
    found = filled(database_url)
    assert set(found) == set(schema.metadata.tables) - {"trigger_pass"}
    assert all(n_rows > 0 for n_rows, _checksum in found.values())


def test_upgrade_keeps_every_row_when_filled_at_any_revision(
    blank_url: str, scripts: Path, trials: Callable[[int], int]
) -> None:
    """From each revision on, rows and values are the same after the upgrade and back."""
    newest = add_migration(scripts, NOWHERE + REBUILDING)
    directory = ScriptDirectory.from_config(migrating.configuration(scripts))
    step = 1 if trials(10) == 10 else 2  # From the newest on; every one in the drill.
    for script in [*directory.walk_revisions()][1::step]:
        upgrade(blank_url, script.revision, scripts=scripts)
        before = filled(blank_url, trials(20_000))
        columns = opened(blank_url, columns_of)
        upgrade(blank_url, scripts=scripts)
        assert current(blank_url) == newest
        assert opened(blank_url, lambda connection, c=columns: contents(connection, c)) == before
        downgrade(blank_url, script.revision, scripts=scripts)
        assert opened(blank_url, lambda connection, c=columns: contents(connection, c)) == before
        downgrade(blank_url, "base", scripts=scripts)


def test_upgrade_is_refused_when_the_database_is_newer(database_url: str, scripts: Path) -> None:
    """Old code does not touch what newer code has made, and says so."""
    newest = add_migration(scripts, "def upgrade(): pass\ndef downgrade(): pass\n")
    upgrade(database_url, scripts=scripts)
    with pytest.raises(MigrationError, match=rf"newer version of Impact \(revision {newest}\)"):
        upgrade(database_url)
    assert not opened(database_url, migrating.is_current)
    assert current(database_url) == newest


FAILING = {
    "a step fails": (
        """
def upgrade():
    op.create_table("half", sa.Column("id", sa.Integer()))
    op.execute("UPDATE goal SET title_sv = 'changed'")
    raise RuntimeError("in the middle")
""",
        RuntimeError,
        "in the middle",
    ),
    "rows are lost": (
        """
def upgrade():
    op.create_table("half", sa.Column("id", sa.Integer()))
    op.execute("DELETE FROM suppression")
""",
        MigrationError,
        "0 of 1 rows in suppression",
    ),
    "a guard is forgotten": (
        """
def upgrade():
    op.create_table("half", sa.Column("id", sa.Integer()))
    op.execute("UPDATE goal SET title_sv = 'changed'")
    triggers.unguard(op.get_bind(), "revision")
""",
        MigrationError,
        "without its guard.*tr_revision_refuse_update",
    ),
}
FAILING_ON_SQLITE = {
    "a rebuilt table is not guarded again": (
        """
def upgrade():
    with op.batch_alter_table("revision") as table:
        table.create_check_constraint("ck_revision_numbered", "number >= 0")
""",
        MigrationError,
        "without its guard.*tr_revision_refuse_update",
    ),
    "a key points nowhere": (
        "def upgrade(): op.execute('UPDATE project SET category_id = 99')\n",
        MigrationError,
        "row of project that refers to a missing row of category",
    ),
}


def assert_leaves_nothing(url: str, scripts: Path, body: str, error: type[Exception], words: str) -> None:
    add_migration(scripts, body)
    before, tables = filled(url), opened(url, shape)
    with pytest.raises(error, match=words):
        upgrade(url, scripts=scripts)
    assert current(url) == head()
    assert opened(url, shape) == tables
    assert opened(url, lambda connection: contents(connection, columns_of(connection))) == before
    assert opened(url, lambda connection: triggers.missing(connection, schema.APPEND_ONLY)) == []


@pytest.mark.parametrize("case", FAILING)
def test_upgrade_leaves_nothing_behind_when(case: str, database_url: str, scripts: Path) -> None:
    """A migration that goes wrong is as if it had never begun."""
    assert_leaves_nothing(database_url, scripts, *FAILING[case])


@pytest.mark.parametrize("case", FAILING_ON_SQLITE)
def test_upgrade_leaves_nothing_behind_on_sqlite_when(case: str, sqlite_url: str, scripts: Path) -> None:
    """What SQLite would do without a word is seen before the commit."""
    assert_leaves_nothing(sqlite_url, scripts, *FAILING_ON_SQLITE[case])


def test_upgrade_lets_rows_go_when_the_migration_declares_it(database_url: str, scripts: Path) -> None:
    """A migration that is meant to remove rows names the table."""
    body = "changes_rows_of = ('suppression',)\ndef upgrade(): op.execute('DELETE FROM suppression')\n"
    newest = add_migration(scripts, body)
    filled(database_url)
    upgrade(database_url, scripts=scripts)
    assert current(database_url) == newest


def upgrading(url: str, scripts: Path) -> "subprocess.Popen[bytes]":
    """Another process that upgrades the database."""
    code = (
        "import sys, pathlib; from impact.migrating import upgrade; "
        "upgrade(sys.argv[1], scripts=pathlib.Path(sys.argv[2]))"
    )
    return subprocess.Popen([sys.executable, "-c", code, url, str(scripts)], cwd=PROJECT)


def test_upgrade_finishes_when_killed_in_the_middle_and_started_again(
    database_url: str, scripts: Path, tmp_path: Path, trials: Callable[[int], int]
) -> None:
    """After kill -9 at any place the next start has all rows and the new schema."""
    here, held = tmp_path / "here", tmp_path / "held"
    pause = f"""
def PAUSE(place):
    if Path({str(held)!r}).exists() and Path({str(held)!r}).read_text() == str(place):
        Path({str(here)!r}).touch()
        time.sleep(600)
"""
    newest = add_migration(scripts, pause + REBUILDING)
    before, columns = filled(database_url, 2000), opened(database_url, columns_of)
    for round_ in range(trials(12)):
        held.write_text(str((round_ + 1) % 3))
        child = upgrading(database_url, scripts)
        while not here.exists():
            assert child.poll() is None
            time.sleep(0.02)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        here.unlink()
        held.unlink()
        assert current(database_url) == head()
        upgrade(database_url, scripts=scripts)
        assert current(database_url) == newest
        assert opened(database_url, lambda connection: contents(connection, columns)) == before
        downgrade(database_url, head(), scripts=scripts)


def test_upgrade_is_done_once_when_started_twice(blank_url: str, scripts: Path) -> None:
    """Two processes that start together wait for each other, and both find it done."""
    children = [upgrading(blank_url, scripts) for _ in range(2)]
    assert [child.wait(timeout=60) for child in children] == [0, 0]
    assert current(blank_url) == head()


def test_draft_is_empty_when_models_equal_the_migrations(tmp_path: Path) -> None:
    """The author's command names the file by time and title, and finds nothing to change."""
    copy = tmp_path / "checkout"
    ignored = shutil.ignore_patterns("__pycache__")
    for name in ("impact", "migrations"):
        shutil.copytree(PROJECT / name, copy / name, ignore=ignored)
    command = [sys.executable, "-m", "migrations.draft", "add a colour to goals"]
    subprocess.run(command, cwd=copy, check=True, capture_output=True)
    (drafted,) = (copy / "migrations" / "versions").glob("*_add_a_colour_to_goals.py")
    assert re.fullmatch(r"\d{8}_\d{4}_[0-9a-f]{12}_add_a_colour_to_goals\.py", drafted.name)
    assert drafted.read_text().count("    pass\n") == 2
