"""What of the installation is the sample portfolio."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor, require_everywhere
from impact.registry.project_tables import Project


def sample_projects(session: Session, actor: Actor) -> list[Project]:
    """The projects of the sample, by title.

    Raises:
        NotAllowed: the actor does not administer the installation.
    """
    require_everywhere(actor, Action.ADMINISTER)
    return list(session.scalars(select(Project).where(Project.is_sample).order_by(Project.title_sv)))
