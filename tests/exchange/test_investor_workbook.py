"""The yearly report's figures as a workbook: the report's own numbers, whole and pro rata."""

import io
from datetime import date

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy.orm import Session

from impact.accounts.tables import Role
from impact.errors import Invalid, NotFound
from impact.exchange.investor_workbook import write_investor_workbook
from impact.language import Language, speak
from impact.monitoring.analysing import refresh_series
from impact.registry import planning, recording
from impact.registry.indicator_tables import SeriesBreak
from impact.registry.judging import Draft
from impact.reporting.investor_figures import gather_investor_figures
from impact.semantics.period import Frequency, year_period
from impact.semantics.series import Missing
from tests.builders import NOW, Ground, make_project, person
from tests.reporting.yearly import day, make_told

HEAD = 4


def written(
    session: Session, ground: Ground, language: Language = Language.ENGLISH, **asked: object
) -> Workbook:
    out, voice = io.BytesIO(), speak(language)
    figures = gather_investor_figures(session, ground.planner, day(), voice, **asked)  # type: ignore[arg-type]
    write_investor_workbook(out, figures, voice)
    return load_workbook(io.BytesIO(out.getvalue()))


def table(sheet: Worksheet) -> list[dict[str, object]]:
    """The rows under the head; a head that stands twice has its group's first word behind it."""
    heads, group = [], ""
    for above, head in zip(sheet[HEAD - 1], sheet[HEAD], strict=True):
        group = f" ({above.value.split()[0]})" if above.value else group
        heads.append(f"{head.value}{group}" if head.value in heads else head.value)
    return [dict(zip(heads, [cell.value for cell in row], strict=True)) for row in sheet.iter_rows(HEAD + 1)]


def test_numbers_are_those_of_the_report_when_written(session: Session) -> None:
    """Loan, share and people of a project; baseline, newest and target of its indicators."""
    ground = make_told(session)
    ground.indicator.ex_ante_estimate = 72.0
    planning.save(session, ground.planner, ground.indicator, now=NOW)
    book = written(session, ground, slug="centre")
    assert book.sheetnames == ["Overview", "Projects", "Indicators", "Method notes"]
    (project,) = table(book["Projects"])
    assert (project["Loan"], project["Total cost"], project["Share financed"]) == (80e6, 100e6, 0.8)
    assert (project["People, about"], project["Member"], project["Goals"]) == (5000, "Centre", "More safety")
    safety, children = table(book["Indicators"])
    assert (safety["Baseline"], safety["of period"]) == (58.1, "2010")
    assert (safety["Newest value"], safety["Target"], safety["Estimated beforehand"]) == (59.0, 75.0, 72.0)
    assert safety["Measured minus estimated"] == -13.0
    assert safety["Trend"].startswith("Rose until 2018")
    assert (children["Newest value"], children["Newest value (Pro)"]) == (1204, 963)
    assert (safety["Share financed"], safety["Newest value (Pro)"]) == (None, None)


def test_it_can_be_sent_when_written(session: Session) -> None:
    """Heads stay in sight and are repeated in print, one page wide; no cell is a formula."""
    ground = make_told(session, title_sv="=1+1 & co", short_sv="=Centrum")
    book = written(session, ground, Language.SWEDISH)
    assert book.sheetnames == ["Översikt", "Projekt", "Indikatorer", "Metodnoteringar"]
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes
        assert sheet.print_title_rows == f"${HEAD}:${HEAD}"
    for sheet in book.worksheets:
        assert sheet.print_area
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToHeight == 0
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    shown = book["Indikatorer"]["I5"]
    assert (shown.value, shown.number_format) == (59, "#,##0.0")
    said = [cell.value for row in book["Översikt"].iter_rows() for cell in row if cell.value]
    assert any("Steg till 2018" in text for text in said)
    assert "80 miljoner kronor" in [text.replace("\N{NO-BREAK SPACE}", " ") for text in said]


def test_breaks_gaps_and_method_are_said_when_there_are_any(session: Session) -> None:
    """What cannot be compared and what is missing stands beside the figures, and in the notes."""
    ground = make_told(session)
    period = year_period(2025)
    draft = Draft(missing=Missing.NOT_COLLECTED)
    recording.record_measurement(session, ground.planner, ground.series.id, period, draft, now=NOW)
    broken = SeriesBreak(
        series_id=ground.series.id,
        first_day=date(2014, 1, 1),
        last_day=date(2014, 12, 31),
        frequency=Frequency.YEAR,
        reason_sv="Ny enkät",
        reason_en="New survey",
    )
    planning.save(session, ground.planner, broken, now=NOW)
    refresh_series(session, ground.series.id, now=NOW)
    book = written(session, ground, slug="centre")
    said = table(book["Indicators"])[0]["Breaks and gaps"]
    assert said == "From 2014 on not comparable with before: New survey\nMissing: 2025 (not collected)"
    notes = {(row["Indicator"], row["Note"]): row["Content"] for row in table(book["Method notes"])}
    assert notes["Safe tenants", "Gaps"] == "Missing: 2025 (not collected)"


def test_loans_are_added_up_when_there_are_several_projects(session: Session) -> None:
    """A sum of loans for each currency; of costs only where all are known."""
    ground = make_told(session)
    make_project(session, ground.planner, "harbour", loan_amount=20_000_000, short_sv="Hamnen")
    make_project(
        session, ground.planner, "pier", loan_amount=5_000_000, total_cost=10_000_000, currency="EUR"
    )
    euro, kronor = table(written(session, ground)["Projects"])[-2:]
    assert (kronor["Project"], kronor["Loan"], kronor["Total cost"]) == ("Sum of 2 projects", 100e6, None)
    assert (euro["Loan"], euro["Total cost"], euro["Currency"], euro["Share financed"]) == (
        5e6,
        10e6,
        "EUR",
        0.5,
    )


def test_nothing_of_others_stands_in_it(session: Session) -> None:
    """Whoever sees one project gets a workbook of that one; a foreign one is not found."""
    ground = make_told(session)
    make_project(session, ground.planner, "harbour")
    analyst = person(session, Role.ANALYST, project_id=ground.project.id)
    voice = speak(Language.ENGLISH)
    figures = gather_investor_figures(session, analyst, day(), voice)
    assert [project.chapter.slug for project in figures.projects] == ["centre"]
    with pytest.raises(NotFound):
        gather_investor_figures(session, analyst, day(), voice, slug="harbour")
    with pytest.raises(Invalid):
        gather_investor_figures(session, ground.planner, day(), voice, most_projects=1)
