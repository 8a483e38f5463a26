"""What is closed or archived refuses every change of its measurements, whoever asks."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.errors import Invalid
from impact.language import mark
from impact.registry.lookup import SeriesPlace
from impact.registry.measurement_tables import Measurement, ReportingRound, RoundState
from impact.registry.project_tables import Project
from impact.registry.schedules import stored_period
from impact.semantics.period import ReportingPeriod

CLOSED = mark("The reporting round of this period is closed. A manager can unlock it and say why.")


def require_period_unlocked(session: Session, place: SeriesPlace, period: ReportingPeriod) -> None:
    """Return if values of this period may be changed; nobody closes it until this commits.

    Raises:
        Invalid: the round is closed, the project archived or the indicator withdrawn.
    """
    _require(
        session,
        place,
        ReportingRound.first_day == period.first_day,
        ReportingRound.last_day == period.last_day,
        ReportingRound.frequency == period.frequency,
    )


def require_measurement_unlocked(session: Session, place: SeriesPlace, measurement_id: int) -> None:
    """Return if this measurement may be changed; asked before the measurement is locked.

    Raises:
        Invalid: the round is closed, the project archived or the indicator withdrawn.
    """
    same_period = sa.exists().where(
        Measurement.id == measurement_id,
        Measurement.first_day == ReportingRound.first_day,
        Measurement.last_day == ReportingRound.last_day,
        Measurement.frequency == ReportingRound.frequency,
    )
    _require(session, place, same_period)


def require_in_use(project: Project) -> None:
    """Return if the project is not archived.

    Raises:
        Invalid: it is.
    """
    if project.withdrawn_at is not None:
        raise Invalid("The project is archived. Bring it back before values are recorded.", field="period")


def closed_rounds(
    session: Session, project_ids: Collection[int], *, locked: bool = False
) -> set[tuple[int, ReportingPeriod]]:
    """The closed rounds of projects; locked, nobody moves any of their rounds until this commits."""
    rows = select(ReportingRound).where(ReportingRound.project_id.in_(project_ids))
    if locked:
        rows = rows.order_by(ReportingRound.id).with_for_update(read=True)
    found = session.scalars(rows.execution_options(populate_existing=True))
    return {
        (row.project_id, stored_period(row.first_day, row.last_day, row.frequency))
        for row in found
        if row.state is RoundState.CLOSED
    }


def refuse_locked(
    place: SeriesPlace, period: ReportingPeriod, closed: Collection[tuple[int, ReportingPeriod]]
) -> None:
    """Return if values of this period may be changed, as :func:`require_period_unlocked` asks.

    Args:
        closed: the rounds that are, as :func:`closed_rounds` found them.

    Raises:
        Invalid: the round is closed, the project archived or the indicator withdrawn.
    """
    _require_in_use(place)
    if place.project is not None and (place.project.id, period) in closed:
        raise Invalid(CLOSED, field="period")


def _require_in_use(place: SeriesPlace) -> None:
    if place.indicator.withdrawn_at is not None:
        raise Invalid("The indicator is withdrawn. Bring it back before values are recorded.", field="period")
    if place.project is not None:
        require_in_use(place.project)


def _require(session: Session, place: SeriesPlace, *conditions: sa.ColumnElement[bool]) -> None:
    _require_in_use(place)
    if place.project is None:
        return  # An area's figures are handed in by nobody.
    state = session.scalars(
        select(ReportingRound.state)
        .where(ReportingRound.project_id == place.project.id, *conditions)
        # Shared: many may save at once, and only whoever moves the round has to wait for them.
        .with_for_update(read=True)
    ).first()
    if state is RoundState.CLOSED:
        raise Invalid(CLOSED, field="period")
