"""Who owes what: every planned period of every indicator, and what came of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor
from impact.db import local_day
from impact.errors import NotFound
from impact.registry import access, lookup
from impact.registry.indicator_tables import TOTAL, DefinitionVersion, Indicator, IndicatorSeries
from impact.registry.measurement_tables import (
    Measurement,
    ReportingRound,
    Revision,
    RevisionState,
    RoundState,
    State,
)
from impact.registry.project_tables import Project
from impact.registry.schedules import schedule_of, stored_period
from impact.semantics.period import ReportingPeriod
from impact.semantics.series import Missing


class Standing(StrEnum):
    """What came of a planned measurement."""

    LATE = "late"
    DUE = "due"
    WAITING = "waiting"
    RETURNED = "returned"
    DONE = "done"
    PASSED_OVER = "passed_over"


# A measurement that says no more than that its value was not handed in leaves the period open.
OWED_BY_SOMEBODY = sa.and_(
    Revision.missing.is_not(None), Revision.missing.in_([each for each in Missing if each.is_owed])
)
# What somebody still has to do something about.
OWED = frozenset({Standing.LATE, Standing.DUE, Standing.RETURNED})


@dataclass(frozen=True)
class Expected:
    """A planned measurement: of which indicator, for which period, due when, and where it stands."""

    project: Project
    indicator: Indicator
    version: DefinitionVersion
    series_id: int
    period: ReportingPeriod
    due_on: date
    standing: Standing


@dataclass(frozen=True)
class RoundView:
    """A project's round of one period: its row, if anybody did anything, and what it holds."""

    project: Project
    period: ReportingPeriod
    row: ReportingRound | None
    expected: list[Expected]

    @property
    def state(self) -> RoundState:
        """Where the round stands; open until somebody does something."""
        return self.row.state if self.row else RoundState.OPEN

    def n_in(self, *standings: Standing) -> int:
        """How many of its measurements stand so."""
        return sum(each.standing in standings for each in self.expected)


def owed_by_all(session: Session, actor: Actor, *, now: datetime) -> list[Expected]:
    """All that was planned until now where the actor may record, longest due first."""
    mine = access.within_reach(actor, Action.RECORD)
    found = _expected(session, local_day(session, now), mine)
    return sorted(found, key=lambda each: (each.due_on, each.project.sort_key, each.indicator.id))


def to_hand_in(session: Session, actor: Actor) -> list[tuple[Project, ReportingPeriod]]:
    """The rounds in which the actor may record and values were saved but not handed in."""
    newest_state = (
        select(RevisionState.state)
        .where(RevisionState.revision_id == Measurement.newest_revision_id)
        .order_by(RevisionState.id.desc())
        .limit(1)
        .correlate(Measurement)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Project, Measurement.first_day, Measurement.last_day, Measurement.frequency)
        .join(Indicator, Indicator.project_id == Project.id)
        .join(IndicatorSeries, IndicatorSeries.indicator_id == Indicator.id)
        .join(Measurement, Measurement.series_id == IndicatorSeries.id)
        .where(
            access.within_reach(actor, Action.RECORD),
            Project.withdrawn_at.is_(None),
            Indicator.withdrawn_at.is_(None),
            Measurement.newest_revision_id.is_distinct_from(Measurement.approved_revision_id),
            newest_state.in_([State.DRAFT, State.RETURNED]),
        )
        .order_by(Project.sort_key, Measurement.last_day.desc())
    )
    found = {
        (project.id, first, last): (project, stored_period(first, last, kind))
        for project, first, last, kind in rows
    }
    return list(found.values())


def rounds_of(
    session: Session, actor: Actor, slug: str, *, now: datetime, expected: Iterable[Expected] | None = None
) -> list[RoundView]:
    """The rounds of a project until now, newest first.

    Args:
        expected: what was planned there and what came of it, where it has just been read.

    Raises:
        NotFound: there is no such project, or the actor may not see it.
    """
    project = lookup.project(session, actor, slug)
    if expected is None:
        expected = _expected(session, local_day(session, now), Project.id == project.id)
    rows = {
        stored_period(row.first_day, row.last_day, row.frequency): row
        for row in session.scalars(select(ReportingRound).where(ReportingRound.project_id == project.id))
    }
    holding: dict[ReportingPeriod, list[Expected]] = defaultdict(list)
    for each in expected:
        holding[each.period].append(each)
    periods = sorted({*rows, *holding}, key=_newest_first)
    return [RoundView(project, period, rows.get(period), holding[period]) for period in periods]


def round_of(
    session: Session, actor: Actor, slug: str, frequency: str, key: str, *, now: datetime
) -> RoundView:
    """One round of a project.

    Raises:
        NotFound: the project has no such period.
    """
    for view in rounds_of(session, actor, slug, now=now):
        if (view.period.frequency, view.period.key()) == (frequency, key):
            return view
    raise NotFound("There is no such period.")


def _expected(session: Session, today: date, *conditions: sa.ColumnElement[bool]) -> list[Expected]:
    rows = session.execute(
        select(IndicatorSeries.id, Indicator, DefinitionVersion, Project)
        .join(Indicator, Indicator.id == IndicatorSeries.indicator_id)
        .join(DefinitionVersion, DefinitionVersion.id == Indicator.definition_version_id)
        .join(Project, Project.id == Indicator.project_id)
        .where(
            IndicatorSeries.disaggregation == TOTAL,
            Indicator.withdrawn_at.is_(None),
            Project.withdrawn_at.is_(None),
            *conditions,
        )
        .order_by(Project.sort_key, Indicator.goal_id, Indicator.position, Indicator.id)
    ).all()
    recorded = _recorded(session, [series_id for series_id, *_ in rows])
    found = []
    for series_id, indicator, version, project in rows:
        schedule, measured = schedule_of(indicator), recorded[series_id]
        newest = max(measured, default=None)
        for period in sorted({*schedule.periods(today), *measured}):
            due_on = schedule.due_on(period)
            standing = measured.get(period) or standing_of_gap(period, newest, due_on, today)
            found.append(Expected(project, indicator, version, series_id, period, due_on, standing))
    return found


def standing_of_gap(
    period: ReportingPeriod, newest: ReportingPeriod | None, due_on: date, today: date
) -> Standing:
    """What came of a planned period that nothing is recorded of, by the newest that is."""
    if newest is not None and period < newest:
        return Standing.PASSED_OVER
    return Standing.LATE if due_on < today else Standing.DUE


def _recorded(
    session: Session, series_ids: Collection[int]
) -> defaultdict[int, dict[ReportingPeriod, Standing]]:
    found: defaultdict[int, dict[ReportingPeriod, Standing]] = defaultdict(dict)
    rows = session.execute(
        select(
            Measurement.series_id,
            Measurement.first_day,
            Measurement.last_day,
            Measurement.frequency,
            Measurement.newest_revision_id,
            Measurement.approved_revision_id,
        )
        .join(Revision, Revision.id == Measurement.newest_revision_id)
        .where(Measurement.series_id.in_(series_ids), sa.not_(OWED_BY_SOMEBODY))
    ).all()
    returned = _returned(session, (newest for *_, newest, approved in rows if newest != approved))
    for series_id, first_day, last_day, frequency, newest, approved in rows:
        period = stored_period(first_day, last_day, frequency)
        if newest == approved:
            found[series_id][period] = Standing.DONE
        else:
            found[series_id][period] = Standing.RETURNED if newest in returned else Standing.WAITING
    return found


def _returned(session: Session, revision_ids: Iterable[int | None]) -> set[int]:
    """Which of the revisions were sent back and not handed in again."""
    newest = (
        select(sa.func.max(RevisionState.id))
        .where(RevisionState.revision_id.in_([each for each in revision_ids if each]))
        .group_by(RevisionState.revision_id)
    )
    rows = select(RevisionState.revision_id).where(
        RevisionState.id.in_(newest), RevisionState.state == State.RETURNED
    )
    return set(session.scalars(rows))


def _newest_first(period: ReportingPeriod) -> tuple[int, int]:
    return -period.last_day.toordinal(), -period.first_day.toordinal()
