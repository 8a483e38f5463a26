"""Files of 100,000 measurements: seconds of a processor, beside the bare writers of the same rows.

Bar: no more than three times what the bare writer takes for the same cells, and memory that
does not grow with the rows; the reading from the database is told by itself.
"""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

import pytest
from xlsxwriter import Workbook

from benchmarks.large_portfolio import N_INDICATORS, N_YEARS, NOW, Size, fill_large
from impact.accounts.actors import installation_actor
from impact.audit.tables import ActorKind
from impact.db import Database
from impact.exchange.csv_text import SWEDISH
from impact.exchange.exporting import EVERYTHING, FileFormat, export_to, tidy_rows

N_ROWS = 100_000
BAR = 3.0
CODE = """
import re, tempfile
from datetime import UTC, datetime
from impact.accounts.actors import installation_actor
from impact.audit.tables import ActorKind
from impact.db import Database
from impact.exchange.csv_text import SWEDISH
from impact.exchange.exporting import EVERYTHING, FileFormat, export_to
import impact.schema
database = Database({url!r})
with database.transaction() as session:
    actor = installation_actor(session, ActorKind.SYSTEM, now=datetime.now(UTC))
with database.reading() as session, tempfile.TemporaryFile() as out:
    export_to(out, session, actor, EVERYTHING, FileFormat({name!r}), SWEDISH)
print(int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) // 1024)
"""


def spent(do: Callable[[], object]) -> float:
    """Seconds of a processor; other work on the machine is not counted."""
    began = time.process_time()
    do()
    return time.process_time() - began


def bare(rows: list[list[str | float | None]], file_format: FileFormat) -> None:
    """The same cells by the library alone."""
    if file_format is FileFormat.XLSX:
        with tempfile.TemporaryFile() as out:
            book = Workbook(out, {"constant_memory": True})
            sheet = book.add_worksheet()
            for line, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if isinstance(cell, str):
                        sheet.write_string(line, place, cell)
                    elif cell is not None:
                        sheet.write_number(line, place, cell)
            book.close()
    elif file_format is FileFormat.CSV:
        csv.writer(io.StringIO(), delimiter=";").writerows(rows)
    else:
        json.dumps(rows, ensure_ascii=False)


def test_writes_files_beside_the_bare_writers(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    """Workbook, separated text and JSON of 100,000 rows, on both databases."""
    fill_large(database, Size(-(-N_ROWS // (N_INDICATORS * N_YEARS))))
    with database.transaction() as session:
        actor = installation_actor(session, ActorKind.SYSTEM, now=NOW)
    with database.reading() as session:
        began = time.process_time()
        rows = list(tidy_rows(session, actor, EVERYTHING, "sv"))
        reading = time.process_time() - began
    assert len(rows) >= N_ROWS
    told = [f"{len(rows):,} rows read: {reading:.1f} s"]
    ratios = {}
    for file_format in FileFormat:
        with database.reading() as session, tempfile.TemporaryFile() as out:
            whole = spent(lambda: export_to(out, session, actor, EVERYTHING, file_format, SWEDISH))  # noqa: B023
            size = out.tell() / 1e6
        alone = spent(lambda: bare(rows, file_format))  # noqa: B023
        ratios[file_format] = (whole - reading) / alone
        url = database.url.render_as_string(hide_password=False)
        code = CODE.format(url=url, name=file_format.value)
        memory = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        told.append(
            f"{file_format}: {whole:.1f} s, bare {alone:.1f} s, {ratios[file_format]:.1f} times without the "
            f"reading, {size:.1f} MB, memory {memory.stdout.strip()} MB"
        )
    with capsys.disabled():
        print("\n" + "\n".join(told))
    assert ratios[FileFormat.XLSX] < BAR
