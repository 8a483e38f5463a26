"""One indicator's series, periods and values as they were known at an instant."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.audit import history
from impact.db import local_day
from impact.errors import NotFound
from impact.registry.indicator_tables import Indicator
from impact.registry.indicator_view import PeriodRow
from impact.registry.lookup import SeriesPlace
from impact.registry.measurement_tables import Measurement, Revision, RevisionState, State
from impact.registry.project_tables import Project
from impact.registry.schedules import schedule_of, stored_period


def place_as_known(session: Session, place: SeriesPlace, known_at: datetime) -> SeriesPlace:
    """The series with its indicator and project as they were known then.

    Raises:
        NotFound: there was no such indicator on that date.
    """
    indicators = history.rows_as_known(session, Indicator, [place.indicator.id], known_at)
    if not indicators:
        raise NotFound("There was no such indicator on that date.")
    project = place.project
    if project is not None:
        known = history.rows_as_known(session, Project, [project.id], known_at)
        if not known:
            raise NotFound("There was no such indicator on that date.")
        project = known[0]
    return replace(place, indicator=indicators[0], project=project)


def period_rows_as_known(session: Session, place: SeriesPlace, known_at: datetime) -> list[PeriodRow]:
    """Every period that was planned or recorded by then, newest first, with what was said by then."""
    schedule = schedule_of(place.indicator)
    rows = session.execute(
        select(Measurement, Revision)
        .join(Revision, Revision.measurement_id == Measurement.id)
        .where(Measurement.series_id == place.series.id, Revision.recorded_at <= known_at)
        .order_by(Revision.number.desc())
    ).all()
    recorded = {stored_period(row.first_day, row.last_day, row.frequency): row for row, _ in rows}
    said: dict[int, list[Revision]] = defaultdict(list)
    for measurement, revision in rows:
        said[measurement.id].append(revision)
    steps = _steps(session, place.series.id, known_at)
    found = []
    for period in sorted({*schedule.periods(local_day(session, known_at)), *recorded}, reverse=True):
        stored = recorded.get(period)
        revisions = tuple(said[stored.id]) if stored else ()
        found.append(
            PeriodRow(
                period=period,
                due_on=schedule.due_on(period),
                measurement=stored,
                revisions=revisions,
                approved=next((each for each in revisions if _is_approved(steps[each.id])), None),
                newest_state=steps[revisions[0].id][-1] if revisions and steps[revisions[0].id] else None,
            )
        )
    return found


def _steps(session: Session, series_id: int, known_at: datetime) -> defaultdict[int, list[RevisionState]]:
    found: defaultdict[int, list[RevisionState]] = defaultdict(list)
    for step in session.scalars(
        select(RevisionState)
        .join(Revision, Revision.id == RevisionState.revision_id)
        .join(Measurement, Measurement.id == Revision.measurement_id)
        .where(Measurement.series_id == series_id, RevisionState.recorded_at <= known_at)
        .order_by(RevisionState.id)
    ):
        found[step.revision_id].append(step)
    return found


def _is_approved(steps: list[RevisionState]) -> bool:
    return any(step.state is State.APPROVED for step in steps)
