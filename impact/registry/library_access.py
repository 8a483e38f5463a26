"""Who may change the library of definitions: it is shared, so a change reaches others."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor, reach, require_somewhere
from impact.errors import NotAllowed
from impact.registry import access
from impact.registry.indicator_tables import DefinitionVersion, Indicator


def may_change_definition(session: Session, actor: Actor, definition_id: int) -> bool:
    """Whether the actor may say what a definition means.

    Whoever plans everywhere may. Others may where every indicator that uses it is one
    they plan; where none does, if it is their own.
    """
    where = reach(actor, Action.PLAN)
    if where.everywhere or not where:
        return bool(where)
    used = select(sa.func.count()).where(Indicator.definition_id == definition_id)
    n_used = session.scalar(used) or 0
    if n_used:
        within = access.indicators_within_reach(actor, Action.PLAN)
        return session.scalar(used.where(within)) == n_used
    authors = session.scalars(
        select(DefinitionVersion.actor_id).where(DefinitionVersion.definition_id == definition_id)
    ).all()
    return all(author == actor.id for author in authors)


def require_in_library(session: Session, actor: Actor, definition_id: int | None) -> None:
    """Return if the actor may make a definition (None) or change this one.

    Raises:
        NotAllowed: others measure by it, or the actor plans nowhere.
    """
    require_somewhere(actor, Action.PLAN)
    if definition_id is not None and not may_change_definition(session, actor, definition_id):
        raise NotAllowed(
            "Others measure by this definition too. Only somebody who plans for all projects may change it."
        )
