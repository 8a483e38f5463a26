"""The workbook to fill in: downloaded, changed as in a spreadsheet, uploaded, looked at, kept."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import select
from werkzeug.test import TestResponse

from impact.exchange.fill_in import MARKER
from impact.exchange.fill_in_words import Place
from impact.registry import planning, recording
from impact.registry.indicator_tables import Definition, DefinitionVersion
from impact.registry.judging import Draft
from impact.registry.measurement_tables import ImportBatch, Measurement, Revision, StagedUpload
from impact.semantics.period import year_period
from tests.builders import NOW, person
from tests.people import People, make_people, post, signed_in_client
from tests.web.ground import Placed, place_project

PATH = "/projects/centre/workbook"
COLUMN = {place: number for number, place in enumerate(Place, start=1)}
Change = Callable[[Worksheet, dict[str, int]], None]


@pytest.fixture
def placed(sqlite_app: Flask) -> Placed:
    return place_project(sqlite_app)


@pytest.fixture
def cast(sqlite_app: Flask, placed: Placed) -> People:
    return make_people(placed.database)


@pytest.fixture
def analyst(sqlite_app: Flask, cast: People) -> FlaskClient:
    return signed_in_client(sqlite_app, cast.analyst)


def downloaded(client: FlaskClient, query: str = "?periods=all") -> Workbook:
    answer = client.get(f"{PATH}/file{query}")
    assert answer.status_code == 200
    return load_workbook(io.BytesIO(answer.data))


def rows_of(sheet: Worksheet) -> dict[str, int]:
    """The line of each period."""
    head = next(row[0].row for row in sheet.iter_rows() if MARKER in [cell.value for cell in row])
    column = COLUMN[Place.PERIOD]
    return {sheet.cell(line, column).value: line for line in range(head + 1, sheet.max_row + 1)}


def put(sheet: Worksheet, line: int, **said: Any) -> None:
    for name, value in said.items():
        sheet.cell(line, COLUMN[Place(name)]).value = value


def uploaded(client: FlaskClient, change: Change, book: Workbook | None = None) -> TestResponse:
    """What comes of uploading the workbook with a change made in a spreadsheet."""
    book = book or downloaded(client)
    sheet = book.worksheets[0]
    change(sheet, rows_of(sheet))
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    return post(client, PATH, file=(out, "ifylld.xlsx"))


def looked_at(client: FlaskClient, change: Change, book: Workbook | None = None) -> tuple[str, str]:
    """The address of the differences, and their page."""
    answer = uploaded(client, change, book)
    assert answer.status_code == 303, answer.text
    page = client.get(answer.location)
    return answer.location, html.unescape(page.text)


def seen_in(page: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', page)
    return found[1] if found else ""


def test_the_sheet_helps_who_fills_it_in(analyst: FlaskClient, placed: Placed) -> None:
    """Drop-downs, a prompt with what is possible and plausible, locked heads, hidden marks."""
    book = downloaded(analyst, "")
    sheet = book.worksheets[0]
    rows = rows_of(sheet)
    assert list(rows) == ["2023", "2024", "2025"]  # the newest two, and what is open
    line = rows["2025"]
    assert sheet.cell(line, COLUMN[Place.BEFORE]).value == 59.0
    assert sheet.cell(line, COLUMN[Place.STATE]).value == "Ska fyllas i"
    assert sheet.cell(line, COLUMN[Place.VALUE]).value is None
    assert sheet.cell(line, COLUMN[Place.BEFORE]).number_format == "#,##0.0"
    assert not sheet.cell(line, COLUMN[Place.VALUE]).protection.locked
    assert sheet.cell(line, COLUMN[Place.INDICATOR]).protection.locked
    assert sheet.protection.sheet
    assert sheet.column_dimensions["R"].hidden
    rules = {rule.type: rule for rule in sheet.data_validations.dataValidation if rule.type == "decimal"}
    assert (rules["decimal"].formula1, rules["decimal"].formula2) == ("0.0", "100.0")
    assert (
        "Rimligt för 2025: 57,5\N{NO-BREAK SPACE}% till 60,5\N{NO-BREAK SPACE}%." in rules["decimal"].prompt
    )
    lists = [rule.formula1 for rule in sheet.data_validations.dataValidation if rule.type == "list"]
    assert any("sekretess" in words for words in lists)
    assert all(len(words) <= 257 for words in lists)
    assert (
        "Möjligt: 0\N{NO-BREAK SPACE}% till 100\N{NO-BREAK SPACE}%."
        in sheet.cell(rows["2023"], COLUMN[Place.INDICATOR]).comment.text
    )
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_nothing_is_different_when_nothing_was_filled_in(analyst: FlaskClient, placed: Placed) -> None:
    """A workbook that comes back as it went changes nothing, and says so."""
    _, page = looked_at(analyst, lambda _sheet, _rows: None)
    assert "Ingen skillnad" in page
    assert "Spara alltihop" not in page


def test_differences_are_kept_when_they_were_looked_at(
    analyst: FlaskClient, placed: Placed, cast: People
) -> None:
    """New and corrected values are shown and saved together, with the reason, as one batch."""

    def change(sheet: Worksheet, rows: dict[str, int]) -> None:
        put(sheet, rows["2025"], value=58.2, status="preliminärt", n_observed=412, comment="=1+1")
        put(sheet, rows["2025"], response_rate="61,5 %", numerator=582, denominator=1000)
        put(sheet, rows["2024"], value=59.5)

    address, page = looked_at(analyst, change)
    assert "1 ny, 1 rättat, 15 som förut" in page
    assert "58,2 %, preliminärt, 412 svar, svarsfrekvens 61,5 %, 582 av 1 000" in page
    refused = post(analyst, address, seen=seen_in(page))
    assert refused.status_code == 422
    assert "Ange varför värdena rättas." in refused.text
    saved = post(analyst, address, seen=seen_in(page), reason="Räknat om")
    assert saved.status_code == 303
    with placed.database.reading() as session:
        newest = session.scalars(select(Revision).order_by(Revision.id.desc()).limit(2)).all()
        said = {(one.value, one.status, one.n_observed, one.comment, one.reason) for one in newest}
        assert {(one.response_rate, one.numerator, one.denominator) for one in newest} == {
            (61.5, 582.0, 1000.0),
            (None, None, None),
        }
        assert said == {
            (58.2, "preliminary", 412.0, "=1+1", ""),
            (59.5, "final", None, "", "Räknat om"),
        }
        batch = session.scalars(select(ImportBatch)).one()
        assert (batch.n_new, batch.n_changed, batch.file_name) == (1, 1, "ifylld.xlsx")
        assert {one.batch_id for one in newest} == {batch.id}
        assert session.scalars(select(StagedUpload)).all() == []
    assert analyst.get(address).status_code == 404


def test_a_jump_is_asked_about_when_a_percentage_became_a_fraction(
    analyst: FlaskClient, placed: Placed
) -> None:
    """A spreadsheet makes 0,582 of a typed 58,2 %; that is shown, and kept only if confirmed."""
    address, page = looked_at(analyst, lambda sheet, rows: put(sheet, rows["2025"], value=0.582))
    assert "Stämmer det här?" in page
    assert "0,582" in page
    unsaid = post(analyst, address, seen=seen_in(page))
    assert unsaid.status_code == 422
    assert "Bekräfta att värdena stämmer" in unsaid.text
    assert post(analyst, address, seen=seen_in(page), confirm="yes").status_code == 303


def test_both_are_shown_when_it_was_changed_here_meanwhile(analyst: FlaskClient, placed: Placed) -> None:
    """What is not ticked stays as it is here; what is ticked becomes the workbook's."""
    book = downloaded(analyst)
    with placed.database.transaction() as session:
        found = session.scalars(select(Measurement).order_by(Measurement.first_day.desc()).limit(2)).all()
        for measurement, value in zip(found, (60.0, 61.0), strict=True):
            recording.revise_measurement(
                session,
                person(session),
                placed.series_id,
                measurement.id,
                measurement.version,
                Draft(value=value),
                reason="Recount",
                now=NOW,
            )

    def change(sheet: Worksheet, rows: dict[str, int]) -> None:
        put(sheet, rows["2024"], value=62.0)
        put(sheet, rows["2023"], value=63.0)
        put(sheet, rows["2022"], value=61.7)

    address, page = looked_at(analyst, change, book)
    assert "Här: 60 %. I arbetsboken: 62 %." in page
    mine = {f"mine:{placed.series_id}:2024": "yes"}
    assert post(analyst, address, seen=seen_in(page), reason="Ny", **mine).status_code == 303
    with placed.database.reading() as session:
        rows = select(Measurement.first_day, Revision.value).join(
            Revision, Revision.id == Measurement.newest_revision_id
        )
        stored = {day.year: value for day, value in session.execute(rows)}
    assert (stored[2024], stored[2023], stored[2022]) == (62.0, 61.0, 61.7)


def test_a_save_meanwhile_is_told_when_it_comes_after_the_look(analyst: FlaskClient, placed: Placed) -> None:
    """Nothing is kept of what was not looked at."""
    address, page = looked_at(analyst, lambda sheet, rows: put(sheet, rows["2025"], value=58.0))
    with placed.database.transaction() as session:
        recording.record_measurement(
            session, person(session), placed.series_id, year_period(2025), Draft(value=57.0), now=NOW
        )
    answer = post(analyst, address, seen=seen_in(page))
    assert answer.status_code == 409
    assert "Här: 57 %. I arbetsboken: 58 %." in html.unescape(answer.text)


def test_rows_are_refused_with_their_reasons(analyst: FlaskClient, placed: Placed) -> None:
    """What cannot be stored is told beside its row, and nothing can be saved."""
    cases: list[tuple[dict[str, Any], str]] = [
        ({"value": "sextio"}, "”sextio” är inget tal."),
        ({"value": 162.0}, "Värdet kan inte vara högre än 100."),
        ({"value": "1,234"}, "kan läsas på två sätt"),
        ({"value": 58.0, "missing": "sekretess"}, "Ange ett värde"),
        ({"value": None, "missing": "vet inte"}, "vet inte är ingen giltig orsak"),
        ({"value": None}, "Ange ett värde"),
        ({"value": 58.0, "stamp": "[1,2]"}, "dolda märke har ändrats"),
        ({"value": 58.0, "stamp": None}, "dolda märke har ändrats"),
    ]

    def change(sheet: Worksheet, rows: dict[str, int]) -> None:
        for year, (said, _) in enumerate(cases, start=2010):
            put(sheet, rows[f"{year}"], **said)

    address, page = looked_at(analyst, change)
    assert "8 avvisade" in page
    for year, (_, sentence) in enumerate(cases, start=2010):
        row = next(row for row in page.split("<tr") if f">{year}<" in row)
        assert sentence in row
    assert "Spara alltihop" not in page
    assert post(analyst, address, seen=seen_in(page)).status_code in (409, 422)


def test_marks_of_others_are_refused(sqlite_app: Flask, analyst: FlaskClient, placed: Placed) -> None:
    """A row of another project, one that was dragged and one that stands twice are refused."""
    place_project(sqlite_app, "harbour", "Hamnen")
    other = load_workbook(io.BytesIO(analyst.get("/projects/harbour/workbook/file").data)).worksheets[0]

    def change(sheet: Worksheet, rows: dict[str, int]) -> None:
        mark = sheet.cell(rows["2024"], COLUMN[Place.STAMP]).value
        put(
            sheet,
            rows["2023"],
            value=1.0,
            stamp=other.cell(rows_of(other)["2025"], COLUMN[Place.STAMP]).value,
        )
        put(sheet, rows["2022"], value=2.0, stamp=mark.replace("2024", "2020"))
        put(sheet, rows["2024"], value=3.0)
        put(sheet, rows["2025"], value=4.0, stamp=mark)

    _, page = looked_at(analyst, change)
    assert "annat projekts arbetsbok" in page
    assert "dolda märke har ändrats" in page
    assert "två gånger" in page


def test_rows_are_found_when_the_indicator_was_renamed(analyst: FlaskClient, placed: Placed) -> None:
    """The mark counts, not the name that the sheet shows."""
    book = downloaded(analyst)
    with placed.database.transaction() as session:
        definition = session.scalars(select(Definition)).one()
        old = session.scalars(select(DefinitionVersion)).one()
        fields = ("kind", "unit_sv", "lowest", "highest", "decimals", "direction")
        new = DefinitionVersion(name_sv="Trygga boende", **{name: getattr(old, name) for name in fields})
        planning.add_definition_version(session, person(session), definition, new, now=NOW)
    address, page = looked_at(analyst, lambda sheet, rows: put(sheet, rows["2025"], value=58.0), book)
    assert "1 ny, 0 rättade" in page
    assert post(analyst, address, seen=seen_in(page)).status_code == 303


def test_another_file_is_told(analyst: FlaskClient, placed: Placed) -> None:
    """A file that is not the workbook, or none, is told beside the field."""
    nothing = post(analyst, PATH)
    assert nothing.status_code == 422
    other = post(analyst, PATH, file=(io.BytesIO(b"a;b\r\n1;2\r\n"), "a.csv"))
    assert other.status_code == 422
    assert "Filen är inte arbetsboken" in html.unescape(other.text)


def test_uploads_of_others_are_not_found(sqlite_app: Flask, analyst: FlaskClient, cast: People) -> None:
    """Nobody else sees an upload, whatever their role."""
    address, _ = looked_at(analyst, lambda sheet, rows: put(sheet, rows["2025"], value=58.0))
    assert signed_in_client(sqlite_app, cast.administrator).get(address).status_code == 404
    assert signed_in_client(sqlite_app, cast.outsider).get(f"{PATH}/file").status_code == 404
    assert signed_in_client(sqlite_app, cast.viewer).get(f"{PATH}/file").status_code == 403
