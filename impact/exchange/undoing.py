"""An import undone as a whole: every value as it was before, and all of it in the history."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor
from impact.audit.trail import record_change
from impact.errors import Conflict, Invalid, NotFound
from impact.registry import lookup
from impact.registry.judging import Draft
from impact.registry.lookup import SeriesPlace
from impact.registry.many_measurements import Outcome, Planned, Said, record_many
from impact.registry.measurement_tables import BatchState, ImportBatch, Measurement, Revision, State
from impact.registry.project_tables import Project
from impact.registry.schedules import stored_period
from impact.registry.series_places import series_places
from impact.registry.series_view import StoredMeasurement
from impact.semantics.series import Missing


def batches_of(session: Session, project: Project, most: int = 20) -> list[ImportBatch]:
    """The imports into a project, newest first."""
    rows = select(ImportBatch).where(ImportBatch.project_id == project.id)
    return list(session.scalars(rows.order_by(ImportBatch.id.desc()).limit(most)))


def project_of_batch(session: Session, actor: Actor, batch_id: int) -> Project:
    """The project into which an import came, for somebody who records there.

    Raises:
        NotFound: there is no such import, or the project is out of sight.
        NotAllowed: the actor may not record there.
    """
    slug = session.scalars(
        select(Project.slug)
        .join(ImportBatch, ImportBatch.project_id == Project.id)
        .where(ImportBatch.id == batch_id)
    ).first()
    if slug is None:
        raise NotFound("There is no such import.")
    return lookup.project(session, actor, slug, Action.RECORD)


def undo_batch(session: Session, actor: Actor, batch_id: int, *, reason: str, now: datetime) -> list[int]:
    """Correct everything that an import brought back to what was there; gives the series changed.

    What had no value before is said to be not handed in, so that its period is open again and its
    cell empty: history keeps that there was one.

    Raises:
        Conflict: a value was changed after the import, or it has been undone already.
        Invalid: no reason is given, or a round is closed.
        NotFound, NotAllowed: as for a project.
    """
    project = project_of_batch(session, actor, batch_id)
    batch = session.get_one(ImportBatch, batch_id, with_for_update=True, populate_existing=True)
    if batch.state is BatchState.UNDONE:
        raise Conflict("The import has been undone already.", field="reason")
    if not reason.strip():
        raise Invalid("Say why the import is undone.", field="reason")
    changed = record_many(session, actor, _back(session, actor, batch), reason=reason, now=now)
    batch.state = BatchState.UNDONE
    session.flush()
    record_change(
        session,
        actor.id,
        "undo",
        ImportBatch.__tablename__,
        batch.id,
        before={"state": BatchState.APPLIED.value},
        after={"state": BatchState.UNDONE.value},
        now=now,
        project_id=project.id,
        reason=reason,
    )
    return changed


def _back(session: Session, actor: Actor, batch: ImportBatch) -> list[Planned]:
    """What each value of the batch is corrected to.

    Raises:
        Conflict: one of them is no longer the newest.
    """
    brought = session.execute(
        select(Measurement, Revision)
        .join(Revision, Revision.measurement_id == Measurement.id)
        .where(Revision.batch_id == batch.id)
        .order_by(Measurement.id)
    ).all()
    later = sum(measurement.newest_revision_id != revision.id for measurement, revision in brought)
    if later:
        raise Conflict(
            "Values of the import were changed afterwards: %(n)s. Correct them one by one.",
            field="reason",
            n=later,
        )
    before = _before(session, batch)
    places = series_places(session, actor, {one.series_id for one, _ in brought}, Action.RECORD)
    planned = []
    for measurement, revision in brought:
        place = places[measurement.series_id]
        if not isinstance(place, SeriesPlace):
            raise place
        period = stored_period(measurement.first_day, measurement.last_day, measurement.frequency)
        draft = before.get(measurement.id, Draft(missing=Missing.NOT_HANDED_IN))
        there = StoredMeasurement(measurement.id, measurement.version, revision, State.APPROVED, None)
        said = Said(measurement.series_id, period.key(), draft)
        planned.append(Planned(said, Outcome.CHANGED, period, there, place=place))
    return planned


def _before(session: Session, batch: ImportBatch) -> dict[int, Draft]:
    """The drafts of the revisions that the batch's replaced, by measurement."""
    mine = select(Revision.measurement_id, Revision.number).where(Revision.batch_id == batch.id).subquery()
    rows = session.scalars(
        select(Revision).join(
            mine,
            (Revision.measurement_id == mine.c.measurement_id) & (Revision.number == mine.c.number - 1),
        )
    )
    return {
        row.measurement_id: Draft(**{each.name: getattr(row, each.name) for each in fields(Draft)})
        for row in rows
    }
