"""Steps that draw what the detector found: pale trend bands and the turning column."""

from __future__ import annotations

from impact.charts.edges import turning_span
from impact.charts.end_labels import early_words
from impact.charts.meaning import MEANINGS, SIGNS, meaning_after, meaning_of_newest
from impact.charts.placing import Spot, along
from impact.charts.plot import Plot
from impact.charts.ruler import Type
from impact.charts.segments import TrendLine, trend_lines
from impact.charts.sheet import box
from impact.charts.style import SEMIBOLD

BAND_PIXELS, RING_PIXELS, TURN_PIXELS = 9.0, 17.0, 20.0
NARROW = 560.0
BAND_COST, COLUMN_EDGE_COST = 0.3, 0.25


def draw_turning(plot: Plot) -> None:
    """The interval in which the trend turned, as a pale column."""
    layout, analysis = plot.layout, plot.chart.analysis
    span = turning_span(plot.chart, layout.x, (layout.left, layout.right))
    if span is None or analysis is None:
        return
    column = box(span[0], layout.ground, span[1], layout.top)
    plot.sheet.areas([column], plot.style.column(meaning_after(analysis)), "turning-column", order=0.3)
    for edge in span:
        plot.placer.avoid([edge, edge], [layout.ground, layout.top], COLUMN_EDGE_COST)


def draw_trend(plot: Plot) -> None:
    """The trend before and after, as wide bands in the colour of what they mean."""
    for line in trend_lines(plot.chart.series, plot.chart.analysis):
        xs, ys = _pixels(plot, line)
        plot.line(
            [line.start[0], line.end[0]],
            [line.start[1], line.end[1]],
            color=plot.style.colour(line.meaning),
            alpha=plot.style.band_strength,
            linewidth=plot.style.points(BAND_PIXELS),
            solid_capstyle="butt",
            zorder=1.5,
            gid=f"trend-{line.meaning}",
        )
        for shift in (-3.0, 3.0):
            plot.placer.avoid(xs, [y + shift for y in ys], BAND_COST)


def draw_early_warning(plot: Plot) -> None:
    """A ring around the newest value where the trend may have turned just now."""
    if not early_words(plot.chart) or not plot.chart.series.measured:
        return
    newest = plot.chart.series.measured[-1]
    plot.line(
        [newest.period.position],
        [newest.value or 0.0],
        marker="o",
        markersize=plot.style.points(RING_PIXELS),
        markerfacecolor="none",
        markeredgecolor=plot.style.colour(meaning_of_newest(plot.chart.series)),
        markeredgewidth=1.5,
        linestyle="none",
        zorder=3.8,
        gid="early-ring",
    )


def draw_slopes(plot: Plot) -> None:
    """Each slope in words beside the longest stretch of its band."""
    analysis, series = plot.chart.analysis, plot.chart.series
    if analysis is None:
        return
    for after, slope in ((True, analysis.slope_after), (False, analysis.slope_before)):
        lines = [line for line in trend_lines(series, analysis) if line.after is after]
        if slope is None or not lines:
            continue
        line = max(lines, key=lambda line: line.end[0] - line.start[0])
        kind, voice = Type(plot.style.text_size, SEMIBOLD), plot.chart.voice
        pace = _pace_words(plot, slope.value)
        spots = along(*_pixels(plot, line), above_first=slope.value >= 0 or not after)
        # What the colour says is said in a word, or by a sign where there is less room.
        word = voice.gettext(MEANINGS[line.meaning]) if line.meaning in MEANINGS else ""
        texts = [f"{pace}, {word}", f"{SIGNS[line.meaning]} {pace}"] if word else [pace]
        for text in texts:
            box = plot.placer.place(text, kind, spots)
            if box is not None:
                plot.text_in(box, text, kind, plot.style.colour(line.meaning), "slope")
                break


def _pace_words(plot: Plot, pace: float) -> str:
    """A slope in words; on a telephone without its unit, which stands in the subtitle."""
    unit, voice = plot.chart.series.unit, plot.chart.voice
    if plot.style.width >= NARROW:
        return unit.pace_text(pace, voice)
    return voice.gettext(
        "%(number)s per year", number=voice.number(pace, unit.pace_decimals(pace), signed=True)
    )


def draw_earlier_turns(plot: Plot) -> None:
    """A small mark with its period at each turn before the newest one."""
    analysis, series, layout = plot.chart.analysis, plot.chart.series, plot.layout
    if analysis is None or not series.measured:
        return
    small, half = Type(plot.style.source_size), TURN_PIXELS / 2
    for turn in analysis.earlier_turns:
        point = min(series.measured, key=lambda point: abs(point.period.position - turn))
        x, y = layout.x(point.period.position), layout.y(point.value or 0.0)
        plot.line(
            [point.period.position] * 2,
            [layout.value_at(y - half), layout.value_at(y + half)],
            color=plot.style.soft,
            linewidth=1.3,
            zorder=2.7,
            gid="earlier-turn",
        )
        text = plot.chart.voice.gettext("turned %(period)s", period=point.period.label(plot.chart.voice))
        spots = [
            Spot(x + aside, y + sign * (half + 9 + 4 * step), align, 0.3 * step + abs(aside) / 20)
            for step in range(10)
            for sign in (1, -1)
            for aside, align in ((0.0, 0.5), (4.0, 0.0), (-4.0, 1.0))
            if layout.ground + 12 < y + sign * (half + 9 + 4 * step) < layout.top
        ]
        box = plot.placer.place(text, small, spots)
        if box is not None:
            plot.text_in(box, text, small, plot.style.soft, "earlier-turn")


def _pixels(plot: Plot, line: TrendLine) -> tuple[list[float], list[float]]:
    layout = plot.layout
    return (
        [layout.x(line.start[0]), layout.x(line.end[0])],
        [layout.y(line.start[1]), layout.y(line.end[1])],
    )
