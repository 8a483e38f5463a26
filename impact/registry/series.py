"""Rows to Series: the one door from the database to the kernels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.audit import history
from impact.audit.digests import digest_of
from impact.errors import NotFound
from impact.registry.indicator_tables import DefinitionVersion, Indicator, IndicatorSeries, SeriesBreak
from impact.registry.measurement_tables import Measurement, Revision, RevisionState, State
from impact.registry.schedules import stored_period
from impact.registry.units import band_of, unit_of
from impact.semantics.period import ReportingPeriod
from impact.semantics.series import Point, Series


@dataclass(frozen=True)
class SeriesReading:
    """A series as approved, with what it was read from."""

    series: Series
    revision_ids: tuple[int, ...]
    fingerprint: str


def series_of(session: Session, series_id: int, known_at: datetime | None = None) -> Series:
    """The approved measurements of a series, now or as known at an instant.

    Raises:
        NotFound: there is no such series.
    """
    return read_series(session, [series_id], known_at)[series_id].series


def read_series(
    session: Session, series_ids: Collection[int], known_at: datetime | None = None
) -> dict[int, SeriesReading]:
    """Many series at once, in the same number of statements however many.

    Raises:
        NotFound: one of the series does not exist.
    """
    meanings = _meanings(session, series_ids, known_at)
    if len(meanings) < len(set(series_ids)):
        raise NotFound("There is no such series.")
    points: dict[int, list[Point]] = defaultdict(list)
    used: dict[int, list[int]] = defaultdict(list)
    rows = approved((Measurement, Revision), series_ids, known_at)
    for measurement, revision in session.execute(rows):
        points[measurement.series_id].append(point_of(measurement, revision))
        used[measurement.series_id].append(revision.id)
    breaks = breaks_within(session, series_ids, known_at)
    readings = {}
    for series_id, (indicator, version) in meanings.items():
        series = Series(
            points=tuple(points[series_id]),
            unit=unit_of(version),
            direction=version.direction,
            breaks=breaks.get(series_id, ()),
            band=band_of(version),
            gap_style=indicator.gap_style,
        )
        fingerprint = digest_of(
            {
                "revisions": used[series_id],
                "breaks": [period.key() for period in series.breaks],
                "definition": version.id,
            }
        )
        readings[series_id] = SeriesReading(series, tuple(used[series_id]), fingerprint)
    return readings


def point_of(measurement: Measurement, revision: Revision) -> Point:
    """One measurement as its revision says it."""
    return Point(
        period=stored_period(measurement.first_day, measurement.last_day, measurement.frequency),
        value=revision.value,
        missing=revision.missing,
        status=revision.status,
        standard_error=revision.standard_error,
        n_observed=revision.n_observed,
        comment=revision.comment,
    )


def approved(
    what: Sequence[Any], series_ids: Collection[int], known_at: datetime | None = None
) -> sa.Select[Any]:
    """The question for measurements and their approved revisions, in order of series and period.

    Args:
        what: tables or columns of Measurement and Revision.
        series_ids: of which series.
        known_at: as approved by this instant; now without it.
    """
    rows = select(*what).select_from(Measurement).where(Measurement.series_id.in_(series_ids))
    if known_at is None:
        rows = rows.join(Revision, Revision.id == Measurement.approved_revision_id)
    else:
        # The newest revision of each measurement that was approved by then.
        newest = (
            select(sa.func.max(Revision.id))
            .join(RevisionState, RevisionState.revision_id == Revision.id)
            .join(Measurement, Measurement.id == Revision.measurement_id)
            .where(
                Measurement.series_id.in_(series_ids),
                RevisionState.state == State.APPROVED,
                RevisionState.recorded_at <= known_at,
            )
            .group_by(Revision.measurement_id)
        )
        rows = rows.join(Revision, Revision.measurement_id == Measurement.id).where(Revision.id.in_(newest))
    return rows.order_by(Measurement.series_id, Measurement.first_day)


def _meanings(
    session: Session, series_ids: Collection[int], known_at: datetime | None
) -> dict[int, tuple[Indicator, DefinitionVersion]]:
    rows = session.execute(
        select(IndicatorSeries.id, Indicator, DefinitionVersion)
        .join(Indicator, Indicator.id == IndicatorSeries.indicator_id)
        .join(DefinitionVersion, DefinitionVersion.id == Indicator.definition_version_id)
        .where(IndicatorSeries.id.in_(series_ids))
    ).all()
    if known_at is None:
        return {series_id: (indicator, version) for series_id, indicator, version in rows}
    then = {
        row.id: row
        for row in history.rows_as_known(session, Indicator, {row[1].id for row in rows}, known_at)
    }
    versions = {
        version.id: version
        for version in session.scalars(
            select(DefinitionVersion).where(
                DefinitionVersion.id.in_({row.definition_version_id for row in then.values()})
            )
        )
    }
    return {
        series_id: (then[indicator.id], versions[then[indicator.id].definition_version_id])
        for series_id, indicator, _ in rows
        if indicator.id in then
    }


def breaks_within(
    session: Session, series_ids: Collection[int], known_at: datetime | None = None
) -> dict[int, tuple[ReportingPeriod, ...]]:
    """The first periods under new definitions of each series that has any, in order."""
    rows = session.scalars(select(SeriesBreak).where(SeriesBreak.series_id.in_(series_ids))).all()
    if known_at is None:
        in_use = [row for row in rows if row.withdrawn_at is None]
    else:
        in_use = history.rows_as_known(session, SeriesBreak, {row.id for row in rows}, known_at)
    found: dict[int, list[ReportingPeriod]] = defaultdict(list)
    for row in in_use:
        found[row.series_id].append(stored_period(row.first_day, row.last_day, row.frequency))
    return {series_id: tuple(sorted(periods)) for series_id, periods in found.items()}
