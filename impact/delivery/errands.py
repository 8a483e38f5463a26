"""What somebody should do about measurements: due, waiting for approval, silent sources."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.tables import Membership, Role, User
from impact.delivery.readers import CLOCK, managers_of
from impact.delivery.reminder_plans import Reminders, reminders_of
from impact.registry.handing_in import OWED, Expected, Standing, owed_by_all
from impact.registry.indicator_tables import Indicator, IndicatorSeries, SourceLink
from impact.registry.measurement_tables import Measurement, RevisionState, State
from impact.registry.project_tables import Project, ProjectOrganisation
from impact.registry.schedules import stored_period
from impact.semantics.period import ReportingPeriod

# Whoever approves hears of what waits on the first morning and then again, with an end.
WAITING_AFTER_DAYS = (1, 7, 21)
# A source has so many days after the due date until somebody is told that nothing came.
SILENT_AFTER_DAYS = 1
# Whoever was never reminded is told of so many days, not of years.
LONGEST_AWAY = timedelta(days=7)


class Sort(StrEnum):
    """What sort of thing is to be done."""

    DUE = "due"
    APPROVE = "approve"
    SILENT = "silent"


@dataclass(frozen=True)
class Errand:
    """One thing to be done by one person: which, of which project and period, since or until when."""

    user_id: int
    sort: Sort
    project: Project
    period: ReportingPeriod
    day: date
    expected: Expected | None = None
    n_values: int = 0


def errands(
    session: Session, after: dict[int, date], today: date, *, now: datetime, zone: ZoneInfo
) -> list[Errand]:
    """What falls to be said today, person by person.

    Args:
        after: until which day each person was told, by number; who is not named, a week back.
    """
    planned = [each for each in owed_by_all(session, CLOCK, now=now) if each.standing in OWED]
    sourced = set(session.scalars(select(SourceLink.series_id)))
    rules = reminders_of(session, {each.project.id for each in planned})
    people = _Responsible(session)
    earliest = today - LONGEST_AWAY

    def is_new(user_id: int, day: date) -> bool:
        return max(after.get(user_id, earliest), earliest) < day <= today

    found: list[Errand] = []
    for each in planned:
        is_silent = each.series_id in sourced
        for day in _days(each, rules[each.project.id], is_silent=is_silent):
            sort = Sort.SILENT if is_silent else Sort.DUE
            found += [
                Errand(user_id, sort, each.project, each.period, each.due_on, each)
                for user_id in people.of(each.indicator, each.project)
                if is_new(user_id, day)
            ]
    for project, period, since, n_values in _waiting(session, zone):
        for step in WAITING_AFTER_DAYS:
            found += [
                Errand(reader.user.id, Sort.APPROVE, project, period, since, n_values=n_values)
                for reader in managers_of(session, project.id)
                if is_new(reader.user.id, since + timedelta(days=step))
            ]
    return list(dict.fromkeys(found))


def _days(each: Expected, rules: Reminders, *, is_silent: bool) -> Iterator[date]:
    if is_silent:
        yield each.due_on + timedelta(days=SILENT_AFTER_DAYS)
    elif each.standing is not Standing.RETURNED:
        for offset in rules.offsets:
            yield each.due_on + timedelta(days=offset)


class _Responsible:
    """Who is asked for an indicator's measurements: the responsible person, else its analysts."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._analysts: dict[int, list[int]] = {}

    def of(self, indicator: Indicator, project: Project) -> list[int]:
        """The numbers of those people; its managers where there is no analyst either."""
        if indicator.responsible_id is not None:
            named = self._people(User.actor_id == indicator.responsible_id)
            if named:
                return named
        if project.id not in self._analysts:
            self._analysts[project.id] = self._of_project(project.id)
        return self._analysts[project.id]

    def _of_project(self, project_id: int) -> list[int]:
        taking_part = select(ProjectOrganisation.organisation_id).where(
            ProjectOrganisation.project_id == project_id, ProjectOrganisation.withdrawn_at.is_(None)
        )
        analysts = select(Membership.user_id).where(
            Membership.role == Role.ANALYST,
            sa.or_(Membership.project_id == project_id, Membership.organisation_id.in_(taking_part)),
        )
        managers = [reader.user.id for reader in managers_of(self._session, project_id)]
        return self._people(User.id.in_(analysts)) or managers

    def _people(self, condition: sa.ColumnElement[bool]) -> list[int]:
        return list(
            self._session.scalars(
                select(User.id)
                .where(condition, User.disabled_at.is_(None), User.email.is_not(None))
                .order_by(User.id)
            )
        )


def _waiting(session: Session, zone: ZoneInfo) -> list[tuple[Project, ReportingPeriod, date, int]]:
    """What was handed in and not approved: project, period, since which day, how many values."""
    newest = (
        select(sa.func.max(RevisionState.id))
        .where(RevisionState.revision_id == Measurement.newest_revision_id)
        .correlate(Measurement)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Project,
            Measurement.first_day,
            Measurement.last_day,
            Measurement.frequency,
            sa.func.min(RevisionState.recorded_at),
            sa.func.count(Measurement.id),
        )
        .select_from(Measurement)
        .join(IndicatorSeries, IndicatorSeries.id == Measurement.series_id)
        .join(Indicator, Indicator.id == IndicatorSeries.indicator_id)
        .join(Project, Project.id == Indicator.project_id)
        .join(RevisionState, RevisionState.id == newest)
        .where(
            Measurement.newest_revision_id.is_distinct_from(Measurement.approved_revision_id),
            RevisionState.state == State.SUBMITTED,
            Indicator.withdrawn_at.is_(None),
            Project.withdrawn_at.is_(None),
        )
        .group_by(Project.id, Measurement.first_day, Measurement.last_day, Measurement.frequency)
        .order_by(Project.id, Measurement.first_day)
    )
    return [
        (project, stored_period(first, last, kind), at.astimezone(zone).date(), n)
        for project, first, last, kind, at, n in rows
    ]


def by_person(found: Collection[Errand]) -> dict[int, list[Errand]]:
    """The errands of each person, in the order in which they were found."""
    people: dict[int, list[Errand]] = defaultdict(list)
    for errand in found:
        people[errand.user_id].append(errand)
    return people
