"""Many indicators at once, with what each means now and where it belongs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor
from impact.ordering import ListOrder, Part
from impact.registry import access
from impact.registry.indicator_tables import (
    TOTAL,
    Definition,
    DefinitionVersion,
    Indicator,
    IndicatorSeries,
)
from impact.registry.project_tables import Area, Project
from impact.registry.searching import words_of

# The orders in which indicators are listed; the last column tells any two apart.
ORDERS = {
    "id": ListOrder((Indicator.id,)),
    "position": ListOrder((Indicator.goal_id, Indicator.position, Indicator.id)),
}


@dataclass(frozen=True)
class IndicatorFilter:
    """Which indicators are wanted; None and empty mean all.

    ``project``, ``area`` and ``definition`` are slugs; ``text`` holds words of the name.
    """

    project: str = ""
    area: str = ""
    definition: str = ""
    goal_id: int | None = None
    responsible_id: int | None = None
    is_key: bool | None = None
    text: str = ""
    withdrawn: bool = False


@dataclass(frozen=True)
class IndicatorRow:
    """An indicator with its total series, what it means, and where it belongs."""

    indicator: Indicator
    series_id: int
    definition: str
    version: DefinitionVersion
    project: str | None
    area: str | None


def indicator_rows(session: Session, actor: Actor, wanted: IndicatorFilter, part: Part) -> list[IndicatorRow]:
    """A part of the indicators that the actor may see and the filter leaves: one statement."""
    rows = (
        select(Indicator, IndicatorSeries.id, Definition.slug, DefinitionVersion, Project.slug, Area.slug)
        .join(IndicatorSeries, IndicatorSeries.indicator_id == Indicator.id)
        .join(Definition, Definition.id == Indicator.definition_id)
        .join(DefinitionVersion, DefinitionVersion.id == Indicator.definition_version_id)
        .outerjoin(Project, Project.id == Indicator.project_id)
        .outerjoin(Area, Area.id == Indicator.area_id)
        .where(
            IndicatorSeries.disaggregation == TOTAL,
            Project.withdrawn_at.is_(None),
            access.indicators_within_reach(actor, Action.SEE),
            *_narrowing(wanted),
        )
    )
    return [IndicatorRow(*row) for row in session.execute(part.of(rows))]


def _narrowing(wanted: IndicatorFilter) -> Iterator[sa.ColumnElement[bool]]:
    is_withdrawn = Indicator.withdrawn_at.is_not(None)
    yield is_withdrawn if wanted.withdrawn else sa.not_(is_withdrawn)
    for column, text in (
        (Project.slug, wanted.project),
        (Area.slug, wanted.area),
        (Definition.slug, wanted.definition),
    ):
        if text:
            yield column == text
    for which, number in (
        (Indicator.goal_id, wanted.goal_id),
        (Indicator.responsible_id, wanted.responsible_id),
    ):
        if number is not None:
            yield which == number
    if wanted.is_key is not None:
        yield Indicator.is_key.is_(wanted.is_key)
    for word in words_of(wanted.text):
        yield DefinitionVersion.search_key.contains(word, autoescape=True)
