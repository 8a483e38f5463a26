"""What the header of a table says of periods: whole ones, parts of a year, years within names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from impact.exchange.period_cells import period_within, periods_in
from impact.exchange.year_parts import are_parts, part_named, with_part
from impact.semantics.period import Frequency, ReportingPeriod

_WHOLE_YEAR: Final = frozenset({"helår", "hela året", "året", "år", "totalt", "summa", "year", "total"})


@dataclass(frozen=True)
class HeaderPeriod:
    """What a column's header says of the period of its values, and what else it says.

    ``part`` is a part of a year that is named elsewhere: in the row, or above the table. A period
    ``is_within`` a name that says more: "Antal 2022".
    """

    period: ReportingPeriod | None
    measure: str
    part: str = ""
    is_within: bool = False


def under_periods(
    names: Sequence[tuple[str, ...]], rows: Sequence[Sequence[str]], valued: set[int]
) -> set[int]:
    """Columns headed by a period beside those of values: what is no number there is a problem to tell."""
    headed = {place for place, parts in enumerate(names) if any(periods_in(parts))}
    if not headed & valued:
        return set()
    return {place for place in headed if any(place < len(row) and row[place] for row in rows)}


def header_periods(names: Sequence[tuple[str, ...]], valued: set[int]) -> dict[int, HeaderPeriod]:
    """The columns of values whose header names a period or a part of a year."""
    places = [place for place in sorted(valued) if place < len(names)]
    parts = [(place, part) for place in places for part in names[place]]
    found: dict[int, HeaderPeriod] = {}
    for (place, part), period in zip(parts, periods_in([part for _, part in parts]), strict=True):
        if period is not None and place not in found:
            found[place] = _with_part(period, [each for each in names[place] if each != part])
    found |= _parts_alone(names, [place for place in places if place not in found])
    for place, part in parts:
        if place not in found and (within := period_within(part)):
            others = [each if each != part else within[1] for each in names[place]]
            found[place] = HeaderPeriod(within[0], ", ".join(filter(None, others)), is_within=True)
    return found


def _with_part(period: ReportingPeriod, others: list[str]) -> HeaderPeriod:
    """The period, or the part of it that the others name."""
    named = [each for each in others if part_named(each)]
    if period.frequency is Frequency.YEAR and len(named) == 1:
        (whole,) = periods_in([with_part(period.key(), part_named(named[0]))])
        return HeaderPeriod(whole or period, ", ".join(each for each in others if each not in named))
    return HeaderPeriod(period, ", ".join(others))


def _parts_alone(names: Sequence[tuple[str, ...]], places: Sequence[int]) -> dict[int, HeaderPeriod]:
    """Columns headed January, February, ... or by quarters, with no year beside them."""
    named = {place: [each for each in names[place] if part_named(each)] for place in places}
    others = [place for place in places if not named[place]]
    said = {place: texts[0] for place, texts in named.items() if texts}
    if not are_parts(said.values()) or any(_key(names[place]) not in _WHOLE_YEAR for place in others):
        return {}
    return {
        place: HeaderPeriod(None, ", ".join(each for each in names[place] if each != text), part_named(text))
        for place, text in said.items()
    } | {place: HeaderPeriod(None, ", ".join(names[place])) for place in others}


def _key(parts: tuple[str, ...]) -> str:
    return ", ".join(parts).casefold()
