"""Reference lines: which other series a series is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor
from impact.errors import Invalid
from impact.registry import lookup, planning
from impact.registry.indicator_tables import (
    DefinitionVersion,
    Indicator,
    IndicatorSeries,
    ReferenceLink,
)
from impact.registry.lookup import SeriesPlace
from impact.registry.plan_texts import judge_reason, judge_text
from impact.registry.project_tables import Area, Project, Visibility
from impact.registry.series_plan import planned_row

LONGEST_LABEL = 100


@dataclass(frozen=True)
class Candidate:
    """A series that another may be compared with, and what it is of."""

    series: IndicatorSeries
    indicator: Indicator
    version: DefinitionVersion
    area: Area | None
    project: Project | None


def candidates_for(session: Session, place: SeriesPlace) -> list[Candidate]:
    """The series that a series may be compared with, those of its own definition first.

    They are what every reader of the series may see as well: official series of areas, its
    own project's, and those of public projects; counted in the same sort of number and for
    the same sort of period.
    """
    own = session.get_one(DefinitionVersion, place.indicator.definition_version_id)
    rows = session.execute(
        select(IndicatorSeries, Indicator, DefinitionVersion, Area, Project)
        .join(Indicator, Indicator.id == IndicatorSeries.indicator_id)
        .join(DefinitionVersion, DefinitionVersion.id == Indicator.definition_version_id)
        .outerjoin(Area, Area.id == Indicator.area_id)
        .outerjoin(Project, Project.id == Indicator.project_id)
        .where(
            IndicatorSeries.id != place.series.id,
            Indicator.withdrawn_at.is_(None),
            Indicator.frequency == place.indicator.frequency,
            DefinitionVersion.kind == own.kind,
            sa.or_(
                Indicator.project_id.is_(None),
                Indicator.project_id == place.indicator.project_id,
                sa.and_(Project.visibility == Visibility.PUBLIC, Project.withdrawn_at.is_(None)),
            ),
        )
    ).all()
    found = [Candidate(*row) for row in rows]
    return sorted(found, key=lambda one: _nearness(one, place))


def link_reference(
    session: Session,
    actor: Actor,
    series_id: int,
    reference_series_id: int,
    label_sv: str,
    label_en: str = "",
    *,
    now: datetime,
    reason: str = "",
) -> ReferenceLink:
    """A series compared with another from now on; a link that was withdrawn comes back.

    Marks the series stale.

    Raises:
        Invalid: it cannot be compared with that one, or is already.
        NotFound, NotAllowed: as ``lookup.series_place``.
    """
    place = lookup.series_place(session, actor, series_id, Action.PLAN)
    _judge_label(label_sv, label_en)
    if reference_series_id not in {one.series.id for one in candidates_for(session, place)}:
        raise Invalid("The series cannot be compared with that one.", field="reference_series_id")
    row = session.scalars(
        select(ReferenceLink).where(
            ReferenceLink.series_id == series_id, ReferenceLink.reference_series_id == reference_series_id
        )
    ).first() or ReferenceLink(series_id=series_id, reference_series_id=reference_series_id)
    if row.id is not None and row.withdrawn_at is None:
        raise Invalid("The series is compared with that one already.", field="reference_series_id")
    row.label_sv, row.label_en, row.withdrawn_at = label_sv.strip(), label_en.strip(), None
    planning.save(session, actor, row, now=now, reason=judge_reason(reason))
    return row


def change_reference(
    session: Session,
    actor: Actor,
    link_id: int,
    expected_version: int,
    label_sv: str,
    label_en: str = "",
    *,
    now: datetime,
    reason: str = "",
) -> ReferenceLink:
    """What a reference line is called in charts and sentences.

    Raises:
        Invalid: no name.
        Conflict, NotFound, NotAllowed: as ``series_plan.planned_row``.
    """
    row, _place = planned_row(session, actor, ReferenceLink, link_id, expected_version)
    _judge_label(label_sv, label_en)
    row.label_sv, row.label_en = label_sv.strip(), label_en.strip()
    planning.save(session, actor, row, now=now, reason=judge_reason(reason))
    return row


def _nearness(one: Candidate, place: SeriesPlace) -> tuple[object, ...]:
    """The same definition and group first, areas before projects."""
    return (
        one.indicator.definition_id != place.indicator.definition_id,
        one.series.disaggregation != place.series.disaggregation,
        one.area is None,
        one.version.search_key,
        one.series.id,
    )


def _judge_label(label_sv: str, label_en: str) -> None:
    if not label_sv.strip():
        raise Invalid("Say what the line is called in charts.", field="label_sv")
    judge_text(label_sv, "label_sv", LONGEST_LABEL)
    judge_text(label_en, "label_en", LONGEST_LABEL)
