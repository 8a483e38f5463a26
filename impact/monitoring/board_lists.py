"""What stands on the board beside its series: decisions, agreed actions, milestones."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from impact.audit import history
from impact.monitoring.flagging import DECISIONS
from impact.monitoring.tables import Flag, FlagAct, FlagEvent
from impact.registry.indicator_tables import DefinitionVersion, Indicator, IndicatorSeries
from impact.registry.project_tables import Milestone, Project

DECISIONS_OF_DAYS: Final = 180
MILESTONES_OF_DAYS: Final = 365
MILESTONES_WITHIN_DAYS: Final = 90


@dataclass(frozen=True)
class BoardDecision:
    """What somebody decided about a flag, with what it was about."""

    event: FlagEvent
    flag: Flag
    indicator_id: int
    name_sv: str
    name_en: str
    project: Project


@dataclass(frozen=True)
class BoardMilestone:
    """A milestone that was reached or is due, with its project."""

    milestone: Milestone
    project: Project


def decisions_on(
    session: Session, *conditions: sa.ColumnElement[bool], until: datetime
) -> list[BoardDecision]:
    """What was decided in the half-year before an instant, newest first."""
    since = until - timedelta(days=DECISIONS_OF_DAYS)
    rows = session.execute(
        select(FlagEvent, Flag, Indicator.id, DefinitionVersion.name_sv, DefinitionVersion.name_en, Project)
        .join(Flag, Flag.id == FlagEvent.flag_id)
        .join(IndicatorSeries, IndicatorSeries.id == Flag.series_id)
        .join(Indicator, Indicator.id == IndicatorSeries.indicator_id)
        .join(DefinitionVersion, DefinitionVersion.id == Indicator.definition_version_id)
        .join(Project, Project.id == Indicator.project_id)
        .where(
            FlagEvent.act.in_(DECISIONS),
            # A dismissal that data brought back was decided before.
            sa.or_(FlagEvent.act != FlagAct.DISMISSED, FlagEvent.analysis_id.is_(None)),
            FlagEvent.recorded_at.between(since, until),
            *conditions,
        )
        .order_by(FlagEvent.id.desc())
        .limit(50)
        .options(load_only(Project.slug, Project.short_sv, Project.short_en, raiseload=True))
    )
    return [BoardDecision(*row) for row in rows]


def newest_decisions(
    session: Session, flag_ids: Collection[int], until: datetime
) -> dict[int, list[FlagEvent]]:
    """The decisions on each of the flags, newest first, in one statement; none asks nothing."""
    found: dict[int, list[FlagEvent]] = {}
    if flag_ids:
        for event in session.scalars(
            select(FlagEvent)
            .where(
                FlagEvent.flag_id.in_(flag_ids),
                FlagEvent.act.in_(DECISIONS),
                FlagEvent.recorded_at <= until,
            )
            .order_by(FlagEvent.id.desc())
        ):
            found.setdefault(event.flag_id, []).append(event)
    return found


def milestones_now(session: Session, mine: sa.Select[int], today: date) -> list[BoardMilestone]:
    """What was reached in the last year, is late or is due soon, newest first."""
    recent = today - timedelta(days=MILESTONES_OF_DAYS)
    rows = session.execute(
        select(Milestone, Project)
        .join(Project, Project.id == Milestone.project_id)
        .where(
            Milestone.withdrawn_at.is_(None),
            sa.or_(
                Milestone.reached_on >= recent,
                sa.and_(
                    Milestone.reached_on.is_(None),
                    Milestone.due_on < today + timedelta(days=MILESTONES_WITHIN_DAYS),
                ),
            ),
            Project.id.in_(mine),
        )
        .order_by(sa.func.coalesce(Milestone.reached_on, Milestone.due_on).desc(), Milestone.id)
        .options(load_only(Project.slug, Project.short_sv, Project.short_en, raiseload=True))
    )
    return [BoardMilestone(*row) for row in rows]


def milestones_then(
    session: Session, mine: sa.Select[int], today: date, known_at: datetime
) -> list[BoardMilestone]:
    """The same as known then: each milestone as it was planned, in its project of then."""
    ids = session.scalars(select(Milestone.id).where(Milestone.project_id.in_(mine))).all()
    known = history.rows_as_known(session, Milestone, ids, known_at)
    projects = {
        row.id: row
        for row in history.rows_as_known(session, Project, {row.project_id for row in known}, known_at)
    }
    recent = today - timedelta(days=MILESTONES_OF_DAYS)
    soon = today + timedelta(days=MILESTONES_WITHIN_DAYS)
    found = []
    for row in known:
        day = row.reached_on or row.due_on
        is_worth_showing = day is not None and (day >= recent if row.reached_on else day < soon)
        if is_worth_showing and row.project_id in projects:
            found.append(BoardMilestone(row, projects[row.project_id]))
    return sorted(found, key=_newest_milestone_first)


def _newest_milestone_first(row: BoardMilestone) -> tuple[int, int]:
    day = row.milestone.reached_on or row.milestone.due_on or date.min
    return -day.toordinal(), row.milestone.id
