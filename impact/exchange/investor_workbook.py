"""The workbook of the yearly impact report: overview, projects, indicators, notes on method."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import IO, Any, Final

from xlsxwriter import Workbook

from impact.exchange.cells import Cell
from impact.exchange.investor_columns import (
    INDICATOR_COLUMNS,
    PROJECT_COLUMNS,
    Heading,
    Kind,
    indicator_cells,
    project_cells,
    total_cells,
)
from impact.exchange.workbook_writing import Sheet, Styles, add_sheet, number_format, written_to
from impact.language import Voice
from impact.monitoring.tables import FlagDirection
from impact.reporting.goal_words import STANDING_MEANINGS
from impact.reporting.impact_report import Said
from impact.reporting.investor_figures import IndicatorFigures, InvestorFigures, ProjectFigures
from impact.reporting.report_words import about_words, report_words, under_words

INK, SOFT, ACTION, PALE, LINE = "#16212B", "#5A6876", "#12415E", "#EEF2F5", "#D5DCE2"
MEANINGS: Final = {"better": "#0B7285", "worse": "#B93A08"}
_PAPER_A4: Final = 9
_PAPER_A3: Final = 8
_HEAD_ROW: Final = 3
_FIRST, _SECOND, _WIDEST_A4 = 34, 78, 200


def write_investor_workbook(out: IO[bytes], figures: InvestorFigures, voice: Voice) -> None:
    """The yearly report's figures as a workbook that can be sent as it is, written to ``out``."""
    report = figures.report
    words = report_words(report, voice)
    with written_to(out, f"{words['kicker']}: {report.title}") as book:
        writer = _Writer(book, figures, voice, words)
        writer.overview()
        writer.projects()
        writer.indicators()
        writer.notes()


class _Writer:
    """Writes the sheets; each prints one page wide with its head repeated."""

    def __init__(self, book: Workbook, figures: InvestorFigures, voice: Voice, words: dict[str, str]) -> None:
        self._book, self._figures, self._voice, self._words = book, figures, voice, words
        self._style = Styles(book, font_name="Calibri", font_size=11, font_color=INK, valign="top")

    def overview(self) -> None:
        """What a reader should know first, and how the report was made."""
        sheet, words, report = self._sheet(self._voice.gettext("Overview")), self._words, self._figures.report
        sheet.set_column(0, 0, _FIRST)
        sheet.set_column(1, 1, _SECOND)
        sheet.set_column(2, 5, 13)
        row = self._title(sheet, report.title, words["kicker"])
        for figure in report.summary.figures:
            sheet.put(row, 0, figure.label[:1].upper() + figure.label[1:], self._style(font_color=SOFT))
            detail = f" ({figure.detail})" if figure.detail else ""
            sheet.put(row, 1, f"{figure.value}{detail}", self._style(bold=True, num_format="@"))
            row += 1
        summary = report.summary
        for heading, said, meaning in (
            (words["worse"], summary.worse, "worse"),
            (words["better"], summary.better, "better"),
            (words["other"], summary.other, ""),
            (words["reached"], summary.reached, "better"),
            (words["late"], summary.late, ""),
        ):
            row = self._said(sheet, row, heading, said, meaning)
        row = self._sums(sheet, row)
        row += 1
        sheet.put(row, 0, words["about"], self._style(bold=True, font_size=12))
        for text in about_words(report, self._voice):
            row += 1
            sheet.make_room(row, [(text, _SECOND)])
            sheet.put(row, 1, text, self._style(text_wrap=True, num_format="@"))
        self._to_print(sheet, row, 5, _PAPER_A4)

    def projects(self) -> None:
        """One row a project: loan, cost, share financed, people; sums below."""
        sheet = self._sheet(self._words["contents"])
        self._head(sheet, PROJECT_COLUMNS, self._words["contents"])
        row = _HEAD_ROW
        for row, project in enumerate(self._figures.projects, start=_HEAD_ROW + 1):
            self._row(sheet, row, PROJECT_COLUMNS, project_cells(project, self._voice), {})
        for cells in total_cells(self._figures.projects, self._voice):
            row += 1
            self._row(sheet, row, PROJECT_COLUMNS, cells, {"bold": True, "top": 1, "top_color": SOFT})
        self._end(sheet, row, PROJECT_COLUMNS)

    def indicators(self) -> None:
        """One row an indicator: promised, estimated and measured, whole and pro rata."""
        sheet = self._sheet(self._voice.gettext("Indicators"))
        self._head(sheet, INDICATOR_COLUMNS, self._voice.gettext("Indicators"))
        row = _HEAD_ROW
        for project in self._figures.projects:
            for place, indicator in enumerate(project.indicators):
                row += 1
                look = {"top": 1, "top_color": SOFT} if place == 0 else {"top": 4, "top_color": LINE}
                self._indicator(sheet, row, project, indicator, look)
        self._end(sheet, row, INDICATOR_COLUMNS, frozen_columns=3)

    def notes(self) -> None:
        """What has to be known of how each indicator is measured."""
        voice = self._voice
        sheet = self._sheet(voice.gettext("Method notes"))
        columns = [
            Heading(voice.gettext("Project"), 26),
            Heading(self._words["indicator"], 34),
            Heading(voice.gettext("Note"), 18),
            Heading(self._words["content"], 100),
        ]
        self._head(sheet, columns, voice.gettext("Method notes"), translated=True)
        row = _HEAD_ROW
        for project in self._figures.projects:
            for indicator in project.indicators:
                for label, text in indicator.notes:
                    row += 1
                    cells = [project.chapter.short, indicator.chapter.finding.name, label, text]
                    self._row(sheet, row, columns, cells, {})
        self._end(sheet, row, columns, frozen_columns=2)

    def _indicator(
        self,
        sheet: Sheet,
        row: int,
        project: ProjectFigures,
        indicator: IndicatorFigures,
        look: dict[str, Any],
    ) -> None:
        finding, standing = indicator.chapter.finding, indicator.chapter.standing
        meanings = {
            "standing": STANDING_MEANINGS.get(standing, "") if standing else "",
            "trend": {FlagDirection.TO_WORSE: "worse", FlagDirection.TO_BETTER: "better"}.get(
                finding.flag_direction or FlagDirection.NEUTRAL, ""
            )
            if finding.is_flagged
            else "",
        }
        cells = indicator_cells(project, indicator, self._voice)
        sheet.make_room(row, _texts(INDICATOR_COLUMNS, cells))
        for place, (column, cell) in enumerate(zip(INDICATOR_COLUMNS, cells, strict=True)):
            meaning = MEANINGS.get(meanings.get(column.name, ""))
            colour = {"font_color": meaning, "bold": True} if meaning else {}
            form = self._look(column, indicator.series.unit.decimals)
            sheet.put(row, place, cell, self._style(**form, **{**look, **colour}))

    def _row(
        self,
        sheet: Sheet,
        row: int,
        columns: Sequence[Heading],
        cells: Iterable[Cell],
        look: dict[str, Any],
    ) -> None:
        cells = list(cells)
        sheet.make_room(row, _texts(columns, cells))
        for place, (column, cell) in enumerate(zip(columns, cells, strict=True)):
            sheet.put(row, place, cell, self._style(**self._look(column), **look))

    def _look(self, column: Heading, own: int | None = None) -> dict[str, Any]:
        """How a column's cells look; values with the decimals of their unit."""
        match column.kind:
            case Kind.AMOUNT:
                return {"num_format": "#,##0"}
            case Kind.SHARE:
                return {"num_format": "0%" if self._voice.language == "en" else "0 %"}
            case Kind.VALUE if own is not None:
                return {"num_format": number_format(own)}
            case _:
                return {"num_format": "@", "text_wrap": True, "indent": 1}

    def _sheet(self, name: str) -> Sheet:
        sheet = add_sheet(self._book, name)
        sheet.hide_gridlines(2)
        return sheet

    def _title(self, sheet: Sheet, title: str, kicker: str) -> int:
        sheet.set_row(0, 28)
        sheet.put(0, 0, title, self._style(font_size=18, bold=True, font_color=ACTION))
        sheet.put(1, 0, kicker, self._style(font_color=SOFT))
        row = 2
        for text in under_words(self._figures.report, self._voice):
            sheet.put(row, 0, text, self._style(font_color=SOFT, num_format="@"))
            row += 1
        return row + 1

    def _said(self, sheet: Sheet, row: int, heading: str, said: Sequence[Said], meaning: str) -> int:
        if not said:
            return row
        row += 1
        colour = MEANINGS.get(meaning, INK)
        sheet.put(row, 0, heading, self._style(bold=True, font_size=12, font_color=colour))
        for each in said:
            row += 1
            sheet.make_room(row, [(each.project, _FIRST), (each.text, _SECOND)])
            sheet.put(row, 0, each.project, self._style(num_format="@", text_wrap=True))
            sheet.put(row, 1, each.text, self._style(text_wrap=True, num_format="@"))
        return row + 1

    def _sums(self, sheet: Sheet, row: int) -> int:
        sums, words = self._figures.report.summary.sums, self._words
        if not sums:
            return row
        row += 1
        sheet.make_room(row, [(words["sums-meaning"], _SECOND)])
        sheet.put(row, 0, words["sums"], self._style(bold=True, font_size=12))
        sheet.put(row, 1, words["sums-meaning"], self._style(font_color=SOFT, text_wrap=True))
        row += 1
        heads = ("indicator", "figure", "period", "change", "part", "projects")
        for place, name in enumerate(heads):
            sheet.put(row, place, words[name], self._style(bold=True, bg_color=PALE, text_wrap=True))
        for each in sums:
            row += 1
            value = f"{each.value} {each.unit}"
            sheet.make_room(row, [(each.name, _FIRST), (each.change, 13), (each.n_projects, 13)])
            for place, text in enumerate(
                (each.name, value, each.period, each.change, each.part, each.n_projects)
            ):
                sheet.put(row, place, text, self._style(num_format="@", text_wrap=True))
        return row + 1

    def _head(
        self, sheet: Sheet, columns: Sequence[Heading], title: str, *, translated: bool = False
    ) -> None:
        """Title, groups of columns, and their heads; what comes below scrolls under them."""
        report, voice = self._figures.report, self._voice
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width)
        sheet.set_row(0, 24)
        sheet.put(0, 0, title, self._style(font_size=15, bold=True, font_color=ACTION))
        sheet.put(
            1, 0, f"{report.title}. {' '.join(under_words(report, voice))}", self._style(font_color=SOFT)
        )
        groups = [column.group for column in columns]
        for place, group in enumerate(groups):
            if group and (place == 0 or groups[place - 1] != group):
                last = place + groups[place:].count(group) - 1
                look = self._style(bold=True, font_color=SOFT, bottom=1, bottom_color=SOFT, align="left")
                sheet.merge_range(
                    _HEAD_ROW - 1, place, _HEAD_ROW - 1, last, voice.gettext(group.heading), look
                )
        sheet.set_row(_HEAD_ROW, 48)
        head = {"bold": True, "font_color": "#FFFFFF", "bg_color": ACTION, "text_wrap": True}
        for place, column in enumerate(columns):
            text = column.heading if translated else voice.gettext(column.heading)
            align = "left" if column.kind is Kind.TEXT else "right"
            indent = {"indent": 1} if align == "left" else {}
            sheet.put(_HEAD_ROW, place, text, self._style(**head, **indent, align=align, num_format="@"))

    def _end(self, sheet: Sheet, last_row: int, columns: Sequence[Heading], frozen_columns: int = 1) -> None:
        sheet.freeze_panes(_HEAD_ROW + 1, frozen_columns)
        if last_row > _HEAD_ROW:
            sheet.autofilter(_HEAD_ROW, 0, last_row, len(columns) - 1)
        sheet.repeat_rows(_HEAD_ROW)
        width = sum(column.width for column in columns)
        self._to_print(sheet, last_row, len(columns) - 1, _PAPER_A3 if width > _WIDEST_A4 else _PAPER_A4)

    def _to_print(self, sheet: Sheet, last_row: int, last_column: int, paper: int) -> None:
        """One page wide, of a size on which it can be read; the overview upright."""
        if last_column > 5 or paper == _PAPER_A3:
            sheet.set_landscape()
        sheet.set_paper(paper)
        sheet.set_margins(0.5, 0.5, 0.6, 0.6)
        sheet.fit_to_pages(1, 0)
        sheet.print_area(0, 0, last_row, last_column)
        sheet.set_footer(f"&L{self._words['foot'].replace('&', '&&')}&R&P / &N")


def _texts(columns: Sequence[Heading], cells: Sequence[Cell]) -> Iterable[tuple[str, float]]:
    return (
        (cell, column.width) for column, cell in zip(columns, cells, strict=True) if isinstance(cell, str)
    )
