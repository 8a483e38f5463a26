"""Tables of analyses, flags and the summary rows that boards and lists read."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from impact.db import Base, Identified, Versioned
from impact.semantics.period import Frequency
from impact.semantics.series import Status
from impact.trend.comparison import Outcome
from impact.trend.verdict import Level, Verdict


class FlagDirection(StrEnum):
    """Which way the trend turned."""

    TO_WORSE = "to_worse"
    TO_BETTER = "to_better"
    NEUTRAL = "neutral"


class FlagState(StrEnum):
    """What people made of a flag."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    SUPERSEDED = "superseded"


class FlagAct(StrEnum):
    """A step in the life of a flag."""

    OPENED = "opened"
    CONFIRMED = "confirmed"
    FOLLOWED_UP = "followed_up"
    DISMISSED = "dismissed"
    REOPENED = "reopened"
    SUPERSEDED = "superseded"


class DismissalCause(StrEnum):
    """Why a flag is put aside."""

    KNOWN_EXCEPTION = "known_exception"
    DATA_ERROR = "data_error"
    CHANGED_METHOD = "changed_method"
    NOT_RELEVANT = "not_relevant"


class Analysis(Identified, Base):
    """What the detector said of a series, once and for good (append-only)."""

    __tablename__ = "analysis"
    __table_args__ = (sa.Index("ix_analysis_series_id_recorded_at", "series_id", "recorded_at"),)

    series_id: Mapped[int] = mapped_column(sa.ForeignKey("series.id"))
    # Set where the difference to this series was analysed instead of the series itself.
    reference_series_id: Mapped[int | None] = mapped_column(sa.ForeignKey("series.id"))
    recorded_at: Mapped[datetime]
    # SHA-256 over the approved revisions, breaks and direction that were read.
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    detector_version: Mapped[str]
    detector_settings: Mapped[dict[str, Any]]
    verdict: Mapped[Verdict]
    level: Mapped[Level]
    is_reversed: Mapped[bool]
    is_early: Mapped[bool]
    n_points: Mapped[int]
    p: Mapped[float | None]
    probability: Mapped[float | None]
    turning: Mapped[float | None]
    turning_low: Mapped[float | None]
    turning_high: Mapped[float | None]
    slope_before: Mapped[float | None]
    slope_before_low: Mapped[float | None]
    slope_before_high: Mapped[float | None]
    slope_after: Mapped[float | None]
    slope_after_low: Mapped[float | None]
    slope_after_high: Mapped[float | None]
    smallest_change: Mapped[float | None]
    earlier_turns: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    # The newest measurement's time when an early warning was given that these data do not bear out.
    withdrawn_warning: Mapped[float | None]
    # Of a comparison only: what it comes to, and its own p; the rest is of the difference.
    outcome: Mapped[Outcome | None]
    outcome_p: Mapped[float | None]


class ScreeningRun(Identified, Base):
    """One portfolio-wide control of false discoveries (append-only)."""

    __tablename__ = "screening_run"

    recorded_at: Mapped[datetime]
    detector_version: Mapped[str]
    false_discovery_rate: Mapped[float]
    n_series: Mapped[int]
    fitted_null: Mapped[dict[str, Any]]
    # Per series id: q and level.
    outcome: Mapped[dict[str, Any]]


class Flag(Identified, Versioned, Base):
    """A reversal put before people."""

    __tablename__ = "flag"

    series_id: Mapped[int] = mapped_column(sa.ForeignKey("series.id"), index=True)
    direction: Mapped[FlagDirection]
    state: Mapped[FlagState] = mapped_column(default=FlagState.OPEN, index=True)
    # The analysis that raised it: the data as they were then.
    raised_by_id: Mapped[int] = mapped_column(sa.ForeignKey("analysis.id"))
    turning_first_day: Mapped[date]
    turning_last_day: Mapped[date]
    turning_frequency: Mapped[Frequency]
    first_raised_at: Mapped[datetime]
    # When its notice was put into the outbox; none means that it still has to be.
    announced_at: Mapped[datetime | None] = mapped_column(index=True)
    dismissed_until: Mapped[date | None]


class FlagEvent(Identified, Base):
    """A step in the life of a flag, by whom and why (append-only)."""

    __tablename__ = "flag_event"

    flag_id: Mapped[int] = mapped_column(sa.ForeignKey("flag.id"), index=True)
    act: Mapped[FlagAct]
    cause: Mapped[DismissalCause | None]
    until: Mapped[date | None]
    note: Mapped[str] = mapped_column(default="")
    agreed_action: Mapped[str] = mapped_column(default="")
    action_owner: Mapped[str] = mapped_column(default="")
    action_due_on: Mapped[date | None]
    analysis_id: Mapped[int | None] = mapped_column(sa.ForeignKey("analysis.id"))
    actor_id: Mapped[int] = mapped_column(sa.ForeignKey("actor.id"))
    recorded_at: Mapped[datetime] = mapped_column(index=True)


class SeriesSummary(Base):
    """The newest of a series in one row: boards and lists read nothing else."""

    __tablename__ = "series_summary"

    series_id: Mapped[int] = mapped_column(sa.ForeignKey("series.id"), primary_key=True)
    project_id: Mapped[int | None] = mapped_column(sa.ForeignKey("project.id"), index=True)
    n_measured: Mapped[int] = mapped_column(default=0)
    latest_first_day: Mapped[date | None]
    latest_last_day: Mapped[date | None]
    latest_frequency: Mapped[Frequency | None]
    latest_value: Mapped[float | None]
    latest_status: Mapped[Status | None]
    # Against the measurement before it, None across a break.
    change: Mapped[float | None]
    analysis_id: Mapped[int | None] = mapped_column(sa.ForeignKey("analysis.id"))
    verdict: Mapped[Verdict | None]
    level: Mapped[Level | None]
    flag_id: Mapped[int | None] = mapped_column(sa.ForeignKey("flag.id"))
    # The first planned period without a measurement, and when it is due.
    next_first_day: Mapped[date | None]
    next_last_day: Mapped[date | None]
    due_on: Mapped[date | None] = mapped_column(index=True)
    # Points for the sparkline, oldest first, as ``summaries.spark_of`` writes them.
    spark: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    refreshed_at: Mapped[datetime]
