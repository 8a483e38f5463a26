"""Files that were uploaded and wait to be confirmed, and the batches that come of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor
from impact.audit.trail import record_change
from impact.db import Base
from impact.errors import NotFound
from impact.registry import lookup
from impact.registry.measurement_tables import ImportBatch, StagedUpload
from impact.registry.project_tables import Project, StoredFile
from impact.registry.stored_files import keep_file

LONGEST_FILE_NAME: Final = 200
# A file may hold more than was meant for us: unless it is imported, it goes after a week.
KEPT: Final = timedelta(days=7)


def stage_upload(
    session: Session,
    actor: Actor,
    project_id: int,
    file_name: str,
    content: bytes,
    media_type: str,
    *,
    now: datetime,
) -> StagedUpload:
    """The file kept until whoever uploaded it has looked at what it would do."""
    upload = StagedUpload(
        project_id=project_id,
        actor_id=actor.id,
        uploaded_at=now,
        file_name=file_name[:LONGEST_FILE_NAME],
        file_sha256=keep_file(session, content, media_type, now=now),
        mapping={},
    )
    session.add(upload)
    session.flush()
    return upload


@dataclass(frozen=True)
class Staged:
    """An upload that waits, with its bytes and the project it is for."""

    upload: StagedUpload
    project: Project
    content: bytes


def own_upload(session: Session, actor: Actor, upload_id: int) -> Staged:
    """An upload of the actor's own, to a project in which they still record.

    Raises:
        NotFound: there is none of that number, or the project is out of sight.
        NotAllowed: the actor may no longer record there.
    """
    found = select(Project.id, Project.slug).join(StagedUpload, StagedUpload.project_id == Project.id)
    row = session.execute(found.where(StagedUpload.id == upload_id)).first()
    if row is None:
        raise NotFound("There is no such file.")
    upload, content = staged_upload(session, actor, row.id, upload_id)
    return Staged(upload, lookup.project(session, actor, row.slug, Action.RECORD), content)


def staged_upload(
    session: Session, actor: Actor, project_id: int, upload_id: int
) -> tuple[StagedUpload, bytes]:
    """An upload of the actor's own to this project, with its bytes.

    Raises:
        NotFound: there is none of that number.
    """
    row = session.execute(
        select(StagedUpload, StoredFile.content)
        .join(StoredFile, StoredFile.sha256 == StagedUpload.file_sha256)
        .where(
            StagedUpload.id == upload_id,
            StagedUpload.project_id == project_id,
            StagedUpload.actor_id == actor.id,
        )
    ).first()
    if row is None:
        raise NotFound("There is no such file.")
    return row[0], row[1]


def begin_batch(
    session: Session, actor: Actor, upload: StagedUpload, *, n_new: int, n_changed: int, now: datetime
) -> ImportBatch:
    """The batch under which everything of an upload is recorded; the upload no longer waits."""
    batch = ImportBatch(
        project_id=upload.project_id,
        actor_id=actor.id,
        applied_at=now,
        file_name=upload.file_name,
        file_sha256=upload.file_sha256,
        n_new=n_new,
        n_changed=n_changed,
    )
    session.add(batch)
    session.delete(upload)
    session.flush()
    record_change(
        session,
        actor.id,
        "import",
        ImportBatch.__tablename__,
        batch.id,
        before={},
        after={"file_name": batch.file_name, "n_new": n_new, "n_changed": n_changed},
        now=now,
        project_id=upload.project_id,
    )
    return batch


def forget_uploads(session: Session, *, now: datetime) -> int:
    """Remove the files that were uploaded long ago and never imported; returns how many.

    Bytes that anything else holds (an import, a document, evidence) stay.
    """
    old = session.scalars(
        select(StagedUpload).where(StagedUpload.uploaded_at < now - KEPT).with_for_update(skip_locked=True)
    ).all()
    for upload in old:
        session.delete(upload)
    session.flush()
    hashes = {upload.file_sha256 for upload in old}
    free = [StoredFile.sha256.not_in(select(column).where(column.in_(hashes))) for column in _holders()]
    session.execute(sa.delete(StoredFile).where(StoredFile.sha256.in_(hashes), *free))
    return len(old)


def _holders() -> list[sa.Column[Any]]:
    """Every column that may hold a stored file."""
    kept = Base.metadata.tables[StoredFile.__tablename__]
    return [
        key.parent
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table is kept
    ]
