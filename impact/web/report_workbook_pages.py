"""The yearly impact report's figures as a workbook, of a project or of the portfolio."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from impact.accounts.permissions import Action
from impact.exchange.exporting import MEDIA_TYPES, FileFormat
from impact.exchange.investor_workbook import write_investor_workbook
from impact.reporting.investor_figures import MOST_PROJECTS, InvestorFigures, gather_investor_figures
from impact.request_scope import current_actor, current_session, current_voice
from impact.request_scope.downloads import download
from impact.web.guards import needs
from impact.web.impact_report_pages import asked_day
from impact.web.portfolio_pages import asked_filters

pages = Blueprint("report_workbooks", __name__)


@pages.get("/projects/<slug>/report.xlsx")
@needs(Action.SEE)
def file(slug: str) -> Response:
    """A project's figures of the year."""
    figures = gather_investor_figures(
        current_session(), current_actor(), asked_day(), current_voice(), slug=slug
    )
    return _download(figures, slug)


@pages.get("/projects/report.xlsx")
@needs(Action.SEE)
def file_of_all() -> Response:
    """The figures of the projects that the filters of the address leave."""
    figures = gather_investor_figures(
        current_session(),
        current_actor(),
        asked_day(),
        current_voice(),
        filters=asked_filters(),
        most_projects=MOST_PROJECTS,
    )
    return _download(figures, "")


def _download(figures: InvestorFigures, slug: str) -> Response:
    voice = current_voice()
    parts = (voice.gettext("impact-report"), slug, str(figures.report.day.year))
    return download(
        lambda out: write_investor_workbook(out, figures, voice),
        "-".join(filter(None, parts)) + ".xlsx",
        MEDIA_TYPES[FileFormat.XLSX],
    )
