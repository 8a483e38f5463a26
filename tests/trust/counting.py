"""A series of counts that trials count up, and what is kept of it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from impact.audit.tables import AuditEntry
from impact.db import Database
from impact.monitoring.analysing import newest_analysis
from impact.registry import planning
from impact.registry.indicator_tables import IndicatorSeries
from impact.registry.measurement_tables import Measurement, Revision
from impact.registry.project_tables import Goal
from impact.registry.series import read_series
from impact.semantics.unit import Kind
from tests.builders import fill, make_indicator, make_project, make_version, person
from tests.people import NOW

FIRST_YEAR = 2010
NOTHING_COUNTED = 0


@dataclass(frozen=True)
class Counts:
    """Where the counts are found: one for each of some years."""

    database: Database
    series_id: int
    paths: list[str]

    def histories(self) -> list[list[float | None]]:
        """Of each year every value it ever had, oldest first, as pointers and trail agree."""
        with self.database.reading() as session:
            found = []
            for measurement in session.scalars(select(Measurement).order_by(Measurement.first_day)):
                revisions = session.scalars(
                    select(Revision)
                    .where(Revision.measurement_id == measurement.id)
                    .order_by(Revision.number)
                ).all()
                assert [revision.number for revision in revisions] == [*range(1, len(revisions) + 1)]
                assert measurement.newest_revision_id == revisions[-1].id
                assert measurement.approved_revision_id == revisions[-1].id
                assert self._n_in_trail(measurement.id) == len(revisions)
                found.append([revision.value for revision in revisions])
            return found

    def is_analysed(self) -> bool:
        """Whether the newest analysis is of the newest values, and nothing waits."""
        with self.database.reading() as session:
            row = newest_analysis(session, self.series_id)
            now_read = read_series(session, [self.series_id])[self.series_id]
            waits = session.get_one(IndicatorSeries, self.series_id).stale_since is not None
            return row is not None and row.fingerprint == now_read.fingerprint and not waits

    def _n_in_trail(self, measurement_id: int) -> int | None:
        with self.database.reading() as session:
            return session.scalar(
                select(func.count(AuditEntry.id)).where(
                    AuditEntry.object_type == "measurement", AuditEntry.object_id == measurement_id
                )
            )


def place_counts(database: Database, n_years: int) -> Counts:
    """A series in which nothing has been counted yet, committed."""
    with database.transaction() as session:
        planner = person(session)
        _, project = make_project(session, planner, "counting")
        goal = Goal(project_id=project.id, position=1, title_sv="Fler barn i föreningar")
        planning.save(session, planner, goal, now=NOW)
        version = make_version(session, planner, "children", kind=Kind.COUNT, highest=None, decimals=0)
        _, series = make_indicator(session, planner, goal, version)
        years = range(FIRST_YEAR, FIRST_YEAR + n_years)
        fill(session, planner, series.id, dict.fromkeys(years, NOTHING_COUNTED))
        return Counts(database, series.id, [f"/series/{series.id}/periods/{year}" for year in years])
