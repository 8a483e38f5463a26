"""A project's sheet: every series with every period, what is stored and what is owed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor
from impact.db import local_day
from impact.registry import access, lookup
from impact.registry.handing_in import Expected, RoundView, Standing, rounds_of, standing_of_gap
from impact.registry.indicator_tables import TOTAL, DefinitionVersion, Indicator, IndicatorSeries, SeriesBreak
from impact.registry.locking import closed_rounds
from impact.registry.measurement_tables import State
from impact.registry.project_tables import Goal, Project
from impact.registry.schedules import period_of, schedule_of
from impact.registry.series_view import StoredMeasurement, stored_measurements
from impact.registry.units import unit_of
from impact.semantics.period import Frequency, ReportingPeriod
from impact.semantics.plausible import largest_pace
from impact.semantics.schedule import Schedule
from impact.semantics.unit import Unit

# What makes periods columns of one grid: how long they are and when they start.
GridKind = tuple[Frequency, int, int]


@dataclass(frozen=True)
class SheetLine:
    """One series of the sheet, with what is stored of each of its periods."""

    series: IndicatorSeries
    indicator: Indicator
    version: DefinitionVersion
    unit: Unit
    schedule: Schedule
    stored: Mapping[ReportingPeriod, StoredMeasurement]
    breaks: frozenset[ReportingPeriod]
    closed: frozenset[ReportingPeriod]

    @property
    def is_total(self) -> bool:
        """Whether the others of the indicator fold under it."""
        return self.series.disaggregation == TOTAL

    @cached_property
    def newest(self) -> ReportingPeriod | None:
        """The newest period that somebody handed in anything of."""
        return max((period for period, there in self.stored.items() if not there.is_owed), default=None)

    @cached_property
    def places(self) -> list[tuple[float, float]]:
        """Position in years and value of each measurement that has one, in order."""
        values = ((period.position, there.newest.value) for period, there in self.stored.items())
        return sorted((position, value) for position, value in values if value is not None)

    @cached_property
    def pace(self) -> float | None:
        """The largest change per year that the series ever took; None where too few steps tell."""
        return largest_pace(self.places, [period.position for period in self.breaks])

    def standing(self, period: ReportingPeriod, today: date) -> Standing | None:
        """What came of the period; None where nothing is planned."""
        stored = self.stored.get(period)
        if stored is None and not self.schedule.holds(period):
            return None
        if stored is None or stored.is_owed:
            return standing_of_gap(period, self.newest, self.schedule.due_on(period), today)
        if stored.state is State.APPROVED:
            return Standing.DONE
        return Standing.RETURNED if stored.state is State.RETURNED else Standing.WAITING


@dataclass(frozen=True)
class SheetGrid:
    """Series measured in the same sort of period, and these periods, newest first."""

    periods: tuple[ReportingPeriod, ...]
    lines: tuple[SheetLine, ...]


@dataclass(frozen=True)
class Sheet:
    """A project's sheet, one grid for each sort of period."""

    project: Project
    grids: tuple[SheetGrid, ...]

    @cached_property
    def lines(self) -> dict[int, SheetLine]:
        """Every series by its number."""
        return {line.series.id: line for grid in self.grids for line in grid.lines}

    @cached_property
    def stored(self) -> dict[tuple[int, ReportingPeriod], StoredMeasurement]:
        """What is stored of every cell."""
        return {
            (number, period): stored
            for number, line in self.lines.items()
            for period, stored in line.stored.items()
        }


def sheet_of(session: Session, actor: Actor, slug: str, *, now: datetime) -> Sheet:
    """The sheet of a project in which the actor records, in a fixed number of statements.

    Raises:
        NotFound, NotAllowed: as ``lookup.project``.
    """
    project = lookup.project(session, actor, slug, Action.RECORD)
    rows = session.execute(
        select(IndicatorSeries, Indicator, DefinitionVersion)
        .join(Indicator, Indicator.id == IndicatorSeries.indicator_id)
        .join(DefinitionVersion, DefinitionVersion.id == Indicator.definition_version_id)
        .join(Goal, Goal.id == Indicator.goal_id)
        .where(Indicator.project_id == project.id, Indicator.withdrawn_at.is_(None))
        .order_by(Goal.position, Goal.id, Indicator.position, Indicator.id, IndicatorSeries.id)
    ).all()
    series_ids = [series.id for series, _, _ in rows]
    stored: dict[int, dict[ReportingPeriod, StoredMeasurement]] = defaultdict(dict)
    for (series_id, period), measurement in stored_measurements(session, series_ids).items():
        stored[series_id][period] = measurement
    breaks = _breaks(session, series_ids)
    closed = frozenset(period for _, period in closed_rounds(session, [project.id]))
    grids: dict[GridKind, list[SheetLine]] = defaultdict(list)
    for series, indicator, version in rows:
        line = SheetLine(
            series,
            indicator,
            version,
            unit_of(version),
            schedule_of(indicator),
            stored[series.id],
            frozenset(breaks[series.id]),
            closed,
        )
        grids[_kind(indicator)].append(line)
    today = local_day(session, now)
    return Sheet(project, tuple(SheetGrid(_periods(lines, today), tuple(lines)) for lines in grids.values()))


def rounds_of_sheet(session: Session, actor: Actor, sheet: Sheet, *, now: datetime) -> list[RoundView]:
    """The rounds of a project until now, newest first, by what its sheet has read already."""
    expected = _expected(sheet, local_day(session, now))
    return rounds_of(session, actor, sheet.project.slug, now=now, expected=expected)


def projects_to_record(session: Session, actor: Actor) -> list[Project]:
    """The projects in use in which the actor records, in their readers' order."""
    mine = access.within_reach(actor, Action.RECORD)
    has_indicators = select(Indicator.project_id).where(Indicator.withdrawn_at.is_(None))
    rows = select(Project).where(mine, Project.withdrawn_at.is_(None), Project.id.in_(has_indicators))
    return list(session.scalars(rows.order_by(Project.sort_key, Project.id)))


def _expected(sheet: Sheet, today: date) -> Iterator[Expected]:
    """What was planned until today, as ``handing_in`` asks the database."""
    if sheet.project.withdrawn_at is not None:
        return
    totals = [line for line in sheet.lines.values() if line.is_total]
    ended = {schedule: schedule.periods(today) for schedule in {line.schedule for line in totals}}
    for line in totals:
        measured = (period for period, there in line.stored.items() if not there.is_owed)
        for period in sorted({*ended[line.schedule], *measured}):
            standing = line.standing(period, today)
            if standing is not None:
                due_on = line.schedule.due_on(period)
                yield Expected(
                    sheet.project, line.indicator, line.version, line.series.id, period, due_on, standing
                )


def _breaks(session: Session, series_ids: list[int]) -> dict[int, list[ReportingPeriod]]:
    found: dict[int, list[ReportingPeriod]] = defaultdict(list)
    rows = select(SeriesBreak).where(
        SeriesBreak.series_id.in_(series_ids), SeriesBreak.withdrawn_at.is_(None)
    )
    for row in session.scalars(rows):
        found[row.series_id].append(period_of(row))
    return found


def _kind(indicator: Indicator) -> GridKind:
    starts_in = indicator.first_day.month if indicator.frequency is Frequency.FINANCIAL_YEAR else 0
    n_years = indicator.n_window_years if indicator.frequency is Frequency.WINDOW else 0
    return indicator.frequency, n_years, starts_in


def _periods(lines: list[SheetLine], today: date) -> tuple[ReportingPeriod, ...]:
    """What was planned until now or measured, and what is going on today."""
    found: set[ReportingPeriod] = {period for line in lines for period in line.stored}
    for schedule in {line.schedule for line in lines}:
        ended = schedule.periods(today)
        found.update(ended)
        coming = schedule.next_after(max(ended, default=None))
        if coming is not None and coming.first_day <= today:
            found.add(coming)
    return tuple(sorted(found, key=lambda each: (each.last_day, each.first_day), reverse=True))
