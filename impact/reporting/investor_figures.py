"""What lenders and investors want once a year of each project, as numbers and words.

The words are the yearly report's, the numbers those that they were said of: nothing is
worked out anew but the part that the share financed makes of a count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Actor
from impact.charts.content import IndicatorChart
from impact.errors import Invalid
from impact.language import Voice
from impact.monitoring.cards import SeriesCard
from impact.monitoring.portfolio import Filters, portfolio
from impact.monitoring.project_view import ProjectView, project_view
from impact.registry.indicator_tables import DefinitionVersion, SeriesBreak
from impact.registry.promised import promises_of
from impact.registry.schedules import period_of
from impact.registry.series import read_series
from impact.reporting.impact_report import ImpactReport, IndicatorChapter, ProjectChapter
from impact.reporting.method_notes import method_notes
from impact.reporting.portfolio_sums import figures_of_portfolio, sums_of
from impact.reporting.project_chapters import project_chapter
from impact.reporting.project_facts import share_financed
from impact.reporting.report_days import ReportDay
from impact.reporting.summarising import summary_of
from impact.semantics.promise import Stated
from impact.semantics.series import Point, Series
from impact.semantics.unit import Kind

MOST_PROJECTS = 60


@dataclass(frozen=True)
class IndicatorFigures:
    """One indicator: the numbers, and what the yearly report says of them.

    ``notes`` are labels with texts: definition, method, source, uncertainty, breaks, gaps.
    """

    goal: str
    chapter: IndicatorChapter
    series: Series
    baseline: Stated | None
    latest: Point | None
    target: Stated | None
    ex_ante: float | None
    notes: tuple[tuple[str, str], ...]

    @property
    def adds_up(self) -> bool:
        """Whether a part of it means anything: counts can be shared out, shares and indices not."""
        return self.series.unit.kind is Kind.COUNT


@dataclass(frozen=True)
class ProjectFigures:
    """One project with the share of its cost that the loan finances, and its indicators."""

    view: ProjectView
    chapter: ProjectChapter
    share: float | None
    indicators: tuple[IndicatorFigures, ...]


@dataclass(frozen=True)
class InvestorFigures:
    """The yearly report in numbers; ``report`` has its words."""

    report: ImpactReport
    projects: tuple[ProjectFigures, ...]


def gather_investor_figures(
    session: Session,
    actor: Actor,
    day: ReportDay,
    voice: Voice,
    *,
    slug: str | None = None,
    filters: Filters | None = None,
    most_projects: int | None = None,
) -> InvestorFigures:
    """The figures of one project, or of those that the actor may see and the filters leave.

    Raises:
        NotFound: there is no such project, or the actor may not see it.
        Invalid: there are more projects than ``most_projects``.
    """
    if slug is not None:
        slugs = [slug]
    else:
        slugs = [row.project.slug for row in portfolio(session, actor, filters or Filters())]
    if most_projects is not None and len(slugs) > most_projects:
        raise Invalid(
            "A workbook here has at most %(n)s projects. Narrow the portfolio by its filters, or make the "
            "whole with the command impact report workbook.",
            n=most_projects,
        )
    views = [project_view(session, actor, each, day.known_at) for each in slugs]
    figures = tuple(_project(session, view, day, voice) for view in views)
    chapters = [each.chapter for each in figures]
    report = ImpactReport(
        title=chapters[0].title if slug is not None else voice.gettext("The portfolio"),
        lead=chapters[0].summary if slug is not None else "",
        day=day,
        projects=tuple(chapters),
        summary=summary_of(
            chapters, day, figures_of_portfolio(views, chapters, voice), sums_of(views, voice)
        ),
        is_portfolio=slug is None,
    )
    return InvestorFigures(report, figures)


def _project(session: Session, view: ProjectView, day: ReportDay, voice: Voice) -> ProjectFigures:
    chapter = project_chapter(session, view, day, voice, pictured=())
    cards = [card for goal in view.goals for card in goal.cards]
    ids = [card.summary.series_id for card in cards]
    readings = read_series(session, ids, day.known_at) if ids else {}
    promises = promises_of(session, ids, day.known_at) if ids else {}
    versions = _versions(session, cards)
    reasons = _break_reasons(session, ids, voice)
    chapters = {one.finding.series_id: one for one in chapter.indicators}
    indicators = []
    for goal in view.goals:
        for card in goal.cards:
            series_id = card.summary.series_id
            series, stated = readings[series_id].series, promises.get(series_id, (None, ()))
            told = goal.progress.get(series_id)
            picture = _unpictured(card, series, versions[card.version.id], reasons[series_id], voice)
            indicators.append(
                IndicatorFigures(
                    goal=voice.pick(goal.goal.title_sv, goal.goal.title_en),
                    chapter=chapters[series_id],
                    series=series,
                    baseline=stated[0],
                    latest=series.measured[-1] if series.measured else None,
                    target=told.promise.target if told else (stated[1][-1] if stated[1] else None),
                    ex_ante=card.indicator.ex_ante_estimate,
                    notes=method_notes(versions[card.version.id], picture),
                )
            )
    return ProjectFigures(view, chapter, share_financed(view.project), tuple(indicators))


def _unpictured(
    card: SeriesCard,
    series: Series,
    version: DefinitionVersion,
    reasons: Mapping[object, str],
    voice: Voice,
) -> IndicatorChart:
    """What the notes are made from, without what only a picture needs."""
    indicator = card.indicator
    return IndicatorChart(
        voice=voice,
        title="",
        indicator=voice.pick(version.name_sv, version.name_en),
        series=series,
        break_labels=tuple((period, reasons.get(period, "")) for period in series.breaks),
        source=voice.pick(indicator.source_sv or version.source_sv, indicator.source_en or version.source_en),
        invented=indicator.is_invented,
    )


def _versions(session: Session, cards: Collection[SeriesCard]) -> dict[int, DefinitionVersion]:
    """The definitions with their texts, which cards do without."""
    wanted = select(DefinitionVersion).where(DefinitionVersion.id.in_({card.version.id for card in cards}))
    rows = session.scalars(wanted.execution_options(populate_existing=True))
    return {row.id: row for row in rows}


def _break_reasons(
    session: Session, series_ids: Collection[int], voice: Voice
) -> dict[int, dict[object, str]]:
    found: dict[int, dict[object, str]] = defaultdict(dict)
    for row in session.scalars(select(SeriesBreak).where(SeriesBreak.series_id.in_(series_ids))):
        found[row.series_id][period_of(row)] = voice.pick(row.reason_sv, row.reason_en)
    return found
