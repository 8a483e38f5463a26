"""The columns of the yearly report's workbook, and the cells of a project and an indicator."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from impact.exchange.cells import Cell
from impact.language import Voice, mark
from impact.registry.project_tables import Part
from impact.reporting.investor_figures import IndicatorFigures, ProjectFigures
from impact.reporting.planning_words import status_words
from impact.semantics.promise import Stated


class Kind(StrEnum):
    """What stands in a column."""

    TEXT = "text"
    AMOUNT = "amount"
    SHARE = "share"
    VALUE = "value"


@dataclass(frozen=True)
class Group:
    """Columns that belong together, and what stands above them."""

    heading: str


@dataclass(frozen=True)
class Heading:
    """A column: its head, how wide it is, what stands in it, and the group it is in."""

    heading: str
    width: int
    kind: Kind = Kind.TEXT
    group: Group | None = None
    name: str = ""


_WHOLE, _PART = Group(mark("Whole project")), Group(mark("Pro rata, the loan's share"))

PROJECT_COLUMNS: Final = (
    Heading(mark("Project"), 26),
    Heading(mark("Borrower"), 26),
    Heading(mark("Member"), 22),
    Heading(mark("Category"), 22),
    Heading(mark("Status"), 12),
    Heading(mark("Loan"), 16, Kind.AMOUNT),
    Heading(mark("Total cost"), 16, Kind.AMOUNT),
    Heading(mark("Currency"), 9),
    Heading(mark("Share financed"), 14, Kind.SHARE),
    Heading(mark("Target population"), 34),
    Heading(mark("People, about"), 12, Kind.AMOUNT),
    Heading(mark("Goals"), 44),
    Heading(mark("Indicators"), 11, Kind.AMOUNT),
    Heading(mark("Targets met"), 11, Kind.AMOUNT),
    Heading(mark("Reported for"), 14),
    Heading(mark("Global goals"), 14),
)
INDICATOR_COLUMNS: Final = (
    Heading(mark("Project"), 18),
    Heading(mark("Goal"), 22),
    Heading(mark("Indicator"), 28),
    Heading(mark("Unit"), 13),
    Heading(mark("Better when"), 12),
    Heading(mark("Estimated beforehand"), 12, Kind.VALUE, _WHOLE),
    Heading(mark("Baseline"), 13, Kind.VALUE, _WHOLE),
    Heading(mark("of period"), 10, Kind.TEXT, _WHOLE),
    Heading(mark("Newest value"), 11, Kind.VALUE, _WHOLE),
    Heading(mark("of period"), 10, Kind.TEXT, _WHOLE),
    Heading(mark("Observation status"), 12, Kind.TEXT, _WHOLE),
    Heading(mark("Measured minus estimated"), 12, Kind.VALUE, _WHOLE),
    Heading(mark("Target"), 11, Kind.VALUE, _WHOLE),
    Heading(mark("of period"), 10, Kind.TEXT, _WHOLE),
    Heading(mark("Against the target"), 17, name="standing"),
    Heading(mark("Trend"), 30, name="trend"),
    Heading(mark("Share financed"), 14, Kind.SHARE, _PART),
    Heading(mark("Estimated beforehand"), 12, Kind.VALUE, _PART),
    Heading(mark("Newest value"), 11, Kind.VALUE, _PART),
    Heading(mark("Target"), 11, Kind.VALUE, _PART),
    Heading(mark("Breaks and gaps"), 34),
    Heading(mark("Figures"), 11),
)


def project_cells(figures: ProjectFigures, voice: Voice) -> list[Cell]:
    """A project's row."""
    view, project = figures.view, figures.view.project
    with_target = [one for one in figures.indicators if one.chapter.standing is not None]
    return [
        figures.chapter.short,
        ", ".join(row.name for row in view.organisations[Part.BORROWER]),
        ", ".join(row.name for row in view.organisations[Part.MEMBER]),
        voice.pick(view.category.name_sv, view.category.name_en) if view.category else "",
        status_words(project.status, voice),
        project.loan_amount,
        project.total_cost,
        project.currency if project.loan_amount or project.total_cost else "",
        figures.share,
        voice.pick(project.target_population_sv, project.target_population_en),
        project.n_target_population,
        "\n".join(goal.title for goal in figures.chapter.goals),
        len(figures.indicators),
        sum(one.chapter.has_met_target for one in with_target) if with_target else None,
        _span(project.report_from_year, project.report_to_year),
        ", ".join(project.sdg_targets),
    ]


def total_cells(projects: Sequence[ProjectFigures], voice: Voice) -> list[list[Cell]]:
    """Sums, a row for each currency: loans and costs that were stated, people only where all are.

    Costs are left out where one is unknown, or a share of the sum would be read off them.
    """
    if len(projects) < 2:
        return []
    by_currency: dict[str, list[ProjectFigures]] = defaultdict(list)
    for each in projects:
        if each.view.project.loan_amount:
            by_currency[each.view.project.currency].append(each)
    rows = []
    for currency, some in sorted(by_currency.items()):
        loans = sum(each.view.project.loan_amount or 0 for each in some)
        costs = [each.view.project.total_cost for each in some]
        known = [cost for cost in costs if cost]
        cost = sum(known) if len(known) == len(costs) else None
        told = voice.ngettext("Sum of %(n)s project", "Sum of %(n)s projects", len(some))
        share = loans / cost if cost else None
        rows.append([told, "", "", "", "", loans, cost, currency, share, *[None] * 7])
    return rows


def indicator_cells(project: ProjectFigures, figures: IndicatorFigures, voice: Voice) -> list[Cell]:
    """An indicator's row: numbers of the whole project, then the loan's share of what adds up."""
    chapter, unit = figures.chapter, figures.series.unit
    finding = chapter.finding
    latest = figures.latest.value if figures.latest else None
    is_compared = latest is not None and figures.ex_ante is not None
    share = project.share if figures.adds_up else None
    return [
        project.chapter.short,
        figures.goal,
        finding.name,
        unit.name(voice),
        chapter.direction,
        figures.ex_ante,
        *_dated(figures.baseline, voice),
        latest,
        figures.latest.period.label(voice) if figures.latest else "",
        finding.status,
        _difference(latest, figures.ex_ante) if is_compared else None,
        *_dated(figures.target, voice),
        chapter.standing_words,
        finding.headline if finding.verdict else "",
        share,
        _part(figures.ex_ante, share),
        _part(latest, share),
        _part(figures.target[1] if figures.target else None, share),
        _said_of_series(figures, voice),
        voice.gettext("Invented figures") if finding.is_invented else "",
    ]


def _dated(stated: Stated | None, voice: Voice) -> list[Cell]:
    return [stated[1], stated[0].label(voice)] if stated else [None, ""]


def _difference(value: float | None, estimate: float | None) -> float | None:
    return None if value is None or estimate is None else float(f"{value - estimate:.12g}")


def _part(whole: float | None, share: float | None) -> float | None:
    """The loan's share of a count, to whole units: more digits would only look exact."""
    return None if whole is None or share is None else float(round(whole * share))


def _said_of_series(figures: IndicatorFigures, voice: Voice) -> str:
    labels = (voice.gettext("Comparability"), voice.gettext("Gaps"))
    return "\n".join(text for label, text in figures.notes if label in labels)


def _span(first: int | None, last: int | None) -> str:
    if first is None and last is None:
        return ""
    return f"{first or ''}\N{EN DASH}{last or ''}"
