"""Read one thing, or NotFound: what may not be seen is not found either.

With ``known_at`` a thing is read as it was known at that instant, from its history.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor
from impact.audit import history
from impact.db import Base
from impact.errors import NotAllowed, NotFound
from impact.registry import access
from impact.registry.indicator_tables import Indicator, IndicatorSeries
from impact.registry.measurement_tables import Measurement
from impact.registry.project_tables import Project

Row = TypeVar("Row", bound=Base)


@dataclass(frozen=True)
class SeriesPlace:
    """A series with the indicator it belongs to, and the project if there is one."""

    series: IndicatorSeries
    indicator: Indicator
    project: Project | None


def project(
    session: Session,
    actor: Actor,
    slug: str,
    action: Action = Action.SEE,
    known_at: datetime | None = None,
) -> Project:
    """The project of that name in its address.

    Raises:
        NotFound: there is none, or the actor may not see it.
        NotAllowed: the actor sees it but may not do this to it.
    """
    found = session.scalars(
        select(Project).where(Project.slug == slug, access.within_reach(actor, Action.SEE))
    ).first()
    if found is None:
        raise NotFound("There is no such project.")
    access.require_in_project(session, actor, found.id, action)
    if known_at is None:
        return found
    return next(iter(plan_rows(session, Project, found.id, known_at)), None) or _not_yet()


def plan_rows(
    session: Session, kind: type[Row], project_id: int, known_at: datetime | None = None
) -> list[Row]:
    """A project's planning rows of one kind that are in use, now or as known then."""
    if known_at is not None:
        return history.as_known(session, kind, "project", project_id, known_at)
    owner = kind.id if kind is Project else kind.project_id  # type: ignore[attr-defined]
    return list(
        session.scalars(
            select(kind)
            .where(owner == project_id, kind.withdrawn_at.is_(None))  # type: ignore[attr-defined]
            .order_by(kind.id)  # type: ignore[attr-defined]
        )
    )


def indicator_place(
    session: Session, actor: Actor, indicator_id: int, disaggregation: str, action: Action = Action.SEE
) -> SeriesPlace:
    """The series of an indicator's disaggregation, with where it belongs.

    Raises:
        NotFound, NotAllowed: as for a project.
    """
    return _place(
        session,
        actor,
        action,
        IndicatorSeries.indicator_id == indicator_id,
        IndicatorSeries.disaggregation == disaggregation,
    )


def series_place(session: Session, actor: Actor, series_id: int, action: Action = Action.SEE) -> SeriesPlace:
    """The series of that number, with where it belongs.

    Raises:
        NotFound, NotAllowed: as for a project.
    """
    return _place(session, actor, action, IndicatorSeries.id == series_id)


def series_places(session: Session, actor: Actor, series_ids: Collection[int]) -> dict[int, SeriesPlace]:
    """Where each of these series belongs, in one statement, in the order asked.

    Raises:
        NotFound: the actor may not see one of them.
    """
    rows = session.execute(
        _places(IndicatorSeries.id.in_(series_ids), access.indicators_within_reach(actor, Action.SEE))
    )
    found = {row[0].id: SeriesPlace(*row) for row in rows}
    if len(found) < len(set(series_ids)):
        raise NotFound("There is no such indicator.")
    return {series_id: found[series_id] for series_id in series_ids}


def measurement(session: Session, series_id: int, measurement_id: int) -> Measurement:
    """A measurement of a series, locked for whoever is going to change it.

    Raises:
        NotFound: the series has none of that number.
    """
    found = session.scalars(
        select(Measurement)
        .where(Measurement.id == measurement_id, Measurement.series_id == series_id)
        .with_for_update()
        # What was read before the lock may be old: whoever waited has to see what was saved meanwhile.
        .execution_options(populate_existing=True)
    ).first()
    if found is None:
        raise NotFound("There is no such measurement.")
    return found


def _place(session: Session, actor: Actor, action: Action, *conditions: object) -> SeriesPlace:
    row = session.execute(_places(*conditions, access.indicators_within_reach(actor, Action.SEE))).first()
    if row is None:
        raise NotFound("There is no such indicator.")
    place = SeriesPlace(*row)
    if not access.may(session, actor, action, place.indicator.id):
        raise NotAllowed("Your role does not allow this.", action=action)
    return place


def _places(*conditions: object) -> sa.Select[IndicatorSeries, Indicator, Project]:
    return (
        select(IndicatorSeries, Indicator, Project)
        .join(Indicator, Indicator.id == IndicatorSeries.indicator_id)
        .outerjoin(Project, Project.id == Indicator.project_id)
        .where(*conditions)  # type: ignore[arg-type]
    )


def _not_yet() -> Project:
    raise NotFound("There was no such project on that date.")
