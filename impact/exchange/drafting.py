"""A row's cells as a draft, beside what is stored already.

A file says what its columns say and nothing else: what it has no column for stays as it is
stored. What supports a number (numerator, response rate, evidence) goes with the number.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, Final

from impact.errors import Invalid
from impact.exchange.csv_text import number_text
from impact.exchange.number_cells import number_in
from impact.exchange.rows import Column, Row, missing_of, status_of
from impact.registry.indicator_tables import DefinitionVersion
from impact.registry.judging import Draft
from impact.registry.measurement_tables import Revision
from impact.semantics.numbers import AmbiguousNumber, NumberError

_WITH_THE_NUMBER: Final[dict[str, Any]] = {
    "response_rate": None,
    "margin_level": None,
    "numerator": None,
    "denominator": None,
    "evidence_level": None,
    "evidence_address": "",
}


def drafted(
    row: Row, version: DefinitionVersion, stored: Draft | None, decimal_mark: str | None
) -> tuple[Draft, bool]:
    """What the row says of its period, and whether its value had to be rounded.

    A row that says what is stored gives back the stored draft.

    Raises:
        Invalid: a number, reason or status that cannot be read.
    """
    units = (version.unit_sv, version.unit_en)
    value, rounded = _number(row, Column.VALUE, units, decimal_mark)
    said: dict[str, Any] = {"value": value, "missing": missing_of(row.text(Column.MISSING))}
    if row.has(Column.STATUS):
        said["status"] = status_of(row.text(Column.STATUS))
    if row.has(Column.N_OBSERVED):
        said["n_observed"], _ = _number(row, Column.N_OBSERVED, (), decimal_mark)
    if row.has(Column.STANDARD_ERROR):
        said["standard_error"], _ = _number(row, Column.STANDARD_ERROR, units, decimal_mark)
    if row.has(Column.COMMENT):
        said["comment"] = str(row.cells[Column.COMMENT])
    before = stored or Draft()
    draft = replace(before, **said)
    if stored and draft == stored:
        return stored, rounded
    if (draft.value, draft.missing) != (before.value, before.missing):
        draft = replace(draft, **_WITH_THE_NUMBER)
    elif draft.standard_error != before.standard_error:
        draft = replace(draft, margin_level=None)
    return replace(draft, text_as_typed=row.text(Column.VALUE)), rounded


def stored_draft(revision: Revision) -> Draft:
    """A revision's content as the draft that would say it."""
    return Draft(**{field.name: getattr(revision, field.name) for field in fields(Draft)})


def _number(
    row: Row, column: Column, units: tuple[str, ...], decimal_mark: str | None
) -> tuple[float | None, bool]:
    cell = row.cells.get(column)
    # A number of a workbook has one reading, whatever its text would look like.
    text = number_text(cell, ".") if isinstance(cell, float) else row.text(column)
    if not text:
        return None, False
    try:
        return number_in(text, units, decimal_mark)
    except AmbiguousNumber as error:
        raise Invalid(
            "%(text)s can be read in two ways; say which decimal mark the file has.",
            field=column.value,
            text=text,
        ) from error
    except NumberError as error:
        raise Invalid(error.message, field=column.value, **error.facts) from error
