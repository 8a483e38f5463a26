"""What came about since somebody was last here: flags, values, decisions, milestones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor
from impact.db import local_day
from impact.monitoring.flagging import DECISIONS
from impact.monitoring.tables import Flag, FlagEvent, FlagState
from impact.registry import access
from impact.registry.indicator_tables import Indicator, IndicatorSeries
from impact.registry.measurement_tables import Measurement, Revision
from impact.registry.project_tables import Milestone, Project


@dataclass(frozen=True)
class News:
    """How much is new since an instant, of what somebody may see; own values and decisions are not."""

    since: datetime
    n_flags: int
    n_values: int
    n_decided: int
    n_milestones: int

    def __bool__(self) -> bool:
        return bool(self.n_flags or self.n_values or self.n_decided or self.n_milestones)


def news_since(session: Session, actor: Actor, since: datetime) -> News:
    """What is new in the projects that the actor may see, in one statement."""
    mine = access.project_ids(actor, Action.SEE).where(Project.withdrawn_at.is_(None))
    of_mine = (
        select(IndicatorSeries.id)
        .join(Indicator, Indicator.id == IndicatorSeries.indicator_id)
        .where(Indicator.project_id.in_(mine), Indicator.withdrawn_at.is_(None))
    )
    flags = select(sa.func.count(Flag.id)).where(
        Flag.first_raised_at > since, Flag.state != FlagState.SUPERSEDED, Flag.series_id.in_(of_mine)
    )
    values = (
        select(sa.func.count(Revision.id))
        .join(Measurement, Measurement.approved_revision_id == Revision.id)
        .where(
            Revision.recorded_at > since,
            Revision.actor_id != actor.id,
            Measurement.series_id.in_(of_mine),
        )
    )
    decided = (
        select(sa.func.count(FlagEvent.id))
        .join(Flag, Flag.id == FlagEvent.flag_id)
        .where(
            FlagEvent.recorded_at > since,
            FlagEvent.act.in_(DECISIONS),
            FlagEvent.actor_id != actor.id,
            Flag.series_id.in_(of_mine),
        )
    )
    milestones = select(sa.func.count(Milestone.id)).where(
        Milestone.reached_on > local_day(session, since),
        Milestone.withdrawn_at.is_(None),
        Milestone.project_id.in_(mine),
    )
    row = session.execute(select(*(each.scalar_subquery() for each in (flags, values, decided, milestones))))
    return News(since, *row.one())
