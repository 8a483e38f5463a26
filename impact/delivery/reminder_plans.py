"""When a project reminds of measurements due: before, on and after the day."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor
from impact.audit.trail import record_change
from impact.delivery.tables import ReminderPlan
from impact.errors import Conflict, Invalid
from impact.registry import lookup
from impact.registry.locking import require_in_use

MOST_DAYS = 180


@dataclass(frozen=True)
class Reminders:
    """So many days before and after the due date, and on the day; None means not then."""

    days_before: int | None = 14
    on_the_day: bool = True
    days_after: int | None = 14

    @property
    def offsets(self) -> tuple[int, ...]:
        """The days counted from the due date, earliest first."""
        before = [] if self.days_before is None else [-self.days_before]
        after = [] if self.days_after is None else [self.days_after]
        return tuple(sorted({*before, *([0] if self.on_the_day else []), *after}))


DEFAULTS = Reminders()


def reminders_of(session: Session, project_ids: Collection[int]) -> dict[int, Reminders]:
    """When each of the projects reminds; those that said nothing do as usual."""
    rows = session.scalars(select(ReminderPlan).where(ReminderPlan.project_id.in_(project_ids)))
    planned = {row.project_id: Reminders(row.days_before, row.on_the_day, row.days_after) for row in rows}
    return {number: planned.get(number, DEFAULTS) for number in project_ids}


def reminder_plan(session: Session, project_id: int) -> tuple[Reminders, int]:
    """When a project reminds, and the version of its plan; 0 where it said nothing."""
    row = session.scalars(select(ReminderPlan).where(ReminderPlan.project_id == project_id)).first()
    return reminders_of(session, [project_id])[project_id], row.version if row else 0


def plan_reminders(
    session: Session, actor: Actor, slug: str, wanted: Reminders, expected_version: int, *, now: datetime
) -> ReminderPlan:
    """The project reminds as wanted from now on.

    Args:
        expected_version: of the plan that was looked at; 0 where there was none.

    Raises:
        NotFound, NotAllowed: as for a project.
        Invalid: a number of days that makes no sense.
        Conflict: somebody changed it in between.
    """
    project = lookup.project(session, actor, slug, Action.PLAN)
    require_in_use(project)
    for field, days in (("days_before", wanted.days_before), ("days_after", wanted.days_after)):
        if days is not None and not 1 <= days <= MOST_DAYS:
            raise Invalid("Choose a number from 1 to %(last)d.", field=field, last=MOST_DAYS)
    row = session.scalars(
        select(ReminderPlan).where(ReminderPlan.project_id == project.id).with_for_update()
    ).first()
    if (row.version if row else 0) != expected_version:
        raise Conflict("The reminders were changed in between. Look at them again.")
    before = asdict(reminders_of(session, [project.id])[project.id])
    row = row or ReminderPlan(project_id=project.id)
    row.days_before, row.on_the_day, row.days_after = asdict(wanted).values()
    session.add(row)
    session.flush()
    record_change(
        session,
        actor.id,
        "plan_reminders",
        "project",
        project.id,
        before=before,
        after=asdict(wanted),
        now=now,
        project_id=project.id,
    )
    return row
