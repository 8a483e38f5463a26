"""Import of a file in pages: uploaded, looked at, corrected, applied as one, undone as one."""

from __future__ import annotations

import html
import io
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from impact.cli import main
from impact.registry import rounds
from impact.registry.measurement_tables import BatchState, ImportBatch, ImportMapping, Measurement, Revision
from impact.registry.rounds import RoundAct, Seen
from impact.semantics.period import year_period
from impact.semantics.series import Missing
from tests.people import NOW, People, make_people, post, signed_in_client
from tests.web.ground import Placed, place_project

PATH = "/projects/centre/import"
TABLE = """Statistik om trygghet

Stadsdel;Mått;2023;2024;2025
Centrum;Andel trygga;61,5;..;57,5
Norr;Andel trygga;70,1;71,2;72,3

Källa: kommunens enkät
"""
NAME = "Centrum | Andel trygga"


@pytest.fixture
def placed(sqlite_app: Flask) -> Placed:
    return place_project(sqlite_app)


@pytest.fixture
def cast(sqlite_app: Flask, placed: Placed) -> People:
    return make_people(placed.database)


@pytest.fixture
def analyst(sqlite_app: Flask, cast: People) -> FlaskClient:
    client = signed_in_client(sqlite_app, cast.analyst)
    post(client, "/language/en")
    return client


def upload(client: FlaskClient, content: bytes, name: str = "enkät.csv") -> TestResponse:
    return post(client, PATH, file=(io.BytesIO(content), name))


def looked_at(client: FlaskClient, text: str = TABLE) -> str:
    """The address of an uploaded file's page."""
    answer = upload(client, text.encode())
    assert answer.status_code == 303
    return answer.location


def read_again(client: FlaskClient, path: str, **said: str) -> str:
    """The page after the file was read again as somebody said."""
    answer = post(client, path, **said)
    assert answer.status_code == 303
    return text_of(client.get(path))


def apply(client: FlaskClient, path: str, **said: str) -> TestResponse:
    page = client.get(path).text
    seen = re.search(r'name="seen" value="(\w+)"', page)
    return post(client, f"{path}/apply", **{"seen": seen.group(1) if seen else "", **said})


def text_of(answer: TestResponse) -> str:
    assert answer.status_code < 500
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def mapped(placed: Placed, **more: str) -> dict[str, str]:
    return {"name-1": NAME, "series-1": str(placed.series_id), **more}


def newest(placed: Placed) -> dict[int, tuple[float | None, Missing | None]]:
    with placed.database.reading() as session:
        rows = session.execute(
            select(Measurement.first_day, Revision.value, Revision.missing)
            .join(Revision, Revision.id == Measurement.newest_revision_id)
            .where(Measurement.series_id == placed.series_id)
        )
        return {row.first_day.year: (row.value, row.missing) for row in rows}


def test_is_found_from_the_project_when_somebody_records(analyst: FlaskClient) -> None:
    """The way leads from the project's page, and says what can be sent."""
    assert f'href="{PATH}"' in analyst.get("/projects/centre").text
    assert ".ods" in text_of(analyst.get(PATH))


def test_shows_the_sheet_beside_what_was_understood(analyst: FlaskClient) -> None:
    """Cells are marked as header, name, period and value; notes are passed over."""
    page = analyst.get(looked_at(analyst)).text
    assert '<td class="cell-head">2024</td>' in page
    assert '<td class="cell-label">Centrum</td>' in page
    assert '<td class="cell-value">57,5</td>' in page
    assert '<td class="cell-note">Källa: kommunens enkät</td>' in page
    assert 'value=".."' in page


def test_offers_words_instead_of_numbers_as_marks(analyst: FlaskClient, placed: Placed) -> None:
    """An unknown word is refused until somebody says what it means; the table below says its row."""
    further = "\nStadsdel;Mått;2020;2021\nCentrum;Svar;61;62\n"
    path = looked_at(analyst, TABLE.replace("..", "utgick") + further)
    page = text_of(analyst.get(path))
    assert "utgick 1 no mark: the cell is refused" in page
    said = {"sign-1": "utgick", "meaning-1": "confidential"}
    assert "1 new, 2 corrected" in read_again(analyst, path, **mapped(placed), **said)
    assert "Another table begins in row 9" in page


def test_folds_many_columns_of_values_away(analyst: FlaskClient) -> None:
    """What is alike for each year does not stand between the reader and the names."""
    years = range(2018, 2024)
    table = f"Område;{';'.join(map(str, years))}\nCentrum;{';'.join('61,5' for _ in years)}\n"
    page = analyst.get(looked_at(analyst, table)).text
    shown, folded = page.split("6 columns of values, B to G</summary>")
    assert ('name="role-0"' in shown, 'name="role-1"' in shown) == (True, False)
    assert folded.count('name="role-') == len(years)
    assert '<span class="note">2018</span>' not in page


def test_applies_all_of_it_as_one_batch_and_remembers(
    analyst: FlaskClient,
    placed: Placed,
    cast: People,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """What the preview showed is stored once; the next file of the sort needs no mapping."""
    path = looked_at(analyst)
    page = read_again(analyst, path, **mapped(placed), **{"sign-1": "..", "meaning-1": "confidential"})
    assert "57,5" in page
    assert "1 new, 2 corrected" in page
    refused = apply(analyst, path)
    assert refused.status_code == 422
    assert "Say why the values are corrected." in text_of(refused)
    answer = apply(analyst, path, reason="New weights")
    assert (answer.status_code, answer.location) == (303, PATH)
    values = newest(placed)
    assert (values[2023], values[2024], values[2025]) == (
        (61.5, None),
        (None, Missing.CONFIDENTIAL),
        (57.5, None),
    )
    with placed.database.reading() as session:
        batch = session.scalars(select(ImportBatch)).one()
        assert {row.batch_id for row in session.scalars(select(Revision)) if row.value == 57.5} == {batch.id}
        assert session.scalars(select(ImportMapping)).one().mapping["series"][NAME] == placed.series_id
    next_one = TABLE.replace("2025", "2026")
    assert "1 new, 0 corrected, 2 as before" in text_of(analyst.get(looked_at(analyst, next_one)))
    # So does the command line, and tells the same.
    monkeypatch.setenv("IMPACT_DATABASE_URL", placed.database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("IMPACT_DATA_DIR", str(tmp_path))
    (tmp_path / "enkät.csv").write_text(next_one, "utf-8")
    command = ["import", str(tmp_path / "enkät.csv"), "--project", "centre", "--dry-run", "--json"]
    told = json.loads(CliRunner().invoke(main, command).stdout)
    assert (told["new"], told["changed"], told["unchanged"]) == (1, 0, 2)
    # A value far off is told on both, and kept if it is imported.
    far = next_one.replace("57,5", "91,5")
    assert "1 value looks wrong" in text_of(page := analyst.get(looked_at(analyst, far)))
    assert "91.5 is further from" in text_of(page)
    (tmp_path / "enkät.csv").write_text(far, "utf-8")
    (doubted,) = [
        row for row in json.loads(CliRunner().invoke(main, command).stdout)["rows"] if row["doubts"]
    ]
    assert (doubted["value"], doubted["outcome"]) == (91.5, "new")
    (tmp_path / "enkät.csv").write_text(next_one, "utf-8")
    assert (told["mapping"]["series"], told["mapping"]["marks"]) == (
        {NAME: placed.series_id},
        {"..": "confidential"},
    )
    assert json.loads(CliRunner().invoke(main, [*command, "--anew"]).stdout)["new"] == 0


def test_undoes_an_import_as_a_whole(analyst: FlaskClient, placed: Placed) -> None:
    """Corrections go back to what was there, first values are no longer; a reason is needed."""
    before = newest(placed)
    path = looked_at(analyst)
    read_again(analyst, path, **mapped(placed))
    apply(analyst, path, reason="New weights")
    with placed.database.reading() as session:
        number = session.scalars(select(ImportBatch.id)).one()
    undo = f"/import-batches/{number}/undo"
    assert "Say why the import is undone." in text_of(post(analyst, undo))
    assert post(analyst, undo, **{f"reason-{number}": "Wrong file"}).status_code == 303
    after = newest(placed)
    assert {year: after[year] for year in before} == before
    assert after[2025] == (None, Missing.NOT_HANDED_IN)
    # The sheet has an empty cell that is late as before, and filling it corrects nothing.
    sheet = analyst.get("/projects/centre/sheet").text
    assert re.search(r'<td class="late owed"><input name="value\.\d+\.2025" id="[^"]*" value=""', sheet)
    assert "2025" in text_of(analyst.get("/entry"))
    seen = re.search(r'name="seen" value="([^"]*)"', sheet)
    assert seen is not None
    typed = {f"value.{placed.series_id}.2025": "58,1", "seen": seen[1]}
    assert post(analyst, "/projects/centre/sheet", **typed).status_code == 303
    with placed.database.reading() as session:
        assert session.scalars(select(ImportBatch)).one().state is BatchState.UNDONE
    assert "undone already" in text_of(post(analyst, undo, **{f"reason-{number}": "x"}))


def test_refuses_a_closed_round_and_what_was_changed_meanwhile(
    analyst: FlaskClient, placed: Placed, cast: People
) -> None:
    """A closed round is told before anything is applied; what was not looked at is not applied."""
    path = looked_at(analyst)
    read_again(analyst, path, **mapped(placed))
    with placed.database.transaction() as session:
        manager, period = cast.manager.actor, year_period(2023)
        newest_id = rounds.newest_revision_of(session, 1, period)
        seen = Seen(0, newest_id)
        row = rounds.move(session, manager, "centre", period, RoundAct.SUBMIT, seen=seen, now=NOW).round
        seen = Seen(row.version, newest_id)
        rounds.move(session, manager, "centre", period, RoundAct.CLOSE, seen=seen, now=NOW)
    page = text_of(analyst.get(path))
    assert "The reporting round of this period is closed." in page
    assert "Nothing can be imported while values are refused" in page
    answer = post(analyst, f"{path}/apply", seen="0" * 32, reason="x")
    assert answer.status_code == 409
    assert newest(placed)[2023] != (61.5, None)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Choose the file"),
        (b"%PDF-1.7", "of the kind PDF"),
        (b"bara ord\n", "No table of values"),
    ],
)
def test_tells_why_when_a_file_is_not_read(analyst: FlaskClient, content: bytes, sentence: str) -> None:
    """A file that cannot be imported is told beside the field."""
    answer = upload(analyst, content)
    if answer.status_code == 303:
        answer = analyst.get(answer.location)
    assert sentence in text_of(answer)


def test_another_person_does_not_find_the_file(sqlite_app: Flask, analyst: FlaskClient, cast: People) -> None:
    """What somebody uploaded is theirs until it is imported."""
    path = looked_at(analyst)
    assert signed_in_client(sqlite_app, cast.manager).get(path).status_code == 404
