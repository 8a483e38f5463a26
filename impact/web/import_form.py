"""What somebody says on the import page of how a file is to be read."""

from __future__ import annotations

from collections.abc import Mapping as Lookup
from typing import Final

from impact.exchange.columns import Role
from impact.exchange.mapping import Mapping
from impact.exchange.marks import MEANINGS
from impact.exchange.understanding import Understood

FACTORS: Final = ("1", "100", "0.01", "1000", "0.001", "1000000")
MARKS: Final = (",", ".")


def mapping_typed(form: Lookup[str, str], before: Mapping, found: Understood | None) -> Mapping:
    """The mapping that a form says, on top of what was said before.

    Args:
        form: the fields as they came.
        before: what was said before; names that the form does not show stay as they were.
        found: how the sheet is understood if nobody says anything of its columns.
    """
    sheet = form.get("sheet", before.sheet)
    if sheet != before.sheet:
        # Another sheet is another table: nothing said of the one before holds.
        return Mapping(sheet=sheet, marks=before.marks)
    decimal = form.get("decimal", "")
    return Mapping(
        sheet=sheet,
        header=_header(form, found),
        roles=_roles(form, found),
        period=form.get("period", "").strip()[:40],
        decimal_mark=decimal if decimal in MARKS else "",
        marks={**before.marks, **_marks(form)},
        rows=_rows(form, found),
        series={**before.series, **_series(form)},
        factors={**before.factors, **_factors(form)},
    )


def _header(form: Lookup[str, str], found: Understood | None) -> tuple[int, int] | None:
    """The header's lines, None where they are those that were found."""
    first, last = _whole(form.get("header_first", "")), _whole(form.get("header_last", ""))
    if first is None and last is None:
        return None
    lines = (first or last or 1, last or first or 1)
    if found is not None:
        rows = found.sheet.rows
        if lines == (rows[found.header.first][0], rows[found.header.last][0]):
            return None
    return (min(lines), max(lines))


def _roles(form: Lookup[str, str], found: Understood | None) -> dict[str, str]:
    said = {}
    for column in found.columns if found else ():
        role = form.get(f"role-{column.place}", "")
        if role in set(Role) and role != column.role:
            said[column.name] = role
    return said


def _marks(form: Lookup[str, str]) -> dict[str, str]:
    return {
        form[f"sign-{number}"]: meaning
        for number, meaning in _numbered(form, "meaning-")
        if f"sign-{number}" in form and meaning in MEANINGS
    }


def _rows(form: Lookup[str, str], found: Understood | None) -> dict[str, str]:
    return {
        column.name: text
        for column in (found.columns if found else ())
        if (text := form.get(f"rows-{column.place}", "").strip()[:300])
    }


def _series(form: Lookup[str, str]) -> dict[str, int]:
    """What each name stands for; an empty choice leaves it to be recognised."""
    return {
        form[f"name-{number}"]: int(text)
        for number, text in _numbered(form, "series-")
        if f"name-{number}" in form and text.isdecimal() and len(text) < 16
    }


def _factors(form: Lookup[str, str]) -> dict[str, float]:
    return {
        form[f"name-{number}"]: float(text)
        for number, text in _numbered(form, "factor-")
        if f"name-{number}" in form and text in FACTORS
    }


def _numbered(form: Lookup[str, str], beginning: str) -> list[tuple[str, str]]:
    return [(name.removeprefix(beginning), form[name]) for name in form if name.startswith(beginning)]


def _whole(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isdecimal() and len(text) < 8 and int(text) else None
