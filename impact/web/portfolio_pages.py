"""The portfolio: all projects that one may see, with filters."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for

from impact.accounts.permissions import Action
from impact.language import Voice
from impact.monitoring.portfolio import Choices, Filters, PortfolioRow, choices, portfolio
from impact.monitoring.tables import FlagDirection
from impact.registry.project_tables import Part, ProjectStatus
from impact.reporting.planning_words import status_words
from impact.reporting.project_facts import amount_text
from impact.request_scope import current_actor, current_session, current_voice
from impact.web.addresses import with_questions
from impact.web.deciding_words import direction_words
from impact.web.guards import needs
from impact.web.planning_options import may_plan_everywhere

pages = Blueprint("portfolio", __name__)


@pages.get("/projects")
@needs(Action.SEE)
def show_all() -> str:
    """The projects that the reader may see, narrowed by the filters of the address."""
    voice, session, actor = current_voice(), current_session(), current_actor()
    filters = asked_filters()
    rows = portfolio(session, actor, filters)
    return render_template(
        "projects/portfolio.html",
        count=voice.ngettext("Shows one project", "Shows %(n)s projects", len(rows)),
        filters=_filter_fields(filters, choices(session, actor), voice),
        rows=[_portfolio_row(row, voice) for row in rows],
        has_filters=filters != Filters(),
        export_href=url_for(
            "exports.show",
            category=filters.category or None,
            organisation=filters.member or filters.borrower or None,
        ),
        report_href=with_questions(url_for("impact_reports.show_all"), request.args) if rows else None,
        may_plan=may_plan_everywhere(),
    )


def asked_filters() -> Filters:
    """What the address asks for; words that mean nothing are left out."""
    asked = request.args
    return Filters(
        category=asked.get("category", ""),
        member=asked.get("member", ""),
        borrower=asked.get("borrower", ""),
        status=next((status for status in ProjectStatus if status == asked.get("status")), None),
        flag=next((way for way in FlagDirection if way == asked.get("flag")), None),
        text=asked.get("text", "")[:100],
    )


def _filter_fields(filters: Filters, offered: Choices, voice: Voice) -> list[dict[str, Any]]:
    categories = [(row.slug, voice.pick(row.name_sv, row.name_en)) for row in offered.categories]
    members = [(row.slug, row.name) for row in offered.members]
    borrowers = [(row.slug, row.name) for row in offered.borrowers]
    statuses = [(status.value, status_words(status, voice)) for status in ProjectStatus]
    flags = [(way.value, direction_words(way, voice)) for way in FlagDirection]
    return [
        _select(
            "category",
            voice.gettext("Category"),
            voice.gettext("All categories"),
            categories,
            filters.category,
        ),
        _select("member", voice.gettext("Member"), voice.gettext("All members"), members, filters.member),
        _select(
            "borrower", voice.gettext("Borrower"), voice.gettext("All borrowers"), borrowers, filters.borrower
        ),
        _select(
            "status", voice.gettext("Status"), voice.gettext("All statuses"), statuses, filters.status or ""
        ),
        _select("flag", voice.gettext("Trend"), voice.gettext("All trends"), flags, filters.flag or ""),
    ]


def _select(
    name: str, label: str, everything: str, options: list[tuple[str, str]], value: str
) -> dict[str, Any]:
    return {"name": name, "label": label, "options": [("", everything), *options], "value": value}


def _portfolio_row(row: PortfolioRow, voice: Voice) -> list[Any]:
    """The cells of one project in the table."""
    project = row.project
    borrowers = row.organisations.get(Part.BORROWER) or row.organisations.get(Part.MEMBER) or []
    category = voice.pick(row.category.name_sv, row.category.name_en) if row.category else ""
    n_worse = row.n_flags.get(FlagDirection.TO_WORSE, 0)
    return [
        {
            "text": voice.pick(project.short_sv, project.short_en),
            "href": url_for("projects.show", slug=project.slug),
            "note": voice.pick(project.title_sv, project.title_en),
        },
        category,
        " / ".join(organisation.name for organisation in borrowers),
        amount_text(project.loan_amount, project.currency, voice),
        {
            "text": _turned_words(row, voice),
            "meaning": "worse" if n_worse else "",
            "note": voice.ngettext("%(n)s awaits a decision", "%(n)s await a decision", row.n_undecided)
            if row.n_undecided
            else "",
        },
        status_words(project.status, voice),
    ]


def _turned_words(row: PortfolioRow, voice: Voice) -> str:
    """What turned in a project: 1 to the worse, 2 to the better; of how many indicators."""
    words = {
        FlagDirection.TO_WORSE: voice.gettext("for the worse"),
        FlagDirection.TO_BETTER: voice.gettext("for the better"),
        FlagDirection.NEUTRAL: voice.gettext("turned"),
    }
    signs = {FlagDirection.TO_WORSE: "▼", FlagDirection.TO_BETTER: "▲", FlagDirection.NEUTRAL: "◆"}
    turned = [
        f"{signs[way]} {voice.number(n, 0)} {words[way]}" for way in words if (n := row.n_flags.get(way, 0))
    ]
    if turned:
        return ", ".join(turned)
    return voice.ngettext("None of %(n)s", "None of %(n)s", row.n_indicators) if row.n_indicators else ""
