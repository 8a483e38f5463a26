"""The portfolio: all projects that one may see, with filters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template, request, url_for

from impact.accounts.permissions import Action
from impact.language import Voice
from impact.monitoring.across import shared_definitions
from impact.monitoring.cards import cards
from impact.monitoring.portfolio import Choices, Filters, PortfolioRow, choices, portfolio
from impact.monitoring.portfolio_totals import like_for_like, totals_of
from impact.monitoring.tables import FlagDirection
from impact.registry.project_tables import Part, Project, ProjectStatus
from impact.reporting.planning_words import status_words
from impact.reporting.portfolio_strip import strip_of_cards
from impact.reporting.project_facts import rounded_amount_text
from impact.request_scope import current_actor, current_session, current_voice, today
from impact.web.addresses import with_questions
from impact.web.deciding_words import direction_words
from impact.web.guards import needs
from impact.web.picture_answers import shown_picture
from impact.web.planning_options import may_plan_everywhere
from impact.web.portfolio_words import like_for_like_table, total_cards, turned_cell

pages = Blueprint("portfolio", __name__)

MOST_STRIP_ROWS = 150


@pages.get("/projects")
@needs(Action.SEE)
def show_all() -> str:
    """The projects that the reader may see, narrowed by the filters of the address."""
    voice, session, actor = current_voice(), current_session(), current_actor()
    filters = asked_filters()
    rows = portfolio(session, actor, filters)
    grown = like_for_like(rows, today().year)
    return render_template(
        "projects/portfolio.html",
        count=voice.ngettext("Shows one project", "Shows %(n)s projects", len(rows)),
        filters=_filter_fields(filters, choices(session, actor), voice),
        rows=[_portfolio_row(row, voice) for row in rows],
        totals=total_cards(totals_of(rows), voice) if rows else [],
        grown=like_for_like_table(grown, voice) if grown else None,
        shared=[
            {
                "text": voice.pick(each.name_sv, each.name_en),
                "href": url_for("comparing.show", definition_slug=each.slug),
                "note": voice.ngettext("%(n)s project", "%(n)s projects", each.n_projects),
            }
            for each in shared_definitions(session, actor)
        ],
        strip=_strip(rows, voice),
        has_filters=filters != Filters(),
        export_href=url_for(
            "exports.show",
            category=filters.category or None,
            organisation=filters.member or filters.borrower or None,
        ),
        report_href=with_questions(url_for("impact_reports.show_all"), request.args) if rows else None,
        may_plan=may_plan_everywhere(),
    )


def _strip(rows: Sequence[PortfolioRow], voice: Voice) -> dict[str, object] | None:
    """Every indicator of these projects by year; None where there is none, or more than one looks over."""
    if not 0 < sum(row.n_indicators for row in rows) <= MOST_STRIP_ROWS:
        return None
    session = current_session()
    found = cards(session, Project.id.in_([row.project.id for row in rows]))
    asked = {name: text for name, text in request.args.items() if text}
    return shown_picture(
        strip_of_cards(session, found, voice), "pictures.of_portfolio", voice, picture="strip", **asked
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
    return [
        {
            "text": voice.pick(project.short_sv, project.short_en),
            "href": url_for("projects.show", slug=project.slug),
            "note": voice.pick(project.title_sv, project.title_en),
        },
        category,
        " / ".join(organisation.name for organisation in borrowers),
        rounded_amount_text(project.loan_amount, project.currency, voice),
        {
            "text": turned_cell(row, voice),
            "note": voice.ngettext("%(n)s awaits a decision", "%(n)s await a decision", row.n_undecided)
            if row.n_undecided
            else "",
        },
        status_words(project.status, voice),
    ]
