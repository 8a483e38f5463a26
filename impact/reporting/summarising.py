"""What the yearly report says first: what turned, what was reached, what is late."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from impact.monitoring.tables import FlagDirection, FlagState
from impact.reporting.impact_report import (
    Figure,
    ProjectChapter,
    Said,
    Summary,
    Summed,
)
from impact.reporting.report_days import ReportDay


def summary_of(
    projects: Sequence[ProjectChapter],
    day: ReportDay,
    figures: tuple[Figure, ...] = (),
    sums: tuple[Summed, ...] = (),
) -> Summary:
    """The summary of the chapters' findings; figures and sums are those given."""
    return Summary(
        figures=figures,
        worse=tuple(_turned(projects, FlagDirection.TO_WORSE)),
        better=tuple(_turned(projects, FlagDirection.TO_BETTER)),
        other=tuple(_turned(projects, FlagDirection.NEUTRAL)),
        reached=tuple(_reached(projects, day)),
        late=tuple(_late(projects)),
        sums=sums,
    )


def _turned(projects: Sequence[ProjectChapter], direction: FlagDirection) -> Iterator[Said]:
    for project in projects:
        for indicator in project.indicators:
            finding = indicator.finding
            if finding.is_flagged and finding.flag_direction is direction:
                is_decided = finding.flag_state is not FlagState.OPEN
                decided = f" ({finding.decision})" if is_decided else ""
                yield _said(project, f"{finding.name}: {finding.headline}{decided}.")


def _reached(projects: Sequence[ProjectChapter], day: ReportDay) -> Iterator[Said]:
    for project in projects:
        for indicator in project.indicators:
            if indicator.has_met_target:
                yield _said(project, f"{indicator.finding.name}: {indicator.finding.progress}")
        for milestone in project.all_milestones:
            if milestone.reached_on is not None and day.since_on < milestone.reached_on <= day.known_on:
                yield _said(project, f"{milestone.title}: {_within(milestone.when)}.")


def _late(projects: Sequence[ProjectChapter]) -> Iterator[Said]:
    for project in projects:
        for text in project.late:
            yield _said(project, text)
        for milestone in project.all_milestones:
            if milestone.is_late:
                yield _said(project, f"{milestone.title} ({_within(milestone.when)})")


def _said(project: ProjectChapter, text: str) -> Said:
    return Said(project.project_id, project.short, text)


def _within(text: str) -> str:
    """A text that began a sentence, to stand within one."""
    return text[:1].lower() + text[1:]
