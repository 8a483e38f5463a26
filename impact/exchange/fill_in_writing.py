"""The workbook that is filled in away from here: the sheet of a project, to download."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import IO, Any, Final

from xlsxwriter import Workbook

from impact.exchange.cells import Cell
from impact.exchange.fill_in import MARKER, Content, Stamp, stamp_text
from impact.exchange.fill_in_words import COLUMNS, Place, guide_lines, note_of, prompt_of, takes, words_of
from impact.exchange.rows import MISSING_WORDS, STATUS_WORDS
from impact.exchange.workbook_writing import Sheet, Styles, add_sheet, number_format, written_to
from impact.language import Language, Voice
from impact.registry.sheet import Sheet as ProjectSheet
from impact.registry.sheet import SheetGrid, SheetLine
from impact.reporting.groups import group_words
from impact.semantics.period import ReportingPeriod

# How many planned periods without a value, and how many with one, a sheet shows unless all are asked for.
NEWEST_OPEN: Final = 10
NEWEST_RECORDED: Final = 2
FIRST_ROW: Final = 4
WRAPPED: Final = (Place.COMMENT, Place.INDICATOR, Place.GOAL, Place.UNIT)
LARGEST: Final = 1e15
_INK, _SOFT, _FILL, _LINE, _HEAD = "#16212B", "#5A6876", "#FFF6D6", "#D5DCE2", "#E8EDF1"


@dataclass(frozen=True)
class _Row:
    """One period of one series."""

    line: SheetLine
    period: ReportingPeriod
    stored: Content | None
    before: tuple[ReportingPeriod, float] | None
    is_closed: bool
    is_over: bool


def write_fill_in(
    out: IO[bytes],
    sheet: ProjectSheet,
    goals: Mapping[int, str],
    voice: Voice,
    *,
    today: date,
    everything: bool = False,
) -> int:
    """The workbook of a project's sheet, written to ``out``; how many rows it has.

    Args:
        out: where it is written.
        sheet: series and periods with what is stored.
        goals: titles of the goals by number.
        voice: the language of its words.
        today: what has not begun by then is left out.
        everything: all periods, not only those without a value and the newest.
    """
    rows = [row for grid in sheet.grids for row in _rows(grid, today, everything=everything)]
    project = voice.pick(sheet.project.short_sv, sheet.project.short_en)
    with written_to(out, project) as book:
        writer = _Writer(book, add_sheet(book, voice.gettext("Fill in")), voice)
        writer.head(project, today)
        writer.rows(sheet.project.id, rows, goals)
        _guide(book, add_sheet(book, voice.gettext("How to")), voice)
    return len(rows)


def _rows(grid: SheetGrid, today: date, *, everything: bool) -> Iterator[_Row]:
    for line in grid.lines:
        shown = [
            period
            for period in grid.periods
            if period.first_day <= today and (line.schedule.holds(period) or period in line.stored)
        ]
        if not everything:
            handed_in = {period for period, there in line.stored.items() if not there.is_owed}
            recorded = [period for period in shown if period in handed_in][:NEWEST_RECORDED]
            shown = [
                period
                for place, period in enumerate(shown)
                if period in recorded
                or (period not in handed_in and place < NEWEST_OPEN and period.last_day <= today)
            ]
        for period in sorted(shown):
            measured = line.stored.get(period)
            yield _Row(
                line,
                period,
                Content.of(measured.newest if measured else None),
                _before(line, period),
                period in line.closed,
                period.last_day <= today,
            )


def _before(line: SheetLine, period: ReportingPeriod) -> tuple[ReportingPeriod, float] | None:
    earlier = [
        (each, stored.newest.value)
        for each, stored in line.stored.items()
        if each < period and stored.newest.value is not None
    ]
    return max(earlier) if earlier else None


class _Writer:
    """Writes the sheet, row by row, and what hangs on its cells."""

    def __init__(self, book: Workbook, sheet: Sheet, voice: Voice) -> None:
        self._sheet, self._voice = sheet, voice
        self._is_swedish = voice.language is Language.SWEDISH
        self._style = Styles(book, font_name="Calibri", font_size=11)

    def head(self, project: str, today: date) -> None:
        """Title, what to do, and the head of the table, which stays in sight."""
        sheet, voice = self._sheet, self._voice
        for place, column in enumerate(Place):
            hidden = {"hidden": True} if column is Place.STAMP else {}
            sheet.set_column(place, place, COLUMNS[column].width, self._style(), hidden)
        sheet.set_row(0, 24)
        sheet.put(0, 0, project, self._style(bold=True, font_size=15, font_color=_INK))
        told = voice.gettext("Fill in the yellow cells, save, and upload the file on the same page.")
        sheet.put(1, 0, told, self._style(font_color=_SOFT))
        downloaded = voice.gettext("Downloaded %(day)s", day=voice.day(today))
        sheet.put(2, 0, downloaded, self._style(font_color=_SOFT))
        head = self._style(bold=True, bg_color=_HEAD, bottom=1, bottom_color=_SOFT, text_wrap=True)
        for place, column in enumerate(Place):
            name = MARKER if column is Place.STAMP else COLUMNS[column].name(voice)
            sheet.put(FIRST_ROW - 1, place, name, head)
        sheet.set_row(FIRST_ROW - 1, 32)
        sheet.freeze_panes(FIRST_ROW, list(Place).index(Place.PERIOD) + 1)
        sheet.hide_gridlines(2)

    def rows(self, project_id: int, rows: list[_Row], goals: Mapping[int, str]) -> None:
        """The rows, with drop-downs, notes, and locks on all that is not to be filled in."""
        first = FIRST_ROW
        for number, row in enumerate(rows, start=FIRST_ROW):
            is_first = number == FIRST_ROW or rows[number - FIRST_ROW - 1].line is not row.line
            is_last = number - FIRST_ROW + 1 == len(rows) or rows[number - FIRST_ROW + 1].line is not row.line
            first = number if is_first else first
            self._row(number, project_id, row, goals, is_first=is_first)
            if is_last:
                self._value_rule(first, number, row)
        last = max(FIRST_ROW, FIRST_ROW + len(rows) - 1)
        self._choices(last)
        self._sheet.autofilter(FIRST_ROW - 1, 0, last, len(Place) - 2)
        self._sheet.protect(
            "", {"autofilter": True, "format_columns": True, "format_rows": True, "select_locked_cells": True}
        )
        self._sheet.set_landscape()
        self._sheet.set_paper(9)
        self._sheet.fit_to_pages(1, 0)
        self._sheet.repeat_rows(FIRST_ROW - 1)

    def _row(
        self, number: int, project_id: int, row: _Row, goals: Mapping[int, str], *, is_first: bool
    ) -> None:
        voice, line, stored = self._voice, row.line, row.stored or Content()
        state, decimals = (
            words_of(row.stored, voice, is_closed=row.is_closed, is_over=row.is_over),
            line.unit.decimals,
        )
        top = {"top": 1, "top_color": _LINE} if is_first else {}
        number_form = number_format(decimals, stored.value)
        before_form = number_format(decimals, row.before[1] if row.before else None)
        cells: dict[Place, tuple[Cell, str]] = {
            Place.GOAL: (goals.get(line.indicator.goal_id or 0, ""), "@"),
            Place.INDICATOR: (voice.pick(line.version.name_sv, line.version.name_en), "@"),
            Place.GROUP: (group_words(line.series.disaggregation, voice), "@"),
            Place.PERIOD: (row.period.label(voice), "@"),
            Place.UNIT: (line.unit.name(voice), "@"),
            Place.BEFORE: (row.before[1] if row.before else None, before_form),
            Place.BEFORE_PERIOD: (row.before[0].label(voice) if row.before else "", "@"),
            Place.STATE: (state, "@"),
            Place.VALUE: (stored.value, number_form),
            Place.MISSING: (self._choice(MISSING_WORDS, stored.missing), "@"),
            Place.STATUS: (self._choice(STATUS_WORDS, stored.status if row.stored else None), "@"),
            Place.N_OBSERVED: (stored.n_observed, "#,##0.##########" if stored.n_observed else "#,##0"),
            Place.STANDARD_ERROR: (stored.standard_error, "General"),
            Place.RESPONSE_RATE: (stored.response_rate, "General"),
            Place.NUMERATOR: (stored.numerator, "General"),
            Place.DENOMINATOR: (stored.denominator, "General"),
            Place.COMMENT: (stored.comment, "@"),
            Place.STAMP: (stamp_text(project_id, Stamp(line.series.id, row.period.key(), row.stored)), "@"),
        }
        wrapped = ((f"{cells[column][0] or ''}", COLUMNS[column].width) for column in WRAPPED)
        self._sheet.make_room(number, wrapped)
        for place, (column, (cell, form)) in enumerate(cells.items()):
            is_open = takes(column, line, row.stored) and not row.is_closed
            look: dict[str, Any] = {"num_format": form, "locked": not is_open, "valign": "top", **top}
            if is_open:
                look |= {"border": 1, "border_color": _LINE}
                look |= {} if row.stored else {"bg_color": _FILL}
            elif column in (Place.BEFORE, Place.BEFORE_PERIOD, Place.STATE, Place.UNIT, Place.GOAL):
                look["font_color"] = _SOFT
            if form == "@" and not is_open:
                look["indent"] = 1
            if column in WRAPPED:
                look["text_wrap"] = True
            self._sheet.put(number, place, cell, self._style(**look))
        note = note_of(line, voice)
        if is_first and note:
            options = {"x_scale": 2.6, "y_scale": 1.6, "author": "Impact"}
            self._sheet.write_comment(number, list(Place).index(Place.INDICATOR), note, options)

    def _value_rule(self, first: int, last: int, row: _Row) -> None:
        """What a value of the series can be, said where it is typed."""
        place, voice, unit = list(Place).index(Place.VALUE), self._voice, row.line.unit
        low, high = (max(-LARGEST, min(LARGEST, end)) for end in unit.range)
        title, message = prompt_of(row.line, row.period, voice)
        self._sheet.data_validation(
            first,
            place,
            last,
            place,
            {
                "validate": "decimal",
                "criteria": "between",
                "minimum": low,
                "maximum": high,
                "input_title": title,
                "input_message": message,
                "error_title": title,
                "error_message": voice.gettext(
                    "Only a number that the unit can have: no letters, no % sign."
                ),
            },
        )

    def _choices(self, last: int) -> None:
        for column, table in ((Place.MISSING, MISSING_WORDS), (Place.STATUS, STATUS_WORDS)):
            place = list(Place).index(column)
            words = [each[not self._is_swedish] for each in table.values()]
            self._sheet.data_validation(FIRST_ROW, place, last, place, {"validate": "list", "source": words})

    def _choice(self, table: Mapping[Any, tuple[str, str]], choice: Any) -> str:
        return "" if choice is None else table[choice][not self._is_swedish]


def _guide(book: Workbook, sheet: Sheet, voice: Voice) -> None:
    sheet.set_column(0, 0, 100)
    sheet.hide_gridlines(2)
    style = book.add_format({"text_wrap": True, "valign": "top"})
    for number, text in enumerate(guide_lines(voice)):
        sheet.make_room(number, [(text, 100)])
        sheet.put(number, 0, text, style)
    sheet.protect()
