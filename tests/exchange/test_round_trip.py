"""Out and in again: no value changes on the way."""

import csv
import io
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.exchange.cells import Sheet
from impact.exchange.csv_text import INTERNATIONAL, SWEDISH, Form
from impact.exchange.exporting import FileFormat, Selection, export_to, tidy_rows
from impact.exchange.importing import ImportedFile, Outcome, Preview, apply_preview, preview_sheet
from impact.exchange.limited_reading import read_book
from impact.exchange.mapping import Mapping
from impact.exchange.rows import Column, column_named
from impact.registry import planning
from impact.registry.indicator_tables import IndicatorSeries
from impact.registry.judging import Draft
from impact.registry.measurement_tables import EvidenceLevel, Measurement, Revision
from impact.semantics.period import Frequency, ReportingPeriod, period_starting
from impact.semantics.series import Missing, Status
from impact.semantics.unit import Kind
from tests.builders import NOW, Ground, make_ground, make_indicator, make_version
from tests.exchange.test_csv_text import PAYLOADS

N_SERIES, N_MONTHS = 80, 126
REASONS = list(Missing)
NUMBERS = frozenset(
    (
        *(Column.VALUE, Column.N_OBSERVED, Column.STANDARD_ERROR, Column.RESPONSE_RATE),
        *(Column.NUMERATOR, Column.DENOMINATOR),
    )
)
FORMS = pytest.mark.parametrize("form", [SWEDISH, INTERNATIONAL], ids=["swedish", "international"])
WAYS = pytest.mark.parametrize(
    ("file_format", "form"),
    [
        (FileFormat.CSV, SWEDISH),
        (FileFormat.CSV, INTERNATIONAL),
        (FileFormat.XLSX, SWEDISH),
        (FileFormat.JSON, INTERNATIONAL),
    ],
    ids=["swedish csv", "international csv", "xlsx", "json"],
)


def any_number(chance: random.Random) -> float:
    """Of up to fifteen digits, from 1e-10 to 1e15, of either sign; sometimes like thousands."""
    if chance.random() < 0.1:
        return chance.choice((-1, 1)) * chance.randrange(1000, 999_999) / 1000
    digits = chance.randrange(1, 10 ** chance.randint(1, 15))
    number = float(f"{digits}e{chance.randint(-10, 15) - len(str(digits))}")
    return chance.choice((-1, 1)) * max(1e-10, min(number, 1e15))


def any_draft(chance: random.Random) -> Draft:
    comment = chance.choice(["", "", 'Ny "våg"; 2', "två\nrader", *PAYLOADS])
    if chance.random() < 0.1:
        return Draft(missing=chance.choice(REASONS), comment=comment)
    return Draft(
        value=any_number(chance),
        status=chance.choice(list(Status)),
        n_observed=chance.choice([None, float(chance.randrange(10**6))]),
        standard_error=chance.choice([None, abs(any_number(chance))]),
        response_rate=chance.choice([None, chance.randrange(0, 100_000) / 1000]),
        numerator=chance.choice([None, any_number(chance)]),
        denominator=chance.choice([None, abs(any_number(chance))]),
        comment=comment,
        evidence_level=chance.choice([None, *EvidenceLevel]),
        evidence_address=chance.choice(["", "https://example.se/enkät?år=2024&x=1;2"]),
    )


def any_drafts(seed: int, n_series: int) -> dict[tuple[int, ReportingPeriod], Draft]:
    """A draft for each month of each series, by number of the series and period."""
    chance = random.Random(seed)
    first = period_starting(date(2010, 1, 1), Frequency.MONTH)
    return {
        (place, first.successor(month)): any_draft(chance)
        for place in range(n_series)
        for month in range(N_MONTHS)
    }


def monthly(session: Session, ground: Ground, n_series: int) -> list[IndicatorSeries]:
    """An indicator without bounds, split into many series that are measured every month."""
    version = make_version(
        session,
        ground.planner,
        f"{ground.project.slug}-anything",
        name_sv="=Vad som helst",
        name_en="-Anything",
        unit_sv="poäng",
        unit_en="+points",
        kind=Kind.NUMBER,
        lowest=None,
        highest=None,
    )
    indicator, _ = make_indicator(
        session,
        ground.planner,
        ground.goal,
        version,
        frequency=Frequency.MONTH,
        disaggregations=tuple(f"part={n}" for n in range(1, n_series)),
    )
    rows = select(IndicatorSeries).where(IndicatorSeries.indicator_id == indicator.id)
    return list(session.scalars(rows.order_by(IndicatorSeries.id)))


def keep(
    session: Session,
    ground: Ground,
    series: Sequence[IndicatorSeries],
    drafts: dict[tuple[int, ReportingPeriod], Draft],
) -> None:
    """The drafts as approved measurements, straight into the tables to save time."""
    measurements = [
        Measurement(
            series_id=series[place].id,
            first_day=period.first_day,
            last_day=period.last_day,
            frequency=period.frequency,
        )
        for place, period in drafts
    ]
    session.add_all(measurements)
    session.flush()
    revisions = [
        Revision(
            measurement_id=measurement.id,
            number=1,
            actor_id=ground.planner.id,
            recorded_at=NOW,
            digest="",
            **vars(draft),
        )
        for measurement, draft in zip(measurements, drafts.values(), strict=True)
    ]
    session.add_all(revisions)
    session.flush()
    for measurement, revision in zip(measurements, revisions, strict=True):
        measurement.newest_revision_id = measurement.approved_revision_id = revision.id
    session.flush()


def content_out(session: Session, ground: Ground, file_format: FileFormat, form: Form) -> bytes:
    out = io.BytesIO()
    export_to(out, session, ground.planner, Selection(ground.project.slug), file_format, form)
    return out.getvalue()


def sheet_out(session: Session, ground: Ground, file_format: FileFormat, form: Form) -> Sheet:
    (sheet,) = read_book(content_out(session, ground, file_format, form)).sheets
    return sheet


def without(sheet: Sheet, *columns: Column) -> Sheet:
    """The sheet with what these columns say taken out."""
    header = sheet.rows[0][1]
    kept = [place for place, name in enumerate(header) if column_named(str(name)) not in columns]
    rows = ((line, [*cells, *[""] * len(header)]) for line, cells in sheet.rows)
    return replace(sheet, rows=tuple((line, tuple(cells[place] for place in kept)) for line, cells in rows))


def previewed(session: Session, ground: Ground, sheet: Sheet) -> Preview:
    return preview_sheet(session, ground.planner, ground.project.slug, sheet, Mapping(), now=NOW)


@WAYS
def test_nothing_changes_when_a_file_comes_back(
    session: Session, file_format: FileFormat, form: Form, trials: Callable[[int], int]
) -> None:
    """Ten thousand numbers, missing values and comments go out and come back as they were."""
    ground, n_series = make_ground(session), trials(N_SERIES)
    drafts = any_drafts(20_261_123, n_series)
    keep(session, ground, monthly(session, ground, n_series), drafts)
    assert {draft.missing for draft in drafts.values()} == {None, *REASONS}
    sheet = sheet_out(session, ground, file_format, form)
    assert len(sheet.rows) - 1 == len(drafts) == n_series * N_MONTHS
    preview = previewed(session, ground, sheet)
    assert {row.outcome for row in preview.entries} == {Outcome.UNCHANGED}


@WAYS
def test_everything_arrives_when_the_project_is_empty(
    session: Session, file_format: FileFormat, form: Form, trials: Callable[[int], int]
) -> None:
    """What another project exported is the same when it is read into an empty one."""
    ground, empty, n_series = make_ground(session), make_ground(session, "harbour"), trials(N_SERIES)
    series, drafts = monthly(session, ground, n_series), any_drafts(7, n_series)
    keep(session, ground, series, drafts)
    target = monthly(session, empty, n_series)
    left_out = (Column.PROJECT, Column.INDICATOR_ID)
    sheet = sheet_out(session, ground, file_format, form)
    preview = previewed(session, empty, without(sheet, *left_out))
    assert {row.outcome for row in preview.entries} == {Outcome.NEW}
    numbers = {one.id: place for place, one in enumerate(target)}
    arrived = {(numbers[row.series_id], row.period): row.draft for row in preview.entries}
    assert {key: vars(draft) | {"text_as_typed": ""} for key, draft in arrived.items()} == {
        key: vars(draft) for key, draft in drafts.items()
    }


def test_the_same_rows_go_out_when_an_import_was_applied(session: Session) -> None:
    """An import through the verbs leaves what the file said, to the last bit."""
    ground, empty = make_ground(session), make_ground(session, "harbour")
    series = monthly(session, ground, 2)
    drafts = dict(list(any_drafts(11, 2).items())[:200])
    keep(session, ground, series, drafts)
    monthly(session, empty, 2)
    sheet = sheet_out(session, ground, FileFormat.CSV, SWEDISH)
    preview = previewed(session, empty, without(sheet, Column.PROJECT, Column.INDICATOR_ID))
    apply_preview(session, empty.planner, preview, ImportedFile("f.csv", b"f"), now=NOW)
    session.flush()
    out = [list(tidy_rows(session, ground.planner, Selection(slug), "en")) for slug in ("centre", "harbour")]
    for before, after in zip(*out, strict=True):
        assert before[4:] == after[4:]


@FORMS
def test_no_cell_is_a_formula_when_texts_look_like_one(session: Session, form: Form) -> None:
    """Names, units and comments that begin like formulas come out as text."""
    ground = make_ground(session)
    ground.goal.title_sv = ground.goal.title_en = "@SUM(A1)"
    planning.save(session, ground.planner, ground.goal, now=NOW)
    keep(session, ground, monthly(session, ground, 2), any_drafts(3, 2))
    text = content_out(session, ground, FileFormat.CSV, form).decode("utf-8-sig")
    dangerous = 0
    for cells in csv.DictReader(io.StringIO(text, newline=""), delimiter=form.delimiter):
        for name, cell in cells.items():
            is_number = column_named(name) in NUMBERS
            bare = cell.lstrip()
            dangerous += cell.startswith("'")
            if bare and bare[0] in "=+-@\t\r＝＋－＠":
                assert is_number
                float(bare.replace(",", "."))
    assert dangerous > 250


def test_no_cell_is_a_formula_when_the_file_is_a_workbook(session: Session) -> None:
    """Two hundred texts that programs take for formulas stand in a workbook as texts."""
    ground = make_ground(session)
    payloads = any_payloads(200)
    months = period_starting(date(2010, 1, 1), Frequency.MONTH)
    drafts = {
        (0, months.successor(place)): Draft(value=-4.2, comment=text) for place, text in enumerate(payloads)
    }
    keep(session, ground, monthly(session, ground, 1), drafts)
    content = content_out(session, ground, FileFormat.XLSX, INTERNATIONAL)
    book = load_workbook(io.BytesIO(content), data_only=False)
    header, *rows = book.active.iter_rows()
    at = [cell.value for cell in header].index("comment")
    assert [row[at].value for row in rows] == payloads
    assert not [cell for row in rows for cell in row if cell.data_type == "f" or cell.hyperlink]
    assert {row[[cell.value for cell in header].index("value")].value for row in rows} == {-4.2}
    book.close()


def any_payloads(n: int) -> list[str]:
    """Texts that begin like formulas, links or markup, each another."""
    beginnings = [
        *("=1+%s", "+46 %s", "-2+%s", "@SUM(A%s)", "\t=%s", "=cmd|' /C calc'!A%s", "＝1+%s", "{=1+%s}"),
        *("<r><t>%s</t></r>", "http://e.se/%s", '=HYPERLINK("http://e.se","%s")', "-4.2 %s", "=DDE(%s)"),
    ]
    return [beginnings[place % len(beginnings)] % place for place in range(n)]
