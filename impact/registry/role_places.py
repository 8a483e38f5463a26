"""The places for which somebody can have a role: everything, an organisation, a project."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.registry.project_tables import Organisation, Project


@dataclass(frozen=True)
class RolePlaces:
    """Organisations and projects by number; a project by its Swedish and English title."""

    organisations: dict[int, str]
    projects: dict[int, tuple[str, str]]


def role_places(session: Session) -> RolePlaces:
    """All organisations and projects that were not withdrawn, in two statements."""
    organisations = session.execute(
        select(Organisation.id, Organisation.name)
        .where(Organisation.withdrawn_at.is_(None))
        .order_by(Organisation.name_key)
    )
    projects = session.execute(
        select(Project.id, Project.short_sv, Project.short_en)
        .where(Project.withdrawn_at.is_(None))
        .order_by(Project.sort_key)
    )
    return RolePlaces(
        dict(organisations.all()),
        {number: (swedish, english) for number, swedish, english in projects},
    )
