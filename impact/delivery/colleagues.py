"""Whom somebody may choose by name: people with a role where they have one themselves."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor, reach
from impact.accounts.tables import Membership, User
from impact.registry import access
from impact.registry.project_tables import Project, ProjectOrganisation

MOST_PEOPLE = 200


def colleagues(session: Session, actor: Actor, chosen: Collection[int] = ()) -> list[tuple[int, str]]:
    """Numbers and names of the others who can sign in and share a project with the actor.

    Args:
        chosen: who was chosen before, and stays to be chosen whatever they share.
    """
    people = select(User.id, User.name).where(
        User.disabled_at.is_(None), User.erased_at.is_(None), User.email.is_not(None)
    )
    if not reach(actor, Action.SEE).everywhere:
        shared = select(Project.id).where(access.within_reach(actor, Action.SEE, with_public=False))
        taking_part = select(ProjectOrganisation.organisation_id).where(
            ProjectOrganisation.project_id.in_(shared), ProjectOrganisation.withdrawn_at.is_(None)
        )
        there = select(Membership.user_id).where(
            sa.or_(Membership.project_id.in_(shared), Membership.organisation_id.in_(taking_part))
        )
        people = people.where(User.id.in_(there))
    known = session.execute(
        people.where(User.id != (actor.user_id or 0)).order_by(User.name, User.id).limit(MOST_PEOPLE)
    )
    rows = {number: name for number, name in known}  # noqa: C416 - rows are no pairs to mypy
    missing = set(chosen) - rows.keys() - {actor.user_id}
    others = session.execute(select(User.id, User.name).where(User.id.in_(missing)))
    rows |= {number: name for number, name in others}  # noqa: C416 - as above
    return list(rows.items())
