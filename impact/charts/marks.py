"""Steps that draw data: measurements, uncertainty, reference, target, good band."""

from __future__ import annotations

from collections.abc import Sequence

from impact.charts.layout import shown_reference, whisker
from impact.charts.plot import Plot
from impact.charts.segments import Stroke, strokes
from impact.charts.sheet import box
from impact.charts.words import needed_words
from impact.semantics.series import Point, Series, Status

LINE_COST, DOT_COST, WHISKER_COST, PALE_COST = 1.0, 3.0, 0.35, 0.5
DASHES = (0, (3.2, 2.4))
WIDE_APART, NEAR = 9.0, 4.5


def draw_good_band(plot: Plot) -> None:
    """The values that are good, where the goal is to lie within a band."""
    band = plot.chart.series.band
    if band is not None:
        layout = plot.layout
        low, high = (min(max(layout.y(end), layout.ground), layout.top) for end in band)
        area = box(layout.left, low, layout.right, high)
        plot.sheet.areas([area], plot.style.better_column, "good-band", order=0.2, strength=0.55)


def draw_reference(plot: Plot) -> None:
    """The reference series as a grey line."""
    if plot.chart.reference is None:
        return
    source = plot.chart.reference[1]
    shown = Series(tuple(shown_reference(plot.chart)), source.unit, source.direction, source.breaks)
    for stroke in strokes(shown):
        _line(plot, stroke, plot.style.reference, 1.5, 2.0, "reference", PALE_COST)
    if len(shown.points) == 1:
        point = shown.points[0]
        plot.line(
            [point.period.position],
            [point.value or 0.0],
            marker="o",
            color=plot.style.reference,
            markersize=4,
            gid="reference",
        )


def draw_target(plot: Plot) -> None:
    """The promised path from the baseline, dashed, with a diamond at each target."""
    chart, style = plot.chart, plot.style
    path = [(period.position, value) for period, value in chart.targets]
    if chart.baseline is not None:
        path.insert(0, (chart.baseline[0].position, chart.baseline[1]))
    if len(path) > 1:
        positions, values = zip(*path, strict=True)
        stroke = Stroke(tuple(positions), tuple(values), dashed=True)
        _line(plot, stroke, style.soft, 1.15, 2.2, "target-path", PALE_COST)
    _draw_needed(plot)
    for period, value in chart.targets:
        _dots(plot, [period.position], [value], "D", 6.5, style.page, style.soft, "target")
    if chart.baseline is not None:
        period, value = chart.baseline
        plot.line(
            [period.position],
            [value],
            marker="_",
            markersize=style.points(15),
            markeredgewidth=1.4,
            color=style.soft,
            zorder=2.4,
            linestyle="none",
            gid="baseline",
        )


def _draw_needed(plot: Plot) -> None:
    """The way from the newest value to the next target, dotted: the pace that it takes."""
    progress = plot.chart.progress
    if progress is None or not needed_words(plot.chart):
        return
    now, target = progress.now, progress.promise.target
    plot.line(
        [now.period.position, target[0].position],
        [now.value or 0.0, progress.promise.goal_from(now.value or 0.0)],
        color=plot.style.soft,
        linewidth=1.0,
        linestyle=(0, (1, 2.2)),
        zorder=2.1,
        gid="needed-path",
    )
    layout = plot.layout
    xs = [layout.x(now.period.position), layout.x(target[0].position)]
    plot.placer.avoid(xs, [layout.y(now.value or 0.0), layout.y(target[1])], PALE_COST)


def draw_whiskers(plot: Plot) -> None:
    """Thin lines over the 95 % interval of each measurement whose error is known."""
    series = plot.chart.series
    known = [point for point in series.measured if point.standard_error]
    lines = [[(point.period.position, end) for end in whisker(point, series.unit)] for point in known]
    if not lines:
        return
    plot.lines(lines, colors=plot.style.reference, linewidths=1.0, zorder=2.6, gid="whiskers")
    for line in lines:
        pixels = [plot.layout.y(value) for _, value in line]
        plot.placer.avoid([plot.layout.x(line[0][0])] * 2, pixels, WHISKER_COST)


def draw_measurements(plot: Plot) -> None:
    """The measurements in ink: line, dots, hollow where preliminary, newest largest."""
    style, series, apart = plot.style, plot.chart.series, _pixels_apart(plot)
    for stroke in strokes(series):
        _line(plot, stroke, style.ink, 1.7 if apart >= NEAR else 1.1, 3.0, "measurements", LINE_COST)
    is_crowded = apart < WIDE_APART
    alike = [
        point
        for point in series.measured[:-1]
        if (apart >= NEAR and point.status is not Status.PRELIMINARY) or point.status is Status.ESTIMATED
    ]
    _measurement_dots(plot, alike, 3.4 if is_crowded else 6.6, edge=0.0 if is_crowded else 1.1)
    for point in series.measured[:-1]:
        if point.status is Status.PRELIMINARY:
            _measurement_dots(plot, [point], 3.4 if is_crowded else 6.6, edge=1.2)
    for point in series.measured[-1:]:
        _measurement_dots(plot, [point], 8.5, edge=1.7 if point.status is Status.PRELIMINARY else 1.1)


def _measurement_dots(plot: Plot, points: Sequence[Point], size: float, *, edge: float) -> None:
    """Dots of one look: hollow where preliminary."""
    if not points:
        return
    style = plot.style
    positions = [point.period.position for point in points]
    values = [point.value or 0.0 for point in points]
    is_hollow = points[0].status is Status.PRELIMINARY
    fill, rim, gid = (
        (style.page, style.ink, "preliminary") if is_hollow else (style.ink, style.page, "measurement")
    )
    _dots(plot, positions, values, "o", size, fill, rim, gid, edge=edge)


def _line(plot: Plot, stroke: Stroke, colour: str, width: float, order: float, gid: str, cost: float) -> None:
    plot.line(
        stroke.positions,
        stroke.values,
        color=colour,
        linewidth=width,
        linestyle=DASHES if stroke.dashed else "-",
        solid_joinstyle="round",
        solid_capstyle="round",
        zorder=order,
        gid=f"{gid}-dashed" if stroke.dashed and gid != "target-path" else gid,
    )
    layout = plot.layout
    plot.placer.avoid(
        [layout.x(position) for position in stroke.positions],
        [layout.y(value) for value in stroke.values],
        cost,
    )


def _dots(
    plot: Plot,
    positions: Sequence[float],
    values: Sequence[float],
    marker: str,
    pixels: float,
    fill: str,
    edge_colour: str,
    gid: str,
    *,
    edge: float = 1.2,
) -> None:
    plot.line(
        positions,
        values,
        marker=marker,
        markersize=plot.style.points(pixels),
        markerfacecolor=fill,
        markeredgecolor=edge_colour,
        markeredgewidth=edge,
        linestyle="none",
        zorder=3.5,
        gid=gid,
    )
    for position, value in zip(positions, values, strict=True):
        x, y = plot.layout.x(position), plot.layout.y(value)
        plot.placer.avoid([x - 3, x, x + 3], [y, y, y], DOT_COST)


def _pixels_apart(plot: Plot) -> float:
    positions = [plot.layout.x(point.period.position) for point in plot.chart.series.measured]
    return (positions[-1] - positions[0]) / (len(positions) - 1) if len(positions) > 1 else WIDE_APART
