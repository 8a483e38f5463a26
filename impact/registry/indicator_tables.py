"""Tables of the library of definitions, of indicators and of their series."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from impact.db import Base, Identified, SortKey, Versioned
from impact.registry.project_tables import Withdrawable
from impact.semantics.direction import Direction
from impact.semantics.period import Frequency
from impact.semantics.series import GapStyle
from impact.semantics.unit import Kind

TOTAL = "total"


class Definition(Identified, Withdrawable, Versioned, Base):
    """An indicator of the shared library; its meaning stands in its versions."""

    __tablename__ = "definition"

    slug: Mapped[str] = mapped_column(SortKey, unique=True)
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))


class DefinitionVersion(Identified, Base):
    """What an indicator means from a change of definition on; never edited."""

    __tablename__ = "definition_version"
    __table_args__ = (sa.UniqueConstraint("definition_id", "number"),)

    definition_id: Mapped[int] = mapped_column(sa.ForeignKey("definition.id"), index=True)
    number: Mapped[int]
    name_sv: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    search_key: Mapped[str] = mapped_column(SortKey)
    text_sv: Mapped[str] = mapped_column(default="")
    text_en: Mapped[str] = mapped_column(default="")
    method_sv: Mapped[str] = mapped_column(default="")
    method_en: Mapped[str] = mapped_column(default="")
    source_sv: Mapped[str] = mapped_column(default="")
    source_en: Mapped[str] = mapped_column(default="")
    kind: Mapped[Kind]
    unit_sv: Mapped[str]
    unit_en: Mapped[str] = mapped_column(default="")
    # A rate is a number per so many (1 000 inhabitants).
    rate_base: Mapped[int | None]
    lowest: Mapped[float | None]
    highest: Mapped[float | None]
    decimals: Mapped[int]
    direction: Mapped[Direction]
    band_low: Mapped[float | None]
    band_high: Mapped[float | None]
    recorded_at: Mapped[datetime]
    actor_id: Mapped[int] = mapped_column(sa.ForeignKey("actor.id"))


class Indicator(Identified, Withdrawable, Versioned, Base):
    """A variable by which change is measured: for a goal of a project, or for an area."""

    __tablename__ = "indicator"
    __table_args__ = (
        sa.CheckConstraint("(goal_id IS NULL) <> (area_id IS NULL)", name="goal_or_area"),
        sa.CheckConstraint("(goal_id IS NULL) = (project_id IS NULL)", name="project_with_goal"),
    )

    goal_id: Mapped[int | None] = mapped_column(sa.ForeignKey("goal.id"), index=True)
    # The goal's project, kept here too: boards, permissions and lists ask for it first.
    project_id: Mapped[int | None] = mapped_column(sa.ForeignKey("project.id"), index=True)
    area_id: Mapped[int | None] = mapped_column(sa.ForeignKey("area.id"), index=True)
    definition_id: Mapped[int] = mapped_column(sa.ForeignKey("definition.id"), index=True)
    definition_version_id: Mapped[int] = mapped_column(sa.ForeignKey("definition_version.id"))
    position: Mapped[int] = mapped_column(default=0)
    is_key: Mapped[bool] = mapped_column(default=False)
    # Figures made up for show: said on every page, chart and mail.
    is_invented: Mapped[bool] = mapped_column(default=False)
    responsible_id: Mapped[int | None] = mapped_column(sa.ForeignKey("actor.id"))
    source_sv: Mapped[str] = mapped_column(default="")
    source_en: Mapped[str] = mapped_column(default="")
    source_address: Mapped[str] = mapped_column(default="")
    gap_style: Mapped[GapStyle] = mapped_column(default=GapStyle.BRIDGE)
    ex_ante_estimate: Mapped[float | None]
    # Schedule: every so many periods of the frequency from the first one on, or rounds.
    frequency: Mapped[Frequency]
    first_day: Mapped[date]
    n_window_years: Mapped[int] = mapped_column(default=1)
    every_n_periods: Mapped[int] = mapped_column(default=1)
    rounds: Mapped[list[str]] = mapped_column(default=list)
    due_days: Mapped[int] = mapped_column(default=90)


class IndicatorSeries(Identified, Base):
    """One indicator and one disaggregation: what measurements hang on."""

    __tablename__ = "series"
    __table_args__ = (sa.UniqueConstraint("indicator_id", "disaggregation"),)

    indicator_id: Mapped[int] = mapped_column(sa.ForeignKey("indicator.id"), index=True)
    # "total", or sorted dimension=category pairs joined by commas.
    disaggregation: Mapped[str] = mapped_column(default=TOTAL)
    # Set by whatever changes what the detector reads; cleared by a new analysis.
    stale_since: Mapped[datetime | None] = mapped_column(index=True)
    # Counts changes of anything drawn or analysed; charts and pages are tagged by it.
    revision_count: Mapped[int] = mapped_column(default=0)


class Target(Identified, Withdrawable, Versioned, Base):
    """The value promised for a period."""

    __tablename__ = "target"

    series_id: Mapped[int] = mapped_column(sa.ForeignKey("series.id"), index=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    frequency: Mapped[Frequency]
    value: Mapped[float]
    comment: Mapped[str] = mapped_column(default="")


class Baseline(Identified, Withdrawable, Versioned, Base):
    """The value at a stated period against which progress is judged."""

    __tablename__ = "baseline"

    series_id: Mapped[int] = mapped_column(sa.ForeignKey("series.id"), index=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    frequency: Mapped[Frequency]
    value: Mapped[float]
    comment: Mapped[str] = mapped_column(default="")


class SeriesBreak(Identified, Withdrawable, Versioned, Base):
    """A declared change of method: nothing is compared across its first new period."""

    __tablename__ = "series_break"

    series_id: Mapped[int] = mapped_column(sa.ForeignKey("series.id"), index=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    frequency: Mapped[Frequency]
    reason_sv: Mapped[str]
    reason_en: Mapped[str] = mapped_column(default="")
    old_version_id: Mapped[int | None] = mapped_column(sa.ForeignKey("definition_version.id"))
    new_version_id: Mapped[int | None] = mapped_column(sa.ForeignKey("definition_version.id"))


class ReferenceLink(Identified, Withdrawable, Versioned, Base):
    """A series that another one is compared with, usually the municipality's."""

    __tablename__ = "reference_link"
    __table_args__ = (sa.UniqueConstraint("series_id", "reference_series_id"),)

    series_id: Mapped[int] = mapped_column(sa.ForeignKey("series.id"), index=True)
    reference_series_id: Mapped[int] = mapped_column(sa.ForeignKey("series.id"), index=True)
    label_sv: Mapped[str]
    label_en: Mapped[str] = mapped_column(default="")


class SourceLink(Identified, Versioned, Base):
    """Where a series comes from automatically: source, key figure, entity, sex."""

    __tablename__ = "source_link"
    __table_args__ = (sa.UniqueConstraint("source", "key_figure", "entity", "sex", "series_id"),)

    series_id: Mapped[int] = mapped_column(sa.ForeignKey("series.id"), index=True)
    source: Mapped[str]
    key_figure: Mapped[str]
    entity: Mapped[str]
    sex: Mapped[str] = mapped_column(default="T")
    fetched_at: Mapped[datetime | None]
    response_sha256: Mapped[str | None] = mapped_column(sa.String(64))
