"""The yearly report of 50 projects x 6 indicators as PDF, and what a reader on the web waits for.

Bar: the whole from the database to the file, as the command makes it, in less than 20 s of a
processor: other work on the machine is not counted.
Each step is told beside it, with the memory that the process needed at most.
"""

from __future__ import annotations

import resource
import time
from datetime import UTC

import pytest

from benchmarks.large_portfolio import NOW, Size, fill_large
from impact.accounts.actors import installation_actor
from impact.audit.tables import ActorKind
from impact.cli.report_setting import MOST_CHARTS
from impact.db import Database
from impact.language import speak
from impact.monitoring.portfolio import Filters
from impact.reporting.impact_report import ImpactReport
from impact.reporting.pdf import set_pdf
from impact.reporting.report_days import report_day
from impact.reporting.yearly import gather_portfolio_report, gather_project_report
from impact.web import impact_report_pages

N_PROJECTS, BAR_SECONDS = 50, 20
SV = speak("sv")
DAY = report_day(today=NOW.date(), zone=UTC)


def gathered(database: Database, most_charts: int | None) -> ImpactReport:
    """The report of all projects, or of the first one where no number of charts is given."""
    with database.transaction() as session:
        actor = installation_actor(session, ActorKind.SYSTEM, now=NOW)
    with database.reading() as session:
        if most_charts is None:
            return gather_project_report(session, actor, "project-1", DAY, SV)
        return gather_portfolio_report(session, actor, Filters(), DAY, SV, most_charts=most_charts)


def n_charts(report: ImpactReport) -> int:
    return sum(each.chart is not None for project in report.projects for each in project.indicators)


def test_sets_fifty_projects_within_the_bar(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    """Gathered, drawn and set in less than 20 s, on both databases."""
    fill_large(database, Size(N_PROJECTS))
    set_pdf(gathered(database, None), SV)  # Typefaces and chart styles are read once a process.
    for what, most in (
        ("one project, all charts", None),
        ("as on the web", impact_report_pages.MOST_CHARTS),
        ("as by command", MOST_CHARTS),
    ):
        start, clock = time.process_time(), time.perf_counter()
        report = gathered(database, most)
        read = time.process_time()
        size = len(set_pdf(report, SV))
        done = time.process_time()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        with capsys.disabled():
            print(
                f"\n{database.engine.name}, {what}: {n_charts(report)} charts, "
                f"gathered {read - start:.1f} s, drawn and set {done - read:.1f} s "
                f"(by the clock {time.perf_counter() - clock:.1f} s), "
                f"{size / 1e6:.1f} MB, at most {peak:.0f} MB of memory",
                end="",
            )
    assert done - start < BAR_SECONDS
