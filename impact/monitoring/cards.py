"""One row of a board or list: a series with all that is said of it, in one statement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from impact.monitoring.storing import trend_of
from impact.monitoring.summaries import series_from
from impact.monitoring.tables import Analysis, Flag, FlagState, SeriesSummary
from impact.registry.indicator_tables import TOTAL, DefinitionVersion, Indicator, IndicatorSeries
from impact.registry.project_tables import Area, Project
from impact.registry.schedules import stored_period
from impact.semantics.period import ReportingPeriod
from impact.semantics.series import Series
from impact.trend.verdict import TrendAnalysis


@dataclass
class SeriesCard:
    """A series with its indicator, meaning, newest analysis and standing flag."""

    project: Project | None
    indicator: Indicator
    version: DefinitionVersion
    disaggregation: str
    summary: SeriesSummary
    analysis_row: Analysis | None
    flag: Flag | None

    @cached_property
    def series(self) -> Series:
        """The measurements as the summary keeps them."""
        return series_from(self.summary, self.indicator, self.version)

    @cached_property
    def analysis(self) -> TrendAnalysis | None:
        """What the detector said, with the level among all, if the series has been analysed."""
        row, summary = self.analysis_row, self.summary
        if row is None:
            return None
        if summary.analysis_id != row.id or summary.level is None:
            return trend_of(row)
        return replace(trend_of(row), level=summary.level)

    @property
    def is_flagged(self) -> bool:
        """Whether a flag stands that is not dismissed."""
        return self.flag is not None and self.flag.state in (FlagState.OPEN, FlagState.CONFIRMED)

    @property
    def next_period(self) -> ReportingPeriod | None:
        """The next period to be measured, None after the last round."""
        first, last = self.summary.next_first_day, self.summary.next_last_day
        return stored_period(first, last, self.indicator.frequency) if first and last else None

    def is_due_by(self, day: date) -> bool:
        """Whether the next measurement has to be there by that day."""
        return self.summary.due_on is not None and self.summary.due_on <= day

    def is_late(self, today: date) -> bool:
        """Whether the next measurement is overdue."""
        return self.summary.due_on is not None and self.summary.due_on < today


def cards(session: Session, *conditions: sa.ColumnElement[bool]) -> list[SeriesCard]:
    """The cards that meet the conditions, totals only, in order of project and goal.

    Conditions may speak of Project, Indicator, IndicatorSeries, SeriesSummary, Flag.
    """
    rows = session.execute(
        select(
            Project,
            Indicator,
            DefinitionVersion,
            IndicatorSeries.disaggregation,
            SeriesSummary,
            Analysis,
            Flag,
        )
        .select_from(SeriesSummary)
        .join(IndicatorSeries, IndicatorSeries.id == SeriesSummary.series_id)
        .join(Indicator, Indicator.id == IndicatorSeries.indicator_id)
        .join(DefinitionVersion, DefinitionVersion.id == Indicator.definition_version_id)
        .outerjoin(Project, Project.id == Indicator.project_id)
        .outerjoin(Analysis, Analysis.id == SeriesSummary.analysis_id)
        .outerjoin(Flag, Flag.id == SeriesSummary.flag_id)
        .where(
            IndicatorSeries.disaggregation == TOTAL,
            Indicator.withdrawn_at.is_(None),
            Project.withdrawn_at.is_(None),
            *conditions,
        )
        .order_by(Project.sort_key, Indicator.goal_id, Indicator.position, Indicator.id)
        .options(
            load_only(Project.slug, Project.short_sv, Project.short_en, Project.is_sample, raiseload=True),
            load_only(
                DefinitionVersion.name_sv,
                DefinitionVersion.name_en,
                DefinitionVersion.kind,
                DefinitionVersion.unit_sv,
                DefinitionVersion.unit_en,
                DefinitionVersion.lowest,
                DefinitionVersion.highest,
                DefinitionVersion.decimals,
                DefinitionVersion.direction,
                DefinitionVersion.band_low,
                DefinitionVersion.band_high,
                raiseload=True,
            ),
        )
    )
    return [SeriesCard(*row) for row in rows]


def area_names(session: Session, found: Iterable[SeriesCard]) -> dict[int, str]:
    """The names of the areas that cards without a project are about, by number."""
    ids = {card.indicator.area_id for card in found if card.project is None}
    if not ids:
        return {}
    rows = session.execute(select(Area.id, Area.name).where(Area.id.in_(ids)))
    return {row.id: row.name for row in rows}
