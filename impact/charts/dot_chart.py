"""From the baseline over the newest value to the target, one row an indicator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from matplotlib.figure import Figure

from impact.charts.captions import MARGIN, CaptionTexts, draw_captions, set_captions
from impact.charts.dots import DotChart, DotRow, readable, unplaced_words
from impact.charts.meaning import SIGNS
from impact.charts.origins import known_day_words, origin_words
from impact.charts.ruler import Ruler, Type, printable
from impact.charts.scales import ValueScale, value_scale
from impact.charts.sheet import DASHES, Sheet, box
from impact.charts.style import LIGHT, SEMIBOLD, ChartStyle
from impact.charts.words import value_words

ROW, AXIS_ROOM, NAME_LINE, SMALL_LINE = 58.0, 30.0, 17.0, 14.0
NAME_SHARE, WORDS_SHARE, NARROW = 0.3, 0.19, 560.0
LOWEST_SHARE, HIGHEST_SHARE = -0.35, 1.25
TRAIL_PIXELS, BETWEEN, LEAST_HEIGHT = 8.0, 5.0, 120.0


@dataclass(frozen=True)
class _Table:
    """Where the columns lie, and which pixel a value of a row has."""

    sheet: Sheet
    content: DotChart
    scale: ValueScale | None
    names: float
    left: float
    right: float
    is_narrow: bool

    def x(self, row: DotRow, value: float) -> float:
        """The pixel of a value; beyond the ends of the way it stands at the end."""
        if self.scale is not None:
            share = (value - self.scale.low) / (self.scale.high - self.scale.low)
            return self.left + share * (self.right - self.left)
        if row.baseline is None or row.target is None or row.baseline[0] == row.target[0]:
            return self.left
        share = (value - row.baseline[0]) / (row.target[0] - row.baseline[0])
        return self.at(min(max(share, LOWEST_SHARE), HIGHEST_SHARE))

    def at(self, share: float) -> float:
        """The pixel of a part of the way."""
        share = (share - LOWEST_SHARE) / (HIGHEST_SHARE - LOWEST_SHARE)
        return self.left + share * (self.right - self.left)


def sized(content: DotChart, style: ChartStyle = LIGHT) -> ChartStyle:
    """The style as high as the rows need."""
    texts = set_captions(_captions(content), style, Ruler(style))
    height = texts.header + texts.footer + AXIS_ROOM + _row_height(style) * len(content.rows) + 6
    return replace(style, height_inches=max(height, LEAST_HEIGHT) / style.dpi)


def draw(content: DotChart, style: ChartStyle = LIGHT) -> Figure:
    """The dot chart as a figure, as high as its rows need."""
    content = readable(content)
    style = sized(content, style)
    ruler = Ruler(style)
    texts = set_captions(_captions(content), style, ruler)
    sheet = Sheet(style, ruler, printable(content.title))
    draw_captions(sheet, texts)
    table = _lay_out(content, sheet)
    top = style.height - texts.header
    _draw_axis(table, top, texts.footer + 8)
    top -= AXIS_ROOM
    for row in content.rows:
        _draw_row(table, row, top)
        top -= _row_height(style)
    return sheet.figure


def _row_height(style: ChartStyle) -> float:
    """On a telephone the name stands over the marks."""
    return ROW + (NAME_LINE + SMALL_LINE if style.width < NARROW else 0)


def _lay_out(content: DotChart, sheet: Sheet) -> _Table:
    style = sheet.style
    is_narrow, width = style.width < NARROW, style.width - 2 * MARGIN
    left = MARGIN + 8 if is_narrow else MARGIN + NAME_SHARE * width + 16
    right = style.width - MARGIN - (8 if is_narrow else WORDS_SHARE * width + 10)
    return _Table(sheet, content, _scale(content), left - 16, left, right, is_narrow)


def _captions(content: DotChart) -> CaptionTexts:
    voice = content.voice
    key = voice.gettext("bar: baseline, dot: newest value, diamond: target")
    source, after = origin_words(content.source, content.invented, voice)
    left_out = unplaced_words(content)
    after = " ".join(filter(None, (f"{left_out}." if left_out else "", after)))
    until = known_day_words(content.known_on, voice)
    return CaptionTexts(content.title, [*content.subtitle, key], source, after, until)


def _scale(content: DotChart) -> ValueScale | None:
    if content.unit is None:
        return None
    values = [
        value[0]
        for row in content.rows
        for value in (row.baseline, row.newest, row.target)
        if value is not None
    ]
    return value_scale(values, content.unit)


def _draw_axis(table: _Table, top: float, ground: float) -> None:
    sheet, voice = table.sheet, table.content.voice
    style = sheet.style
    small = Type(style.source_size)

    def tick(text: str, x: float, colour: str) -> None:
        width = sheet.ruler.width(text, small)
        sheet.text(text, small, x - width / 2, top - 12, style.soft, "value-tick")
        sheet.lines([[(x, ground), (x, top - 20)]], colour, 0.8, "grid")

    if table.scale is None:
        tick(voice.gettext("baseline"), table.at(0), style.reference)
        tick(voice.gettext("halfway"), table.at(0.5), style.grid)
        tick(voice.gettext("target"), table.at(1), style.reference)
        return
    step = max(1, -(-len(table.scale.ticks) // 6)) * (2 if table.is_narrow else 1)
    for value in table.scale.ticks[::step]:
        text = voice.number(value, table.scale.decimals)
        share = (value - table.scale.low) / (table.scale.high - table.scale.low)
        tick(text, table.left + share * (table.right - table.left), style.grid)


def _draw_row(table: _Table, row: DotRow, top: float) -> None:
    sheet, style = table.sheet, table.sheet.style
    small, bold = Type(style.source_size), Type(style.source_size, SEMIBOLD)
    sheet.rule(MARGIN, style.width - MARGIN, top, style.grid, 0.6, "row-line")
    middle = _draw_names(table, row, top)
    if table.is_narrow:
        height = NAME_LINE + SMALL_LINE + 6
        _clear(sheet, MARGIN, top - height, style.width - 2 * MARGIN, height - 2)
    words = f"{SIGNS.get(row.meaning, '')} {printable(row.words)}".strip()
    colour = style.colour(row.meaning)
    if table.is_narrow:
        width = sheet.ruler.width(words, bold)
        sheet.text(words, bold, style.width - MARGIN - width, top - 34, colour, "row-words")
    else:
        lines, _ = sheet.ruler.wrap(words, bold, WORDS_SHARE * (style.width - 2 * MARGIN), 3)
        baseline = middle - 4 + SMALL_LINE * (len(lines) - 1) / 2
        for line in lines:
            sheet.text(line, bold, table.right + 14, baseline, colour, "row-words")
            baseline -= SMALL_LINE
    _draw_marks(table, row, middle)
    _draw_values(table, row, middle, small, bold)


def _draw_names(table: _Table, row: DotRow, top: float) -> float:
    """The name of a row and what stands under it; gives the height of its marks."""
    sheet, style = table.sheet, table.sheet.style
    kind, small = Type(style.text_size, SEMIBOLD), Type(style.source_size)
    width = style.width - 2 * MARGIN if table.is_narrow else table.names - MARGIN
    lines, _ = sheet.ruler.wrap(printable(row.name), kind, width, 1 if table.is_narrow else 2)
    under = sheet.ruler.shorten(printable(row.under), small, width * (0.5 if table.is_narrow else 1))
    middle = top - (ROW / 2 + 2 + (NAME_LINE + SMALL_LINE if table.is_narrow else 0))
    n_pixels = NAME_LINE * len(lines) + (SMALL_LINE if under else 0)
    baseline = top - 19 if table.is_narrow else middle + n_pixels / 2 - 12
    for line in lines:
        sheet.text(line, kind, MARGIN, baseline, style.ink, "row-name")
        baseline -= NAME_LINE
    if under:
        sheet.text(under, small, MARGIN, baseline + 2, style.soft, "row-under")
    return middle


def _draw_marks(table: _Table, row: DotRow, middle: float) -> None:
    sheet, style = table.sheet, table.sheet.style
    place: Callable[[float], tuple[float, float]] = lambda value: (table.x(row, value), middle)  # noqa: E731
    reached = [value[0] for value in (row.baseline, row.newest) if value is not None]
    if row.target is not None and reached and (row.way is None or row.way < 1):
        target = row.target[0]
        start = min(reached, key=lambda value: abs(value - target))
        ahead = [place(start), place(target)]
        sheet.lines([ahead], style.soft, 1.1, "way-ahead", dashes=DASHES, order=1.8)
    if row.baseline is not None and row.newest is not None:
        trail = [place(row.baseline[0]), place(row.newest[0])]
        colour, width = style.colour(row.meaning), style.points(TRAIL_PIXELS)
        sheet.lines([trail], colour, width, f"way-{row.meaning}", strength=0.38, order=2)
    if row.baseline is not None:
        x, y = place(row.baseline[0])
        sheet.lines([[(x, y - 8), (x, y + 8)]], style.soft, 2.0, "baseline", order=2.4)
    if row.target is not None:
        sheet.signs([place(row.target[0])], "D", 8.5, style.page, "target", edge=style.soft, edge_width=1.4)
    if row.newest is not None:
        fill = style.page if row.preliminary else style.ink
        gid = "preliminary" if row.preliminary else "newest"
        sheet.signs([place(row.newest[0])], "o", 9.5, fill, gid, edge=style.ink, edge_width=1.5, order=3.5)


def _draw_values(table: _Table, row: DotRow, middle: float, small: Type, bold: Type) -> None:
    """The newest value over its dot; baseline and target under their marks, clear of each other."""
    sheet, style, voice = table.sheet, table.sheet.style, table.content.voice
    if row.newest is not None:
        text = value_words(row.newest[0], row.unit, voice)
        _centred(table, text, bold, table.x(row, row.newest[0]), middle + 11, style.ink, "newest-value")
    taken = float("-inf")
    stated = [(row.baseline, "baseline-value"), (row.target, "target-value")]
    known = sorted((table.x(row, value[0]), value[0], gid) for value, gid in stated if value is not None)
    for x, value, gid in known:
        text = voice.number(value, 0 if value == round(value) else row.unit.decimals)
        width = sheet.ruler.width(text, small)
        left = max(x - width / 2, taken + BETWEEN)
        _clear(sheet, left, middle - 24, width)
        sheet.text(text, small, left, middle - 21, style.soft, gid)
        taken = left + width


def _centred(table: _Table, text: str, kind: Type, x: float, baseline: float, colour: str, gid: str) -> None:
    width = table.sheet.ruler.width(text, kind)
    left = min(max(x - width / 2, MARGIN), table.sheet.style.width - MARGIN - width)
    _clear(table.sheet, left, baseline - 3, width)
    table.sheet.text(text, kind, left, baseline, colour, gid)


def _clear(sheet: Sheet, left: float, low: float, width: float, height: float = 15) -> None:
    """Let no line of the grid run through a value or a name."""
    sheet.areas([box(left - 2, low, left + width + 2, low + height)], sheet.style.page, "clear", order=1.2)
