"""All indicators by year: where the trend was for the better, for the worse or not known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import groupby

from matplotlib.figure import Figure

from impact.charts.captions import MARGIN, Captions, CaptionTexts, draw_captions, set_captions
from impact.charts.meaning import SIGNS
from impact.charts.origins import known_day_words, left_out_words, origin_words
from impact.charts.ruler import Ruler, Type, printable
from impact.charts.sheet import Sheet, box
from impact.charts.style import LIGHT, SEMIBOLD, ChartStyle, Meaning
from impact.language import Voice, mark

ROW, HEAD, YEAR_ROOM, GROUP_GAP = 22.0, 24.0, 24.0, 8.0
NAME_SHARE, AFTER_NAME, WIDEST_CELL, MOST_YEARS = 0.46, 10.0, 34.0, 20
CELL_GAP, SIGN_PIXELS, LEAST_HEIGHT = 2.0, 6.5, 120.0


class Course(StrEnum):
    """Which way a trend went in a year."""

    BETTER = "better"
    WORSE = "worse"
    NEITHER = "neither"
    UNKNOWN = "unknown"


_WORDS = {
    Course.BETTER: mark("better"),
    Course.WORSE: mark("worse"),
    Course.NEITHER: mark("no clear direction"),
    Course.UNKNOWN: mark("not known"),
}


@dataclass(frozen=True)
class StripRow:
    """One indicator: its name, the project it belongs to, and its course by year."""

    name: str
    group: str
    courses: dict[int, Course]


@dataclass(frozen=True)
class HeatStrip:
    """Everything that the strip of a portfolio needs, in the reader's language.

    Attributes:
        rows: the indicators; those of a group stand together.
        n_left_out: how many more there are that are not shown.
    """

    voice: Voice
    title: str
    rows: tuple[StripRow, ...]
    subtitle: tuple[str, ...] = ()
    n_left_out: int = 0
    source: str = ""
    invented: bool = False
    known_on: date | None = None

    @property
    def years(self) -> range:
        """The years shown, from the first to the last in which anything is known."""
        known = [
            year for row in self.rows for year, course in row.courses.items() if course is not Course.UNKNOWN
        ] or [year for row in self.rows for year in row.courses]
        return range(min(known), max(known) + 1) if known else range(0)


@dataclass(frozen=True)
class _Grid:
    """Where the cells lie."""

    sheet: Sheet
    years: range
    left: float
    cell: float
    right: float

    def x(self, year: int) -> float:
        return self.left + (year - self.years.start) * self.cell


def sized(content: HeatStrip, style: ChartStyle = LIGHT) -> ChartStyle:
    """The style as high as the rows need."""
    texts = set_captions(_captions(content), style, Ruler(style))
    groups = [name for name, _ in groupby(content.rows, key=lambda row: row.group)]
    heads = HEAD * sum(map(bool, groups)) + GROUP_GAP * len(groups)
    height = texts.header + texts.footer + YEAR_ROOM + 2 * ROW + 18 + heads + ROW * len(content.rows)
    return replace(style, height_inches=max(height, LEAST_HEIGHT) / style.dpi)


def draw(content: HeatStrip, style: ChartStyle = LIGHT) -> Figure:
    """The strip as a figure, as high as its rows need."""
    style = sized(content, style)
    ruler = Ruler(style)
    texts = set_captions(_captions(content), style, ruler)
    sheet = Sheet(style, ruler, printable(content.title))
    draw_captions(sheet, texts)
    grid = _grid(content, sheet)
    top = _draw_sums(content, grid, texts)
    cells: dict[Course, list[tuple[int, float]]] = {course: [] for course in Course}
    bold, small = Type(style.text_size, SEMIBOLD), Type(style.source_size)
    for name, rows in groupby(content.rows, key=lambda row: row.group):
        top -= GROUP_GAP
        if name:
            _write(sheet, name, bold, top - 15, style.ink, style.width - MARGIN)
            top -= HEAD
        for row in rows:
            _write(sheet, row.name, small, top - 15, style.ink, grid.left - AFTER_NAME)
            for year in grid.years:
                cells[row.courses.get(year, Course.UNKNOWN)].append((year, top))
            top -= ROW
    _draw_cells(grid, cells)
    return sheet.figure


def words_of(content: HeatStrip) -> str:
    """The strip in words: for each indicator its courses with their years."""
    voice = content.voice
    told = [content.title, ", ".join(content.subtitle)]
    told += [_row_words(row, content.years, voice) for row in content.rows]
    told.append(left_out_words(content.n_left_out, voice))
    told.append(origin_words("", content.invented, voice)[1])
    return " ".join(f"{text.rstrip('.')}." for text in told if text)


def course_words(course: Course, voice: Voice) -> str:
    """A course in words: better."""
    return voice.gettext(_WORDS[course])


def _row_words(row: StripRow, years: Iterable[int], voice: Voice) -> str:
    known = [year for year in years if row.courses.get(year, Course.UNKNOWN) is not Course.UNKNOWN]
    runs = []
    for course, run in groupby(known, key=lambda year: row.courses[year]):
        spanned = list(run)
        dash = f"\N{EN DASH}{spanned[-1]}" if len(spanned) > 1 else ""
        runs.append(f"{course_words(course, voice)} {spanned[0]}{dash}")
    name = f"{row.group}, {row.name}" if row.group else row.name
    return f"{name}: {', '.join(runs) or course_words(Course.UNKNOWN, voice)}"


def _captions(content: HeatStrip) -> CaptionTexts:
    voice = content.voice
    key = voice.gettext(
        "%(better)s better, %(worse)s worse, %(neither)s no clear direction, %(unknown)s not known",
        better=SIGNS[Meaning.BETTER],
        worse=SIGNS[Meaning.WORSE],
        neither="\N{EN DASH}",
        unknown="\N{MIDDLE DOT}",
    )
    source, after = origin_words(content.source, content.invented, voice)
    after = f"{left_out_words(content.n_left_out, voice)} {after}".strip()
    until = known_day_words(content.known_on, voice)
    return CaptionTexts(content.title, [*content.subtitle, key], source, after, until)


def _grid(content: HeatStrip, sheet: Sheet) -> _Grid:
    style, years, small = sheet.style, content.years[-MOST_YEARS:], Type(sheet.style.source_size)
    room = style.width - 2 * MARGIN
    # Two sums of two digits beside each other must not read as one number.
    least = sheet.ruler.width("00", Type(style.source_size, SEMIBOLD)) + 4
    needed = max((sheet.ruler.width(printable(row.name), small) for row in content.rows), default=0.0)
    names = min(needed, max(NAME_SHARE * room, room - AFTER_NAME - len(years) * WIDEST_CELL))
    years = years[-int((room - names - AFTER_NAME) // least) :]
    cell = min(WIDEST_CELL, (room - names - AFTER_NAME) / max(len(years), 1))
    left = MARGIN + names + AFTER_NAME
    return _Grid(sheet, years, left, cell, left + cell * len(years))


def _draw_sums(content: HeatStrip, grid: _Grid, texts: Captions) -> float:
    """The years, and how many are better and worse in each; gives where the rows begin."""
    sheet, style, voice = grid.sheet, grid.sheet.style, content.voice
    small = Type(style.source_size)
    top = style.height - texts.header + 4
    step = next(n for n in (1, 2, 5, 10) if n * grid.cell > sheet.ruler.width("2000", small) + 6)
    for year in grid.years:
        if (grid.years[-1] - year) % step == 0:
            _centred(grid, str(year), small, year, top - 14, style.soft, "period-tick")
    top -= YEAR_ROOM
    for course in (Course.BETTER, Course.WORSE):
        meaning = Meaning(course.value)
        words = f"{SIGNS[meaning]} {voice.gettext('number %(course)s', course=course_words(course, voice))}"
        _write(sheet, words, Type(style.source_size, SEMIBOLD), top - 15, style.colour(meaning), grid.left)
        for year in grid.years:
            n = sum(row.courses.get(year) is course for row in content.rows)
            if n:
                bold = Type(style.source_size, SEMIBOLD)
                _centred(grid, voice.number(n, 0), bold, year, top - 15, style.colour(meaning), "sum")
        top -= ROW
    sheet.rule(MARGIN, grid.right, top - 6, style.grid, 0.8, "sum-line")
    return top - 12


def _write(sheet: Sheet, text: str, kind: Type, baseline: float, colour: str, right: float) -> None:
    short = sheet.ruler.shorten(printable(text), kind, right - MARGIN)
    sheet.text(short, kind, MARGIN, baseline, colour, "row-name")


def _centred(grid: _Grid, text: str, kind: Type, year: int, baseline: float, colour: str, gid: str) -> None:
    left = grid.x(year) + grid.cell / 2 - grid.sheet.ruler.width(text, kind) / 2
    grid.sheet.text(text, kind, left, baseline, colour, gid)


def _draw_cells(grid: _Grid, cells: dict[Course, list[tuple[int, float]]]) -> None:
    sheet, style = grid.sheet, grid.sheet.style
    fills = {
        Course.BETTER: (style.better_cell, style.better_sign),
        Course.WORSE: (style.worse_cell, style.worse_sign),
        Course.NEITHER: (style.grid, style.soft),
    }
    signs = {Course.BETTER: "^", Course.WORSE: "v", Course.NEITHER: "_", Course.UNKNOWN: "o"}
    for course, places in cells.items():
        middles = [(grid.x(year) + grid.cell / 2, top - ROW / 2) for year, top in places]
        if course is Course.UNKNOWN:
            sheet.signs(middles, "o", 2.4, style.reference, "cell-unknown")
            continue
        fill, sign = fills[course]
        half = grid.cell / 2 - CELL_GAP / 2
        areas = [box(x - half, y - ROW / 2 + 1, x + half, y + ROW / 2 - 1) for x, y in middles]
        sheet.areas(areas, fill, f"cell-{course}")
        edge = sign if course is Course.NEITHER else "none"
        sheet.signs(middles, signs[course], SIGN_PIXELS, sign, f"sign-{course}", edge=edge, edge_width=1.3)
