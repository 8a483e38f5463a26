"""Files out: tidy rows, one for each indicator, disaggregation and period."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor
from impact.exchange.cells import Cell
from impact.exchange.csv_text import Form, write_table
from impact.exchange.rows import Column, header_in, word_of
from impact.language import Voice, speak
from impact.registry import access, lookup
from impact.registry.indicator_tables import DefinitionVersion, Indicator, IndicatorSeries
from impact.registry.measurement_tables import Measurement, Revision
from impact.registry.project_tables import Goal, Project
from impact.registry.schedules import stored_period

COLUMNS = tuple(Column)
_AT_ONCE = 2000
_TEXTS = {
    "goal": Goal.title_sv,
    "goal_en": Goal.title_en,
    "indicator": DefinitionVersion.name_sv,
    "indicator_en": DefinitionVersion.name_en,
    "unit": DefinitionVersion.unit_sv,
    "unit_en": DefinitionVersion.unit_en,
    "own_source": Indicator.source_sv,
    "own_source_en": Indicator.source_en,
    "source": DefinitionVersion.source_sv,
    "source_en": DefinitionVersion.source_en,
}


def export_csv(session: Session, actor: Actor, slug: str | None, form: Form) -> Iterator[bytes]:
    """The approved measurements as a file of separated text, a piece at a time.

    Raises:
        NotFound: there is no such project, or the actor may not see it.
    """
    rows = tidy_rows(session, actor, slug, form.language)
    return write_table(_with_header(rows, form.language), form)


def tidy_rows(session: Session, actor: Actor, slug: str | None, language: str) -> Iterator[list[Cell]]:
    """The approved measurements of one project, or of all that the actor may see.

    Rows are in the order of ``COLUMNS``; text is text, numbers are numbers.

    Raises:
        NotFound: there is no such project, or the actor may not see it.
    """
    condition = access.within_reach(actor, Action.SEE)
    if slug is not None:
        condition = Project.id == lookup.project(session, actor, slug).id
    return _cells(session, condition, speak(language))


def _with_header(rows: Iterator[list[Cell]], language: str) -> Iterator[list[Cell]]:
    yield [*header_in(COLUMNS, language)]
    yield from rows


def _cells(session: Session, condition: sa.ColumnElement[bool], voice: Voice) -> Iterator[list[Cell]]:
    found = session.execute(_measured(condition), execution_options={"yield_per": _AT_ONCE})
    language = str(voice.language)
    for row in found:
        yield [
            row.slug,
            voice.pick(row.goal, row.goal_en),
            str(row.indicator_id),
            voice.pick(row.indicator, row.indicator_en),
            row.disaggregation,
            stored_period(row.first_day, row.last_day, row.frequency).key(),
            row.value,
            word_of(row.missing, language),
            word_of(row.status, language),
            row.n_observed,
            row.standard_error,
            row.comment,
            voice.pick(row.unit, row.unit_en),
            word_of(row.direction, language),
            voice.pick(row.own_source or row.source, row.own_source_en or row.source_en),
            _yes_or_no(row.is_invented, language),
        ]


def _measured(condition: sa.ColumnElement[bool]) -> sa.Select[*tuple[Any, ...]]:
    return (
        select(
            Project.slug,
            Indicator.id.label("indicator_id"),
            Indicator.is_invented,
            IndicatorSeries.disaggregation,
            DefinitionVersion.direction,
            *(column.label(name) for name, column in _TEXTS.items()),
            Measurement.first_day,
            Measurement.last_day,
            Measurement.frequency,
            Revision.value,
            Revision.missing,
            Revision.status,
            Revision.n_observed,
            Revision.standard_error,
            Revision.comment,
        )
        .select_from(Revision)
        .join(Measurement, Measurement.approved_revision_id == Revision.id)
        .join(IndicatorSeries, IndicatorSeries.id == Measurement.series_id)
        .join(Indicator, Indicator.id == IndicatorSeries.indicator_id)
        .join(DefinitionVersion, DefinitionVersion.id == Indicator.definition_version_id)
        .join(Goal, Goal.id == Indicator.goal_id)
        .join(Project, Project.id == Indicator.project_id)
        .where(condition, Indicator.withdrawn_at.is_(None), Project.withdrawn_at.is_(None))
        .order_by(
            Project.sort_key,
            Project.id,
            Goal.position,
            Goal.id,
            Indicator.position,
            Indicator.id,
            IndicatorSeries.id,
            Measurement.first_day,
        )
    )


def _yes_or_no(truth: bool, language: str) -> str:
    return ("ja" if truth else "nej") if language == "sv" else ("yes" if truth else "no")
