"""A project with all that a yearly report tells of, and readers of the file that it becomes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.generic import IndirectObject
from sqlalchemy.orm import Session

from impact.language import Voice
from impact.monitoring import analysing
from impact.registry import planning
from impact.registry.indicator_tables import Baseline, Target
from impact.registry.project_tables import Milestone, ProjectEvent
from impact.reporting.impact_report import ImpactReport
from impact.reporting.report_days import ReportDay, report_day
from impact.reporting.yearly import gather_project_report
from impact.semantics.direction import Direction
from impact.semantics.period import Frequency
from impact.semantics.unit import Kind
from tests.builders import NOW, PEAK_2018, Ground, fill, make_ground, make_indicator, make_version

TODAY = NOW.date()
CHILDREN = {2021: 900, 2022: 960, 2023: 1010, 2024: 1204}


def promised(session: Session, ground: Ground, series_id: int, before: float, after: float) -> None:
    """A baseline of 2010 and a target of 2026."""
    for kind, year, value in ((Baseline, 2010, before), (Target, 2026, after)):
        row = kind(
            series_id=series_id,
            first_day=date(year, 1, 1),
            last_day=date(year, 12, 31),
            frequency=Frequency.YEAR,
            value=value,
        )
        planning.save(session, ground.planner, row, now=NOW)


def make_told(session: Session, slug: str = "centre", **fields: object) -> Ground:
    """Safety rose to 2018 and fell since; children in clubs are counted; a milestone was reached."""
    given = {
        "title_sv": "Ett centrum för alla",
        "summary_sv": "Centrum byggs om.",
        "loan_amount": 80_000_000,
        "total_cost": 100_000_000,
        "target_population_sv": "Boende i Klockaretorpet",
        "n_target_population": 5_000,
        **fields,
    }
    ground = make_ground(session, slug, **given)
    fill(session, ground.planner, ground.series.id, PEAK_2018)
    promised(session, ground, ground.series.id, 58.1, 75.0)
    counted = make_version(
        session,
        ground.planner,
        f"{slug}-children",
        name_sv="Barn i föreningar",
        name_en="Children in clubs",
        kind=Kind.COUNT,
        unit_sv="barn",
        unit_en="children",
        decimals=0,
        highest=None,
        direction=Direction.INCREASE,
    )
    _, children = make_indicator(session, ground.planner, ground.goal, counted, first_day=date(2021, 1, 1))
    fill(session, ground.planner, children.id, CHILDREN)
    reached = Milestone(
        project_id=ground.project.id,
        goal_id=ground.goal.id,
        title_sv="Idrottens hus öppnat",
        title_en="House of sports opened",
        reached_on=date(2026, 2, 1),
    )
    event = ProjectEvent(
        project_id=ground.project.id,
        happened_on=date(2017, 5, 1),
        label_sv="Ny belysning",
        label_en="New lights",
    )
    for row in (reached, event):
        planning.save(session, ground.planner, row, now=NOW)
    for series_id in (ground.series.id, children.id):
        analysing.refresh_series(session, series_id, now=NOW)
    return ground


def day(**asked: Any) -> ReportDay:
    """The report's day as asked on the day of the tests."""
    return report_day(**asked, today=TODAY, zone=NOW.tzinfo)


def gathered(session: Session, ground: Ground, voice: Voice, **asked: Any) -> ImpactReport:
    """The report on one project."""
    return gather_project_report(session, ground.planner, ground.project.slug, day(**asked), voice)


def read(pdf: bytes) -> PdfReader:
    """The file as another library reads it."""
    return PdfReader(BytesIO(pdf))


def elements(reader: PdfReader) -> Iterator[dict[str, Any]]:
    """Every element of the structure tree, in order, with its tag ``/S``."""
    root: Any = reader.trailer["/Root"]
    waiting = [root["/StructTreeRoot"]]
    while waiting:
        node = waiting.pop(0)
        node = node.get_object() if isinstance(node, IndirectObject) else node
        if isinstance(node, list):
            waiting = [*node, *waiting]
        elif isinstance(node, dict):
            if "/S" in node:
                yield node
            if "/K" in node:
                waiting = [node["/K"], *waiting]


def text_of(reader: PdfReader) -> str:
    """The text of all pages, without line ends and places where a word may be broken."""
    whole = " ".join(page.extract_text() for page in reader.pages)
    return " ".join(whole.replace("\N{ZERO WIDTH SPACE}", "").replace("\N{SOFT HYPHEN}", "").split())
