"""The yearly impact report of a project or of the portfolio, as a page and as PDF."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from markupsafe import Markup

from impact.accounts.permissions import Action
from impact.errors import Invalid
from impact.language import Voice
from impact.monitoring.portfolio import Filters
from impact.reporting.goal_words import STANDING_MEANINGS
from impact.reporting.impact_report import (
    Dated,
    GoalChapter,
    ImpactReport,
    IndicatorChapter,
    Moment,
    ProjectChapter,
)
from impact.reporting.pdf import set_pdf
from impact.reporting.pdf_contents import meta_of, sum_rows, unit_note
from impact.reporting.report_days import ReportDay, report_day
from impact.reporting.report_words import (
    about_words,
    report_words,
    revised_words,
    share_sentence,
    under_words,
)
from impact.reporting.yearly import gather_portfolio_report, gather_project_report
from impact.request_scope import current_actor, current_session, current_voice, installation, today
from impact.web.addresses import chart_addresses, with_questions
from impact.web.guards import needs
from impact.web.known_days import known_day
from impact.web.portfolio_pages import asked_filters

pages = Blueprint("impact_reports", __name__)

# A report of more is made on the command line: a reader waits seconds here, not minutes.
MOST_PROJECTS = 60
MOST_CHARTS = 24


@pages.get("/projects/<slug>/report")
@needs(Action.SEE)
def show(slug: str) -> str:
    """A project's yearly impact report."""
    day, voice = asked_day(), current_voice()
    report = gather_project_report(current_session(), current_actor(), slug, day, voice)
    return render_template(
        "projects/report.html", project_href=url_for("projects.show", slug=slug), **_said(report, voice)
    )


@pages.get("/projects/<slug>/report.pdf")
@needs(Action.SEE)
def show_pdf(slug: str) -> Response:
    """A project's yearly impact report as a tagged PDF."""
    day, voice = asked_day(), current_voice()
    report = gather_project_report(current_session(), current_actor(), slug, day, voice)
    return _pdf(report, slug, voice)


@pages.get("/projects/report")
@needs(Action.SEE)
def show_all() -> str:
    """The yearly impact report of the projects that the filters of the address leave."""
    voice = current_voice()
    report = _of_portfolio(asked_filters(), voice)
    return render_template("projects/report.html", project_href=None, **_said(report, voice))


@pages.get("/projects/report.pdf")
@needs(Action.SEE)
def show_all_pdf() -> Response:
    """The yearly impact report of a portfolio as a tagged PDF."""
    voice = current_voice()
    return _pdf(_of_portfolio(asked_filters(), voice), "", voice)


def _of_portfolio(filters: Filters, voice: Voice) -> ImpactReport:
    return gather_portfolio_report(
        current_session(),
        current_actor(),
        filters,
        asked_day(),
        voice,
        most_charts=MOST_CHARTS,
        most_projects=MOST_PROJECTS,
    )


def asked_day() -> ReportDay:
    """The year and day that the address asks for; this year's, as known now, without."""
    known = known_day()
    return report_day(
        _year(),
        known.day if known else None,
        _day_named("since"),
        today=today(),
        zone=installation().settings.time_zone,
    )


def _year() -> int | None:
    text = request.args.get("year", "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise Invalid("There is no report for that year.", field="year")
    return int(text)


def _day_named(name: str) -> date | None:
    text = request.args.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Invalid("Write the day as year-month-day: 2026-03-31.", field=name) from error


def _pdf(report: ImpactReport, name: str, voice: Voice) -> Response:
    parts = (voice.gettext("impact-report"), name, str(report.day.year))
    response = Response(set_pdf(report, voice), mimetype="application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename="-".join(filter(None, parts)) + ".pdf")
    return response


def _said(report: ImpactReport, voice: Voice) -> dict[str, Any]:
    """What the template shows of a report: the words are the report's own."""
    if report.is_portfolio:
        pdf = url_for("impact_reports.show_all_pdf")
        workbook = url_for("exports.report_of_all")
    else:
        pdf = url_for("impact_reports.show_pdf", slug=report.projects[0].slug)
        workbook = url_for("exports.report", slug=report.projects[0].slug)
    return {
        "title": report.title,
        "lead": report.lead,
        "words": report_words(report, voice),
        "under": under_words(report, voice),
        "about": about_words(report, voice),
        "summary": report.summary,
        "is_portfolio": report.is_portfolio,
        "invented": report.has_invented_figures,
        "pdf_href": with_questions(pdf, request.args),
        "workbook_href": with_questions(workbook, request.args),
        "kept": {name: text for name, text in request.args.items() if name not in {"known_at", "year"}},
        "projects": [_project(project, report, voice) for project in report.projects],
        "sums": sum_rows(report.summary),
    }


def _project(project: ProjectChapter, report: ImpactReport, voice: Voice) -> dict[str, Any]:
    return {
        "id": f"project-{project.project_id}",
        "title": project.title,
        "href": url_for("projects.show", slug=project.slug),
        # The captions of tables have to differ, and in a portfolio projects have tables alike.
        "named": f" ({project.title})" if report.is_portfolio else "",
        "summary": project.summary if report.is_portfolio else "",
        "facts": project.facts,
        "goals": [_goal(goal, report, voice) for goal in project.goals],
        "milestones": [_milestone(each) for each in project.milestones],
        "events": [_event(each) for each in project.events],
        "story": project.story,
        "notes": [_event(each) for each in project.notes],
        "shares": [[share.what, share.whole, share.part] for share in project.shares],
        "share_sentence": share_sentence(project, voice),
        "revised_words": revised_words(project, report.day, voice),
        "revised": [[each.what, each.before, each.after, each.reason] for each in project.revised or ()],
    }


def _goal(goal: GoalChapter, report: ImpactReport, voice: Voice) -> dict[str, Any]:
    return {
        "title": goal.title,
        "kind": goal.level,
        "progress": goal.progress,
        "meaning": goal.meaning or None,
        "description": goal.description,
        "rows": [_row(each, voice) for each in goal.indicators],
        "indicators": [_indicator(each, report, voice) for each in goal.indicators if each.chart is not None],
        "milestones": [_milestone(each) for each in goal.milestones],
    }


def _row(indicator: IndicatorChapter, voice: Voice) -> list[Any]:
    """Baseline, newest value and target of an indicator in the table of its goal."""
    standing = indicator.standing
    return [
        {
            "text": indicator.finding.name,
            "note": unit_note(indicator, voice),
            "href": url_for("indicators.show", indicator_id=indicator.finding.indicator_id),
        },
        Markup(indicator.spark.svg(indicator.finding.headline)),  # noqa: S704 - the kernel escapes
        *(_dated(each) for each in (indicator.baseline, indicator.latest, indicator.target)),
        {
            "text": indicator.standing_words,
            "meaning": STANDING_MEANINGS.get(standing, "") if standing else "",
        },
    ]


def _dated(dated: Dated | None) -> dict[str, str]:
    return {"text": dated.value, "note": dated.period} if dated else {"text": "\N{EN DASH}"}


def _indicator(indicator: IndicatorChapter, report: ImpactReport, voice: Voice) -> dict[str, Any]:
    finding = indicator.finding
    known_on = report.day.known_on if report.day.known_at else None
    return {
        "name": finding.name,
        "meta": meta_of(indicator),
        "sentences": [text for text in (finding.sentence, finding.progress, indicator.comparison) if text],
        "chart": chart_addresses(indicator.place, voice, known_on=known_on) if indicator.latest else None,
        "alt": indicator.alt,
        "notes": indicator.notes,
    }


def _milestone(moment: Moment) -> dict[str, Any]:
    return {
        "title": moment.title,
        "state": moment.when,
        "reached": moment.is_reached,
        "detail": moment.detail,
        "href": None,
    }


def _event(moment: Moment) -> dict[str, str]:
    return {
        "at": moment.when,
        "iso": "",
        "text": moment.title,
        "who": "",
        "quote": "",
        "detail": moment.detail,
    }
