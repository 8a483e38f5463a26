"""Back up and restore a million measurements: how long, how large, how much memory.

Bar: restored within five minutes, every table's checksum compared. Backup and restore run in
processes of their own, so that the memory is theirs alone; on both databases.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from benchmarks.large_portfolio import N_INDICATORS, N_YEARS, Size, fill_large
from impact.db import Database

N_MEASUREMENTS = 1_000_000
RESTORE_BAR_SECONDS = 300
CALLS = {
    "back up": "take_backup({url!r}, Path({file!r}), version='bench', now=datetime.now(UTC))",
    "restore": "restore_backup({url!r}, Path({file!r}))",
}
CODE = """
import json, re, time
from datetime import UTC, datetime
from pathlib import Path
from impact.safekeeping.restoring import restore_backup
from impact.safekeeping.taking import take_backup
began, cpu = time.perf_counter(), time.process_time()
manifest = {call}
print(json.dumps({{
    "rows": manifest.n_rows, "seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu,
    # Of this program alone: what a process reports at its end includes whoever started it.
    "MB": int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024,
}}))
"""


def measured(what: str, url: str, file: Path) -> dict[str, Any]:
    """What one call costs in a process of its own."""
    code = CODE.format(call=CALLS[what].format(url=url, file=str(file)))
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_backup(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A million measurements go into one file and out of it into an empty place; prints the table."""
    database: Database = request.getfixturevalue(f"{engine}_database")
    began = time.perf_counter()
    fill_large(database, Size(-(-N_MEASUREMENTS // (N_INDICATORS * N_YEARS))))
    filled = time.perf_counter() - began
    file, name = tmp_path / "backup.zip", f"restored_{uuid4().hex}"
    if engine == "sqlite":
        place, drop = f"sqlite:///{tmp_path / name}.sqlite", None
    else:
        server = request.getfixturevalue("postgresql_server")
        place, drop = server.create(name), server.drop
    found = {
        "back up": measured("back up", database.url.render_as_string(hide_password=False), file),
        "restore": measured("restore", place, file),
    }
    if drop is not None:
        drop(name)
    with capsys.disabled():
        print(f"\n{engine}: filled in {filled:.0f} s; the backup has {file.stat().st_size / 1e6:.0f} MB")
        for what, one in found.items():
            print(
                f"  {what:8} {one['rows']:,} rows in {one['seconds']:.0f} s "
                f"({one['cpu']:.0f} s of processor time), {one['MB']:.0f} MB of memory"
            )
    assert found["back up"]["rows"] == found["restore"]["rows"]
    assert found["restore"]["seconds"] < RESTORE_BAR_SECONDS
