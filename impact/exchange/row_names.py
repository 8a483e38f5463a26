"""Which columns tell the rows of a table apart, where their names alone do not say it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from impact.exchange.columns import Role, TableColumn
from impact.exchange.period_cells import periods_in
from impact.exchange.year_parts import are_parts

LIKELY_YEARS: Final = range(1900, 2101)
_FEWER: Final = 10  # So much fewer rows have to be called alike.
_DENSE: Final = 5
_COUNTED: Final = re.compile(r"(\d{1,6})\+?(?: [^\W\d]{2,12})?")  # 16, 85+, 0 år
_NAMING: Final = (Role.LABEL, Role.PERIOD, Role.QUARTER, Role.MONTH)

Columns = Sequence[TableColumn]
Rows = Sequence[Sequence[str]]


def with_told_rows(columns: Columns, rows: Rows, said: dict[str, str]) -> tuple[TableColumn, ...]:
    """The columns with those found that say a row's period, and those that tell rows apart.

    Args:
        columns: as their names say.
        rows: the rows below as text.
        said: what somebody said that a column is, by its name.
    """
    free = [column for column in columns if column.name not in said]
    found = _with_periods(columns, free, rows)
    free = [column for column in found if column.name not in said]
    return _told_apart(found, free, rows)


def _with_periods(columns: Columns, free: Columns, rows: Rows) -> tuple[TableColumn, ...]:
    """The columns, one of them made that of periods, or of months, where its cells are nothing else."""
    told = {column.period for column in columns if column.period}
    has_years = bool(told) or any(column.role is Role.PERIOD for column in columns)
    has_parts = any(column.role in (Role.QUARTER, Role.MONTH) or column.part for column in columns)
    found = tuple(columns)
    for column in free:
        texts = _texts(rows, column.place)
        is_counted = column.role is Role.ASIDE and not column.parts
        if not texts or column.period or column.tidy:
            continue
        if column.role not in (Role.LABEL, Role.VALUE) and not is_counted:
            continue
        if not has_years and _are_years(column, texts):
            return _changed(found, column, Role.PERIOD)
        if len(told) == 1 and not all(map(str.isdecimal, texts)) and all(periods_in(sorted(set(texts)))):
            # 2022 Q1 is nothing else; the year that all columns share is a part of their names.
            bare = [replace(one, period=None, measure=one.name) if one.period else one for one in columns]
            return _changed(bare, column, Role.PERIOD)
        if not has_parts and column.role is Role.LABEL and are_parts(set(texts)):
            found, has_parts = _changed(found, column, Role.MONTH), True
    return found


def _are_years(column: TableColumn, texts: Sequence[str]) -> bool:
    """Whether cells are periods and nothing else, whatever their column is called."""
    alike = sorted(set(texts))
    if not all(periods_in(alike)):
        return False
    if not all(text.isdecimal() for text in alike):
        return True
    years = [int(text) for text in alike]
    steps = {after - before for before, after in pairwise(years)}
    # Numbers may look like years; they hardly follow one another.
    is_likely = years[0] in LIKELY_YEARS and years[-1] in LIKELY_YEARS
    return is_likely and (steps == {1} or (not column.parts and len(years) > 1))


def _told_apart(columns: Columns, free: Columns, rows: Rows) -> tuple[TableColumn, ...]:
    """Codes, ages and such become names where rows would be called alike without them."""
    found = tuple(columns)
    for _ in range(len(free)):
        n_alike = _n_alike(found, rows)
        tried = [
            (_n_alike(changed, rows), column.role is Role.VALUE, column.place, changed)
            for column in free
            if column in found and _can_name(column, found, rows)
            if (changed := _changed(found, column, Role.LABEL))
        ]
        if not n_alike or not tried or min(tried)[0] * _FEWER > n_alike:
            return found
        found = min(tried)[3]
    return found


def _n_alike(columns: Columns, rows: Rows) -> int:
    """How many rows are called as another is, a name that is merged down filled in."""
    places = [column.place for column in columns if column.role in _NAMING]
    values = [column.place for column in columns if column.role is Role.VALUE]
    above = [""] * len(places)
    seen = set()
    n_rows = 0
    for row in rows:
        if any(place < len(row) and row[place] for place in values):
            above = [
                (row[place] if place < len(row) else "") or before
                for place, before in zip(places, above, strict=True)
            ]
            n_rows += 1
            seen.add(tuple(above))
    return n_rows - len(seen)


def _can_name(column: TableColumn, columns: Columns, rows: Rows) -> bool:
    """Whether a column of codes, or of whole numbers left of all values, may be that of names.

    So may one that is called as what we pass over: Enhet is a unit of measure, or of an organisation.
    """
    if column.role is Role.CODE or (column.role is Role.ASIDE and column.tidy):
        return True
    values = [one for one in columns if one.role is Role.VALUE]
    is_value = column.role is Role.VALUE and column.tidy is None and not column.period and not column.part
    if not is_value or column.place == max(one.place for one in values):
        return False
    if not all(_can_name(one, columns, rows) for one in values if one.place < column.place):
        return False
    texts = _texts(rows, column.place)
    whole = [found for text in texts if (found := _COUNTED.fullmatch(text))]
    if not texts or len(whole) < len(texts):
        return False
    numbers = {int(found[1]) for found in whole}
    repeats = len(numbers) * 2 <= len(texts)
    return repeats or max(numbers) - min(numbers) <= _DENSE * len(numbers)


def _texts(rows: Rows, place: int) -> list[str]:
    return [row[place] for row in rows if place < len(row) and row[place]]


def _changed(columns: Columns, column: TableColumn, role: Role) -> tuple[TableColumn, ...]:
    changed = replace(column, role=role, measure=column.name)
    return tuple(changed if each is column else each for each in columns)
