"""Measurements and the yearly report as files: what goes out, in which format, the file itself."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from impact.accounts.permissions import Action
from impact.errors import Invalid
from impact.exchange.csv_text import INTERNATIONAL, SWEDISH
from impact.exchange.exporting import MEDIA_TYPES, FileFormat, Selection, export_to, file_name
from impact.exchange.investor_workbook import write_investor_workbook
from impact.language import Language, Voice
from impact.monitoring.portfolio import Filters, choices, portfolio
from impact.registry.library import search_library
from impact.reporting.investor_figures import MOST_PROJECTS, InvestorFigures, gather_investor_figures
from impact.request_scope import current_actor, current_session, current_voice, today
from impact.request_scope.downloads import download
from impact.web.guards import needs
from impact.web.impact_report_pages import asked_day
from impact.web.portfolio_pages import asked_filters

pages = Blueprint("exports", __name__)

NAMES = {FileFormat.XLSX: "Excel (.xlsx)", FileFormat.CSV: "CSV", FileFormat.JSON: "JSON"}
FORMS = {"swedish": SWEDISH, "international": INTERNATIONAL}


@pages.get("/export")
@needs(Action.SEE)
def show() -> str:
    """What can be had as a file: everything, a project, a category, an organisation, an indicator."""
    voice, asked = current_voice(), request.args
    form = "swedish" if voice.language is Language.SWEDISH else "international"
    return render_template(
        "export/export.html",
        selects=_selects(voice),
        formats=[(one.value, name, None) for one, name in NAMES.items()],
        file_format=asked.get("format", FileFormat.XLSX.value),
        forms=[
            ("swedish", voice.gettext("Swedish words; in CSV semicolon and decimal comma"), None),
            ("international", voice.gettext("English codes; in CSV comma and decimal point"), None),
        ],
        form=asked.get("form", form),
    )


@pages.get("/export/file")
@needs(Action.SEE)
def file() -> Response:
    """The file itself, of what the reader may see."""
    session, actor, selection = current_session(), current_actor(), _selection()
    file_format = next(
        (one for one in FileFormat if one == request.args.get("format", FileFormat.XLSX)), None
    )
    if file_format is None:
        raise Invalid("There is no such file format.", field="format")
    voice = current_voice()
    own = "swedish" if voice.language is Language.SWEDISH else "international"
    form = FORMS.get(request.args.get("form", own), FORMS[own])
    return download(
        lambda out: export_to(out, session, actor, selection, file_format, form),
        file_name(selection, file_format, today()),
        MEDIA_TYPES[file_format],
    )


@pages.get("/projects/<slug>/report.xlsx")
@needs(Action.SEE)
def report(slug: str) -> Response:
    """A project's figures of the year, for lenders and investors."""
    figures = gather_investor_figures(
        current_session(), current_actor(), asked_day(), current_voice(), slug=slug
    )
    return _report_file(figures, slug)


@pages.get("/projects/report.xlsx")
@needs(Action.SEE)
def report_of_all() -> Response:
    """The figures of the year of the projects that the filters of the address leave."""
    figures = gather_investor_figures(
        current_session(),
        current_actor(),
        asked_day(),
        current_voice(),
        filters=asked_filters(),
        most_projects=MOST_PROJECTS,
    )
    return _report_file(figures, "")


def _report_file(figures: InvestorFigures, slug: str) -> Response:
    voice = current_voice()
    parts = (voice.gettext("impact-report"), slug, str(figures.report.day.year))
    return download(
        lambda out: write_investor_workbook(out, figures, voice),
        "-".join(filter(None, parts)) + ".xlsx",
        MEDIA_TYPES[FileFormat.XLSX],
    )


def _selection() -> Selection:
    asked = request.args
    return Selection(
        project=asked.get("project", ""),
        category=asked.get("category", ""),
        organisation=asked.get("organisation", ""),
        definition=asked.get("definition", ""),
        indicator_id=asked.get("indicator", type=int),
    )


def _selects(voice: Voice) -> list[dict[str, Any]]:
    """The ways to narrow the file, each with all that the reader may choose."""
    session, actor = current_session(), current_actor()
    offered = choices(session, actor)
    projects = [
        (row.project.slug, voice.pick(row.project.short_sv, row.project.short_en))
        for row in portfolio(session, actor, Filters())
    ]
    organisations = {row.slug: row.name for row in (*offered.borrowers, *offered.members)}
    categories = [(row.slug, voice.pick(row.name_sv, row.name_en)) for row in offered.categories]
    definitions = [
        (entry.definition.slug, voice.pick(entry.version.name_sv, entry.version.name_en))
        for entry in search_library(session, actor)
        if entry.n_indicators
    ]
    return [
        _select("project", voice.gettext("Project"), voice.gettext("All projects"), projects),
        _select("category", voice.gettext("Category"), voice.gettext("All categories"), categories),
        _select(
            "organisation",
            voice.gettext("Organisation"),
            voice.gettext("All organisations"),
            sorted(organisations.items(), key=lambda one: one[1].casefold()),
        ),
        _select("definition", voice.gettext("Indicator"), voice.gettext("All indicators"), definitions),
    ]


def _select(name: str, label: str, everything: str, options: list[tuple[str, str]]) -> dict[str, Any]:
    value = request.args.get(name, "")
    return {"name": name, "label": label, "options": [("", everything), *options], "value": value}
