"""Documents of a project: links, or files that are handed out as downloads only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor
from impact.errors import NotFound
from impact.registry import access, editing, lookup
from impact.registry.project_tables import Project, ProjectDocument, StoredFile
from impact.registry.stored_files import Download, ending_of, keep_upload


def add_document(
    session: Session,
    actor: Actor,
    project_id: int,
    facts: Mapping[str, Any],
    *,
    now: datetime,
    file_name: str = "",
    content: bytes = b"",
) -> ProjectDocument:
    """A document of a project: a link, or a file that is stored with it.

    Raises:
        NotAllowed: the actor may not plan there.
        Invalid: neither link nor file, or a file that is too large or of another kind.
    """
    stored: dict[str, Any] = {}
    if content or file_name:
        stored = {"file_sha256": keep_upload(session, file_name, content, now=now)}
    given = {name: value for name, value in facts.items() if name != "file_sha256"}
    return editing.make(
        session, actor, ProjectDocument, {**given, **stored, "project_id": project_id}, now=now
    )


def documents_within_reach(actor: Actor) -> sa.ColumnElement[bool]:
    """Of the documents of projects that the actor may see: public ones, and all of its own.

    A public project shows itself to people outside, but not what it keeps for its own.
    """
    own = select(Project.id).where(access.within_reach(actor, Action.SEE, with_public=False))
    return sa.or_(ProjectDocument.is_public, ProjectDocument.project_id.in_(own))


def documents_of(
    session: Session, actor: Actor, project_id: int, known_at: datetime | None = None
) -> list[ProjectDocument]:
    """A project's documents that the actor may see, now or as known then, by number.

    What has become internal since stays so, whatever it was then.
    """
    of_project = select(ProjectDocument.id).where(ProjectDocument.project_id == project_id)
    seen = set(session.scalars(of_project.where(documents_within_reach(actor))))
    return [row for row in lookup.plan_rows(session, ProjectDocument, project_id, known_at) if row.id in seen]


def document_file(session: Session, actor: Actor, slug: str, document_id: int) -> Download:
    """The stored file of a project's document, for those who may see it.

    Raises:
        NotFound: there is no such document, it is withdrawn, internal, or only a link.
    """
    project = lookup.project(session, actor, slug)
    row = session.execute(
        select(ProjectDocument, StoredFile)
        .join(StoredFile, StoredFile.sha256 == ProjectDocument.file_sha256)
        .where(
            ProjectDocument.id == document_id,
            ProjectDocument.project_id == project.id,
            ProjectDocument.withdrawn_at.is_(None),
            documents_within_reach(actor),
        )
    ).first()
    if row is None:
        raise NotFound("There is no such file.")
    document, file = row
    name = f"{document.title_sv}.{ending_of(file.media_type)}"
    return Download(name, file.media_type, file.content)
