"""Gather a report: projects and a moment become one frozen structure of facts and words.

Text, HTML, PDF and pages are all made from this structure, so that they cannot differ.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor
from impact.charts.content import IndicatorChart
from impact.errors import NotFound
from impact.language import Voice
from impact.monitoring.cards import SeriesCard, cards
from impact.monitoring.promises import progress_of_cards
from impact.monitoring.tables import FlagDirection, FlagState
from impact.registry import access, lookup
from impact.registry.project_tables import Category, Project
from impact.registry.series import SeriesReading, read_series
from impact.reporting.changed import changed_since
from impact.reporting.findings import Finding, finding_of
from impact.reporting.impact_report import Revised
from impact.reporting.picturing import pictures_of
from impact.reporting.revised import revised_since


@dataclass(frozen=True)
class Scope:
    """What a report is about: a project, a category, or all that the reader may see.

    With ``own_projects`` public ones count only where the reader has a role in them.
    """

    project_id: int | None = None
    category_id: int | None = None
    own_projects: bool = False


@dataclass(frozen=True)
class Since:
    """What is told of the time since an earlier report.

    Attributes:
        at: when that one was read.
        changes_only: whether indicators that say the same as then are left out.
    """

    at: datetime
    changes_only: bool = False


@dataclass(frozen=True)
class ProjectFindings:
    """A project with what is found of each of its indicators."""

    project_id: int
    slug: str
    title: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Report:
    """All that a report says: where it was read, when, and what was found.

    Attributes:
        title: names the project or category; empty for the whole portfolio.
        charts: what its pictures are drawn from, by series.
        since: when the report before was read, where there was one.
        revised: what was measured or promised otherwise then.
        n_unchanged: how many indicators were left out because they say the same as then.
    """

    title: str
    known_at: datetime
    projects: tuple[ProjectFindings, ...]
    charts: dict[int, IndicatorChart] = field(default_factory=dict)
    since: datetime | None = None
    revised: tuple[Revised, ...] = ()
    n_unchanged: int = 0

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is found of every indicator, project by project."""
        return tuple(finding for project in self.projects for finding in project.findings)

    @property
    def turned(self) -> tuple[Finding, ...]:
        """The indicators with a standing flag: turned to worse first, key indicators first."""
        flagged = (finding for finding in self.findings if finding.is_flagged)
        return tuple(sorted(flagged, key=_worst_first))

    @property
    def has_invented_figures(self) -> bool:
        """Whether any figure in it was made up."""
        return any(finding.is_invented for finding in self.findings)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing measured to tell of."""
        return not self.n_unchanged and not any(finding.value for finding in self.findings)

    @property
    def early(self) -> tuple[Finding, ...]:
        """The indicators that may have turned; none of them is among those that did."""
        return tuple(finding for finding in self.findings if finding.is_early_warning)

    def contents(self) -> dict[str, Any]:
        """What an edition keeps: projects, and the revisions and analyses used."""
        return {
            "projects": sorted(project.project_id for project in self.projects),
            "revisions": {str(finding.series_id): list(finding.revision_ids) for finding in self.findings},
            "analyses": {
                str(finding.series_id): finding.analysis_id
                for finding in self.findings
                if finding.analysis_id is not None
            },
        }


def gather(
    session: Session,
    actor: Actor,
    voice: Voice,
    scope: Scope,
    *,
    most_charts: int,
    since: Since | None = None,
    charts_of_all: bool = False,
    now: datetime,
) -> Report:
    """The report on what the actor may see now, from stored analyses.

    Values are read as they stand, not as known at the instant: the analyses beside them and
    the pictures are the newest, and one mail must not speak of two moments.

    Pictures are gathered for the standing flags first and then for key indicators, up to
    ``most_charts``; with ``charts_of_all`` for the others after them.

    Raises:
        NotFound: the project of the scope does not exist or may not be seen.
    """
    title = _title(session, actor, voice, scope)
    found = [card for card in cards(session, *_conditions(actor, scope)) if card.project is not None]
    readings = read_series(session, [card.summary.series_id for card in found]) if found else {}
    told = set(readings)
    revised: tuple[Revised, ...] = ()
    if since is not None:
        revised = revised_since(session, found, readings, since.at, None, voice) or ()
        if since.changes_only:
            told = set(changed_since(session, readings, since.at))
    report = Report(
        title,
        now,
        _projects(session, [card for card in found if card.summary.series_id in told], readings, voice),
        since=since.at if since else None,
        revised=revised,
        n_unchanged=len(readings) - len(told),
    )
    pictured = pictured_series(report, most_charts, of_all=charts_of_all)
    return replace(report, charts=_charts(session, actor, voice, pictured))


def _projects(
    session: Session, found: Sequence[SeriesCard], readings: Mapping[int, SeriesReading], voice: Voice
) -> tuple[ProjectFindings, ...]:
    progress = progress_of_cards(session, found)
    projects = []
    for project, group in groupby(found, key=lambda card: card.project):
        if project is not None:
            findings = tuple(
                finding_of(card, readings[series_id], progress.get(series_id), voice)
                for card in group
                for series_id in [card.summary.series_id]
            )
            name = voice.pick(project.short_sv, project.short_en)
            projects.append(ProjectFindings(project.id, project.slug, name, findings))
    return tuple(projects)


def pictured_series(report: Report, most: int, *, of_all: bool = False) -> list[int]:
    """The series worth a picture: standing flags first, then key indicators, then all where asked."""
    wanted = [*report.turned, *(finding for finding in report.findings if finding.is_key)]
    wanted += report.findings if of_all else ()
    measured = (finding.series_id for finding in wanted if finding.value)
    return list(dict.fromkeys(measured))[:most]


def _conditions(actor: Actor, scope: Scope) -> list[Any]:
    conditions: list[Any] = [access.within_reach(actor, Action.SEE, with_public=not scope.own_projects)]
    if scope.project_id is not None:
        conditions.append(Project.id == scope.project_id)
    if scope.category_id is not None:
        conditions.append(Project.category_id == scope.category_id)
    return conditions


def _title(session: Session, actor: Actor, voice: Voice, scope: Scope) -> str:
    if scope.project_id is not None:
        project = session.scalars(
            select(Project).where(Project.id == scope.project_id, access.within_reach(actor, Action.SEE))
        ).first()
        if project is None:
            raise NotFound("There is no such project.")
        return voice.pick(project.short_sv, project.short_en)
    if scope.category_id is not None:
        category = session.get_one(Category, scope.category_id)
        return voice.pick(category.name_sv, category.name_en)
    return ""


def _charts(
    session: Session, actor: Actor, voice: Voice, series_ids: Collection[int]
) -> dict[int, IndicatorChart]:
    return pictures_of(session, lookup.series_places(session, actor, series_ids).values(), voice)


def _worst_first(finding: Finding) -> tuple[bool, bool, bool]:
    return (
        finding.flag_direction is not FlagDirection.TO_WORSE,
        finding.flag_state is not FlagState.OPEN,
        not finding.is_key,
    )
