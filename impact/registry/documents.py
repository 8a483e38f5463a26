"""Files kept with a project: of few kinds, of limited size, handed out as downloads only."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor
from impact.errors import Invalid, NotFound
from impact.registry import access, editing, lookup
from impact.registry.project_tables import Project, ProjectDocument, StoredFile

MEGABYTES: Final = 10
LARGEST: Final = MEGABYTES * 1024 * 1024
_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
_ODF: Final = "application/vnd.oasis.opendocument."
# Ending, media type, how such a file begins; text has no beginning of its own.
SORTS: Final[dict[str, tuple[str, bytes]]] = {
    "pdf": ("application/pdf", b"%PDF-"),
    "png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    "jpg": ("image/jpeg", b"\xff\xd8\xff"),
    "jpeg": ("image/jpeg", b"\xff\xd8\xff"),
    "docx": (_OFFICE + "wordprocessingml.document", b"PK\x03\x04"),
    "xlsx": (_OFFICE + "spreadsheetml.sheet", b"PK\x03\x04"),
    "pptx": (_OFFICE + "presentationml.presentation", b"PK\x03\x04"),
    "odt": (_ODF + "text", b"PK\x03\x04"),
    "ods": (_ODF + "spreadsheet", b"PK\x03\x04"),
    "csv": ("text/csv", b""),
    "txt": ("text/plain", b""),
}


@dataclass(frozen=True)
class Download:
    """A stored file as it is handed out."""

    name: str
    media_type: str
    content: bytes


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
        stored = {"file_sha256": _store(session, file_name, content, now)}
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
    ending = next((ending for ending, (kind, _) in SORTS.items() if kind == file.media_type), "bin")
    return Download(f"{document.title_sv}.{ending}", file.media_type, file.content)


def _store(session: Session, file_name: str, content: bytes, now: datetime) -> str:
    """The number under which the bytes are kept; the same bytes are kept once."""
    media_type = _media_type(file_name, content)
    sha256 = hashlib.sha256(content).hexdigest()
    if session.get(StoredFile, sha256) is None:
        session.add(
            StoredFile(
                sha256=sha256, media_type=media_type, n_bytes=len(content), content=content, stored_at=now
            )
        )
        session.flush()
    return sha256


def _media_type(file_name: str, content: bytes) -> str:
    ending = file_name.rpartition(".")[2].lower()
    if not content:
        raise Invalid("The file is empty.", field="file")
    if len(content) > LARGEST:
        raise Invalid("A file may have at most %(n)s megabytes.", field="file", n=MEGABYTES)
    sort = SORTS.get(ending)
    if sort is None or not content.startswith(sort[1]) or (not sort[1] and not _is_text(content)):
        raise Invalid(
            "Only PDF, Word, Excel, PowerPoint, OpenDocument, text, CSV and pictures (PNG, JPEG) are kept.",
            field="file",
        )
    return sort[0]


def _is_text(content: bytes) -> bool:
    if b"\0" in content:
        return False
    try:
        content.decode()
    except UnicodeDecodeError:
        # Spreadsheets save text in the older code page, in which every byte but a few is a letter.
        return not any(byte < 9 for byte in content)
    return True
