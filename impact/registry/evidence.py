"""The file that supports a measurement: attached, taken away, handed out as a download only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor
from impact.errors import NotFound
from impact.registry import access, lookup, recording
from impact.registry.file_changes import file_names
from impact.registry.measurement_tables import Measurement, Revision
from impact.registry.project_tables import StoredFile
from impact.registry.revisions import draft_of
from impact.registry.series_view import stored_measurement
from impact.registry.stored_files import Download, ending_of, keep_upload
from impact.semantics.period import ReportingPeriod


@dataclass(frozen=True)
class EvidenceFile:
    """What is told of a file without handing it out."""

    name: str
    n_bytes: int


def attach_evidence(
    session: Session,
    actor: Actor,
    series_id: int,
    measurement_id: int,
    expected_version: int,
    *,
    file_name: str,
    content: bytes,
    reason: str,
    now: datetime,
) -> Measurement:
    """The measurement with this file as its evidence, instead of the one that it had.

    Raises:
        Invalid: the file is none that is kept, or as ``recording.revise_measurement``.
        Conflict, NotFound, NotAllowed: as ``recording.revise_measurement``.
    """
    newest = _newest(session, actor, series_id, measurement_id)
    draft = replace(draft_of(newest), evidence_sha256=keep_upload(session, file_name, content, now=now))
    return recording.revise_measurement(
        session,
        actor,
        series_id,
        measurement_id,
        expected_version,
        draft,
        reason=reason,
        now=now,
        file_name=file_name,
    )


def detach_evidence(
    session: Session,
    actor: Actor,
    series_id: int,
    measurement_id: int,
    expected_version: int,
    *,
    reason: str,
    now: datetime,
) -> Measurement:
    """The measurement without a file; the revision that had it stays in the history.

    Raises:
        NotFound: it has none, or as ``recording.revise_measurement``.
        Conflict, Invalid, NotAllowed: as ``recording.revise_measurement``.
    """
    newest = _newest(session, actor, series_id, measurement_id)
    if newest.evidence_sha256 is None:
        raise NotFound("There is no such file.")
    draft = replace(draft_of(newest), evidence_sha256=None)
    return recording.revise_measurement(
        session, actor, series_id, measurement_id, expected_version, draft, reason=reason, now=now
    )


def evidence_of(
    session: Session, actor: Actor, place: lookup.SeriesPlace, revision: Revision
) -> EvidenceFile | None:
    """The name and size of a revision's file; None where it has none that the actor may open.

    Files may hold what was never meant for the public, so that a public project keeps them
    for those whom a grant lets in.
    """
    if revision.evidence_sha256 is None or not access.may(
        session, actor, Action.SEE, place.indicator.id, with_public=False
    ):
        return None
    kept = session.execute(
        select(StoredFile.media_type, StoredFile.n_bytes).where(StoredFile.sha256 == revision.evidence_sha256)
    ).one()
    key = (revision.measurement_id, revision.evidence_sha256)
    name = file_names(session, {key}).get(key) or f"{revision.measurement_id}.{ending_of(kept.media_type)}"
    return EvidenceFile(name, kept.n_bytes)


def evidence_file(session: Session, actor: Actor, series_id: int, period: ReportingPeriod) -> Download:
    """The file that supports the measurement as the actor sees it.

    The newest revision counts for those who record there, the approved one for all others.

    Raises:
        NotFound: there is none, or the series is out of sight.
    """
    place = lookup.series_place(session, actor, series_id)
    stored = stored_measurement(session, series_id, period)
    if stored is not None:
        may_record = access.may(session, actor, Action.RECORD, place.indicator.id)
        revision = stored.newest if may_record else stored.approved
        told = evidence_of(session, actor, place, revision) if revision is not None else None
        if revision is not None and told is not None:
            file = session.get_one(StoredFile, revision.evidence_sha256)
            return Download(told.name, file.media_type, file.content)
    raise NotFound("There is no such file.")


def _newest(session: Session, actor: Actor, series_id: int, measurement_id: int) -> Revision:
    """What the next revision begins with; read without a lock, since saving looks at the version.

    Raises:
        NotFound, NotAllowed: the actor does not record there, or there is no such measurement.
    """
    lookup.series_place(session, actor, series_id, Action.RECORD)
    found = session.scalars(
        select(Revision)
        .join(Measurement, Measurement.newest_revision_id == Revision.id)
        .where(Measurement.id == measurement_id, Measurement.series_id == series_id)
    ).first()
    if found is None:
        raise NotFound("There is no such measurement.")
    return found
