"""The portfolio: all projects that one may see, with filters and what turned in each."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor
from impact.monitoring.tables import Flag, FlagDirection, FlagState, SeriesSummary
from impact.ordering import ListOrder
from impact.ordering import Part as ListPart
from impact.registry import access
from impact.registry.project_tables import (
    Category,
    Organisation,
    Part,
    Project,
    ProjectOrganisation,
    ProjectStatus,
)
from impact.registry.sorting import search_key

# The orders in which projects are listed; the last column tells any two apart.
ORDERS = {
    "name": ListOrder((Project.sort_key, Project.id)),
    "id": ListOrder((Project.id,)),
    "starts_on": ListOrder((Project.starts_on, Project.id)),
    "ends_on": ListOrder((Project.ends_on, Project.id)),
    "loan_amount": ListOrder((Project.loan_amount, Project.id)),
}
STANDING = (FlagState.OPEN, FlagState.CONFIRMED)


@dataclass(frozen=True)
class Filters:
    """What a reader narrowed the portfolio to; None and empty mean all."""

    category: str = ""
    member: str = ""
    borrower: str = ""
    status: ProjectStatus | None = None
    flag: FlagDirection | None = None
    text: str = ""


@dataclass
class PortfolioRow:
    """A project with its organisations and the number of flags that stand in it."""

    project: Project
    category: Category | None
    organisations: dict[Part, list[Organisation]] = field(default_factory=lambda: defaultdict(list))
    n_indicators: int = 0
    n_flags: dict[FlagDirection, int] = field(default_factory=lambda: defaultdict(int))
    n_undecided: int = 0


@dataclass(frozen=True)
class Choices:
    """What can be chosen in the filters."""

    categories: list[Category]
    members: list[Organisation]
    borrowers: list[Organisation]


def portfolio(
    session: Session,
    actor: Actor,
    filters: Filters,
    part: ListPart | None = None,
) -> list[PortfolioRow]:
    """The projects that the actor may see and the filters leave, by name where nothing else is asked.

    Three statements, however many projects there are.
    """
    wanted = (
        select(Project, Category)
        .outerjoin(Category, Category.id == Project.category_id)
        .where(access.within_reach(actor, Action.SEE), Project.withdrawn_at.is_(None), *_narrowing(filters))
    )
    wanted = part.of(wanted) if part else wanted.order_by(*ORDERS["name"].terms())
    rows = {project.id: PortfolioRow(project, category) for project, category in session.execute(wanted)}
    _add_organisations(session, rows)
    _add_flags(session, rows)
    return list(rows.values())


def choices(session: Session, actor: Actor) -> Choices:
    """The categories and organisations of the projects that the actor may see."""
    taking_part = session.execute(
        select(ProjectOrganisation.part, Organisation)
        .join(Organisation, Organisation.id == ProjectOrganisation.organisation_id)
        .join(Project, Project.id == ProjectOrganisation.project_id)
        .where(access.within_reach(actor, Action.SEE), ProjectOrganisation.withdrawn_at.is_(None))
        .distinct()
        .order_by(Organisation.name_key)
    ).all()
    return Choices(
        categories=list(
            session.scalars(
                select(Category).where(Category.withdrawn_at.is_(None)).order_by(Category.position)
            )
        ),
        members=[organisation for part, organisation in taking_part if part is Part.MEMBER],
        borrowers=[organisation for part, organisation in taking_part if part is Part.BORROWER],
    )


def _narrowing(filters: Filters) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if filters.category:
        conditions.append(Category.slug == filters.category)
    if filters.status is not None:
        conditions.append(Project.status == filters.status)
    for part, slug in ((Part.MEMBER, filters.member), (Part.BORROWER, filters.borrower)):
        if slug:
            conditions.append(Project.id.in_(_projects_of(part, slug)))
    if filters.flag is not None:
        flagged = (
            select(SeriesSummary.project_id)
            .join(Flag, Flag.id == SeriesSummary.flag_id)
            .where(
                Flag.direction == filters.flag,
                Flag.state.in_(STANDING),
                SeriesSummary.project_id.is_not(None),
            )
        )
        conditions.append(Project.id.in_(flagged))
    if filters.text.strip():
        conditions.append(Project.search_key.contains(search_key(filters.text), autoescape=True))
    return conditions


def _projects_of(part: Part, slug: str) -> sa.Select[int]:
    return (
        select(ProjectOrganisation.project_id)
        .join(Organisation, Organisation.id == ProjectOrganisation.organisation_id)
        .where(
            Organisation.slug == slug,
            ProjectOrganisation.part == part,
            ProjectOrganisation.withdrawn_at.is_(None),
        )
    )


def _add_organisations(session: Session, rows: dict[int, PortfolioRow]) -> None:
    for taking_part, organisation in session.execute(
        select(ProjectOrganisation, Organisation)
        .join(Organisation, Organisation.id == ProjectOrganisation.organisation_id)
        .where(ProjectOrganisation.project_id.in_(rows), ProjectOrganisation.withdrawn_at.is_(None))
        .order_by(ProjectOrganisation.position, Organisation.name_key)
    ):
        rows[taking_part.project_id].organisations[taking_part.part].append(organisation)


def _add_flags(session: Session, rows: dict[int, PortfolioRow]) -> None:
    for project_id, direction, state, count in session.execute(
        select(Project.id, Flag.direction, Flag.state, sa.func.count())
        .join(SeriesSummary, SeriesSummary.project_id == Project.id)
        .outerjoin(Flag, Flag.id == SeriesSummary.flag_id)
        .where(Project.id.in_(rows))
        .group_by(Project.id, Flag.direction, Flag.state)
    ):
        row = rows[project_id]
        row.n_indicators += count
        if state in STANDING:
            row.n_flags[direction] += count
            row.n_undecided += count if state is FlagState.OPEN else 0
