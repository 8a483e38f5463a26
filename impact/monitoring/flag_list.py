"""The flags of all projects within reach, narrowed and in the order that is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor
from impact.monitoring.tables import Flag, FlagDirection, FlagState
from impact.ordering import ListOrder, Part
from impact.registry import access
from impact.registry.indicator_tables import Indicator, IndicatorSeries
from impact.registry.lookup import SeriesPlace
from impact.registry.project_tables import Category, Project

# The orders in which flags are listed; the last column tells any two apart.
ORDERS = {
    "id": ListOrder((Flag.id,)),
    "first_raised_at": ListOrder((Flag.first_raised_at, Flag.id)),
    "turning_period": ListOrder((Flag.turning_last_day, Flag.id)),
    "dismissed_until": ListOrder((Flag.dismissed_until, Flag.id)),
}


@dataclass(frozen=True)
class FlagFilter:
    """Which flags are wanted; None and empty mean all.

    ``project`` and ``category`` are slugs; ``since`` is the instant from which they were raised.
    """

    state: FlagState | None = None
    direction: FlagDirection | None = None
    project: str = ""
    category: str = ""
    indicator_id: int | None = None
    since: datetime | None = None


def listed_flags(
    session: Session, actor: Actor, wanted: FlagFilter, part: Part
) -> list[tuple[Flag, SeriesPlace]]:
    """A part of the flags that the actor may see and the filter leaves: one statement."""
    rows = (
        select(Flag, IndicatorSeries, Indicator, Project)
        .join(IndicatorSeries, IndicatorSeries.id == Flag.series_id)
        .join(Indicator, Indicator.id == IndicatorSeries.indicator_id)
        .join(Project, Project.id == Indicator.project_id)
        .where(
            Indicator.withdrawn_at.is_(None),
            Project.withdrawn_at.is_(None),
            access.within_reach(actor, Action.SEE),
            *_narrowing(wanted),
        )
    )
    found = session.execute(part.of(rows))
    return [(flag, SeriesPlace(series, indicator, project)) for flag, series, indicator, project in found]


def _narrowing(wanted: FlagFilter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.state is not None:
        conditions.append(Flag.state == wanted.state)
    if wanted.direction is not None:
        conditions.append(Flag.direction == wanted.direction)
    if wanted.project:
        conditions.append(Project.slug == wanted.project)
    if wanted.category:
        of_category = select(Category.id).where(Category.slug == wanted.category)
        conditions.append(Project.category_id.in_(of_category))
    if wanted.indicator_id is not None:
        conditions.append(Indicator.id == wanted.indicator_id)
    if wanted.since is not None:
        conditions.append(Flag.first_raised_at >= wanted.since)
    return conditions
