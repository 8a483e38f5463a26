"""Tidy rows out: complete, in order, of what the actor may see."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from impact.accounts.tables import Role
from impact.errors import NotFound
from impact.exchange.csv_text import INTERNATIONAL, SWEDISH, read_table
from impact.exchange.exporting import COLUMNS, EVERYTHING, Selection, export_csv, tidy_rows
from impact.exchange.rows import Column
from impact.registry import recording
from impact.registry.judging import Draft
from impact.registry.measurement_tables import EvidenceLevel
from impact.registry.project_tables import Project
from impact.semantics.period import year_period
from impact.semantics.series import Missing, Status
from tests.builders import NOW, Ground, fill, make_ground, make_indicator, person


def exported(session: Session, ground: Ground, slug: str = "centre") -> list[dict[Column, object]]:
    rows = tidy_rows(session, ground.planner, Selection(slug), "en")
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows]


def test_a_row_says_everything_when_exported(session: Session) -> None:
    """Value, period, precision and meaning stand in one row."""
    ground = make_ground(session)
    draft = Draft(
        value=-0.5 + 63, status=Status.PRELIMINARY, n_observed=412, standard_error=2.5, comment="New wave",
        response_rate=61.5, numerator=257, denominator=412, evidence_level=EvidenceLevel.DOCUMENTED,
        evidence_address="https://example.se/enkat",
    )  # fmt: skip
    recording.record_measurement(session, ground.planner, ground.series.id, year_period(2024), draft, now=NOW)
    (row,) = exported(session, ground)
    assert row == {
        Column.PROJECT: "centre",
        Column.GOAL: "More safety",
        Column.INDICATOR_ID: str(ground.indicator.id),
        Column.INDICATOR: "Safe tenants",
        Column.DISAGGREGATION: "total",
        Column.PERIOD: "2024",
        Column.VALUE: 62.5,
        Column.MISSING: "",
        Column.STATUS: "preliminary",
        Column.N_OBSERVED: 412,
        Column.STANDARD_ERROR: 2.5,
        Column.RESPONSE_RATE: 61.5,
        Column.NUMERATOR: 257,
        Column.DENOMINATOR: 412,
        Column.COMMENT: "New wave",
        Column.EVIDENCE_LEVEL: "documented",
        Column.EVIDENCE_ADDRESS: "https://example.se/enkat",
        Column.UNIT: "%",
        Column.DIRECTION: "increase",
        Column.SOURCE: "",
        Column.INVENTED: "no",
    }


def test_the_reason_stands_there_when_a_value_is_missing(session: Session) -> None:
    """A missing value is an empty cell with its reason beside it, never a number."""
    ground = make_ground(session)
    draft = Draft(missing=Missing.CONFIDENTIAL)
    recording.record_measurement(session, ground.planner, ground.series.id, year_period(2024), draft, now=NOW)
    (row,) = exported(session, ground)
    assert (row[Column.VALUE], row[Column.MISSING]) == (None, "confidential")


def test_only_approved_values_go_out_when_drafts_are_newer(session: Session) -> None:
    """What waits for approval is not exported."""
    ground = make_ground(session, needs_approval=True)
    fill(session, ground.planner, ground.series.id, {2024: 62.5})
    assert exported(session, ground) == []


def test_rows_stand_in_order_when_there_are_several_series(session: Session) -> None:
    """By indicator, disaggregation and period, however they came in."""
    ground = make_ground(session)
    other, total = make_indicator(
        session, ground.planner, ground.goal, ground.version, disaggregations=("sex=women",), position=-1
    )
    fill(session, ground.planner, ground.series.id, {2012: 3.0, 2010: 1.0, 2011: 2.0})
    fill(session, ground.planner, total.id, {2010: 4.0})
    fill(session, ground.planner, total.id + 1, {2010: 5.0})
    keys = [
        (row[Column.INDICATOR_ID], row[Column.DISAGGREGATION], row[Column.VALUE])
        for row in exported(session, ground)
    ]
    assert keys == [
        (str(other.id), "total", 4.0),
        (str(other.id), "sex=women", 5.0),
        (str(ground.indicator.id), "total", 1.0),
        (str(ground.indicator.id), "total", 2.0),
        (str(ground.indicator.id), "total", 3.0),
    ]


def test_header_and_words_are_swedish_when_the_form_is(session: Session) -> None:
    """The Swedish form has Swedish headers, words and decimal commas."""
    ground = make_ground(session)
    fill(session, ground.planner, ground.series.id, {2024: 62.5})
    table = read_table(b"".join(export_csv(session, ground.planner, Selection("centre"), SWEDISH)))
    cells = dict(zip(table.header, table.rows[0][1], strict=True))
    assert (cells["indikator"], cells["värde"]) == ("Trygga hyresgäster", "62,5")
    assert (cells["status"], cells["riktning"], cells["påhittad"]) == ("slutligt", "högre är bättre", "nej")


def test_foreign_projects_stay_inside_when_all_are_exported(session: Session) -> None:
    """Without a project named, rows of what the actor reaches come out, and no others."""
    mine, foreign = make_ground(session), make_ground(session, "harbour")
    fill(session, mine.planner, mine.series.id, {2024: 62.5})
    fill(session, mine.planner, foreign.series.id, {2024: 12.5})
    analyst = person(session, Role.ANALYST, project_id=mine.project.id)
    content = b"".join(export_csv(session, analyst, EVERYTHING, INTERNATIONAL)).decode()
    assert "62.5" in content
    assert "harbour" not in content
    assert "12.5" not in content
    with pytest.raises(NotFound):
        export_csv(session, analyst, Selection("harbour"), INTERNATIONAL)
    assert len(exported(session, mine, "")) == 2


def test_statements_do_not_grow_when_rows_do(session: Session) -> None:
    """However many measurements there are, they are read in one statement."""
    ground = make_ground(session)
    fill(session, ground.planner, ground.series.id, {year: 1.0 * year - 2000 for year in range(2010, 2026)})
    session.flush()
    session.expire_all()
    statements: list[str] = []
    connection = session.connection()

    def count(_c: object, _k: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    sa.event.listen(connection, "before_cursor_execute", count)
    assert len(list(tidy_rows(session, ground.planner, EVERYTHING, "en"))) == 16
    assert len(statements) == 1


def test_withdrawn_projects_stay_inside_when_all_are_exported(session: Session) -> None:
    """A withdrawn project has no rows."""
    ground = make_ground(session)
    fill(session, ground.planner, ground.series.id, {2024: 62.5})
    session.get_one(Project, ground.project.id).withdrawn_at = NOW
    session.flush()
    assert exported(session, ground, "") == []
