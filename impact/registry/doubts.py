"""What looks wrong in values that may well be right: told, and kept if confirmed."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum, isclose
from typing import Final

from impact.language import mark
from impact.registry.judging import Draft
from impact.registry.sheet import SheetLine
from impact.semantics.period import ReportingPeriod
from impact.semantics.plausible import is_jump, largest_pace, plausible_range
from impact.semantics.unit import Kind, Unit

Key = tuple[int, ReportingPeriod]
Places = list[tuple[float, float]]
# Once is chance.
FEWEST_SUMS: Final = 2


@dataclass(frozen=True)
class Doubt:
    """One thing that looks wrong, at a cell; ``facts`` are numbers for ``message``."""

    key: Key
    code: str
    message: str
    facts: dict[str, float] = field(default_factory=dict)


def doubts(lines: Mapping[int, SheetLine], drafts: Mapping[Key, Draft]) -> list[Doubt]:
    """What looks wrong if the drafts are put to what is stored; in the order of the drafts."""
    found: dict[Key, list[Doubt]] = defaultdict(list)
    by_series: dict[int, dict[ReportingPeriod, Draft]] = defaultdict(dict)
    for (series_id, period), draft in drafts.items():
        by_series[series_id][period] = draft
        for doubt in _of_fraction((series_id, period), lines[series_id], draft):
            found[doubt.key].append(doubt)
    for series_id, said in by_series.items():
        for doubt in _jumps(lines[series_id], said):
            found[doubt.key].append(doubt)
    for doubt in _sums(lines, by_series):
        found[doubt.key].append(doubt)
    return [doubt for key in drafts for doubt in found[key]]


def plausible_next(line: SheetLine, period: ReportingPeriod) -> tuple[float, float] | None:
    """From where to where a value of the period is plausible; None where nothing tells."""
    breaks = _break_positions(line)
    earlier = [place for place in line.places if place[0] < period.position]
    if line.pace is None or not earlier or any(earlier[-1][0] < at <= period.position for at in breaks):
        return None
    return plausible_range(earlier[-1], period.position, line.pace, line.unit)


def _of_fraction(key: Key, line: SheetLine, draft: Draft) -> Iterator[Doubt]:
    if draft.numerator is None or draft.denominator is None or not draft.denominator:
        return
    if draft.numerator > draft.denominator:
        yield Doubt(
            key,
            "fraction",
            mark("The numerator, %(numerator)s, is larger than the denominator, %(denominator)s."),
            {"numerator": draft.numerator, "denominator": draft.denominator},
        )
    elif line.unit.kind is Kind.SHARE and draft.value is not None:
        share = 100 * draft.numerator / draft.denominator
        if abs(share - draft.value) > 0.5000001 * 10**-line.unit.decimals:
            yield Doubt(
                key,
                "share",
                mark("The numerator and the denominator make %(share)s per cent, not %(value)s."),
                {"share": round(share, line.unit.decimals + 1), "value": draft.value},
            )


def _jumps(line: SheetLine, said: Mapping[ReportingPeriod, Draft]) -> Iterator[Doubt]:
    """Steps beyond what the series did before anything was said now."""
    breaks = _break_positions(line)
    old = [place for place in line.places if place[0] not in {each.position for each in said}]
    pace = largest_pace(old, breaks)
    if pace is None:
        return
    places = _places(line, said)
    positions = [position for position, _ in places]
    for period, draft in said.items():
        if draft.value is None:
            continue
        at = bisect_left(positions, period.position)
        beside = [places[n] for n in (at - 1, at + 1) if 0 <= n < len(places)]
        other = next((place for place in beside if is_jump(place, places[at], pace, breaks)), None)
        if other is not None:
            low, high = plausible_range(other, period.position, pace, line.unit)
            yield Doubt(
                (line.series.id, period),
                "jump",
                mark(
                    "%(value)s is further from %(other)s than the series has ever moved in that time; "
                    "expected is %(low)s to %(high)s."
                ),
                {"value": draft.value, "other": other[1], "low": low, "high": high},
            )


def _sums(
    lines: Mapping[int, SheetLine], by_series: Mapping[int, Mapping[ReportingPeriod, Draft]]
) -> Iterator[Doubt]:
    """Categories that do not add up to the total, where all of them are known.

    Counts must; of other numbers nobody can tell but by what they did so far: amounts always add
    up, means never do.
    """
    of_indicator: dict[int, list[SheetLine]] = defaultdict(list)
    for line in lines.values():
        if line.unit.kind in (Kind.COUNT, Kind.NUMBER):
            of_indicator[line.indicator.id].append(line)
    for family in of_indicator.values():
        total = next((line for line in family if line.is_total), None)
        for parts in _dimensions(family).values():
            if total is None or len(parts) < 2:
                continue
            if total.unit.kind is not Kind.COUNT and not _have_added_up(total, parts):
                continue
            periods = {period for line in (total, *parts) for period in by_series.get(line.series.id, ())}
            for period in sorted(periods):
                values = [_value(line, period, by_series) for line in (total, *parts)]
                known = [value for value in values if value is not None]
                if len(known) < len(values) or _adds_up(known[0], known[1:], total.unit):
                    continue
                at = next(line for line in (total, *parts) if period in by_series.get(line.series.id, ()))
                yield Doubt(
                    (at.series.id, period),
                    "sum",
                    mark("The categories add up to %(sum)s, but the total is %(total)s."),
                    {"sum": fsum(known[1:]), "total": known[0]},
                )


def _adds_up(total: float, parts: Sequence[float], unit: Unit) -> bool:
    """Whether the parts make the total, but for what rounding takes from numbers with decimals."""
    rounded = 0.0 if unit.kind is Kind.COUNT else 0.5000001 * (len(parts) + 1) * 10**-unit.decimals
    return isclose(fsum(parts), total, rel_tol=1e-9, abs_tol=rounded)


def _have_added_up(total: SheetLine, parts: Sequence[SheetLine]) -> bool:
    """Whether the categories made the total whenever all of them were known, more than once."""
    found = []
    for period in total.stored:
        values = [_value(line, period, {}) for line in (total, *parts)]
        known = [value for value in values if value is not None]
        if len(known) == len(values) and any(known):
            found.append(_adds_up(known[0], known[1:], total.unit))
    return len(found) >= FEWEST_SUMS and all(found)


def _dimensions(family: Sequence[SheetLine]) -> dict[str, list[SheetLine]]:
    """The series of one dimension alone, by dimension: women and men, not women by age."""
    found: dict[str, list[SheetLine]] = defaultdict(list)
    for line in family:
        dimension, is_pair, rest = line.series.disaggregation.partition("=")
        if is_pair and "=" not in rest:
            found[dimension].append(line)
    return found


def _value(
    line: SheetLine, period: ReportingPeriod, by_series: Mapping[int, Mapping[ReportingPeriod, Draft]]
) -> float | None:
    draft = by_series.get(line.series.id, {}).get(period)
    if draft is not None:
        return draft.value
    stored = line.stored.get(period)
    return stored.newest.value if stored else None


def _places(line: SheetLine, said: Mapping[ReportingPeriod, Draft]) -> Places:
    values = {period: stored.newest.value for period, stored in line.stored.items()}
    values |= {period: draft.value for period, draft in said.items()}
    return sorted((period.position, value) for period, value in values.items() if value is not None)


def _break_positions(line: SheetLine) -> list[float]:
    return [period.position for period in line.breaks]
