"""What a portfolio adds up to, and how it grew like for like."""

from datetime import date

from impact.monitoring.portfolio import PortfolioRow
from impact.monitoring.portfolio_totals import like_for_like, totals_of
from impact.registry.project_tables import Organisation, Part, Project


def row(member: int, first: int | None, last: int | None = None, **facts: object) -> PortfolioRow:
    """A project of one member, in a portfolio's row."""
    given = {"currency": "SEK", **facts}
    project = Project(
        starts_on=date(first, 3, 1) if first else None, ends_on=date(last, 6, 30) if last else None, **given
    )
    made = PortfolioRow(project, None)
    made.organisations[Part.MEMBER].append(Organisation(id=member))
    return made


def test_adds_up_what_is_stated_when_some_is_not() -> None:
    """Sums say of how many projects they are; currencies are not added to each other."""
    rows = [
        row(1, 2020, loan_amount=100, n_target_population=7),
        row(1, 2021, loan_amount=20, currency="EUR"),
        row(2, 2022),
    ]
    told = totals_of(rows)
    assert told.n_projects == 3
    assert told.loans == {"EUR": 20, "SEK": 100}
    assert (told.n_with_loan, told.n_people, told.n_with_people) == (2, 7, 1)


def test_counts_only_members_of_both_years_when_compared() -> None:
    """Who joined or left is in neither year; a project without a start is in none."""
    rows = [
        row(1, 2020, loan_amount=100),
        row(1, 2026, loan_amount=50),
        row(2, 2026, loan_amount=1_000),
        row(3, 2019, 2025, loan_amount=2_000),
        row(1, None, loan_amount=4_000),
    ]
    found = like_for_like(rows, 2026)
    assert found is not None
    assert (found.earlier.loans, found.later.loans) == ({"SEK": 100}, {"SEK": 150})
    assert (found.earlier.n_projects, found.later.n_projects) == (1, 2)
    assert (found.n_members, found.n_undated) == (1, 1)
    assert like_for_like(rows[2:3], 2026) is None
