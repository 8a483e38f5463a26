"""A series as it was known at several instants, read in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.audit import history
from impact.registry.indicator_tables import DefinitionVersion, Indicator, IndicatorSeries, SeriesBreak
from impact.registry.measurement_tables import Measurement, Revision, RevisionState, State
from impact.registry.schedules import stored_period
from impact.registry.series import point_of
from impact.registry.units import band_of, unit_of
from impact.semantics.series import Series


@dataclass(frozen=True)
class PastSeries:
    """A series with the definition that it had, as known at an instant."""

    series: Series
    version: DefinitionVersion


def series_over_time(session: Session, series_id: int, instants: Sequence[datetime]) -> list[PastSeries]:
    """The approved measurements, breaks and definition as known at each instant, in their order."""
    indicator = session.scalars(
        select(Indicator)
        .join(IndicatorSeries, IndicatorSeries.indicator_id == Indicator.id)
        .where(IndicatorSeries.id == series_id)
    ).one()
    approved = session.execute(
        select(Measurement, Revision, RevisionState.recorded_at)
        .join(Revision, Revision.measurement_id == Measurement.id)
        .join(RevisionState, RevisionState.revision_id == Revision.id)
        .where(Measurement.series_id == series_id, RevisionState.state == State.APPROVED)
        .order_by(Measurement.first_day, Revision.id)
    ).all()
    break_ids = session.scalars(select(SeriesBreak.id).where(SeriesBreak.series_id == series_id)).all()
    breaks_then = history.rows_over_time(session, SeriesBreak, break_ids)
    indicators_then = history.rows_over_time(session, Indicator, [indicator.id])
    meanings = [(indicators_then(at) or [indicator])[0] for at in instants]
    versions = {
        version.id: version
        for version in session.scalars(
            select(DefinitionVersion).where(
                DefinitionVersion.id.in_({meaning.definition_version_id for meaning in meanings})
            )
        )
    }
    found = []
    for at, meaning in zip(instants, meanings, strict=True):
        version = versions[meaning.definition_version_id]
        newest = {measured.id: (measured, said) for measured, said, since in approved if since <= at}
        periods = (stored_period(row.first_day, row.last_day, row.frequency) for row in breaks_then(at))
        series = Series(
            points=tuple(point_of(measured, said) for measured, said in newest.values()),
            unit=unit_of(version),
            direction=version.direction,
            breaks=tuple(sorted(periods)),
            band=band_of(version),
            gap_style=meaning.gap_style,
        )
        found.append(PastSeries(series, version))
    return found
