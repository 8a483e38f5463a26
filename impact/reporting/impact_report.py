"""The yearly impact report as one structure of words: what page and PDF are made from.

Nothing is computed by whoever shows it: values, verdicts and sentences stand here as they
are said on the project's page, in mails and in pictures.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from impact.charts.content import IndicatorChart
from impact.charts.sparkline import Sparkline
from impact.registry.lookup import SeriesPlace
from impact.reporting.findings import Finding
from impact.reporting.report_days import ReportDay
from impact.semantics.progress import Standing

Fact = tuple[str, object]


@dataclass(frozen=True)
class Dated:
    """A value as readers write it, and the period it is of."""

    value: str
    period: str


@dataclass(frozen=True)
class Revised:
    """What has another value, text or place than in the report before, and why."""

    what: str
    before: str
    after: str
    reason: str = ""


@dataclass(frozen=True)
class IndicatorChapter:
    """One indicator: from where, to where, how far, what the trend does, how it is measured.

    Attributes:
        standing: how it stands against its target; None without one that can be compared.
        standing_words: the same in a few words.
        comparison: whether it turned on its own or with its reference line, in a sentence.
        notes: label and text of each note on the method.
        chart: what its picture is drawn from; None where the report has no picture of it.
        alt: the picture in words.
    """

    place: SeriesPlace
    finding: Finding
    direction: str
    baseline: Dated | None
    latest: Dated | None
    target: Dated | None
    standing: Standing | None
    standing_words: str
    comparison: str
    spark: Sparkline
    notes: tuple[tuple[str, str], ...]
    chart: IndicatorChart | None
    alt: str

    @property
    def has_met_target(self) -> bool:
        """Whether its target is met."""
        return self.standing is Standing.MET


@dataclass(frozen=True)
class Moment:
    """Something dated, or due: a milestone, an event, a note."""

    title: str
    when: str
    detail: str = ""
    is_reached: bool = False
    is_late: bool = False
    reached_on: date | None = None


@dataclass(frozen=True)
class GoalChapter:
    """A goal with its progress in words, its indicators and milestones."""

    title: str
    level: str
    progress: str
    meaning: str
    description: str
    indicators: tuple[IndicatorChapter, ...]
    milestones: tuple[Moment, ...]


@dataclass(frozen=True)
class Share:
    """A figure of the whole project beside the part that the share financed makes of it."""

    what: str
    whole: str
    part: str


@dataclass(frozen=True)
class ProjectChapter:
    """A project as the report tells it.

    Attributes:
        shares: whole-project and pro-rata figures; empty where the share financed is unknown.
        share_words: the share financed, in words; empty where it is unknown.
        late: what should have been measured, in words.
        revised: what changed since the report before; None where nothing was known then.
    """

    project_id: int
    slug: str
    title: str
    short: str
    summary: str
    story: str
    facts: tuple[Fact, ...]
    goals: tuple[GoalChapter, ...]
    milestones: tuple[Moment, ...]
    events: tuple[Moment, ...]
    notes: tuple[Moment, ...]
    shares: tuple[Share, ...]
    share_words: str
    late: tuple[str, ...]
    revised: tuple[Revised, ...] | None

    @property
    def indicators(self) -> Iterator[IndicatorChapter]:
        """The indicators of all goals in their order."""
        return (indicator for goal in self.goals for indicator in goal.indicators)

    @property
    def all_milestones(self) -> Iterator[Moment]:
        """The milestones of the goals, then those of the project as a whole."""
        yield from (milestone for goal in self.goals for milestone in goal.milestones)
        yield from self.milestones

    @property
    def has_invented_figures(self) -> bool:
        """Whether any figure in it was made up."""
        return any(indicator.finding.is_invented for indicator in self.indicators)


@dataclass(frozen=True)
class Said:
    """One thing that the summary names, and the project it is about."""

    project_id: int
    project: str
    text: str


@dataclass(frozen=True)
class Figure:
    """A figure of the summary: how much, of what, and what it counts."""

    label: str
    value: str
    detail: str = ""


@dataclass(frozen=True)
class Summed:
    """An indicator of the library summed over the projects that measure it."""

    name: str
    unit: str
    period: str
    value: str
    change: str
    part: str
    n_projects: str


@dataclass(frozen=True)
class Summary:
    """What a reader should know first: figures, what turned, what was reached, what is late."""

    figures: tuple[Figure, ...]
    worse: tuple[Said, ...]
    better: tuple[Said, ...]
    other: tuple[Said, ...]
    reached: tuple[Said, ...]
    late: tuple[Said, ...]
    sums: tuple[Summed, ...] = ()


@dataclass(frozen=True)
class ImpactReport:
    """The yearly report of one project, or of a portfolio."""

    title: str
    lead: str
    day: ReportDay
    projects: tuple[ProjectChapter, ...]
    summary: Summary
    is_portfolio: bool

    @property
    def has_invented_figures(self) -> bool:
        """Whether any figure in it was made up."""
        return any(project.has_invented_figures for project in self.projects)
