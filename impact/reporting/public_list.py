"""Which projects everybody may see, and their categories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import NOBODY, Action
from impact.monitoring.portfolio import Filters, PortfolioRow, portfolio
from impact.registry import access
from impact.registry.project_tables import Project


@dataclass(frozen=True)
class PublicCategory:
    """A category with the number of its public projects."""

    slug: str
    name_sv: str
    name_en: str
    n_projects: int


def public_projects(session: Session) -> list[PortfolioRow]:
    """The projects that everybody may see, by name."""
    return portfolio(session, NOBODY, Filters())


def public_categories(rows: Sequence[PortfolioRow]) -> list[PublicCategory]:
    """The categories of these projects in their order, each with its number of projects."""
    known = {row.category.id: row.category for row in rows if row.category}
    return [
        PublicCategory(
            category.slug,
            category.name_sv,
            category.name_en,
            sum(row.category is not None and row.category.id == category.id for row in rows),
        )
        for category in sorted(known.values(), key=lambda one: (one.position, one.id))
    ]


def is_anything_public(session: Session) -> bool:
    """Whether there is a project that everybody may see."""
    there = select(Project.id).where(access.within_reach(NOBODY, Action.SEE), Project.withdrawn_at.is_(None))
    return session.scalars(there.limit(1)).first() is not None
