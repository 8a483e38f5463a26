"""What a portfolio adds up to, and how it grew among the members of both years."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from impact.monitoring.portfolio import PortfolioRow
from impact.registry.project_tables import Part, Project


@dataclass(frozen=True)
class Totals:
    """Sums over projects; of loans and people also how many projects state them."""

    n_projects: int
    loans: dict[str, int]
    n_with_loan: int
    n_people: int
    n_with_people: int


@dataclass(frozen=True)
class LikeForLike:
    """The sums of two years over the members that had projects in both.

    ``n_members`` are those members; ``n_undated`` projects are left out because nobody
    has stated when they began.
    """

    earlier_year: int
    later_year: int
    earlier: Totals
    later: Totals
    n_members: int
    n_undated: int


def totals_of(rows: Sequence[PortfolioRow]) -> Totals:
    """The sums over all of these projects."""
    projects = [row.project for row in rows]
    loans: dict[str, int] = defaultdict(int)
    for project in projects:
        if project.loan_amount:
            loans[project.currency] += project.loan_amount
    people = [project.n_target_population for project in projects if project.n_target_population]
    return Totals(
        n_projects=len(projects),
        loans=dict(sorted(loans.items())),
        n_with_loan=sum(bool(project.loan_amount) for project in projects),
        n_people=sum(people),
        n_with_people=len(people),
    )


def like_for_like(rows: Sequence[PortfolioRow], year: int) -> LikeForLike | None:
    """A year beside the one before, over members with projects in both; None where none has.

    A member that joined or left would change the sums without any project having changed.
    """
    dated = [row for row in rows if _first_year(row.project) is not None]
    both = _members(dated, year) & _members(dated, year - 1)
    if not both:
        return None

    def of(when: int) -> Totals:
        ongoing = filter(_runs_in(when), dated)
        return totals_of([row for row in ongoing if both & _ids(row)])

    return LikeForLike(year - 1, year, of(year - 1), of(year), len(both), len(rows) - len(dated))


def _members(rows: Iterable[PortfolioRow], year: int) -> set[int]:
    return {number for row in filter(_runs_in(year), rows) for number in _ids(row)}


def _ids(row: PortfolioRow) -> set[int]:
    """The members of a project; its borrowers where no member is named."""
    found = row.organisations.get(Part.MEMBER) or row.organisations.get(Part.BORROWER) or []
    return {organisation.id for organisation in found}


def _runs_in(year: int) -> Callable[[PortfolioRow], bool]:
    def runs(row: PortfolioRow) -> bool:
        first, last = _first_year(row.project), _last_year(row.project)
        return first is not None and first <= year and (last is None or year <= last)

    return runs


def _first_year(project: Project) -> int | None:
    return project.starts_on.year if project.starts_on else project.report_from_year


def _last_year(project: Project) -> int | None:
    # Reporting may go on after the project; what counts is the project itself where it is dated.
    return project.ends_on.year if project.ends_on else project.report_to_year
