"""A migration takes a backup of what was there before."""

from pathlib import Path

import pytest

from impact import migrating
from impact.db import Database
from impact.safekeeping.restoring import restore_backup
from tests.filled import fill

OLD = "7c1d0e94a2b6"
OLDER = ("7c1d0e94a2b6", "d422fecd6c01", "5b8e20c17f3a")


def backups(*folders: Path) -> list[Path]:
    return sorted(path for folder in folders for path in folder.glob("before-migration-*.zip"))


@pytest.fixture
def old_url(database_url: str) -> str:
    """A database at the first revision, with rows in every table."""
    migrating.downgrade(database_url, OLD)
    database = Database(database_url)
    with database.engine.begin() as connection:
        fill(connection, 3)
    database.dispose()
    return database_url


def test_backs_up_before_it_migrates(command, old_url, tmp_path):
    """The file is told and can be restored; nothing to migrate leaves none."""
    result = command("db", "upgrade")
    assert result.exit_code == 0, result.output
    (file,) = backups(tmp_path, tmp_path / "var")
    assert f"backup: {file}" in result.output
    place = f"sqlite:///{tmp_path / 'new.sqlite'}"
    assert restore_backup(place, file).revision == OLD
    assert command("db", "upgrade").exit_code == 0
    assert backups(tmp_path, tmp_path / "var") == [file]


def test_keeps_the_last_few_and_none_when_told_so(command, old_url, tmp_path):
    """Three unless the setting says otherwise."""
    command("db", "upgrade", IMPACT_MIGRATION_BACKUPS="0")
    assert backups(tmp_path, tmp_path / "var") == []
    kept = []
    for revision in OLDER:
        migrating.downgrade(old_url, revision)
        assert command("db", "upgrade", IMPACT_MIGRATION_BACKUPS="2").exit_code == 0
        kept.append(backups(tmp_path, tmp_path / "var")[-1])
    assert backups(tmp_path, tmp_path / "var") == kept[1:]
