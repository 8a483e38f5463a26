"""What the columns of a table say: names, periods, values and what stands beside them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import Final

from impact.exchange.notes import is_preliminary
from impact.exchange.number_cells import looks_like_a_number
from impact.exchange.period_cells import is_month_name, period_within, periods_in
from impact.exchange.rows import Column, column_named
from impact.exchange.sheet_header import MOSTLY, names_own_form
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

    ``period`` is what its values are about where the header says so; ``measure`` is the
    header without it. A value is preliminary where its header says so.
    """

    place: int
    parts: tuple[str, ...]
    role: Role
    period: ReportingPeriod | None = None
    measure: str = ""
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
    r"(.* )?(\w*år|period|mätperiod|tidsperiod|datum|tid|kvartal|månad"
    r"|year|date|time|time period|t|month|quarter)",
    re.IGNORECASE,
)
_OF_QUARTER: Final = re.compile(r"kvartal|quarter|kv", re.IGNORECASE)
_OF_MONTH: Final = re.compile(r"månad|month|mån", re.IGNORECASE)
_OF_CODE: Final = re.compile(r".*(kod|code|nr|nummer|number|[ _-]id)|id|kpi|fips|nuts", re.IGNORECASE)
_TOTAL: Final = re.compile(
    r"(totalt?|samtliga|summa|alla|riket|hela riket|hela länet|total|sum|all|t)( .*)?", re.IGNORECASE
)
_ASIDE: Final = frozenset(
    (
        *("anmärkning", "not", "noter", "fotnot", "note", "länk", "link", "url", "reference", "referens"),
        *("uppdaterad", "updated", "licence", "license", "licens"),
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
    valued = valued | _under_periods(names, rows, valued)
    periods = _header_periods(names, valued)
    is_own = names_own_form([parts[-1] for parts in names if parts])
    found = []
    for place, parts in enumerate(names):
        texts = [row[place] for row in rows if place < len(row) and row[place]]
        role, tidy = _role(place, parts, texts, valued, periods, is_own=is_own)
        name = ", ".join(parts)
        role = Role(said[name]) if said.get(name) in set(Role) else role
        period, measure = periods.get(place, (None, name))
        if role is not Role.VALUE:
            period, measure = None, name
        found.append(TableColumn(place, parts, role, period, measure, is_preliminary(name), tidy))
    return tuple(_settled(found, rows, said))


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
    periods: dict[int, tuple[ReportingPeriod, str]],
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
    if _OF_QUARTER.fullmatch(key) and texts and not _are_periods(texts):
        return Role.QUARTER, None
    if _OF_MONTH.fullmatch(key) and texts and _are_months(texts):
        return Role.MONTH, None
    if _OF_PERIOD.fullmatch(key) and texts and _are_periods(texts):
        return Role.PERIOD, None
    if key in _ASIDE or not texts:
        return Role.ASIDE, None
    if not parts and is_valued and _counts_rows(texts):
        return Role.ASIDE, None
    if _OF_CODE.fullmatch(key):
        return Role.CODE, None
    return (Role.VALUE if is_valued or key in _MORE_VALUES else Role.LABEL), None


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
            column if role is column.role else replace(column, role=role, period=None, measure=column.name)
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


def _under_periods(
    names: Sequence[tuple[str, ...]], rows: Sequence[Sequence[str]], valued: set[int]
) -> set[int]:
    """Columns headed by a period beside those of values: what is no number there is a problem to tell."""
    headed = {place for place, parts in enumerate(names) if any(periods_in(parts))}
    if not headed & valued:
        return set()
    return {
        place
        for place in headed
        if any(place < len(row) and row[place] and looks_like_a_number(row[place]) for row in rows)
    }


def _header_periods(
    names: Sequence[tuple[str, ...]], valued: set[int]
) -> dict[int, tuple[ReportingPeriod, str]]:
    """The columns of values whose header names a period, with what else it says."""
    found: dict[int, tuple[ReportingPeriod, str]] = {}
    parts = [(place, part) for place in sorted(valued) if place < len(names) for part in names[place]]
    whole = periods_in([part for _, part in parts])
    for (place, part), period in zip(parts, whole, strict=True):
        if period is not None:
            rest = ", ".join(each for each in names[place] if each != part)
            found.setdefault(place, (period, rest))
    if found:
        return found
    for place, part in parts:
        within = period_within(part)
        if within is not None:
            others = [each if each != part else within[1] for each in names[place]]
            found.setdefault(place, (within[0], ", ".join(filter(None, others))))
    return found


def _are_periods(texts: Sequence[str]) -> bool:
    named = sum(period is not None for period in periods_in(texts))
    return named >= MOSTLY * len(texts)


def _are_months(texts: Sequence[str]) -> bool:
    return all(is_month_name(text) or (text.isdigit() and 1 <= int(text) <= 12) for text in texts)


def _counts_rows(texts: Sequence[str]) -> bool:
    if not all(map(looks_like_a_number, texts)) or not all(text.isdigit() for text in texts):
        return False
    numbers = [int(text) for text in texts]
    return all(after > before for before, after in pairwise(numbers))


def _repeats(rows: Sequence[Sequence[str]], place: int) -> bool:
    texts = [row[place] for row in rows if place < len(row)]
    return len(set(texts)) * 2 <= len(texts)
