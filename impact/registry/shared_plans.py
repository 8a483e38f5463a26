"""What all projects share, read by whoever may see it: organisations, areas, categories.

Areas and categories are everybody's. An organisation is told to those who see a project of
its own, so that nobody learns from a list who else is a customer.
"""

from __future__ import annotations

from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor, reach
from impact.errors import NotFound
from impact.ordering import ListOrder, Part
from impact.registry import access
from impact.registry.project_tables import Area, Category, Organisation, Project, ProjectOrganisation
from impact.registry.searching import words_of
from impact.registry.sorting import sort_key

# The orders in which each sort is listed; categories have their place instead of a name's.
ORDERS: dict[Any, dict[str, ListOrder]] = {
    Organisation: {
        "name": ListOrder((Organisation.name_key, Organisation.id)),
        "id": ListOrder((Organisation.id,)),
    },
    Area: {"name": ListOrder((Area.name_key, Area.id)), "id": ListOrder((Area.id,))},
    Category: {"name": ListOrder((Category.position, Category.id)), "id": ListOrder((Category.id,))},
}
Shared = TypeVar("Shared", Organisation, Area, Category)


def shared_row(session: Session, actor: Actor, kind: type[Shared], slug: str) -> Shared:
    """The organisation, area or category of that name in its address, withdrawn ones too.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    found = session.scalars(select(kind).where(kind.slug == slug, _in_sight(actor, kind))).first()
    if found is None:
        raise NotFound("There is no such thing in this plan.")
    return found


def shared_part(
    session: Session,
    actor: Actor,
    kind: type[Shared],
    part: Part,
    *,
    text: str = "",
    withdrawn: bool = False,
) -> list[Shared]:
    """A part of the organisations, areas or categories in use, or withdrawn.

    Args:
        text: words that their names hold, in Swedish or English.
    """
    state = kind.withdrawn_at.is_not(None) if withdrawn else kind.withdrawn_at.is_(None)
    rows = select(kind).where(_in_sight(actor, kind), state, *(_holds(kind, word) for word in words_of(text)))
    return list(session.scalars(part.of(rows)))


def organisations_in_sight(actor: Actor, everywhere: Action) -> sa.ColumnElement[bool]:
    """The organisations that the actor may know of: those of projects that they see, and their own.

    All of them for whoever may do ``everywhere`` everywhere; nobody else learns from a list
    who else is a customer.
    """
    if reach(actor, everywhere).everywhere:
        return sa.true()
    taking_part = (
        select(ProjectOrganisation.organisation_id)
        .join(Project, Project.id == ProjectOrganisation.project_id)
        .where(access.within_reach(actor, Action.SEE), ProjectOrganisation.withdrawn_at.is_(None))
    )
    own = {grant.organisation_id for grant in actor.grants if grant.organisation_id is not None}
    return sa.or_(Organisation.id.in_(taking_part), Organisation.id.in_(own))


def _holds(kind: type[Any], word: str) -> sa.ColumnElement[bool]:
    """Whether the word stands in a name; categories have no key that every database folds alike."""
    if kind is not Category:
        return sa.and_(kind.name_key.contains(sort_key(word), autoescape=True))
    names = kind.name_sv + " " + kind.name_en
    ways = [(names, word), (names, word.capitalize()), (sa.func.lower(names), word)]
    return sa.or_(*(text.contains(part, autoescape=True) for text, part in ways))


def _in_sight(actor: Actor, kind: type[Any]) -> sa.ColumnElement[bool]:
    return organisations_in_sight(actor, Action.SEE) if kind is Organisation else sa.true()
