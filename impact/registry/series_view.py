"""Series and single measurements as programs read them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.registry.indicator_tables import IndicatorSeries
from impact.registry.measurement_tables import ImportBatch, Measurement, Revision, RevisionState, State
from impact.registry.schedules import stored_period
from impact.semantics.period import ReportingPeriod


@dataclass(frozen=True)
class StoredMeasurement:
    """What is stored of one period: the newest revision, its state, and what readers see."""

    measurement_id: int
    version: int
    newest: Revision
    state: State
    approved: Revision | None

    @property
    def is_owed(self) -> bool:
        """Whether it says no more than that somebody still has to hand in the value."""
        return self.newest.missing is not None and self.newest.missing.is_owed


def series_of_indicator(session: Session, indicator_id: int) -> list[IndicatorSeries]:
    """The series of an indicator, the total first."""
    return list(
        session.scalars(
            select(IndicatorSeries)
            .where(IndicatorSeries.indicator_id == indicator_id)
            .order_by(IndicatorSeries.id)
        )
    )


def stored_measurement(session: Session, series_id: int, period: ReportingPeriod) -> StoredMeasurement | None:
    """What is stored of a period of a series, None where nothing is.

    Leaves no Measurement in the session: whoever changes it reads it then, locked.
    """
    found = session.execute(
        select(
            Measurement.id,
            Measurement.version,
            Measurement.newest_revision_id,
            Measurement.approved_revision_id,
        ).where(
            Measurement.series_id == series_id,
            Measurement.first_day == period.first_day,
            Measurement.last_day == period.last_day,
            Measurement.frequency == period.frequency,
        )
    ).first()
    if found is None:
        return None
    measurement_id, version, newest_id, approved_id = found
    revisions = session.scalars(select(Revision).where(Revision.id.in_([newest_id, approved_id]))).all()
    by_id: dict[int | None, Revision] = {revision.id: revision for revision in revisions}
    states = select(RevisionState.state).where(RevisionState.revision_id == newest_id)
    return StoredMeasurement(
        measurement_id=measurement_id,
        version=version,
        newest=by_id[newest_id],
        state=session.scalars(states.order_by(RevisionState.id.desc()).limit(1)).one(),
        approved=by_id.get(approved_id),
    )


def stored_measurements(
    session: Session, series_ids: Collection[int]
) -> dict[tuple[int, ReportingPeriod], StoredMeasurement]:
    """What is stored of each period of many series, in three statements.

    Leaves no Measurement in the session, as :func:`stored_measurement`.
    """
    rows = session.execute(
        select(
            Measurement.series_id,
            Measurement.first_day,
            Measurement.last_day,
            Measurement.frequency,
            Measurement.id,
            Measurement.version,
            Measurement.newest_revision_id,
            Measurement.approved_revision_id,
        ).where(Measurement.series_id.in_(series_ids))
    ).all()
    of_theirs = Measurement.series_id.in_(series_ids)
    counts = sa.or_(
        Revision.id == Measurement.newest_revision_id, Revision.id == Measurement.approved_revision_id
    )
    counting = select(Revision).join(Measurement, Measurement.id == Revision.measurement_id)
    revisions: dict[int | None, Revision] = {
        row.id: row for row in session.scalars(counting.where(of_theirs, counts))
    }
    steps = session.execute(
        select(RevisionState.revision_id, RevisionState.state)
        .join(Measurement, Measurement.newest_revision_id == RevisionState.revision_id)
        .where(of_theirs)
        .order_by(RevisionState.id)
    )
    states: dict[int | None, State] = {step.revision_id: step.state for step in steps}
    return {
        (series_id, stored_period(first, last, frequency)): StoredMeasurement(
            number, version, revisions[newest], states[newest], revisions.get(approved)
        )
        for series_id, first, last, frequency, number, version, newest, approved in rows
    }


def earlier_revisions(session: Session, revisions: Collection[Revision]) -> dict[int, Revision]:
    """The revision before each of these, by measurement; none for a first one."""
    wanted = [(row.measurement_id, row.number - 1) for row in revisions if row.number > 1]
    rows = select(Revision).where(sa.tuple_(Revision.measurement_id, Revision.number).in_(wanted))
    return {row.measurement_id: row for row in session.scalars(rows)} if wanted else {}


def files_of(session: Session, revisions: Iterable[Revision]) -> dict[int | None, str]:
    """The names of the files from which revisions were imported, by the number of the batch."""
    wanted = {revision.batch_id for revision in revisions if revision.batch_id is not None}
    rows = select(ImportBatch.id, ImportBatch.file_name).where(ImportBatch.id.in_(wanted))
    return {row.id: row.file_name for row in session.execute(rows)} if wanted else {}
