"""Files out: tidy rows, one for each indicator, disaggregation and period.

The same rows are written as separated text, as a workbook and as JSON; in each, text is
text and a number a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import IO, Any, Final

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor
from impact.exchange.cells import Cell
from impact.exchange.csv_text import Form, write_table
from impact.exchange.json_rows import write_json
from impact.exchange.rows import Column, header_in, word_of
from impact.exchange.workbook_writing import write_table_sheet, written_to
from impact.language import Voice, speak
from impact.registry import access, lookup
from impact.registry.indicator_tables import Definition, DefinitionVersion, Indicator, IndicatorSeries
from impact.registry.measurement_tables import Measurement, Revision
from impact.registry.project_tables import Category, Goal, Organisation, Project, ProjectOrganisation
from impact.registry.schedules import stored_period

COLUMNS: Final = tuple(Column)
_AT_ONCE: Final = 2000
_TEXTS: Final = {
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
# Whole numbers that workbooks and JSON know as numbers: a year sorts, an id is found.
_WHOLE: Final = frozenset({Column.INDICATOR_ID, Column.PERIOD})


class FileFormat(StrEnum):
    """The formats in which measurements go out."""

    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"


MEDIA_TYPES: Final = {
    FileFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileFormat.CSV: "text/csv; charset=utf-8",
    FileFormat.JSON: "application/json",
}


@dataclass(frozen=True)
class Selection:
    """What goes out, by the names in addresses; all that the actor may see where nothing is named."""

    project: str = ""
    category: str = ""
    organisation: str = ""
    definition: str = ""
    indicator_id: int | None = None


EVERYTHING: Final = Selection()


def file_name(selection: Selection, file_format: FileFormat, day: date) -> str:
    """What the file of a selection is called: impact-centre-2026-11-23.xlsx."""
    number = f"indicator-{selection.indicator_id}" if selection.indicator_id is not None else ""
    parts = (selection.project, selection.category, selection.organisation, selection.definition, number)
    named = "-".join(filter(None, (re.sub(r"[^\w-]+", "", part)[:60] for part in parts)))
    return f"impact-{named or 'measurements'}-{day.isoformat()}.{file_format}"


def export_to(
    out: IO[bytes],
    session: Session,
    actor: Actor,
    selection: Selection,
    file_format: FileFormat,
    form: Form,
) -> None:
    """The approved measurements of a selection as a file, written to ``out``.

    ``form`` has the language of the words, and how separated text writes its numbers.

    Raises:
        NotFound: there is no such project or indicator, or the actor may not see it.
    """
    rows = tidy_rows(session, actor, selection, form.language)
    header = header_in(COLUMNS, form.language)
    match file_format:
        case FileFormat.XLSX:
            with written_to(out) as book:
                name = speak(form.language).gettext("Measurements")
                write_table_sheet(book, _with_header(header, map(_typed, rows)), name)
        case FileFormat.CSV:
            out.writelines(write_table(_with_header(header, rows), form))
        case FileFormat.JSON:
            names = [column.value for column in COLUMNS]
            out.writelines(write_json(names, map(_typed, rows)))


def export_csv(session: Session, actor: Actor, selection: Selection, form: Form) -> Iterator[bytes]:
    """The approved measurements as a file of separated text, a piece at a time.

    Raises:
        NotFound: as :func:`export_to`.
    """
    rows = tidy_rows(session, actor, selection, form.language)
    return write_table(_with_header(header_in(COLUMNS, form.language), rows), form)


def tidy_rows(session: Session, actor: Actor, selection: Selection, language: str) -> Iterator[list[Cell]]:
    """The approved measurements of a selection, in one statement however many there are.

    Rows are in the order of ``COLUMNS``; text is text, numbers are numbers.

    Raises:
        NotFound: as :func:`export_to`.
    """
    return _cells(session, _conditions(session, actor, selection), speak(language))


def _conditions(session: Session, actor: Actor, selection: Selection) -> list[sa.ColumnElement[bool]]:
    conditions = [access.within_reach(actor, Action.SEE)]
    if selection.project:
        conditions.append(Project.id == lookup.project(session, actor, selection.project).id)
    if selection.indicator_id is not None:
        place = lookup.indicator_place(session, actor, selection.indicator_id, "total")
        conditions.append(Indicator.id == place.indicator.id)
    if selection.category:
        conditions.append(
            Project.category_id.in_(select(Category.id).where(Category.slug == selection.category))
        )
    if selection.organisation:
        conditions.append(
            Project.id.in_(
                select(ProjectOrganisation.project_id)
                .join(Organisation, Organisation.id == ProjectOrganisation.organisation_id)
                .where(
                    Organisation.slug == selection.organisation, ProjectOrganisation.withdrawn_at.is_(None)
                )
            )
        )
    if selection.definition:
        conditions.append(
            Indicator.definition_id.in_(select(Definition.id).where(Definition.slug == selection.definition))
        )
    return conditions


def _with_header(header: list[str], rows: Iterator[list[Cell]]) -> Iterator[list[Cell]]:
    yield [*header]
    yield from rows


def _typed(row: list[Cell]) -> list[Cell]:
    """The row with whole numbers where a name is one."""
    return [
        int(cell)
        if column in _WHOLE and isinstance(cell, str) and cell.isascii() and cell.isdigit()
        else cell
        for column, cell in zip(COLUMNS, row, strict=True)
    ]


def _cells(session: Session, conditions: list[sa.ColumnElement[bool]], voice: Voice) -> Iterator[list[Cell]]:
    found = session.execute(_measured(conditions), execution_options={"yield_per": _AT_ONCE})
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
            row.response_rate,
            row.numerator,
            row.denominator,
            row.comment,
            word_of(row.evidence_level, language),
            row.evidence_address,
            voice.pick(row.unit, row.unit_en),
            word_of(row.direction, language),
            voice.pick(row.own_source or row.source, row.own_source_en or row.source_en),
            _yes_or_no(row.is_invented, language),
        ]


def _measured(conditions: list[sa.ColumnElement[bool]]) -> sa.Select[*tuple[Any, ...]]:
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
            Revision.response_rate,
            Revision.numerator,
            Revision.denominator,
            Revision.comment,
            Revision.evidence_level,
            Revision.evidence_address,
        )
        .select_from(Revision)
        .join(Measurement, Measurement.approved_revision_id == Revision.id)
        .join(IndicatorSeries, IndicatorSeries.id == Measurement.series_id)
        .join(Indicator, Indicator.id == IndicatorSeries.indicator_id)
        .join(DefinitionVersion, DefinitionVersion.id == Indicator.definition_version_id)
        .join(Goal, Goal.id == Indicator.goal_id)
        .join(Project, Project.id == Indicator.project_id)
        .where(*conditions, Indicator.withdrawn_at.is_(None), Project.withdrawn_at.is_(None))
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
