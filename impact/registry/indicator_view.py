"""One series as its page shows it: meaning, plan, measurements with their history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.audit import history
from impact.db import Base, local_day
from impact.registry.indicator_tables import (
    Baseline,
    DefinitionVersion,
    Indicator,
    IndicatorSeries,
    ReferenceLink,
    SeriesBreak,
    Target,
)
from impact.registry.lookup import SeriesPlace
from impact.registry.measurement_tables import Measurement, Revision, RevisionState
from impact.registry.project_tables import Area
from impact.registry.schedules import schedule_of, stored_period
from impact.semantics.period import ReportingPeriod

Row = TypeVar("Row", bound=Base)


@dataclass(frozen=True)
class PeriodRow:
    """A period of the schedule or of a measurement, with what is recorded of it.

    ``revisions`` are newest first; ``approved`` is what readers see.
    """

    period: ReportingPeriod
    due_on: date
    measurement: Measurement | None
    revisions: tuple[Revision, ...]
    approved: Revision | None
    # The state that the newest revision is in: draft, submitted, returned, approved.
    newest_state: RevisionState | None

    @property
    def newest(self) -> Revision | None:
        """What was entered last, approved or not."""
        return self.revisions[0] if self.revisions else None


@dataclass(frozen=True)
class SeriesPlan:
    """What is planned around a series: baseline, targets, breaks, reference lines."""

    baselines: list[Baseline]
    targets: list[Target]
    breaks: list[SeriesBreak]
    references: list[ReferenceLink]

    def of(self, series_id: int) -> SeriesPlan:
        """What of it is around one series."""
        return SeriesPlan(
            [row for row in self.baselines if row.series_id == series_id],
            [row for row in self.targets if row.series_id == series_id],
            [row for row in self.breaks if row.series_id == series_id],
            [row for row in self.references if row.series_id == series_id],
        )


def definition_of(
    session: Session, indicator: Indicator, known_at: datetime | None = None
) -> DefinitionVersion:
    """What the indicator means now, or meant as known at an instant."""
    then = history.rows_as_known(session, Indicator, [indicator.id], known_at) if known_at else [indicator]
    return session.get_one(DefinitionVersion, (then or [indicator])[0].definition_version_id)


def disaggregations_of(session: Session, indicator_id: int) -> list[str]:
    """The disaggregations that an indicator is measured by, the total first."""
    return list(
        session.scalars(
            select(IndicatorSeries.disaggregation)
            .where(IndicatorSeries.indicator_id == indicator_id)
            .order_by(IndicatorSeries.id)
        )
    )


def place_name(session: Session, place: SeriesPlace) -> tuple[str, str]:
    """The project's or area's short name, Swedish and English."""
    if place.project is not None:
        return place.project.short_sv, place.project.short_en
    area = session.get_one(Area, place.indicator.area_id)
    return area.name, area.name


def plan_of(session: Session, series_ids: Collection[int], known_at: datetime | None = None) -> SeriesPlan:
    """What is planned around one or several series, now or as known at an instant."""

    def in_use(kind: type[Row]) -> list[Row]:
        of_series = kind.series_id.in_(series_ids)  # type: ignore[attr-defined]
        if known_at is not None:
            ids = session.scalars(select(kind.id).where(of_series)).all()  # type: ignore[attr-defined]
            return history.rows_as_known(session, kind, ids, known_at)
        rows = select(kind).where(of_series, kind.withdrawn_at.is_(None))  # type: ignore[attr-defined]
        return list(session.scalars(rows.order_by(kind.id)))  # type: ignore[attr-defined]

    return SeriesPlan(in_use(Baseline), in_use(Target), in_use(SeriesBreak), in_use(ReferenceLink))


def period_rows(
    session: Session, place: SeriesPlace, *, now: datetime, with_history: bool = True
) -> list[PeriodRow]:
    """Every period that was planned until now or measured, newest first.

    Without history each row has only the revisions that count: the newest and the approved.
    """
    schedule = schedule_of(place.indicator)
    recorded = {
        stored_period(row.first_day, row.last_day, row.frequency): row
        for row in session.scalars(select(Measurement).where(Measurement.series_id == place.series.id))
    }
    revisions = _revisions(session, place.series.id, with_history)
    states = _states(session, {row.newest_revision_id for row in recorded.values()})
    rows = []
    for period in sorted({*schedule.periods(local_day(session, now)), *recorded}, reverse=True):
        measurement = recorded.get(period)
        known = revisions[measurement.id] if measurement else []
        approved_id = measurement.approved_revision_id if measurement else None
        rows.append(
            PeriodRow(
                period=period,
                due_on=schedule.due_on(period),
                measurement=measurement,
                revisions=tuple(known),
                approved=next((revision for revision in known if revision.id == approved_id), None),
                newest_state=states.get(known[0].id) if known else None,
            )
        )
    return rows


def _revisions(session: Session, series_id: int, with_history: bool) -> dict[int, list[Revision]]:
    found: dict[int, list[Revision]] = defaultdict(list)
    rows = (
        select(Revision)
        .join(Measurement, Measurement.id == Revision.measurement_id)
        .where(Measurement.series_id == series_id)
        .order_by(Revision.number.desc())
    )
    if not with_history:
        counting = (Measurement.newest_revision_id, Measurement.approved_revision_id)
        rows = rows.where(Revision.id.in_(counting))
    for revision in session.scalars(rows):
        found[revision.measurement_id].append(revision)
    return found


def _states(session: Session, revision_ids: Collection[int | None]) -> dict[int, RevisionState]:
    rows = session.scalars(
        select(RevisionState).where(RevisionState.revision_id.in_(revision_ids)).order_by(RevisionState.id)
    )
    return {row.revision_id: row for row in rows}
