"""Gather the yearly impact report: a project or a portfolio becomes one structure of words.

Page and PDF are made from it, so that they cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from sqlalchemy.orm import Session

from impact.accounts.permissions import Actor
from impact.errors import Invalid, NotFound
from impact.language import Voice
from impact.monitoring.portfolio import Filters, portfolio
from impact.monitoring.project_view import ProjectView, project_view
from impact.reporting.impact_report import ImpactReport
from impact.reporting.portfolio_sums import figures_of_portfolio, sums_of
from impact.reporting.project_chapters import project_chapter
from impact.reporting.report_days import ReportDay
from impact.reporting.summarising import summary_of

Watch = Callable[[Sequence[Any]], Iterable[Any]]


def gather_project_report(
    session: Session, actor: Actor, slug: str, day: ReportDay, voice: Voice
) -> ImpactReport:
    """The report on one project, every indicator with its picture and notes.

    Raises:
        NotFound: there is no such project, or was none on the day, or the actor may not see it.
    """
    view = project_view(session, actor, slug, day.known_at)
    chapter = project_chapter(session, view, day, voice)
    return ImpactReport(
        title=chapter.title,
        lead=chapter.summary,
        day=day,
        projects=(chapter,),
        summary=summary_of([chapter], day),
        is_portfolio=False,
    )


def gather_portfolio_report(
    session: Session,
    actor: Actor,
    filters: Filters,
    day: ReportDay,
    voice: Voice,
    *,
    most_charts: int,
    most_projects: int | None = None,
    only: Collection[int] | None = None,
    watch: Watch = iter,
) -> ImpactReport:
    """The report on the projects that the actor may see and the filters leave, by name.

    Pictures are of what turned and of key indicators, up to ``most_charts`` in all: a
    portfolio of fifty projects is to be read, not leafed through.

    Args:
        only: the numbers of the projects to tell of; None is all of them.
        most_projects: more are refused, for a reader who waits; None takes any number.
        watch: passes the projects on one by one, for whoever tells how far it is.

    Raises:
        Invalid: there are more projects than that.
    """
    rows = [row for row in portfolio(session, actor, filters) if only is None or row.project.id in only]
    if most_projects is not None and len(rows) > most_projects:
        raise Invalid(
            "A report here has at most %(n)s projects. Narrow the portfolio by its filters, or make the "
            "whole with the command impact report pdf.",
            n=most_projects,
        )
    views, chapters = [], []
    left = most_charts
    for row in watch(rows):
        view = _view(session, actor, row.project.slug, day)
        if view is not None:
            pictured = _pictured(view)[: max(left, 0)]
            left -= len(pictured)
            views.append(view)
            chapters.append(project_chapter(session, view, day, voice, pictured))
    return ImpactReport(
        title=voice.gettext("The portfolio"),
        lead="",
        day=day,
        projects=tuple(chapters),
        summary=summary_of(
            chapters, day, figures_of_portfolio(views, chapters, voice), sums_of(views, voice)
        ),
        is_portfolio=True,
    )


def _view(session: Session, actor: Actor, slug: str, day: ReportDay) -> ProjectView | None:
    try:
        return project_view(session, actor, slug, day.known_at)
    except NotFound:
        return None  # It was not there yet on the report's day.


def _pictured(view: ProjectView) -> list[int]:
    """The series worth a picture: standing flags first, then key indicators."""
    cards = [card for goal in view.goals for card in goal.cards if card.series.measured]
    wanted = [card for card in cards if card.is_flagged or card.indicator.is_key]
    return [card.summary.series_id for card in sorted(wanted, key=lambda card: not card.is_flagged)]
