"""What a reader narrows the board to: a category, or what one person answers for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor
from impact.registry import access
from impact.registry.indicator_tables import Indicator
from impact.registry.project_tables import Category, Project


@dataclass(frozen=True)
class Narrowing:
    """What a reader narrowed the board to; empty is everything.

    ``category`` is a slug; ``responsible`` the actor whose indicators are wanted.
    """

    category: str = ""
    responsible: int | None = None

    def __bool__(self) -> bool:
        return bool(self.category) or self.responsible is not None


EVERYTHING: Final = Narrowing()


@dataclass(frozen=True)
class BoardChoices:
    """The categories and the responsible people that occur in what somebody may see."""

    categories: list[Category]
    responsible_ids: list[int]


def board_choices(session: Session, actor: Actor) -> BoardChoices:
    """What the board can be narrowed to, in two statements."""
    mine = select(Project.id).where(access.within_reach(actor, Action.SEE), Project.withdrawn_at.is_(None))
    of_mine = select(Project.category_id).where(Project.id.in_(mine), Project.category_id.is_not(None))
    categories = session.scalars(
        select(Category).where(Category.id.in_(of_mine)).order_by(Category.position, Category.id)
    ).all()
    responsible = session.scalars(
        select(Indicator.responsible_id)
        .where(
            Indicator.project_id.in_(mine),
            Indicator.withdrawn_at.is_(None),
            Indicator.responsible_id.is_not(None),
        )
        .distinct()
    )
    return BoardChoices(list(categories), [number for number in responsible if number is not None])


def projects_within(actor: Actor, narrowed: Narrowing) -> sa.Select[int]:
    """The projects that the actor may see and the board was narrowed to."""
    mine = access.project_ids(actor, Action.SEE)
    if narrowed.category:
        of_category = select(Category.id).where(Category.slug == narrowed.category)
        mine = mine.where(Project.category_id.in_(of_category))
    if narrowed.responsible is not None:
        answered_for = select(Indicator.project_id).where(
            Indicator.responsible_id == narrowed.responsible,
            Indicator.withdrawn_at.is_(None),
            Indicator.project_id.is_not(None),
        )
        mine = mine.where(Project.id.in_(answered_for))
    return mine


def indicators_of(narrowed: Narrowing) -> list[sa.ColumnElement[bool]]:
    """The indicators that the board was narrowed to, as conditions of a query."""
    return [] if narrowed.responsible is None else [Indicator.responsible_id == narrowed.responsible]
