"""What is backed up comes back as it was, on either engine, or not at all."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from impact import migrating, triggers
from impact.db import Database
from impact.errors import Conflict, Invalid
from impact.migrating import MigrationError
from impact.registry.project_tables import Project
from impact.safekeeping import archive, restoring
from impact.safekeeping.restoring import restore_backup
from impact.safekeeping.rows import LEFT_OUT
from impact.safekeeping.taking import take_backup
from impact.schema import APPEND_ONLY, metadata
from tests.builders import make_ground
from tests.filled import fill
from tests.safekeeping.conftest import EmptyPlace, address, sums_of

NOW = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)


def taken(database: Database, out: Path) -> Path:
    take_backup(address(database), out, version="1.0", now=NOW)
    return out


@pytest.mark.parametrize("into", ["sqlite", "postgresql"])
def test_restores_every_row_when_taken_on_either_engine(
    kept: Database, empty_place: EmptyPlace, tmp_path: Path, into: str
) -> None:
    """The same rows, by checksum, wherever they came from and wherever they go."""
    before, place = sums_of(address(kept)), empty_place(into)
    assert all(total.n_rows for total in before.values())
    restore_backup(place, taken(kept, tmp_path / "backup.zip"))
    assert sums_of(place) == before


def test_restored_place_is_like_a_migrated_one(
    kept: Database, empty_place: EmptyPlace, tmp_path: Path, engine_name: str
) -> None:
    """Newest revision, all triggers, all keys, and numbers that go on."""
    place = empty_place(engine_name)
    restore_backup(place, taken(kept, tmp_path / "backup.zip"))
    keys = {}
    for url in (address(kept), place):
        database = Database(url)
        with database.engine.begin() as connection:
            assert migrating.is_current(connection)
            assert triggers.missing(connection, APPEND_ONLY) == []
            inspector = sa.inspect(connection)
            keys[url] = [
                sorted(map(str, inspector.get_foreign_keys(name))) for name in sorted(metadata.tables)
            ]
            if url == place:
                actor = metadata.tables["actor"]
                added = sa.insert(actor).values(kind="PERSON", created_at=NOW)
                assert (connection.scalar(added.returning(actor.c.id)) or 0) > 1
        database.dispose()
    assert keys[place] == keys[address(kept)]


def test_leaves_out_what_opens_a_door(kept: Database, empty_place: EmptyPlace, tmp_path: Path) -> None:
    """Sign-ins and one-time links end with the place they were made for."""
    place = empty_place("sqlite")
    file = taken(kept, tmp_path / "backup.zip")
    restore_backup(place, file)
    restored = Database(place)
    with restored.engine.connect() as connection:
        for name in LEFT_OUT - {"alembic_version"}:
            assert not connection.scalar(sa.select(sa.func.count()).select_from(metadata.tables[name])), name
    restored.dispose()
    with zipfile.ZipFile(file) as opened:
        held = set(opened.namelist())
        assert tuple(json.loads(opened.read("manifest.json"))["left_out"]) == tuple(sorted(LEFT_OUT))
    assert not held & {f"tables/{name}.jsonl" for name in LEFT_OUT}


def test_refuses_a_backup_when_cut_off_or_one_bit_is_flipped(
    kept: Database, tmp_path: Path, trials: Callable[[int], int]
) -> None:
    """Whatever was damaged, nothing is restored and the place is as before: not there."""
    whole = taken(kept, tmp_path / "backup.zip").read_bytes()
    chance = random.Random(9)
    lengths = [0, 1, 63, 64, len(whole) - 1, *(chance.randrange(len(whole)) for _ in range(trials(300)))]
    places = [0, len(whole) - 1, len(whole) - 65, *(chance.randrange(len(whole)) for _ in range(trials(700)))]
    damaged = [whole[:length] for length in lengths]
    damaged += [
        whole[:at] + bytes([whole[at] ^ (1 << chance.randrange(8))]) + whole[at + 1 :] for at in places
    ]
    damaged += [whole + b"\n", b"something else" * 20]
    place = tmp_path / "place.sqlite"
    for content in damaged:
        (tmp_path / "damaged.zip").write_bytes(content)
        with pytest.raises(Invalid, match=r"is no whole backup.*Nothing was restored\."):
            restore_backup(f"sqlite:///{place}", tmp_path / "damaged.zip")
        assert not place.exists()


def test_refuses_a_place_when_something_is_in_it(kept: Database, tmp_path: Path) -> None:
    """Nothing is written over."""
    before = sums_of(address(kept))
    with pytest.raises(Conflict, match="There is something in the database already"):
        restore_backup(address(kept), taken(kept, tmp_path / "backup.zip"))
    assert sums_of(address(kept)) == before


def test_restores_when_the_place_was_only_laid_out(
    kept: Database, database_url: str, empty_place: EmptyPlace, tmp_path: Path, engine_name: str
) -> None:
    """Tables without rows are an empty place, also at another revision than the backup's."""
    place = empty_place(engine_name)
    migrating.upgrade(place, "d422fecd6c01")
    restore_backup(place, taken(kept, tmp_path / "backup.zip"))
    assert sums_of(place) == sums_of(address(kept))


def test_migrates_when_the_backup_is_of_an_older_revision(
    empty_place: EmptyPlace, tmp_path: Path, engine_name: str
) -> None:
    """The rows are as they were, the tables those of this version."""
    old, place = Database(empty_place(engine_name)), empty_place(engine_name)
    migrating.upgrade(address(old), "7c1d0e94a2b6")
    with old.engine.begin() as connection:
        fill(connection, 5)
    restore_backup(place, taken(old, tmp_path / "backup.zip"))
    old.dispose()
    assert migrating.current(place) == migrating.head()
    before, after = sums_of(address(old)), sums_of(place)
    assert {name: total.n_rows for name, total in before.items()} == {
        name: after[name].n_rows for name in before
    }
    assert after["revision"] == before["revision"]


def test_refuses_a_backup_when_a_newer_version_made_it(
    kept: Database, empty_place: EmptyPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Old code does not guess what newer code meant."""
    with monkeypatch.context() as patched:
        patched.setattr("impact.safekeeping.taking.revision_of", lambda _connection: "0123456789ab")
        file = taken(kept, tmp_path / "backup.zip")
    place = tmp_path / "place.sqlite"
    with pytest.raises(MigrationError, match="made by a newer version of Impact"):
        restore_backup(f"sqlite:///{place}", file)
    assert not place.exists()


def test_restores_nothing_when_the_rows_do_not_come_out_equal(
    kept: Database, empty_place: EmptyPlace, tmp_path: Path, engine_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The checksum of each table is taken again before the commit."""
    file, place = taken(kept, tmp_path / "backup.zip"), empty_place(engine_name)
    load = restoring.load

    def losing(connection, table, columns, rows):
        if table.name == "delivery":
            next(rows)
        load(connection, table, columns, rows)

    monkeypatch.setattr(restoring, "load", losing)
    with pytest.raises(Invalid, match=r"rows of delivery would not be .* \(0 of 1 rows\)"):
        restore_backup(place, file)
    assert migrating.current(place) is None
    monkeypatch.undo()
    restore_backup(place, file)
    assert sums_of(place) == sums_of(address(kept))


def test_backup_is_of_one_moment_when_taken_under_write_load(
    database: Database, empty_place: EmptyPlace, tmp_path: Path, trials: Callable[[int], int]
) -> None:
    """While others write, every backup holds all of a change or nothing of it."""
    with database.transaction() as session:
        make_ground(session)
    writers = [_writing(address(database), number) for number in range(2)]
    try:
        while _projects(database) < 2:  # The writers need a while to begin.
            assert [writer.poll() for writer in writers] == [None, None]
            time.sleep(0.1)
        for number in range(trials(20)):
            file = taken(database, tmp_path / f"{number}.zip")
            place = empty_place("sqlite" if database.is_sqlite else "postgresql")
            restore_backup(place, file)
            with archive.opened(file) as reading:
                told = {table.name: table for table in reading.manifest.tables}
            assert sums_of(place) == told
            n_measured = 4 * (told["project"].n_rows - 1)
            for name in ("measurement", "revision", "revision_state"):
                assert told[name].n_rows == n_measured
        assert n_measured
        assert [writer.poll() for writer in writers] == [None, None]
    finally:
        for writer in writers:
            writer.kill()
            writer.wait()


def _projects(database: Database) -> int:
    # Without asking for the lock of those who write, of which two writers leave little.
    with database.reading() as session:
        return session.scalars(sa.select(sa.func.count()).select_from(Project)).one()


def _writing(url: str, number: int) -> subprocess.Popen[bytes]:
    """A process that plans projects and measures four years of each until it is killed.

    Who waited too long for others to write asks again, as browsers are told to.
    """
    code = f"""
from itertools import count
from sqlalchemy.exc import OperationalError
from impact.db import Database
from tests.builders import fill, make_ground
database = Database({url!r})
for n in count():
    try:
        with database.transaction() as session:
            ground = make_ground(session, f"town-{number}-{{n}}")
            fill(session, ground.planner, ground.series.id, dict.fromkeys(range(2011, 2015), n % 100))
    except OperationalError as error:
        if "database is locked" not in str(error):
            raise
"""
    return subprocess.Popen([sys.executable, "-c", code])


def test_leaves_no_half_backup_when_killed(kept: Database, tmp_path: Path) -> None:
    """Under the name asked for stands a whole backup, or what stood there before."""
    out = tmp_path / "out" / "backup.zip"
    out.parent.mkdir()
    out.write_bytes(b"the last one")
    code = f"""
import os, signal
from datetime import UTC, datetime
from pathlib import Path
from impact.safekeeping import archive, taking
archive.seal = lambda file: os.kill(os.getpid(), signal.SIGKILL)
taking.take_backup({address(kept)!r}, Path({str(out)!r}), version="1", now=datetime.now(UTC))
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -signal.SIGKILL
    assert out.read_bytes() == b"the last one"
    for left in out.parent.iterdir():
        os.utime(left, (0, 0))
    taken(kept, out)
    assert [path.name for path in out.parent.iterdir()] == ["backup.zip"]
    assert zipfile.ZipFile(out).testzip() is None


def test_backup_is_for_its_owner_alone(kept: Database, tmp_path: Path) -> None:
    """It holds addresses and the hashes of passwords."""
    assert taken(kept, tmp_path / "backup.zip").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("folder", ["nowhere", "file"])
def test_refuses_a_place_where_no_file_can_be_made(
    sqlite_database: Database, tmp_path: Path, folder: str
) -> None:
    """One sentence names the file."""
    (tmp_path / "file").touch()
    with pytest.raises(Invalid, match=r"backup\.zip cannot be written"):
        taken(sqlite_database, tmp_path / folder / "backup.zip")


def test_refuses_a_database_that_is_not_there(blank_url: str, tmp_path: Path) -> None:
    """Nothing is made where there is nothing."""
    with pytest.raises(Conflict, match="There is no database to back up"):
        take_backup(blank_url, tmp_path / "backup.zip", version="1", now=NOW)
    assert not (tmp_path / "backup.zip").exists()
