"""Which projects and indicators an actor reaches, as conditions of the query.

What an actor may not see is not found: a foreign number gives the same answer as one
that does not exist.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor, reach
from impact.errors import NotAllowed
from impact.registry.indicator_tables import Indicator
from impact.registry.project_tables import Project, ProjectOrganisation, Visibility


def within_reach(actor: Actor, action: Action, *, with_public: bool = True) -> sa.ColumnElement[bool]:
    """The projects in which the actor may do this; public ones may be seen by all.

    Args:
        with_public: off for what a public project keeps for those whom a grant lets in.
    """
    where = reach(actor, action)
    if where.everywhere:
        return sa.true()
    ways: list[sa.ColumnElement[bool]] = []
    if where.project_ids:
        ways.append(Project.id.in_(where.project_ids))
    if where.organisation_ids:
        taking_part = select(ProjectOrganisation.project_id).where(
            ProjectOrganisation.organisation_id.in_(where.organisation_ids),
            ProjectOrganisation.withdrawn_at.is_(None),
        )
        ways.append(Project.id.in_(taking_part))
    if action is Action.SEE and with_public:
        ways.append(Project.visibility == Visibility.PUBLIC)
    return sa.or_(sa.false(), *ways)


def project_ids(actor: Actor, action: Action) -> sa.Select[int]:
    """The numbers of the projects in which the actor may do this."""
    return select(Project.id).where(within_reach(actor, action))


def indicators_within_reach(
    actor: Actor, action: Action, *, with_public: bool = True
) -> sa.ColumnElement[bool]:
    """The indicators with which the actor may do this.

    An area's indicators (reference lines) are official figures: everybody sees them, and
    whoever may do the thing everywhere may do it to them.

    Args:
        with_public: off for what a public project or an area keeps for those whom a grant lets in.
    """
    within = select(Project.id).where(within_reach(actor, action, with_public=with_public))
    of_projects = Indicator.project_id.in_(within)
    if (action is Action.SEE and with_public) or reach(actor, action).everywhere:
        return sa.or_(Indicator.project_id.is_(None), of_projects)
    return of_projects


def may(
    session: Session, actor: Actor, action: Action, indicator_id: int, *, with_public: bool = True
) -> bool:
    """Whether the actor may do this with the indicator, or with what it keeps for its own people."""
    within = indicators_within_reach(actor, action, with_public=with_public)
    allowed = select(Indicator.id).where(Indicator.id == indicator_id, within)
    return session.scalars(allowed).first() is not None


def require_in_project(session: Session, actor: Actor, project_id: int, action: Action) -> None:
    """Return if the actor may do this in the project.

    Raises:
        NotAllowed: no grant reaches it.
    """
    reached = project_ids(actor, action).where(Project.id == project_id)
    if session.scalars(reached).first() is None:
        raise NotAllowed("Your role does not allow this.", action=action)
