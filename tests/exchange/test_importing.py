"""Files in: what each row would do, and then all of it or nothing."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Actor
from impact.accounts.tables import Role
from impact.errors import Conflict, Invalid, NotAllowed, NotFound
from impact.exchange.csv_text import read_sheet
from impact.exchange.drafting import gone_beside
from impact.exchange.importing import ImportedFile, Outcome, Preview, apply_preview, preview_sheet
from impact.exchange.mapping import Mapping
from impact.registry import planning, recording
from impact.registry.judging import Draft
from impact.registry.measurement_tables import ImportBatch, Measurement, Revision
from impact.registry.revisions import draft_of
from impact.registry.series import series_of
from impact.semantics.period import Frequency, year_period
from impact.semantics.series import Missing, Status
from tests.builders import NOW, Ground, fill, make_ground, make_indicator, make_version, person

LATER = NOW + timedelta(hours=1)
TWO_WAYS = "1,234 can be read in two ways; say which decimal mark the file has."
HEADER = "indikator;period;värde;saknas;status;antal svar;medelfel;kommentar\n"


def preview_of(
    session: Session,
    ground: Ground,
    text: str,
    *,
    actor: Actor | None = None,
    decimal_mark: str | None = None,
) -> Preview:
    sheet = read_sheet(text.encode())
    mapping = Mapping(decimal_mark=decimal_mark or "")
    return preview_sheet(session, actor or ground.planner, "centre", sheet, mapping, now=LATER)


def applied(session: Session, ground: Ground, text: str, reason: str = "") -> ImportBatch | None:
    preview = preview_of(session, ground, text)
    file = ImportedFile("file.csv", text.encode())
    return apply_preview(session, ground.planner, preview, file, reason=reason, now=LATER)


def problem(session: Session, ground: Ground, text: str) -> str:
    (row,) = preview_of(session, ground, text).entries
    assert row.outcome is Outcome.REFUSED
    return str(row.problem)


def test_says_new_changed_unchanged_refused_when_previewed(session: Session) -> None:
    """Each row has its outcome, and nothing has been changed."""
    ground = make_ground(session)
    fill(session, ground.planner, ground.series.id, {2022: 61.0, 2023: 62.0})
    preview = preview_of(
        session,
        ground,
        "indikator;period;värde\n"
        "Trygga hyresgäster;2022;61,0\n"
        "safe  TENANTS;2023;63,5\n"
        f"{ground.indicator.id};2024;64\n"
        "Trygga hyresgäster;2025;164\n",
    )
    assert [row.outcome for row in preview.entries] == [
        Outcome.UNCHANGED,
        Outcome.CHANGED,
        Outcome.NEW,
        Outcome.REFUSED,
    ]
    assert preview.entries[1].stored is not None
    assert preview.entries[1].draft is not None
    assert (preview.entries[1].stored.as_draft().value, preview.entries[1].draft.value) == (62.0, 63.5)
    assert str(preview.entries[3].problem) == "The value cannot be higher than 100."
    assert preview.entries[3].series_id == ground.series.id
    assert [point.value for point in series_of(session, ground.series.id).points] == [61.0, 62.0]


def test_keeps_every_column_when_applied(session: Session) -> None:
    """Value, status, precision and comment land in one batch, with text and file."""
    ground = make_ground(session)
    text = HEADER + "Trygga hyresgäster;2023;62,7 %;;preliminärt;1 204;0,8;Ny våg\n"
    batch = applied(session, ground, text + "Trygga hyresgäster;2024;;sekretess;;;;\n")
    assert batch is not None
    assert (batch.n_new, batch.n_changed, batch.file_name, batch.applied_at) == (2, 0, "file.csv", LATER)
    first, second = session.scalars(select(Revision).order_by(Revision.id)).all()
    assert (first.value, first.status, first.n_observed) == (62.7, Status.PRELIMINARY, 1204.0)
    assert (first.standard_error, first.comment, first.text_as_typed) == (0.8, "Ny våg", "62,7 %")
    assert (second.value, second.missing, second.batch_id) == (None, Missing.CONFIDENTIAL, batch.id)


def test_corrections_have_the_reason_when_applied(session: Session) -> None:
    """A correction is a revision with the batch's reason; without one nothing happens."""
    ground = make_ground(session)
    fill(session, ground.planner, ground.series.id, {2023: 62.0})
    text = "indikator;period;värde\nTrygga hyresgäster;2023;63\nTrygga hyresgäster;2024;64\n"
    with pytest.raises(Invalid, match="Say why"):
        applied(session, ground, text)
    assert session.scalars(select(Revision)).all()[-1].value == 62.0
    batch = applied(session, ground, text, "New weights")
    assert batch is not None
    assert (batch.n_new, batch.n_changed) == (1, 1)
    kept = session.scalars(select(Revision).order_by(Revision.id)).all()
    assert [(row.value, row.reason) for row in kept] == [
        (62.0, ""),
        (64.0, ""),
        (63.0, "New weights"),
    ]


def test_nothing_lands_when_one_row_is_refused(session: Session) -> None:
    """All or nothing: one bad row keeps the good ones out."""
    ground = make_ground(session)
    text = "indikator;period;värde\nTrygga hyresgäster;2023;63\nTrygga hyresgäster;2024;hög\n"
    with pytest.raises(Invalid, match="values with problems: 1"):
        applied(session, ground, text)
    assert session.scalars(select(Measurement)).all() == []


def test_leaves_no_batch_when_nothing_changes(session: Session) -> None:
    """A file that says what is stored leaves no trace."""
    ground = make_ground(session)
    fill(session, ground.planner, ground.series.id, {2023: 62.0})
    assert applied(session, ground, "indikator;period;värde\nTrygga hyresgäster;2023;62\n") is None
    assert session.scalars(select(ImportBatch)).all() == []


def test_keeps_what_the_file_does_not_say_when_a_value_is_the_same(session: Session) -> None:
    """Columns that are not there change nothing; support goes when its number goes."""
    ground = make_ground(session)
    draft = Draft(value=62.0, status=Status.PRELIMINARY, comment="Wave 2", numerator=31.0, denominator=50.0)
    recording.record_measurement(session, ground.planner, ground.series.id, year_period(2023), draft, now=NOW)
    same, cleared, changed = (
        preview_of(session, ground, text).entries[0]
        for text in (
            "indicator,period,value\nSafe tenants,2023,62.0\n",
            "indicator,period,value,comment\nSafe tenants,2023,62.0,\n",
            "indicator,period,value\nSafe tenants,2023,63\n",
        )
    )
    assert same.outcome is Outcome.UNCHANGED
    assert cleared.draft == replace(draft, comment="", text_as_typed="62.0")
    assert changed.draft == replace(draft, value=63.0, numerator=None, denominator=None, text_as_typed="63")
    assert gone_beside(draft, changed.draft) == ("numerator", "denominator")


def test_carries_what_stands_beside_a_value_when_the_file_says_it(session: Session) -> None:
    """Numerator, denominator, response rate and evidence have columns; nothing goes then."""
    ground = make_ground(session)
    header = "indikator;period;värde;svarsfrekvens;täljare;nämnare;underlag;länk till underlag\n"
    row = "Trygga hyresgäster;2023;62;61,5 %;31;50;dokumenterat;https://example.se/enkät\n"
    assert applied(session, ground, header + row) is not None
    revision = session.scalars(select(Revision)).one()
    said = ("response_rate", "numerator", "denominator", "evidence_level", "evidence_address")
    assert [getattr(revision, name) for name in said] == [
        *(61.5, 31.0, 50.0, "documented", "https://example.se/enkät"),
    ]
    (changed,) = preview_of(
        session, ground, header + row.replace(";62;", ";64;").replace(";31;", ";32;")
    ).entries
    assert changed.draft is not None
    assert (changed.draft.numerator, changed.draft.evidence_level) == (32.0, "documented")
    assert gone_beside(draft_of(revision), changed.draft) == ()


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ("Nattro;2023;1", "The project has no indicator Nattro."),
        ("999999;2023;1", "The project has no indicator 999999."),
        ("Trygga hyresgäster;2023/24;1", "2023/24 is not a period of this indicator's schedule."),
        ("Trygga hyresgäster;;1", " is not a period of this indicator's schedule."),
        ("Trygga hyresgäster;2009;1", "2009 is not a period of this indicator's schedule."),
        ("Trygga hyresgäster;2027;1", "2027 has not begun yet."),
        ("Trygga hyresgäster;2023;", "Give a value, or say why it is missing."),
        ("Trygga hyresgäster;2023;hög", "“hög” is not a number."),
        ("Trygga hyresgäster;2023;1,234", TWO_WAYS),
        ("Trygga hyresgäster;2023;1e17", "“1e17” is too large or too small."),
        ("Trygga hyresgäster;2023;12 kr", "“12 kr” is not a number."),
    ],
)  # fmt: skip
def test_says_why_when_a_row_is_refused(session: Session, cells: str, sentence: str) -> None:
    """The reason is one sentence about this row."""
    assert problem(session, make_ground(session), f"indikator;period;värde\n{cells}\n") == sentence


@pytest.mark.parametrize(
    ("header", "cells", "sentence"),
    [
        ("missing", ";secret", "secret is not a reason for a missing value."),
        ("missing", "5;confidential", "Give a value, or say why it is missing."),
        ("status", "5;draft", "draft is not a status; choose final, preliminary or estimated."),
        ("n", "5;-4", "The number of answers is zero or more."),
        ("standard error", "5;high", "“high” is not a number."),
        ("disaggregation", "5;sex=women", "The indicator has no disaggregation sex=women."),
        ("project", "5;harbour", "The row belongs to the project harbour."),
    ],
)
def test_says_why_when_another_column_is_wrong(
    session: Session, header: str, cells: str, sentence: str
) -> None:
    """Every column of a row is judged."""
    text = f"indicator;period;value;{header}\nSafe tenants;2023;{cells}\n"
    assert problem(session, make_ground(session), text) == sentence


@pytest.mark.parametrize(("mark", "value"), [(",", 1.234), (".", 1234.0)])
def test_reads_one_way_when_told_the_decimal_mark(session: Session, mark: str, value: float) -> None:
    """1,234 is what whoever imports says it is."""
    ground = make_ground(session)
    version = make_version(session, ground.planner, "clubs", name_sv="Föreningar", name_en="", highest=None)
    make_indicator(session, ground.planner, ground.goal, version)
    text = "indikator;period;värde\nFöreningar;2023;1,234\n"
    (row,) = preview_of(session, ground, text, decimal_mark=mark).entries
    assert row.draft is not None
    assert row.draft.value == value


def test_rounds_as_spreadsheets_show_it_when_digits_are_too_many(session: Session) -> None:
    """A double written out in full is rounded to fifteen digits, and the preview says so."""
    ground = make_ground(session)
    text = "indikator;period;värde\nTrygga hyresgäster;2023;74,400000000000006\n"
    (row,) = preview_of(session, ground, text).entries
    assert row.draft is not None
    assert (row.draft.value, row.draft.text_as_typed, row.rounded) == (74.4, "74,400000000000006", True)


def test_refuses_the_second_when_a_period_stands_there_twice(session: Session) -> None:
    """A file that contradicts itself is not decided by order."""
    ground = make_ground(session)
    row = "Trygga hyresgäster;2023;63\n"
    preview = preview_of(session, ground, "indikator;period;värde\n" + row + row)
    assert [each.outcome for each in preview.entries] == [Outcome.NEW, Outcome.REFUSED]
    assert str(preview.entries[1].problem) == "Line 2 already has this period."


def test_refuses_a_name_when_two_indicators_have_it(session: Session) -> None:
    """A name that means two indicators means none; the number does."""
    ground = make_ground(session)
    other, _ = make_indicator(session, ground.planner, ground.goal, ground.version)
    assert "several indicators" in problem(
        session, ground, "indikator;period;värde\nTrygga hyresgäster;2023;63\n"
    )
    text = f"indikator-id;indikator;period;värde\n{other.id};Trygga hyresgäster;2023;63\n"
    (row,) = preview_of(session, ground, text).entries
    assert row.outcome is Outcome.NEW


def test_finds_the_split_when_its_pairs_are_in_any_order(session: Session) -> None:
    """A disaggregation is its pairs, however they are ordered and spaced."""
    ground = make_ground(session)
    version = make_version(session, ground.planner, "clubs", name_sv="Föreningar", name_en="")
    _, total = make_indicator(
        session, ground.planner, ground.goal, version, disaggregations=("age=7-20,sex=women",)
    )
    text = 'indicator,disaggregation,period,value\nFöreningar,"sex=women, age=7-20",2023,63\n'
    (row,) = preview_of(session, ground, text).entries
    assert row.series_id == total.id + 1


@pytest.mark.parametrize(
    ("frequency", "first_day", "text"),
    [
        (Frequency.SCHOOL_YEAR, date(2010, 7, 1), "2023/24"),
        (Frequency.QUARTER, date(2010, 1, 1), "2023K2"),
        (Frequency.MONTH, date(2010, 1, 1), "2023-04"),
        (Frequency.FINANCIAL_YEAR, date(2010, 5, 1), "2023/24"),
    ],
)
def test_reads_the_period_when_the_schedule_is_another(
    session: Session, frequency: Frequency, first_day: date, text: str
) -> None:
    """The schedule says what the text of a period means."""
    ground = make_ground(session)
    version = make_version(session, ground.planner, "clubs", name_sv="Föreningar", name_en="")
    make_indicator(session, ground.planner, ground.goal, version, frequency=frequency, first_day=first_day)
    (row,) = preview_of(session, ground, f"indikator;period;värde\nFöreningar;{text};63\n").entries
    assert row.period is not None
    assert row.period.frequency is frequency


def test_statements_do_not_grow_when_rows_do(session: Session) -> None:
    """A long file asks the database no more than a short one."""
    ground = make_ground(session)
    fill(session, ground.planner, ground.series.id, dict.fromkeys(range(2010, 2020), 60.0))
    session.flush()
    counts = []
    for years in (range(2012, 2013), range(2010, 2026)):
        session.expire_all()
        statements: list[str] = []
        with Counted(session, statements):
            text = "".join(f"Safe tenants,{year},61.5\n" for year in years)
            preview_of(session, ground, "indicator,period,value\n" + text)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 8


def test_conflicts_when_somebody_saved_since_the_preview(session: Session) -> None:
    """What was not seen in the preview is not overwritten."""
    ground = make_ground(session)
    (made,) = fill(session, ground.planner, ground.series.id, {2023: 62.0})
    text = "indikator;period;värde\nTrygga hyresgäster;2023;63\n"
    preview = preview_of(session, ground, text)
    recording.revise_measurement(
        session,
        ground.planner,
        ground.series.id,
        made.id,
        made.version,
        Draft(value=64.0),
        reason="x",
        now=NOW,
    )
    with pytest.raises(Conflict):
        apply_preview(
            session, ground.planner, preview, ImportedFile("f.csv", b""), reason="Weights", now=LATER
        )


def test_is_refused_when_the_role_does_not_record(session: Session) -> None:
    """A viewer may not import, and an outsider finds no project."""
    ground = make_ground(session)
    text = "indikator;period;värde\nTrygga hyresgäster;2023;63\n"
    with pytest.raises(NotAllowed):
        preview_of(session, ground, text, actor=person(session, Role.VIEWER))
    with pytest.raises(NotFound):
        preview_of(session, ground, text, actor=person(session, Role.ANALYST, organisation_id=10**6))


def test_finds_nothing_when_the_indicator_is_foreign_or_withdrawn(session: Session) -> None:
    """Numbers of other projects' indicators, and of withdrawn ones, are not there."""
    ground, foreign = make_ground(session), make_ground(session, "harbour")
    text = f"indikator;period;värde\n{foreign.indicator.id};2023;63\n"
    assert "has no indicator" in problem(session, ground, text)
    planning.withdraw(session, ground.planner, ground.indicator, now=NOW, reason="x")
    assert "has no indicator" in problem(
        session, ground, "indikator;period;värde\nTrygga hyresgäster;2023;63\n"
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("indikator;period\nA;2023\n", "No column of values was found"),
        ("indikator;kommentar\nA;hög\n", "No table of values was found"),
        ("indikator;period;värde;value\nA;2023;1;2\n", "Two columns are called value"),
        ("indikator,period,värde\nA,2023,1,5\n", "Line 2 has more cells"),
    ],
)
def test_refuses_the_file_when_its_columns_do_not_fit(session: Session, text: str, sentence: str) -> None:
    """A file whose columns are unclear is refused as a whole."""
    with pytest.raises(Invalid, match=sentence):
        preview_of(session, make_ground(session), text)


class Counted:
    """Collects the statements that a session sends."""

    def __init__(self, session: Session, statements: list[str]) -> None:
        self._connection = session.connection()
        self._statements = statements

    def _count(self, _c: object, _k: object, statement: str, *_rest: object) -> None:
        self._statements.append(statement)

    def __enter__(self) -> None:
        sa.event.listen(self._connection, "before_cursor_execute", self._count)

    def __exit__(self, *_error: object) -> None:
        sa.event.remove(self._connection, "before_cursor_execute", self._count)


def test_knows_own_names_with_their_codes(session: Session) -> None:
    """Offices write a municipality's code before its name; a name of another stands for nothing."""
    ground = make_ground(session)
    text = "Region;Mått;2022\n0180 {};Trygga hyresgäster;61\n"
    own, other = (preview_of(session, ground, text.format(name)) for name in ("Centre", "Lund"))
    assert [row.outcome for row in (*own.entries, *other.entries)] == [Outcome.NEW, Outcome.LEFT_OUT]
