"""What the columns of a table say: names, periods, values and what stands beside them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import Final

from impact.exchange.header_periods import HeaderPeriod, header_periods, under_periods
from impact.exchange.notes import is_preliminary
from impact.exchange.number_cells import looks_like_a_number
from impact.exchange.number_columns import MOSTLY
from impact.exchange.period_cells import periods_in
from impact.exchange.rows import Column, column_named
from impact.exchange.sheet_header import names_own_form
from impact.exchange.year_parts import are_parts, month_named
from impact.semantics.period import ReportingPeriod


class Role(StrEnum):
    """What a column is there for."""

    LABEL = "label"
    CODE = "code"
    PERIOD = "period"
    QUARTER = "quarter"
    MONTH = "month"
    VALUE = "value"
    MISSING = "missing"
    STATUS = "status"
    N_OBSERVED = "n"
    STANDARD_ERROR = "standard_error"
    RESPONSE_RATE = "response_rate"
    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"
    COMMENT = "comment"
    EVIDENCE_LEVEL = "evidence_level"
    EVIDENCE_ADDRESS = "evidence_address"
    ASIDE = "aside"


NUMBERS_BESIDE: Final = (
    Role.N_OBSERVED,
    Role.STANDARD_ERROR,
    Role.RESPONSE_RATE,
    Role.NUMERATOR,
    Role.DENOMINATOR,
)
SUPPORT: Final = (Role.EVIDENCE_LEVEL, Role.EVIDENCE_ADDRESS)
BESIDE: Final = (Role.MISSING, Role.STATUS, *NUMBERS_BESIDE, Role.COMMENT, *SUPPORT)
SINGLE: Final = (Role.PERIOD, Role.QUARTER, Role.MONTH, *BESIDE)


@dataclass(frozen=True)
class TableColumn:
    """A column of a table: its place, what stands above it, and what it says.

    ``period`` is what its values are about where the header says so, or ``part`` the part of the year
    that is said elsewhere; ``measure`` is the header without it. A value is preliminary where its
    header says so.
    """

    place: int
    parts: tuple[str, ...]
    role: Role
    period: ReportingPeriod | None = None
    measure: str = ""
    part: str = ""
    preliminary: bool = False
    tidy: Column | None = None

    @property
    def name(self) -> str:
        """All that stands above the column."""
        return ", ".join(self.parts)


_ROLES: Final = {
    Column.VALUE: Role.VALUE,
    Column.PERIOD: Role.PERIOD,
    Column.MISSING: Role.MISSING,
    Column.STATUS: Role.STATUS,
    Column.N_OBSERVED: Role.N_OBSERVED,
    Column.STANDARD_ERROR: Role.STANDARD_ERROR,
    Column.RESPONSE_RATE: Role.RESPONSE_RATE,
    Column.NUMERATOR: Role.NUMERATOR,
    Column.DENOMINATOR: Role.DENOMINATOR,
    Column.COMMENT: Role.COMMENT,
    Column.EVIDENCE_LEVEL: Role.EVIDENCE_LEVEL,
    Column.EVIDENCE_ADDRESS: Role.EVIDENCE_ADDRESS,
    Column.GOAL: Role.ASIDE,
    Column.UNIT: Role.ASIDE,
    Column.DIRECTION: Role.ASIDE,
    Column.SOURCE: Role.ASIDE,
    Column.INVENTED: Role.ASIDE,
}
# In tables of others they are measures like any other.
_ONLY_OURS: Final = frozenset(
    (
        *(Column.RESPONSE_RATE, Column.NUMERATOR, Column.DENOMINATOR),
        *(Column.EVIDENCE_LEVEL, Column.EVIDENCE_ADDRESS),
    )
)
_MORE_VALUES: Final = frozenset({"obs value", "värden", "antal/andel", "resultat", "utfall"})
_OF_PERIOD: Final = re.compile(
    r"(.* )?((?!\w*bygg|\w*född|\w*födelse|\w*inflytt)\w*år|period|mätperiod|tidsperiod|datum|tid"
    r"|kvartal|månad|year|date|time|time period|t|month|quarter)",
    re.IGNORECASE,
)
_OF_QUARTER: Final = re.compile(r"kvartal|quarter|kv\.?", re.IGNORECASE)
_OF_TERM: Final = re.compile(r"termin|term|halvår|half", re.IGNORECASE)
_OF_MONTH: Final = re.compile(r"månad|month|mån", re.IGNORECASE)
_OF_CODE: Final = re.compile(r".*(kod|code|nr|nummer|number|[ _-]id)|id|kpi|fips|nuts", re.IGNORECASE)
_TOTAL: Final = re.compile(
    r"(totalt?|samtliga|summa|alla|riket|hela riket|hela länet|total|sum|all|t)( .*)?", re.IGNORECASE
)
_ASIDE: Final = frozenset(
    (
        *("anmärkning", "not", "noter", "fotnot", "note", "länk", "link", "url", "reference", "referens"),
        *("uppdaterad", "updated", "last update", "last updated", "licence", "license", "licens"),
        *("hämtad", "hämtdatum", "uttagsdatum", "fetched", "retrieved"),
    )
)


def columns_of(
    names: Sequence[tuple[str, ...]],
    rows: Sequence[Sequence[str]],
    valued: set[int],
    said: dict[str, str],
) -> tuple[TableColumn, ...]:
    """What each column says, as found in its name and in some of its rows.

    Args:
        names: what stands above each column, from the top.
        rows: a sample of the rows below as text.
        valued: the columns that hold numbers.
        said: what somebody said that a column is, by its name.
    """
    valued = valued | under_periods(names, rows, valued)
    periods = header_periods(names, valued)
    is_own = names_own_form([parts[-1] for parts in names if parts])
    found = []
    for place, parts in enumerate(names):
        texts = [row[place] for row in rows if place < len(row) and row[place]]
        role, tidy = _role(place, parts, texts, valued, periods, is_own=is_own)
        name = ", ".join(parts)
        role = Role(said[name]) if said.get(name) in set(Role) else role
        above = periods.get(place) if role is Role.VALUE else None
        column = TableColumn(place, parts, role, measure=name, preliminary=is_preliminary(name), tidy=tidy)
        found.append(_about(column, above) if above else column)
    return tuple(_settled(_without_compared(found, periods), rows, said))


def _about(column: TableColumn, above: HeaderPeriod) -> TableColumn:
    return replace(column, period=above.period, measure=above.measure, part=above.part)


def _without_compared(columns: list[TableColumn], periods: dict[int, HeaderPeriod]) -> list[TableColumn]:
    """Where the rows say their period, a year within a column's name is part of that name."""
    if not any(column.role is Role.PERIOD for column in columns):
        return columns
    return [
        replace(column, period=None, measure=column.name)
        if column.period and periods[column.place].is_within
        else column
        for column in columns
    ]


def is_own_form(columns: Sequence[TableColumn]) -> bool:
    """Whether it is a tidy file as we write them, which names indicators of ours."""
    tidy = {column.tidy for column in columns}
    return bool(tidy & {Column.INDICATOR, Column.INDICATOR_ID}) and {Column.PERIOD, Column.VALUE} <= tidy


def is_total(texts: Sequence[str]) -> bool:
    """Whether one of the texts says that it is about the sum of others."""
    return any(_TOTAL.fullmatch(text) for text in texts)


def _role(
    place: int,
    parts: tuple[str, ...],
    texts: list[str],
    valued: set[int],
    periods: dict[int, HeaderPeriod],
    *,
    is_own: bool,
) -> tuple[Role, Column | None]:
    key = " ".join((parts[-1] if parts else "").casefold().replace("_", " ").split())
    tidy = _tidy(key, is_own=is_own) if len(parts) == 1 else None
    is_valued = place in valued
    is_other_period = tidy is Column.PERIOD and texts and not _are_periods(texts) and not is_own
    if tidy in _ROLES and not is_other_period:
        return _ROLES[tidy], tidy
    if tidy is not None and tidy is not Column.PERIOD:
        return Role.LABEL, tidy
    if place in periods:
        return Role.VALUE, None
    if texts and (role := _role_of_period(key, texts)):
        return role, None
    if key in _ASIDE or not texts:
        return Role.ASIDE, None
    if not parts and is_valued and _counts_rows(texts):
        return Role.ASIDE, None
    if _OF_CODE.fullmatch(key):
        return Role.CODE, None
    return (Role.VALUE if is_valued or key in _MORE_VALUES else Role.LABEL), None


def _role_of_period(key: str, texts: list[str]) -> Role | None:
    """What a column says of its rows' period by its name and its cells, None for nothing."""
    if _are_periods(texts):
        return Role.PERIOD if _OF_PERIOD.fullmatch(key) else None
    if _OF_QUARTER.fullmatch(key) or (_OF_TERM.fullmatch(key) and are_parts(set(texts))):
        return Role.QUARTER
    return Role.MONTH if _OF_MONTH.fullmatch(key) and _are_months(texts) else None


def _tidy(key: str, *, is_own: bool) -> Column | None:
    tidy = column_named(key)
    return tidy if is_own or tidy not in _ONLY_OURS else None


def _settled(
    columns: list[TableColumn], rows: Sequence[Sequence[str]], said: dict[str, str]
) -> list[TableColumn]:
    """One column each for what there is one of; numbers beside a column of values are not values."""
    seen: set[Role] = set()
    named = [column for column in columns if column.tidy is Column.VALUE or _key(column) in _MORE_VALUES]
    has_period = any(column.role is Role.PERIOD for column in columns)
    is_wide = any(column.period is not None for column in columns)
    settled = []
    for column in columns:
        role = column.role
        if column.name in said:
            pass
        elif role in SINGLE and role in seen:
            role = Role.LABEL if column.tidy is None else Role.ASIDE
        elif role is Role.VALUE and named and column not in named and has_period:
            role = (
                Role.LABEL if _repeats(rows, column.place) and column.place < named[0].place else Role.ASIDE
            )
        elif role is Role.VALUE and column.period is None and is_wide and is_total(column.parts):
            # The sum of all years is of no period.
            role = Role.ASIDE
        seen.add(role)
        settled.append(
            column
            if role is column.role
            else replace(column, role=role, period=None, part="", measure=column.name)
        )
    if not any(column.role is Role.LABEL for column in settled):
        settled = [
            replace(column, role=Role.LABEL)
            if column.role is Role.CODE and column.name not in said
            else column
            for column in settled
        ]
    return settled


def _key(column: TableColumn) -> str:
    return " ".join(column.name.casefold().replace("_", " ").split())


def _are_periods(texts: Sequence[str]) -> bool:
    named = sum(period is not None for period in periods_in(texts))
    return named >= MOSTLY * len(texts)


def _are_months(texts: Sequence[str]) -> bool:
    named = sum(bool(month_named(text)) or (text.isdigit() and 1 <= int(text) <= 12) for text in texts)
    return named >= MOSTLY * len(texts)


def _counts_rows(texts: Sequence[str]) -> bool:
    if not all(map(looks_like_a_number, texts)) or not all(text.isdigit() for text in texts):
        return False
    numbers = [int(text) for text in texts]
    return all(after > before for before, after in pairwise(numbers))


def _repeats(rows: Sequence[Sequence[str]], place: int) -> bool:
    texts = [row[place] for row in rows if place < len(row)]
    return len(set(texts)) * 2 <= len(texts)
