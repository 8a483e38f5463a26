"""Where the plot lies in the picture, and which pixel a period and a value have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from impact.charts.captions import MARGIN, Captions, captions
from impact.charts.content import IndicatorChart
from impact.charts.edges import event_strip, note_strip
from impact.charts.end_labels import EndLabel, end_labels
from impact.charts.ruler import Ruler, Type
from impact.charts.scales import PeriodTick, TimeScale, ValueScale, period_ticks, value_scale
from impact.charts.segments import trend_lines
from impact.charts.strip import Strip
from impact.charts.style import ChartStyle
from impact.semantics.limits import error_interval
from impact.semantics.series import Point
from impact.semantics.unit import Unit

PAD_LEFT, PAD_RIGHT = 17.0, 10.0
TICK_ROOM = 44.0
LABEL_GAP = 8.0
END_GAP = 14.0
NARROWEST = 0.5


@dataclass(frozen=True)
class Layout:
    """The planned picture: edges in pixels, scales, captions, strips of words."""

    captions: Captions
    values: ValueScale
    x: TimeScale
    ticks: tuple[PeriodTick, ...]
    left: float
    right: float
    ground: float
    top: float
    value_low: float
    value_high: float
    events: Strip
    notes: Strip
    end_labels: tuple[EndLabel, ...]

    def y(self, value: float) -> float:
        """The pixel of a value."""
        share = (value - self.values.low) / (self.values.high - self.values.low)
        return self.value_low + share * (self.value_high - self.value_low)

    def value_at(self, pixel: float) -> float:
        """The value at a pixel, beyond the scale's ends too."""
        share = (pixel - self.value_low) / (self.value_high - self.value_low)
        return self.values.low + share * (self.values.high - self.values.low)


def plan_layout(chart: IndicatorChart, style: ChartStyle, ruler: Ruler) -> Layout:
    """The layout in which every measured text has its room."""
    texts = captions(chart, style, ruler)
    values = value_scale(shown_values(chart), chart.series.unit)
    left = MARGIN + LABEL_GAP + _widest_tick(chart, values, style, ruler)
    labels = end_labels(chart, style, ruler)
    start, end = shown_time(chart)
    right = _right_edge(labels, start, end, left, style)
    x = TimeScale(start, end, left + PAD_LEFT, right - PAD_RIGHT)
    small = Type(style.source_size)
    ticks = period_ticks(
        [point.period for point in chart.series.points],
        max(shown_positions(chart), default=end),
        chart.voice,
        x,
        lambda text: ruler.width(text, small),
    )
    ground, top = texts.footer + TICK_ROOM, style.height - texts.header
    events = event_strip(chart, style, ruler, x, (left, right))
    notes = note_strip(chart, style, ruler, x, (left, right))
    return Layout(
        captions=texts,
        values=values,
        x=x,
        ticks=ticks,
        left=left,
        right=right,
        ground=ground,
        top=top,
        value_low=ground + (events.height + 12 if events.height else 0),
        value_high=top - (notes.height + 4 if notes.height else 0),
        events=events,
        notes=notes,
        end_labels=labels,
    )


def shown_values(chart: IndicatorChart) -> list[float]:
    """Every value that the value axis has to reach, whiskers and targets included."""
    values = [end for point in chart.series.measured for end in whisker(point, chart.series.unit)]
    values += [value for _, value in chart.targets]
    if chart.baseline is not None:
        values.append(chart.baseline[1])
    values += [
        line_end[1]
        for line in trend_lines(chart.series, chart.analysis)
        for line_end in (line.start, line.end)
    ]
    values += [point.value for point in shown_reference(chart) if point.value is not None]
    return values


def whisker(point: Point, unit: Unit) -> tuple[float, float]:
    """The ends of a point's 95 % interval; the value twice where no error is known."""
    return error_interval(point.value or 0.0, point.standard_error or 0.0, unit)


def shown_reference(chart: IndicatorChart) -> Sequence[Point]:
    """The measured reference points within the time that the chart shows."""
    if chart.reference is None:
        return ()
    start, end = shown_time(chart)
    return [p for p in chart.reference[1].measured if start - 1e-6 <= p.period.position <= end + 1e-6]


def shown_time(chart: IndicatorChart) -> tuple[float, float]:
    """First and last position on the time axis; a single one gets room on both sides."""
    positions = shown_positions(chart)
    if not positions and chart.reference is not None:
        positions = [point.period.position for point in chart.reference[1].points]
    start, end = min(positions, default=0.0), max(positions, default=1.0)
    if start == end:
        room = 1.5 / chart.series.periods_per_year
        return start - room, end + room
    return start, end


def shown_positions(chart: IndicatorChart) -> list[float]:
    """The positions of all periods of the series, its targets and its baseline."""
    positions = [point.period.position for point in chart.series.points]
    positions += [period.position for period, _ in chart.targets]
    return positions if chart.baseline is None else [*positions, chart.baseline[0].position]


def _widest_tick(chart: IndicatorChart, values: ValueScale, style: ChartStyle, ruler: Ruler) -> float:
    kind = Type(style.source_size)
    texts = [chart.voice.number(tick, values.decimals) for tick in values.ticks]
    return max((ruler.width(text, kind) for text in texts), default=0.0)


def _right_edge(
    labels: Sequence[EndLabel], start: float, end: float, left: float, style: ChartStyle
) -> float:
    """The plot's right edge: as far right as the labels at the lines' ends allow."""
    most = style.width - MARGIN
    first = left + PAD_LEFT
    right = most
    for label in labels:
        share = (label.position - start) / (end - start)
        room = most - END_GAP - label.width - first
        if share > 0.3:
            right = min(right, first + room / share + PAD_RIGHT)
    return max(right, left + NARROWEST * (most - left))
