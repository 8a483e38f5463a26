"""A project's sheet as its page shows it: grids of cells, each with its state in words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import isfinite
from typing import Any, Final

from flask import url_for

from impact.language import Voice, mark
from impact.registry.doubts import pace_of, plausible_next
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
from impact.web.detail_fields import stored_details
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


def grid_rows(number: int, grid: SheetGrid, showing: Showing) -> dict[str, Any]:
    """One grid: its columns, its rows, and how many periods it leaves out."""
    voice = showing.voice
    n_until = next((n for n, each in enumerate(grid.periods, 1) if each.key() == showing.until), 0)
    periods = grid.periods if showing.all_periods else grid.periods[: max(NEWEST, n_until)]
    if showing.oldest_first:
        periods = periods[::-1]
    totals = {line.indicator.id: line.series.id for line in grid.lines if line.is_total}
    return {
        "id": f"g{number}",
        "columns": [
            {"id": f"g{number}c{n}", "label": each.label(voice), "key": each.key(), "at": each.position}
            for n, each in enumerate(periods)
        ],
        "rows": [_row(line, periods, totals.get(line.indicator.id), showing) for line in grid.lines],
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
    line: SheetLine, periods: Sequence[ReportingPeriod], total_id: int | None, showing: Showing
) -> dict[str, Any]:
    voice, series_id = showing.voice, line.series.id
    newest = max((period for period, there in line.stored.items() if not there.is_owed), default=None)
    return {
        "id": series_id,
        "indicator": line.indicator.id,
        "name": line_name(line, voice),
        "is_part": not line.is_total,
        # A part is named with its total.
        "named_by": f"s{series_id}" if line.is_total or not total_id else f"s{total_id} s{series_id}",
        "href": url_for(
            "indicators.show",
            indicator_id=line.indicator.id,
            group=None if line.is_total else line.series.disaggregation,
        ),
        "unit": line.unit.name(voice),
        "guide": _guide(line, periods, newest, voice),
        "rules": _rules(line),
        "cells": [_cell(line, period, showing) for period in periods],
    }


def _guide(
    line: SheetLine, periods: Sequence[ReportingPeriod], newest: ReportingPeriod | None, voice: Voice
) -> str:
    """What was measured last, and what is plausible next."""
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
    coming = min((period for period in periods if period > newest), default=None)
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
        "pace": pace_of(line),
        "breaks": sorted(period.position for period in line.breaks),
    }
    return json.dumps(rules, ensure_ascii=False, separators=(",", ":"))


def _cell(line: SheetLine, period: ReportingPeriod, showing: Showing) -> dict[str, Any] | None:
    """One cell; None where nothing is planned and nothing is stored."""
    stored = line.stored.get(period)
    if stored is None and not line.schedule.holds(period):
        return None
    key = (line.series.id, period)
    revision = stored.newest if stored else None
    shown = shown_text(revision, showing.voice)
    typed = showing.typed.texts.get(key)
    states = _states(line, period, stored, showing)
    name = cell_name(key)
    told_by = [f"is-{state}" for state in states]
    cell: dict[str, Any] = {"name": name, "value": shown, "look": " ".join(states)}
    if "closed" in states:
        cell["is_closed"] = True
    if states and (stored is None or stored.is_owed):
        cell["hint"] = showing.voice.gettext(STATES[states[0]])
    if revision is not None:
        cell["has_file"] = revision.evidence_sha256 is not None
        cell["more"] = _more(draft_of(revision), showing.voice)
        # Reasons are longer than a cell is wide.
        cell["title"] = missing_words(revision.missing, showing.voice) if revision.missing else ""
    if typed is not None:
        cell |= {"value": typed.get(VALUE, shown), "was": shown, "error": showing.typed.errors.get(key)}
        if cell["error"]:
            told_by.append(f"why-{name}")
        cell["hidden"] = [(cell_name(key, field), text) for field, text in typed.items() if field != VALUE]
    cell["told_by"] = " ".join(told_by)
    return cell


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


def _more(draft: Draft, voice: Voice) -> str:
    """What stands beside the value, as JSON; empty where nothing does."""
    said = stored_details(draft, voice)
    default = {"status": Status.FINAL.value}
    given: Mapping[str, str] = {name: text for name, text in said.items() if text != default.get(name, "")}
    return json.dumps(given, ensure_ascii=False, separators=(",", ":")) if given else ""
