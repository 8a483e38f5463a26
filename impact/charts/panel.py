"""One small chart of a page of many: what it shows and how it is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from impact.charts.layout import whisker
from impact.charts.meaning import SIGNS
from impact.charts.ruler import Ruler, Type, printable
from impact.charts.scales import ValueScale
from impact.charts.segments import break_line, strokes, trend_lines
from impact.charts.sheet import DASHES, Place, Sheet
from impact.charts.style import SEMIBOLD, ChartStyle, Meaning
from impact.charts.words import value_words
from impact.language import Voice
from impact.semantics.period import ReportingPeriod
from impact.semantics.series import Series, Status
from impact.trend.verdict import TrendAnalysis

MOST_HEADING_LINES, MOST_WORD_LINES, MOST_TICKS = 2, 2, 3
INSET, GUTTER, END_GAP, CROWDED = 6.0, 7.0, 7.0, 7.0
BAND_PIXELS, LEAST_PLOT = 6.0, 70.0
DIAMOND, BESIDE_DIAMOND = 6.0, 14.0


@dataclass(frozen=True)
class Panel:
    """A small chart: whose it is, what is found, and the figures.

    Attributes:
        heading: the indicator or, where all show the same one, the project.
        under: what is said under it: unit and direction, or the project.
        words: the verdict in few words.
        meaning: what the verdict means.
    """

    heading: str
    series: Series
    under: str = ""
    words: str = ""
    meaning: Meaning = Meaning.NEITHER
    analysis: TrendAnalysis | None = None
    baseline: tuple[ReportingPeriod, float] | None = None
    targets: tuple[tuple[ReportingPeriod, float], ...] = ()


@dataclass(frozen=True)
class PanelHeads:
    """The wrapped words over a small chart."""

    heading: tuple[str, ...]
    under: str
    words: tuple[str, ...]

    @property
    def n_small(self) -> int:
        """How many lines there are under the heading."""
        return bool(self.under) + len(self.words)


@dataclass(frozen=True)
class Frame:
    """Where a small chart lies, and which time and values it spans.

    ``before`` and ``after`` are the pixels that words take at its left and right edge.
    """

    left: float
    right: float
    ground: float
    top: float
    span: tuple[float, float]
    values: ValueScale
    before: float
    after: float

    def at(self, left: float, ground: float) -> Frame:
        """The same frame elsewhere."""
        width, height = self.right - self.left, self.top - self.ground
        return replace(self, left=left, right=left + width, ground=ground, top=ground + height)


@dataclass(frozen=True)
class _Paper:
    """A sheet with the way from periods and values to its pixels."""

    sheet: Sheet
    frame: Frame
    left: float
    right: float

    def x(self, position: float) -> float:
        start, end = self.frame.span
        return self.left + (position - start) / (end - start) * (self.right - self.left)

    def y(self, value: float) -> float:
        values, frame = self.frame.values, self.frame
        return frame.ground + (value - values.low) / (values.high - values.low) * (frame.top - frame.ground)

    def place(self, position: float, value: float) -> Place:
        return self.x(position), self.y(value)


def panel_heads(panel: Panel, ruler: Ruler, style: ChartStyle, width: float) -> PanelHeads:
    """The words over a small chart, wrapped to its width."""
    small = Type(style.source_size)
    heading, _ = ruler.wrap(
        printable(panel.heading), Type(style.text_size, SEMIBOLD), width, MOST_HEADING_LINES
    )
    sign = SIGNS.get(panel.meaning, "")
    words, _ = ruler.wrap(
        f"{sign} {printable(panel.words)}".strip(),
        Type(style.source_size, SEMIBOLD),
        width,
        MOST_WORD_LINES,
    )
    return PanelHeads(
        tuple(line for line in heading if line),
        ruler.shorten(printable(panel.under), small, width),
        tuple(line for line in words if line),
    )


def panel_values(panel: Panel) -> list[float]:
    """Every value that the value axis has to reach."""
    values = [end for point in panel.series.measured for end in whisker(point, panel.series.unit)]
    values += [value for _, value in panel.targets]
    for line in trend_lines(panel.series, panel.analysis):
        values += [line.start[1], line.end[1]]
    return values


def draw_panel(sheet: Sheet, panel: Panel, heads: PanelHeads, frame: Frame, top: float, voice: Voice) -> None:
    """One small chart in its frame, with the words over it from ``top`` down."""
    style, small = sheet.style, Type(sheet.style.source_size)
    baseline = top - 12
    for line in heads.heading:
        sheet.text(line, Type(style.text_size, SEMIBOLD), frame.left, baseline, style.ink, "panel-heading")
        baseline -= 17
    if heads.under:
        sheet.text(heads.under, small, frame.left, baseline + 2, style.soft, "panel-under")
        baseline -= 14
    for line in heads.words:
        bold, colour = Type(style.source_size, SEMIBOLD), style.colour(panel.meaning)
        sheet.text(line, bold, frame.left, baseline + 2, colour, "panel-words")
        baseline -= 14
    paper = _Paper(sheet, frame, frame.left + frame.before, frame.right - frame.after)
    if panel.series.measured or panel.targets:
        _draw_axes(paper, voice)
    _draw_figures(paper, panel, voice)


def room_before(scale: ValueScale, ruler: Ruler, style: ChartStyle, voice: Voice) -> float:
    """The pixels that the words of a value axis take."""
    kind = Type(style.source_size)
    widths = [ruler.width(voice.number(tick, scale.decimals), kind) for tick in _few(scale.ticks)]
    return max(widths, default=0.0) + GUTTER + INSET


def room_after(
    panel: Panel, span: tuple[float, float], ruler: Ruler, style: ChartStyle, voice: Voice
) -> float:
    """The pixels that the newest value takes beyond the end of the time axis, nearly."""
    if not panel.series.measured:
        return INSET
    words = ruler.width(_newest_words(panel, voice), Type(style.source_size, SEMIBOLD))
    left_over = (span[1] - panel.series.measured[-1].period.position) / (span[1] - span[0])
    return max(INSET, END_GAP + words - left_over * LEAST_PLOT)


def _few(ticks: Sequence[float]) -> list[float]:
    """Two or three of the ticks, the lowest among them."""
    step = max(1, -(-(len(ticks) - 1) // (MOST_TICKS - 1)))
    return list(ticks[::step])


def _draw_axes(paper: _Paper, voice: Voice) -> None:
    sheet, frame, style = paper.sheet, paper.frame, paper.sheet.style
    small = Type(style.source_size)
    left, right = paper.left - INSET, paper.right + INSET
    for tick in _few(frame.values.ticks):
        y = paper.y(tick)
        sheet.rule(left, right, y, style.grid, 0.8, "grid")
        text = voice.number(tick, frame.values.decimals)
        extent = sheet.ruler.measure(text, small)
        baseline = y - (extent.ascent - extent.descent) / 2
        sheet.text(text, small, left - GUTTER - extent.width, baseline, style.soft, "value-tick")
    sheet.rule(left, right, frame.ground, style.soft, 1.0, "ground")
    first, last = (str(int(position + 1e-6)) for position in frame.span)
    width = sheet.ruler.width(last, small)
    sheet.text(first, small, paper.left - 4, frame.ground - 15, style.soft, "period-tick")
    if last != first:
        sheet.text(last, small, paper.right + 4 - width, frame.ground - 15, style.soft, "period-tick")


def _draw_figures(paper: _Paper, panel: Panel, voice: Voice) -> None:
    sheet, style, series = paper.sheet, paper.sheet.style, panel.series
    for line in trend_lines(series, panel.analysis):
        band = [paper.place(*line.start), paper.place(*line.end)]
        colour, width = style.colour(line.meaning), style.points(BAND_PIXELS)
        sheet.lines([band], colour, width, f"trend-{line.meaning}", strength=style.band_strength, order=1.5)
    breaks = [x for period in series.breaks if (x := paper.x(break_line(period))) > paper.left]
    dotted = [[(x, paper.frame.ground), (x, paper.frame.top)] for x in breaks]
    sheet.lines(dotted, style.soft, 1.0, "break-line", dashes=(0, (1, 2.5)), order=1.6)
    _draw_target(paper, panel)
    drawn = [(stroke.dashed, _pixels(paper, stroke.positions, stroke.values)) for stroke in strokes(series)]
    sheet.lines([line for dashed, line in drawn if not dashed], style.ink, 1.5, "measurements", order=3)
    dashed = [line for dashed, line in drawn if dashed]
    sheet.lines(dashed, style.ink, 1.5, "measurements-dashed", dashes=DASHES, order=3)
    _draw_dots(paper, panel)
    newest = _newest_words(panel, voice)
    if newest:
        bold, point = Type(style.source_size, SEMIBOLD), series.measured[-1]
        extent = sheet.ruler.measure(newest, bold)
        x, y = paper.place(point.period.position, point.value or 0.0)
        left = min(x + END_GAP, paper.frame.right - extent.width)
        baseline = _clear_of_targets(paper, panel, left, left + extent.width, y)
        baseline -= (extent.ascent - extent.descent) / 2
        sheet.text(newest, bold, left, baseline, style.ink, "newest")
    else:
        text = voice.gettext("No values yet.")
        sheet.text(text, Type(style.source_size), paper.left, paper.frame.top - 21, style.soft, "empty")


def _clear_of_targets(paper: _Paper, panel: Panel, left: float, right: float, y: float) -> float:
    """The height of words beside the newest value, moved off a target that stands there."""
    for period, value in panel.targets:
        x, other = paper.place(period.position, value)
        if left - DIAMOND < x < right + DIAMOND and abs(other - y) < BESIDE_DIAMOND:
            moved = other + (BESIDE_DIAMOND if y > other else -BESIDE_DIAMOND)
            return max(moved, paper.frame.ground + BESIDE_DIAMOND / 2)
    return y


def _draw_target(paper: _Paper, panel: Panel) -> None:
    style = paper.sheet.style
    path = [(period.position, value) for period, value in panel.targets]
    if panel.baseline is not None and panel.baseline[0].position >= paper.frame.span[0]:
        path.insert(0, (panel.baseline[0].position, panel.baseline[1]))
    places = [paper.place(*each) for each in path]
    paper.sheet.lines(
        [list(pair) for pair in pairwise(places)], style.soft, 1.0, "target-path", dashes=DASHES, order=2.2
    )
    diamonds = [paper.place(period.position, value) for period, value in panel.targets]
    paper.sheet.signs(diamonds, "D", 6.0, style.page, "target", edge=style.soft, edge_width=1.1, order=3.2)


def _draw_dots(paper: _Paper, panel: Panel) -> None:
    sheet, style, measured = paper.sheet, paper.sheet.style, panel.series.measured
    if not measured:
        return
    apart = (paper.right - paper.left) / max(len(measured) - 1, 1)
    final = [point for point in measured[:-1] if point.status is not Status.PRELIMINARY]
    hollow = [point for point in measured[:-1] if point.status is Status.PRELIMINARY]
    if apart >= CROWDED:
        places = [paper.place(point.period.position, point.value or 0.0) for point in final]
        sheet.signs(places, "o", 3.6, style.ink, "measurement")
    places = [paper.place(point.period.position, point.value or 0.0) for point in hollow]
    sheet.signs(places, "o", 4.4, style.page, "preliminary", edge=style.ink, edge_width=1.1)
    newest = measured[-1]
    place = [paper.place(newest.period.position, newest.value or 0.0)]
    if newest.status is Status.PRELIMINARY:
        sheet.signs(place, "o", 6.4, style.page, "preliminary", edge=style.ink, edge_width=1.4, order=3.5)
    else:
        sheet.signs(place, "o", 6.6, style.ink, "measurement", order=3.5)


def _pixels(paper: _Paper, positions: Sequence[float], values: Sequence[float]) -> list[Place]:
    return [paper.place(position, value) for position, value in zip(positions, values, strict=True)]


def _newest_words(panel: Panel, voice: Voice) -> str:
    if not panel.series.measured:
        return ""
    return value_words(panel.series.measured[-1].value or 0.0, panel.series.unit, voice)
