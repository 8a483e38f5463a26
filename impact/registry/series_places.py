"""Where many series belong and whether the actor may change them, asked at once."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor
from impact.errors import ImpactError, NotAllowed, NotFound
from impact.registry import access
from impact.registry.indicator_tables import Indicator, IndicatorSeries
from impact.registry.lookup import SeriesPlace
from impact.registry.project_tables import Project


def series_places(
    session: Session, actor: Actor, series_ids: Collection[int], action: Action
) -> dict[int, SeriesPlace | ImpactError]:
    """Each series with where it belongs, or why it is not for the actor, in two statements."""
    seen = session.execute(
        select(IndicatorSeries, Indicator, Project)
        .join(Indicator, Indicator.id == IndicatorSeries.indicator_id)
        .outerjoin(Project, Project.id == Indicator.project_id)
        .where(IndicatorSeries.id.in_(series_ids), access.indicators_within_reach(actor, Action.SEE))
    ).all()
    indicator_ids = {indicator.id for _, indicator, _ in seen}
    allowed = set(
        session.scalars(
            select(Indicator.id).where(
                Indicator.id.in_(indicator_ids), access.indicators_within_reach(actor, action)
            )
        )
    )
    places: dict[int, SeriesPlace | ImpactError] = {
        series.id: SeriesPlace(series, indicator, project)
        if indicator.id in allowed
        else NotAllowed("Your role does not allow this.", action=action)
        for series, indicator, project in seen
    }
    unseen = NotFound("There is no such indicator.")
    return {series_id: places.get(series_id, unseen) for series_id in series_ids}
