"""What is planned around a series: rows found by who may plan them, and their periods judged.

Targets, baselines, breaks and reference links hang on a series; whoever does not reach the
series does not find them.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor
from impact.errors import Conflict, Invalid, NotFound
from impact.registry import lookup
from impact.registry.editing import CHANGED_MEANWHILE
from impact.registry.indicator_tables import (
    Baseline,
    Indicator,
    IndicatorSeries,
    ReferenceLink,
    SeriesBreak,
    Target,
)
from impact.registry.lookup import SeriesPlace
from impact.registry.schedules import schedule_of
from impact.semantics.period import Frequency, ReportingPeriod

Planned = TypeVar("Planned", Target, Baseline, SeriesBreak, ReferenceLink)


def planned_row(
    session: Session,
    actor: Actor,
    kind: type[Planned],
    row_id: int,
    expected_version: int | None = None,
    action: Action = Action.PLAN,
) -> tuple[Planned, SeriesPlace]:
    """A row around a series, with where the series belongs; withdrawn ones too.

    Raises:
        NotFound, NotAllowed: as ``lookup.series_place``.
        Conflict: it is no longer at the expected version.
    """
    row = session.get(kind, row_id, populate_existing=True)
    if row is None:
        raise NotFound("There is no such row in the plan.")
    place = lookup.series_place(session, actor, row.series_id, action)
    if expected_version is not None and row.version != expected_version:
        raise Conflict(CHANGED_MEANWHILE)
    return row, place


def refuse_second(
    session: Session,
    kind: type[Target] | type[Baseline] | type[SeriesBreak],
    series_id: int,
    period: ReportingPeriod,
    own_id: int | None = None,
) -> None:
    """Return if no other row of this kind in use says something of the period.

    Raises:
        Invalid: there is one already.
    """
    taken = session.scalars(
        select(kind.id).where(
            kind.series_id == series_id,
            kind.withdrawn_at.is_(None),
            kind.first_day == period.first_day,
            kind.last_day == period.last_day,
        )
    ).all()
    if set(taken) - {own_id}:
        raise Invalid("There is one for %(period)s already.", field="period", period=period.key())


def judge_period(indicator: Indicator, period: ReportingPeriod) -> None:
    """Return if a plan may speak of the period: it is as long as those that are measured.

    Raises:
        Invalid: it is another kind of period.
    """
    first = schedule_of(indicator).first
    is_alike = period.frequency is first.frequency
    if period.frequency is Frequency.WINDOW:
        is_alike = is_alike and period.n_months == first.n_months
    if period.frequency is Frequency.FINANCIAL_YEAR:
        is_alike = is_alike and period.first_day.month == first.first_day.month
    if not is_alike:
        raise Invalid(
            "%(period)s is not a period of this indicator's schedule.", field="period", period=period.key()
        )


def series_of_indicator(session: Session, indicator_id: int) -> list[IndicatorSeries]:
    """The series of an indicator, the total first."""
    return list(
        session.scalars(
            select(IndicatorSeries)
            .where(IndicatorSeries.indicator_id == indicator_id)
            .order_by(IndicatorSeries.id)
        )
    )


def all_rows_of(session: Session, kind: type[Planned], series_ids: Collection[int]) -> list[Planned]:
    """The rows of a kind around several series, in use and withdrawn."""
    return list(session.scalars(select(kind).where(kind.series_id.in_(series_ids)).order_by(kind.id)))
