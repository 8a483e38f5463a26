"""A file of 100,000 rows: read and judged, compared with what is stored, applied with history.

    python -m benchmarks.importing [--rows 100000] [--url postgresql+psycopg://…]

Beside each: what the engine alone needs for as many rows. Without an address a fresh SQLite
file is used; a PostgreSQL database must be empty. Prints one line a figure, with its bar.
Figures are seconds of a processor on this side, which other work hardly changes; those of a
PostgreSQL server are not in them, so applying is told by the clock too.
"""

from __future__ import annotations

import argparse
import csv
import gc
import io
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import openpyxl
from sqlalchemy.orm import Session

from impact import migrating
from impact.collecting import without_collecting
from impact.db import Base, Database
from impact.exchange.entries import entries_of
from impact.exchange.importing import ImportedFile, Outcome, apply_preview, preview_sheet
from impact.exchange.limited_reading import read_book
from impact.exchange.mapping import Mapping
from impact.exchange.understanding import sheet_in, understand
from impact.exchange.workbook_writing import write_workbook
from impact.registry.measurement_tables import Measurement, Revision, RevisionState
from impact.semantics.period import Frequency, period_starting
from impact.semantics.unit import Kind
from tests.builders import Ground, make_ground, make_indicator, make_version

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
FIRST = period_starting(date(1990, 1, 1), Frequency.MONTH)
N_MONTHS = 400


def main() -> int:
    """Measure, and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--url")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = options.url or f"sqlite:///{folder}/import.sqlite"
        migrating.upgrade(url)
        database = Database(url)
        _measure(database, options.rows)
        database.dispose()
    return 0


def _measure(database: Database, n_rows: int) -> None:
    content = _file(n_rows)
    # As a preview does it.
    with without_collecting(), _timed() as seconds:
        sheet = sheet_in(read_book(content))
        entries = list(entries_of(understand(sheet), Mapping()))
    assert sum(entry.value.number is not None for entry in entries) == n_rows
    _tell("read and judge", n_rows / seconds[0], 100_000)
    del entries
    with database.transaction() as session:
        ground = _ground(session, -(-n_rows // N_MONTHS))
    for step in ("preview into an empty project", "preview beside as much stored"):
        with database.reading() as session, _timed() as seconds:
            sheet = sheet_in(read_book(content))
            preview = preview_sheet(session, ground.planner, "centre", sheet, Mapping(), now=NOW)
        _tell(step, n_rows / seconds[0], 40_000)
        if preview.count(Outcome.NEW):
            del preview
            _apply(database, ground, content, n_rows)
    assert preview.count(Outcome.UNCHANGED) == n_rows
    del preview
    _workbook(n_rows)


def _apply(database: Database, ground: Ground, content: bytes, n_rows: int) -> None:
    """Applying, beside what it writes put in bare: its revisions alone, and all its rows."""
    sheet = sheet_in(read_book(content))
    with database.writing_session() as session:
        preview = preview_sheet(session, ground.planner, "centre", sheet, Mapping(), now=NOW)
        gc.collect()
        with _timed() as seconds:
            apply_preview(session, ground.planner, preview, ImportedFile("f.csv", content), now=NOW)
            session.commit()
    revisions, *others = (_bare(database, kind) for kind in (Revision, Measurement, RevisionState))
    bar = 0.3 if database.is_sqlite else 0.2
    for place, way in enumerate(("processor", "clock")):
        ours, alone = seconds[place], revisions[place]
        together = alone + sum(each[place] for each in others)
        print(
            f"apply with history, by the {way}: {n_rows / ours:,.0f} rows/s, {ours:.2f} s;"
            f" its revisions bare {n_rows / alone:,.0f} rows/s; ratio {alone / ours:.2f} (bar {bar});"
            f" all its rows bare {together:.2f} s; ratio {together / ours:.2f}"
        )
    print(f"at most {_peak():.0f} MB until then")


def _bare(database: Database, kind: type[Base]) -> list[float]:
    """Seconds for the same rows of a table by executemany, or by COPY, into a table of their own."""
    table = Base.metadata.tables[kind.__tablename__]
    names = [column.name for column in table.columns]
    with database.engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE TABLE bare AS SELECT * FROM {table.name} WHERE 1 = 0")
        raw = connection.connection.driver_connection
        rows = [
            tuple(row) for row in connection.exec_driver_sql(f"SELECT {', '.join(names)} FROM {table.name}")
        ]
        with _timed() as seconds:
            if database.is_sqlite:
                places = ", ".join("?" * len(names))
                raw.executemany(f"INSERT INTO bare ({', '.join(names)}) VALUES ({places})", rows)
            else:
                with (
                    raw.cursor() as cursor,
                    cursor.copy(f"COPY bare ({', '.join(names)}) FROM STDIN") as copy,
                ):
                    for row in rows:
                        copy.write_row(row)
            connection.commit()
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE bare")
    return seconds


def _workbook(n_rows: int) -> None:
    chance = random.Random(5)
    rows = ([f"namn {n // N_MONTHS}", FIRST.successor(n % N_MONTHS).key(), round(chance.uniform(0, 100), 2)]
            for n in range(n_rows))  # fmt: skip
    content = write_workbook([["namn", "period", "tal"], *rows], "data")
    with _timed() as bare:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        n_read = sum(1 for _ in book.active.iter_rows(values_only=True))
    assert n_read == n_rows + 1
    with _timed() as ours:
        sheet = sheet_in(read_book(content))
        n_found = sum(1 for _ in entries_of(understand(sheet), Mapping()))
    assert n_found == n_rows
    print(f"workbook: {ours[0]:.1f} s read and judged, {bare[0]:.1f} s openpyxl's bare pass")


def _file(n_rows: int) -> bytes:
    chance = random.Random(7)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(["indikator", "uppdelning", "period", "värde", "kommentar"])
    for n in range(n_rows):
        part = "" if n < N_MONTHS else f"part={n // N_MONTHS:03d}"
        value = f"{chance.uniform(-1000, 100_000):.2f}".replace(".", ",")
        writer.writerow(["Antal", part, FIRST.successor(n % N_MONTHS).key(), value, ""])
    return out.getvalue().encode()


def _ground(session: Session, n_series: int) -> Ground:
    ground = make_ground(session)
    version = make_version(
        session, ground.planner, "many", name_sv="Antal", name_en="", kind=Kind.NUMBER, unit_sv="st",
        lowest=None, highest=None, decimals=2,
    )  # fmt: skip
    make_indicator(
        session,
        ground.planner,
        ground.goal,
        version,
        frequency=Frequency.MONTH,
        first_day=FIRST.first_day,
        disaggregations=tuple(f"part={n:03d}" for n in range(1, n_series)),
    )
    return ground


@contextmanager
def _timed() -> Iterator[list[float]]:
    """Seconds of a processor, those of processes that ended among them, and by the clock."""
    seconds: list[float] = []
    start, clock = _spent(), time.perf_counter()
    yield seconds
    seconds += [_spent() - start, time.perf_counter() - clock]


def _spent() -> float:
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime


def _tell(step: str, rate: float, bar: int) -> None:
    print(f"{step}: {rate:,.0f} rows/s (bar {bar:,}); at most {_peak():.0f} MB until then")


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
