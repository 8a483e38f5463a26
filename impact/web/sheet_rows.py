"""A project's sheet as its page shows it: grids of cells, each with its state in words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import isfinite
from operator import attrgetter
from typing import Any, Final, NamedTuple

from flask import url_for

from impact.language import Voice, mark
from impact.registry.doubts import plausible_next
from impact.registry.handing_in import Standing
from impact.registry.judging import Draft
from impact.registry.measurement_tables import Revision, State
from impact.registry.revisions import draft_of
from impact.registry.series_view import StoredMeasurement
from impact.registry.sheet import Sheet, SheetGrid, SheetLine
from impact.reporting.groups import group_words
from impact.semantics.period import ReportingPeriod
from impact.semantics.series import Status
from impact.semantics.unit import Kind
from impact.web.detail_fields import DETAILS, stored_details
from impact.web.measurement_words import missing_words
from impact.web.sheet_form import VALUE, Key, TypedSheet, cell_name, shown_text

# How many periods a sheet shows at first.
NEWEST: Final = 12
# The states of a cell; the words are what an empty cell shows and a screen reader says.
STATES: Final = {
    "late": mark("late"),
    "due": mark("to be recorded"),
    "coming": mark("not due yet"),
    "passed": mark("passed over"),
    "missing": mark("no value"),
    "owed": mark("not handed in"),
    "preliminary": mark("preliminary"),
    "estimated": mark("estimated"),
    "draft": mark("draft, awaiting approval"),
    "submitted": mark("submitted, awaiting approval"),
    "returned": mark("returned"),
    "commented": mark("commented"),
    "closed": mark("the round is closed"),
    "broken": mark("series break before this period"),
    "saved": mark("saved now"),
}
# What may stand beside a value, and what says that nothing does.
_beside = attrgetter(*DETAILS)
NOTHING_BESIDE: Final = _beside(Draft())
EMPTY: Final = {
    Standing.LATE: "late",
    Standing.DUE: "due",
    Standing.PASSED_OVER: "passed",
}


@dataclass(frozen=True)
class Showing:
    """What a page shows besides what is stored: what was typed, and what was just saved."""

    voice: Voice
    today: date
    typed: TypedSheet = field(default_factory=TypedSheet)
    saved: frozenset[int] = frozenset()
    oldest_first: bool = False
    all_periods: bool = False
    # A period that is shown however old it is, by its name in addresses.
    until: str = ""
    may_plan: bool = False


class Column(NamedTuple):
    """A period of a grid, with what each of its cells says of it."""

    period: ReportingPeriod
    id: str
    label: str
    key: str
    at: float


class Cell(NamedTuple):
    """A cell as its template takes it apart, thousands of times a page.

    ``more`` holds what few cells have: words in an empty one, details, what was typed.
    """

    name: str
    value: str
    look: str
    named_by: str
    told_by: str
    more: Mapping[str, Any] | None


def grid_rows(number: int, grid: SheetGrid, showing: Showing) -> dict[str, Any]:
    """One grid: its columns, its rows, and how many periods it leaves out."""
    voice = showing.voice
    n_until = next((n for n, each in enumerate(grid.periods, 1) if each.key() == showing.until), 0)
    periods = grid.periods if showing.all_periods else grid.periods[: max(NEWEST, n_until)]
    if showing.oldest_first:
        periods = periods[::-1]
    columns = [
        Column(each, f"g{number}c{n}", each.label(voice), each.key(), each.position)
        for n, each in enumerate(periods)
    ]
    totals = {line.indicator.id: line.series.id for line in grid.lines if line.is_total}
    return {
        "id": f"g{number}",
        "columns": columns,
        "rows": [_row(line, columns, totals.get(line.indicator.id), showing) for line in grid.lines],
        "n_left_out": len(grid.periods) - len(periods),
    }


def state_words(voice: Voice) -> list[tuple[str, str]]:
    """Each state of a cell with its words, for what describes a cell to a screen reader."""
    return [(name, voice.gettext(STATES[name])) for name in STATES]


def line_name(line: SheetLine, voice: Voice) -> str:
    """What a series is called in a sheet: its indicator, or its part of the total."""
    group = group_words(line.series.disaggregation, voice)
    return group or voice.pick(line.version.name_sv, line.version.name_en)


def full_name(line: SheetLine, voice: Voice) -> str:
    """What a series is called where it stands alone."""
    name = voice.pick(line.version.name_sv, line.version.name_en)
    return name if line.is_total else f"{name}, {line_name(line, voice).lower()}"


def cell_words(sheet: Sheet, key: Key, voice: Voice) -> str:
    """A cell as people name it: the series and the period."""
    return f"{full_name(sheet.lines[key[0]], voice)}, {key[1].label(voice)}"


def _row(
    line: SheetLine, columns: Sequence[Column], total_id: int | None, showing: Showing
) -> dict[str, Any]:
    voice, series_id = showing.voice, line.series.id
    # A part is named with its total.
    named_by = f"s{series_id}" if line.is_total or not total_id else f"s{total_id} s{series_id}"
    return {
        "id": series_id,
        "indicator": line.indicator.id,
        "name": line_name(line, voice),
        "is_part": not line.is_total,
        "href": url_for(
            "indicators.show",
            indicator_id=line.indicator.id,
            group=None if line.is_total else line.series.disaggregation,
        ),
        "unit": line.unit.name(voice),
        "guide": _guide(line, columns, voice),
        "rules": _rules(line),
        "cells": [_cell(line, column, named_by, showing) for column in columns],
    }


def _guide(line: SheetLine, columns: Sequence[Column], voice: Voice) -> str:
    """What was measured last, and what is plausible next."""
    newest = line.newest
    if newest is None:
        return ""
    revision = line.stored[newest].newest
    last = voice.gettext(
        "%(period)s: %(value)s",
        period=newest.label(voice),
        value=missing_words(revision.missing, voice)
        if revision.missing
        else line.unit.value_text(revision.value or 0.0, voice),
    )
    coming = min((column.period for column in columns if column.period > newest), default=None)
    likely = plausible_next(line, coming) if coming else None
    if likely is None:
        return last
    low, high = (voice.number(end, line.unit.decimals) for end in likely)
    return voice.gettext("%(last)s; plausible %(low)s to %(high)s", last=last, low=low, high=high)


def _rules(line: SheetLine) -> str:
    """What the page can tell of a value by itself, as JSON; the verb judges."""
    unit = line.unit
    least, most = (end if isfinite(end) else None for end in unit.range)
    rules = {
        "low": unit.lowest,
        "high": unit.highest,
        "least": least,
        "most": most,
        "whole": unit.kind is Kind.COUNT and unit.decimals == 0,
        "units": unit.spellings,
        "pace": line.pace,
        "breaks": sorted(period.position for period in line.breaks),
    }
    return json.dumps(rules, ensure_ascii=False, separators=(",", ":"))


def _cell(line: SheetLine, column: Column, named_by: str, showing: Showing) -> Cell | None:
    """One cell; None where nothing is planned and nothing is stored."""
    period = column.period
    stored = line.stored.get(period)
    if stored is None and not line.schedule.holds(period):
        return None
    revision = stored.newest if stored else None
    shown = shown_text(revision, showing.voice)
    states = _states(line, period, stored, showing)
    more: dict[str, Any] = _details(revision, showing.voice) if revision else {}
    if "closed" in states:
        more["is_closed"] = True
    if states and (stored is None or stored.is_owed):
        more["hint"] = showing.voice.gettext(STATES[states[0]])
    name = f"{VALUE}.{line.series.id}.{column.key}"
    typed = showing.typed.texts.get((line.series.id, period)) if showing.typed.texts else None
    told_by = " ".join([f"is-{state}" for state in states])
    value = shown
    if typed is not None:
        value = typed.get(VALUE, shown)
        more |= _typed(typed, (line.series.id, period), shown, showing)
        told_by += f" why-{name}" if more["error"] else ""
    return Cell(name, value, " ".join(states), f"{named_by} {column.id}", told_by.strip(), more)


def _typed(typed: Mapping[str, str], key: Key, shown: str, showing: Showing) -> dict[str, Any]:
    """What a cell holds besides where somebody has just typed into it."""
    beside = [(cell_name(key, name), text) for name, text in typed.items() if name != VALUE]
    return {"was": shown, "error": showing.typed.errors.get(key), "hidden": beside}


def _details(revision: Revision, voice: Voice) -> dict[str, Any]:
    """What a cell holds besides of what is stored."""
    found: dict[str, Any] = {}
    if revision.evidence_sha256 is not None:
        found["has_file"] = True
    if _beside(revision) != NOTHING_BESIDE:
        found["details"] = _details_text(revision, voice)
    if revision.missing is not None:
        # Reasons are longer than a cell is wide.
        found["title"] = missing_words(revision.missing, voice)
    return found


def _states(
    line: SheetLine,
    period: ReportingPeriod,
    stored: StoredMeasurement | None,
    showing: Showing,
) -> list[str]:
    found = []
    if stored is None or stored.is_owed:
        standing = line.standing(period, showing.today)
        is_coming = period.last_day >= showing.today and standing is Standing.DUE
        found.append("coming" if is_coming else EMPTY.get(standing, "due") if standing else "due")
    if stored is not None:
        found += _states_of(stored.newest, stored.state)
        if stored.newest.id in showing.saved:
            found.append("saved")
    if period in line.breaks:
        found.append("broken")
    if period in line.closed:
        found.append("closed")
    return found


def _states_of(revision: Revision, state: State) -> list[str]:
    found = []
    if revision.missing is not None:
        found.append("owed" if revision.missing.is_owed else "missing")
    elif revision.status is not Status.FINAL:
        found.append(revision.status.value)
    if state is not State.APPROVED:
        found.append(state.value)
    if revision.comment:
        found.append("commented")
    return found


def _details_text(revision: Revision, voice: Voice) -> str:
    """What stands beside the value, as JSON."""
    said = stored_details(draft_of(revision), voice)
    default = {"status": Status.FINAL.value}
    given = {name: text for name, text in said.items() if text != default.get(name, "")}
    return json.dumps(given, ensure_ascii=False, separators=(",", ":")) if given else ""
