"""Words along the plot's lower and upper edge: events and gaps, turning and breaks."""

from __future__ import annotations

from datetime import date
from itertools import groupby

from impact.charts.content import IndicatorChart
from impact.charts.meaning import meaning_after
from impact.charts.ruler import Ruler, Type, printable
from impact.charts.scales import TimeScale
from impact.charts.segments import break_line
from impact.charts.strip import Strip
from impact.charts.style import ChartStyle
from impact.charts.words import turning_words
from impact.semantics.period import Frequency, ReportingPeriod, position_of_day

MOST_GAPS_NAMED = 2
MARK_INSET = 4.0
NARROWEST_COLUMN = 14.0


def event_strip(
    chart: IndicatorChart,
    style: ChartStyle,
    ruler: Ruler,
    x: TimeScale,
    edges: tuple[float, float],
) -> Strip:
    """Events in italics and missing periods, in rows above the time axis."""
    strips = []
    for n_flags in range(2):
        strip = Strip(ruler, edges[0], edges[1])
        for position in break_positions(chart):
            strip.keep_clear(x(position))
        for first, last in missing_runs(chart)[-MOST_GAPS_NAMED:]:
            middle = (x(first) + x(last)) / 2
            strip.add(chart.voice.gettext("missing"), Type(style.source_size), style.soft, middle, "missing")
        events = [(x(position), text) for position, text in shown_events(chart, x, edges)]
        (_fly_flags if n_flags else _centre)(strip, events, style)
        strips.append(strip)
    return max(strips, key=lambda strip: (len(strip.labels), sum(len(label.text) for label in strip.labels)))


def _centre(strip: Strip, events: list[tuple[float, str]], style: ChartStyle) -> None:
    for mark, text in events:
        strip.add(text, Type(style.source_size, italic=True), style.soft, mark, "event")


def _fly_flags(strip: Strip, events: list[tuple[float, str]], style: ChartStyle) -> None:
    """Flags fly outwards from a crowd: those on the right to the right, others to the left."""
    italic, left_over = Type(style.source_size, italic=True), []
    for mark, text in reversed(events):
        if not strip.add_flag(text, italic, style.soft, mark, "event", leftward=False):
            left_over.append((mark, text))
    for mark, text in reversed(left_over):
        strip.add_flag(text, italic, style.soft, mark, "event", leftward=True)


def note_strip(
    chart: IndicatorChart,
    style: ChartStyle,
    ruler: Ruler,
    x: TimeScale,
    edges: tuple[float, float],
) -> Strip:
    """The years of the turning point and the words of breaks, under the plot's top."""
    strip = Strip(ruler, edges[0], edges[1])
    lines = break_positions(chart)
    for position in lines:
        strip.keep_clear(x(position))
    span = turning_span(chart, x, edges)
    if span is not None and chart.analysis is not None and chart.analysis.turning is not None:
        words = turning_words(chart.analysis.turning, chart.series, chart.voice)
        colour = style.colour(meaning_after(chart.analysis))
        strip.add(words, Type(style.source_size), colour, sum(span) / 2, "turning")
    words_of = dict(chart.break_labels)
    strip.beside = True
    for period, position in zip(shown_breaks(chart), lines, strict=True):
        text = printable(words_of.get(period, "")) or chart.voice.gettext("new definition")
        strip.add(text, Type(style.source_size), style.soft, x(position), "break")
    return strip


def shown_breaks(chart: IndicatorChart) -> list[ReportingPeriod]:
    """The declared breaks between the first and the last period of the series."""
    positions = [point.period.position for point in chart.series.points]
    return [period for period in sorted(chart.series.breaks) if positions and positions[0] < period.position]


def break_positions(chart: IndicatorChart) -> list[float]:
    """Where the breaks' marks stand."""
    return [break_line(period) for period in shown_breaks(chart)]


def missing_runs(chart: IndicatorChart) -> list[tuple[float, float]]:
    """First and last position of each run of periods without a value."""
    runs = []
    for is_missing, points in groupby(chart.series.points, key=lambda point: point.value is None):
        positions = [point.period.position for point in points]
        if is_missing:
            runs.append((positions[0], positions[-1]))
    return runs


def shown_events(chart: IndicatorChart, x: TimeScale, edges: tuple[float, float]) -> list[tuple[float, str]]:
    """Position and words of the events within the plot, in order.

    The first period began, and the last ends, half a period beyond its mark; an event
    there stands at the edge.
    """
    n_months = chart.series.points[0].period.n_months if chart.series.points else 12
    first, last = x.position(edges[0] + MARK_INSET), x.position(edges[1] - MARK_INSET)
    half_a_period = n_months / 24
    events = [(day_position(day, n_months), printable(text)) for day, text in sorted(chart.events)]
    return [
        (min(max(position, first), last), text)
        for position, text in events
        if text and x.start - half_a_period - 1e-6 <= position <= max(x.end + half_a_period, last)
    ]


def day_position(day: date, n_months: int) -> float:
    """Where a day stands among periods of so many months, which stand for their middle."""
    return position_of_day(day, Frequency.MONTH) + 1 / 24 - n_months / 24


def turning_span(
    chart: IndicatorChart, x: TimeScale, edges: tuple[float, float]
) -> tuple[float, float] | None:
    """Left and right pixel of the column in which the trend turned."""
    if chart.analysis is None or chart.analysis.turning is None or not chart.series.points:
        return None
    left, right = x(chart.analysis.turning.low), x(chart.analysis.turning.high)
    if right - left < NARROWEST_COLUMN:
        middle = (left + right) / 2
        left, right = middle - NARROWEST_COLUMN / 2, middle + NARROWEST_COLUMN / 2
    left, right = max(left, edges[0]), min(right, edges[1])
    return (left, right) if left < right else None
