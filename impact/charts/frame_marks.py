"""Steps around the data: captions, grid, ticks, words along the edges."""

from __future__ import annotations

from impact.charts.captions import draw_captions
from impact.charts.edges import break_positions, shown_events
from impact.charts.plot import Plot
from impact.charts.ruler import Type
from impact.charts.strip import ROW_HEIGHT, Strip

TICK_BASELINE = 18.0
GRID_COST, EDGE_COST, GROUND_COST = 0.02, 0.2, 1.0


def draw_frame(plot: Plot) -> None:
    """The finding and the subtitle above; source and dates below a thin line."""
    draw_captions(plot, plot.layout.captions)


def draw_grid(plot: Plot) -> None:
    """Few grey lines with their values, the ground line, and whole periods below it."""
    style, layout = plot.style, plot.layout
    small = Type(style.source_size)
    has_data = bool(plot.chart.series.measured or plot.chart.targets or plot.chart.baseline)
    ticks = layout.values.ticks if has_data else ()
    for is_zero, colour in ((False, style.grid), (True, style.reference)):
        of_kind = [tick for tick in ticks if (tick == 0 and layout.values.low < 0) is is_zero]
        level = [[(layout.left, layout.y(tick)), (layout.right, layout.y(tick))] for tick in of_kind]
        plot.sheet.lines(level, colour, 0.8, "grid", order=0.5)
    for tick in ticks:
        plot.placer.avoid([layout.left, layout.right], [layout.y(tick)] * 2, GRID_COST)
        text = plot.chart.voice.number(tick, layout.values.decimals)
        extent = plot.ruler.measure(text, small)
        baseline = layout.y(tick) - (extent.ascent - extent.descent) / 2
        plot.text(text, small, layout.left - 8 - extent.width, baseline, style.soft, "value-tick")
    plot.placer.avoid([layout.right] * 2, [layout.ground, layout.top], EDGE_COST)
    plot.rule(layout.left, layout.right, layout.ground, style.soft, 1.1, "ground")
    plot.placer.avoid([layout.left, layout.right], [layout.ground] * 2, GROUND_COST)
    for period in layout.ticks:
        left = layout.x(period.position) - plot.ruler.width(period.text, small) / 2
        plot.text(period.text, small, left, layout.ground - TICK_BASELINE, style.soft, "period-tick")


def draw_edges(plot: Plot) -> None:
    """Events and missing periods on the axis; turning and breaks under the top."""
    layout = plot.layout
    for label in layout.events.labels:
        baseline = layout.ground + 15 + label.row * ROW_HEIGHT
        plot.text(label.text, label.kind, label.left, baseline, label.colour, label.gid)
        if label.row and label.gid == "event":
            crosses = label.left < label.mark < label.left + plot.ruler.width(label.text, label.kind)
            _leader(plot, label.mark, layout.ground + 8, baseline - 4 if crosses else baseline + 8)
    for position, _ in shown_events(plot.chart, layout.x, (layout.left, layout.right)):
        _mark(plot, position, "v", 5, "event-mark")
    for point in plot.chart.series.points:
        if point.value is None:
            _mark(plot, point.period.position, "x", 4.5, "missing-mark")
    _draw_notes(plot, layout.notes)


def draw_breaks(plot: Plot) -> None:
    """A dotted line where the definition changed."""
    layout = plot.layout
    for position in break_positions(plot.chart):
        pixel = layout.x(position)
        upright = [layout.value_at(layout.ground), layout.value_at(layout.top)]
        plot.line(
            [position, position],
            upright,
            color=plot.style.soft,
            linewidth=1.1,
            linestyle=(0, (1, 2.5)),
            zorder=1.6,
            gid="break-line",
        )
        plot.placer.avoid([pixel, pixel], [layout.ground, layout.top], 1.5)


def _draw_notes(plot: Plot, notes: Strip) -> None:
    for label in notes.labels:
        baseline = plot.layout.top - 14 - label.row * ROW_HEIGHT
        plot.text(label.text, label.kind, label.left, baseline, label.colour, label.gid)


def _mark(plot: Plot, position: float, marker: str, pixels: float, gid: str) -> None:
    """A small sign standing on the ground line."""
    value = plot.layout.value_at(plot.layout.ground + 5)
    plot.line(
        [position],
        [value],
        marker=marker,
        markersize=plot.style.points(pixels),
        color=plot.style.soft,
        markeredgewidth=1.0,
        linestyle="none",
        gid=gid,
        zorder=2,
    )


def _leader(plot: Plot, pixel: float, low: float, high: float) -> None:
    plot.sheet.lines([[(pixel, low), (pixel, high)]], plot.style.reference, 0.7, "event-leader")
