"""Whether what stands in several places says the same in all of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.audit.history import contents, rows_as_known
from impact.db import Base
from impact.delivery.letters import without_addresses
from impact.delivery.tables import OutboxMessage
from impact.monitoring.summaries import latest_change, spark_of
from impact.monitoring.tables import SeriesSummary
from impact.registry.indicator_tables import IndicatorSeries
from impact.registry.measurement_tables import Measurement, Revision, RevisionState, State
from impact.registry.project_tables import StoredFile, Withdrawable
from impact.registry.series import SeriesReading, read_series

AT_ONCE = 500
LARGE_AT_ONCE = 4
EVER = datetime(9999, 1, 1, tzinfo=UTC)


def disagreements(session: Session) -> Iterator[str]:
    """A sentence for each thing of which two places tell different things."""
    yield from _of_measurements(session)
    yield from _of_plans(session)
    yield from _of_summaries(session)
    yield from _of_bytes(session)


def _of_measurements(session: Session) -> Iterator[str]:
    """Each measurement points at its highest revision, and at the newest approved one."""
    last = (
        select(Revision.measurement_id, sa.func.max(Revision.number).label("number"))
        .group_by(Revision.measurement_id)
        .subquery()
    )
    newest = (
        select(Measurement.id)
        .outerjoin(last, last.c.measurement_id == Measurement.id)
        .outerjoin(Revision, Revision.id == Measurement.newest_revision_id)
        .where(
            sa.or_(
                Revision.id.is_(None),
                Revision.measurement_id != Measurement.id,
                Revision.number.is_distinct_from(last.c.number),
            )
        )
    )
    for number in session.scalars(newest.order_by(Measurement.id)):
        yield f"Measurement {number} does not point at its newest revision."
    was_approved = (
        select(Revision.measurement_id, sa.func.max(Revision.id).label("id"))
        .join(RevisionState, RevisionState.revision_id == Revision.id)
        .where(RevisionState.state == State.APPROVED)
        .group_by(Revision.measurement_id)
        .subquery()
    )
    approved = (
        select(Measurement.id)
        .outerjoin(was_approved, was_approved.c.measurement_id == Measurement.id)
        .where(Measurement.approved_revision_id.is_distinct_from(was_approved.c.id))
    )
    for number in session.scalars(approved.order_by(Measurement.id)):
        yield f"Measurement {number} does not point at its newest approved revision."


def _of_plans(session: Session) -> Iterator[str]:
    """What is planned today is what was last kept of it."""
    kinds: list[Any] = [
        mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Withdrawable)
    ]
    for kind in sorted(kinds, key=lambda each: str(each.__tablename__)):
        for rows in session.scalars(select(kind).order_by(kind.id)).partitions(AT_ONCE):
            kept: list[Any] = rows_as_known(session, kind, [row.id for row in rows], EVER)
            known = {row.id: row for row in kept}
            for row in rows:
                if not _is_as_kept(row, known.get(row.id)):
                    yield f"Row {row.id} of {kind.__tablename__} is not what its history says."


def _is_as_kept(row: Any, kept: Any | None) -> bool:
    if kept is None:
        return row.withdrawn_at is not None
    said = sa.inspect(kept).dict
    return all(said[name] == value for name, value in contents(row).items() if name in said)


def _of_summaries(session: Session) -> Iterator[str]:
    """What boards read is what the approved revisions say, unless the series waits to be read."""
    rows = select(SeriesSummary).join(IndicatorSeries, IndicatorSeries.id == SeriesSummary.series_id)
    waiting = IndicatorSeries.stale_since.is_(None)
    for some in session.scalars(rows.where(waiting).order_by(SeriesSummary.series_id)).partitions(AT_ONCE):
        readings = read_series(session, [summary.series_id for summary in some])
        for summary in some:
            if not _summarises(summary, readings[summary.series_id]):
                yield f"The summary of series {summary.series_id} is not what its measurements say."
        session.expunge_all()


def _summarises(summary: SeriesSummary, reading: SeriesReading) -> bool:
    series = reading.series
    latest = series.measured[-1] if series.measured else None
    return (
        summary.n_measured == len(series.measured)
        and summary.latest_value == (latest.value if latest else None)
        and summary.latest_first_day == (latest.period.first_day if latest else None)
        and summary.change == latest_change(series)
        and summary.spark == spark_of(series)
    )


def _of_bytes(session: Session) -> Iterator[str]:
    """Files are what their SHA-256 says, and frozen mails what their checksum says."""
    files = select(StoredFile.sha256, StoredFile.n_bytes, StoredFile.content).order_by(StoredFile.sha256)
    for stored in session.execute(files.execution_options(yield_per=LARGE_AT_ONCE)).partitions():
        for sha256, n_bytes, content in stored:
            if (hashlib.sha256(content).hexdigest(), len(content)) != (sha256, n_bytes):
                yield f"The stored file {sha256} holds other bytes than its name says."
    mails = select(OutboxMessage.id, OutboxMessage.mime, OutboxMessage.checksum).order_by(OutboxMessage.id)
    for frozen in session.execute(mails.execution_options(yield_per=LARGE_AT_ONCE)).partitions():
        for number, mime, checksum in frozen:
            if hashlib.sha256(without_addresses(mime)).hexdigest() != checksum:
                yield f"Mail {number} holds other bytes than its checksum says."
