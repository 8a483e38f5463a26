"""Many series at once, as plain rows: for programs that read a whole portfolio."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor
from impact.ordering import ListOrder, Part
from impact.registry import access
from impact.registry.indicator_tables import Definition, Indicator, IndicatorSeries
from impact.registry.measurement_tables import Measurement, Revision
from impact.registry.project_tables import Area, Project
from impact.registry.schedules import stored_period
from impact.registry.series import approved
from impact.semantics.period import Frequency

# Period, value, missing reason, status, number of answers, standard error, comment.
PlainPoint = tuple[str, float | None, str | None, str, float | None, float | None, str]

# The orders in which series are listed; the last column tells any two apart.
ORDERS = {
    "id": ListOrder((IndicatorSeries.id,)),
    "indicator_id": ListOrder((IndicatorSeries.indicator_id, IndicatorSeries.id)),
}


@dataclass(frozen=True)
class SeriesFilter:
    """Which series are wanted; None and empty mean all.

    ``project``, ``area`` and ``definition`` are slugs, ``disaggregation`` as it is stored.
    """

    project: str = ""
    area: str = ""
    definition: str = ""
    disaggregation: str = ""
    indicator_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class SeriesRow:
    """A series and where it belongs; the count rises with each change of what is drawn."""

    id: int
    indicator_id: int
    project: str | None
    area: str | None
    definition: str
    disaggregation: str
    revision_count: int


def series_rows(
    session: Session, actor: Actor, wanted: SeriesFilter, part: Part | None = None
) -> list[SeriesRow]:
    """The series in use that the actor may see and the filter leaves, a part or all: one statement."""
    rows = (
        select(
            IndicatorSeries.id,
            IndicatorSeries.indicator_id,
            Project.slug,
            Area.slug,
            Definition.slug,
            IndicatorSeries.disaggregation,
            IndicatorSeries.revision_count,
        )
        .join(Indicator, Indicator.id == IndicatorSeries.indicator_id)
        .join(Definition, Definition.id == Indicator.definition_id)
        .outerjoin(Project, Project.id == Indicator.project_id)
        .outerjoin(Area, Area.id == Indicator.area_id)
        .where(
            Indicator.withdrawn_at.is_(None),
            Project.withdrawn_at.is_(None),
            access.indicators_within_reach(actor, Action.SEE),
        )
    )
    for column, text in (
        (Project.slug, wanted.project),
        (Area.slug, wanted.area),
        (Definition.slug, wanted.definition),
        (IndicatorSeries.disaggregation, wanted.disaggregation),
    ):
        if text:
            rows = rows.where(column == text)
    if wanted.indicator_ids:
        rows = rows.where(IndicatorSeries.indicator_id.in_(wanted.indicator_ids))
    rows = part.of(rows) if part else rows.order_by(*ORDERS["id"].terms())
    return [SeriesRow(*row) for row in session.execute(rows)]


def plain_points(
    session: Session,
    series_ids: Collection[int],
    known_at: datetime | None = None,
    *,
    since: date | None = None,
    until: date | None = None,
) -> dict[int, list[PlainPoint]]:
    """The approved measurements of each series that has any, oldest first: one statement.

    Single columns and no objects of rows, which would take most of the time.

    Args:
        series_ids: of which series; whoever asks has seen to it that they may be read.
        known_at: as approved by this instant; now without it.
        since: no periods that begin before this day.
        until: no periods that end after this day.
    """
    rows = approved(_columns(), series_ids, known_at)
    if since is not None:
        rows = rows.where(Measurement.first_day >= since)
    if until is not None:
        rows = rows.where(Measurement.last_day <= until)
    keys: dict[tuple[date, date, Frequency], str] = {}
    found: dict[int, list[PlainPoint]] = defaultdict(list)
    for series_id, first, last, frequency, *said in session.execute(rows):
        days = (first, last, frequency)
        key = keys.get(days) or keys.setdefault(days, stored_period(*days).key())
        found[series_id].append((key, *said))
    return found


def _columns() -> tuple[Any, ...]:
    return (
        Measurement.series_id,
        Measurement.first_day,
        Measurement.last_day,
        Measurement.frequency,
        Revision.value,
        # The words as they are stored; nobody needs choices of ours for them.
        sa.type_coerce(Revision.missing, sa.Text),
        sa.type_coerce(Revision.status, sa.Text),
        Revision.n_observed,
        Revision.standard_error,
        Revision.comment,
    )
