"""What can be added up over a portfolio: projects, loans, people, counts of one indicator."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from impact.language import Voice
from impact.monitoring.cards import SeriesCard
from impact.monitoring.project_view import ProjectView
from impact.registry.project_tables import Project
from impact.reporting.groups import name_of
from impact.reporting.impact_report import Figure, ProjectChapter, Summed
from impact.reporting.project_facts import amount_text, share_financed
from impact.semantics.aggregation import MixedUnits, sum_of
from impact.semantics.unit import Kind

Member = tuple[SeriesCard, Project]


def figures_of_portfolio(
    views: Sequence[ProjectView], chapters: Sequence[ProjectChapter], voice: Voice
) -> tuple[Figure, ...]:
    """The portfolio's size: projects, loans by currency, people, indicators, targets met."""
    projects = [view.project for view in views]
    indicators = [indicator for chapter in chapters for indicator in chapter.indicators]
    with_target = [indicator for indicator in indicators if indicator.standing is not None]
    n_met = sum(indicator.has_met_target for indicator in indicators)
    figures = [
        Figure(voice.ngettext("project", "projects", len(projects)), voice.number(len(projects), 0)),
        *_loans(projects, voice),
        *_people(projects, voice),
        Figure(voice.ngettext("indicator", "indicators", len(indicators)), voice.number(len(indicators), 0)),
    ]
    if with_target:
        counts = {"n": voice.number(n_met, 0), "all": voice.number(len(with_target), 0)}
        figures.append(Figure(voice.gettext("targets met"), voice.gettext("%(n)s of %(all)s", **counts)))
    return tuple(figures)


def sums_of(views: Sequence[ProjectView], voice: Voice) -> tuple[Summed, ...]:
    """Counts of the same indicator of the library, added up over the projects that have it.

    Only the period that all of them have counts, and the change since the one before that
    all have too, so that like is compared with like. Projects that share an area are not
    added up: the same people or firms would be counted twice.
    """
    groups: dict[int, list[Member]] = defaultdict(list)
    areas = {view.project.id: {area.id for area in view.areas} for view in views}
    for view in views:
        for goal in view.goals:
            for card in goal.cards:
                if card.series.unit.kind is Kind.COUNT and card.series.measured:
                    groups[card.indicator.definition_id].append((card, view.project))
    apart = (members for members in groups.values() if len(members) > 1 and _are_apart(members, areas))
    found = (_summed(members, voice) for members in apart)
    return tuple(sorted((each for each in found if each is not None), key=lambda each: each.name))


def _are_apart(members: Sequence[Member], areas: Mapping[int, set[int]]) -> bool:
    """Whether each project of the indicator is about places of its own."""
    ids = [project.id for _, project in members]
    places = [area for number in ids for area in areas[number]]
    return len(places) == len(set(places)) and all(areas[number] for number in ids)


def _summed(members: Sequence[Member], voice: Voice) -> Summed | None:
    series = [card.series for card, _ in members]
    try:
        sums = sum_of(series)
    except MixedUnits:
        return None
    if not sums:
        return None
    period = max(sums)
    before = max((each for each in sums if each < period), default=None)
    broken = before is not None and any(before < new <= period for each in series for new in each.breaks)
    first, unit = members[0][0], series[0].unit
    change = ""
    if before is not None and not broken:
        change = voice.gettext(
            "%(change)s since %(period)s",
            change=unit.change_text(sums[period] - sums[before], voice),
            period=before.label(voice),
        )
    return Summed(
        name=name_of(first.version, first.disaggregation, voice),
        unit=unit.name(voice),
        period=period.label(voice),
        value=unit.value_text(sums[period], voice),
        change=change,
        part=_part(members, period, voice),
        n_projects=voice.number(len({project.id for _, project in members}), 0),
    )


def _part(members: Sequence[Member], period: object, voice: Voice) -> str:
    """The sum pro rata, each project by its own share; empty where one share is unknown."""
    total = 0.0
    for card, project in members:
        share = share_financed(project)
        if share is None:
            return ""
        total += share * next(point.value or 0.0 for point in card.series.measured if point.period == period)
    return voice.number(total, 0)


def _loans(projects: Sequence[Project], voice: Voice) -> list[Figure]:
    by_currency: dict[str, list[int]] = defaultdict(list)
    for project in projects:
        if project.loan_amount:
            by_currency[project.currency].append(project.loan_amount)
    return [
        Figure(
            voice.gettext("in loans"),
            amount_text(sum(amounts), currency, voice),
            _of(amounts, projects, voice),
        )
        for currency, amounts in sorted(by_currency.items())
    ]


def _people(projects: Sequence[Project], voice: Voice) -> list[Figure]:
    stated = [project.n_target_population for project in projects if project.n_target_population is not None]
    if not stated:
        return []
    number = voice.number(sum(stated), 0)
    return [Figure(voice.gettext("people in target populations"), number, _of(stated, projects, voice))]


def _of(known: Sequence[int], projects: Sequence[Project], voice: Voice) -> str:
    """How many projects a sum is of, where it is not of all."""
    if len(known) == len(projects):
        return ""
    return voice.ngettext(
        "stated for %(n)s of %(all)s projects",
        "stated for %(n)s of %(all)s projects",
        len(known),
        all=voice.number(len(projects), 0),
    )
