"""The sheet that the steps of a chart draw on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text

from impact.charts.content import IndicatorChart
from impact.charts.layout import Layout, plan_layout
from impact.charts.placing import Box, Placer
from impact.charts.ruler import Ruler, Type
from impact.charts.style import ChartStyle

EDGE = 6.0


@dataclass(frozen=True)
class Plot:
    """A figure with its axes, the layout planned for it and the placer of its labels."""

    chart: IndicatorChart
    style: ChartStyle
    layout: Layout
    figure: Figure
    axes: Axes
    ruler: Ruler
    placer: Placer

    def text(self, text: str, kind: Type, left: float, baseline: float, colour: str, gid: str) -> Text:
        """A text set from a pixel on its baseline; it is never read as a formula."""
        artist = self.figure.text(
            left / self.style.width,
            baseline / self.style.height,
            text,
            fontproperties=kind.font(),
            color=colour,
            ha="left",
            va="baseline",
            parse_math=False,
            gid=gid,
        )
        extent = self.ruler.measure(text, kind)
        self.placer.block(Box(left, baseline - extent.descent, left + extent.width, baseline + extent.ascent))
        return artist

    def rule(self, left: float, right: float, y: float, colour: str, width: float, gid: str) -> None:
        """A level line from pixel to pixel."""
        style = self.style
        xs, ys = [left / style.width, right / style.width], [y / style.height] * 2
        self.figure.add_artist(Line2D(xs, ys, color=colour, linewidth=width, gid=gid))

    def line(self, positions: Sequence[float], values: Sequence[float], **look: Any) -> None:
        """A line, or marks, through periods and values."""
        self.axes.add_artist(Line2D(positions, values, **look))

    def text_in(self, box: Box, text: str, kind: Type, colour: str, gid: str) -> Text:
        """A text in the box that was found for it."""
        return self.text(text, kind, box.left, box.low + self.ruler.measure(text, kind).descent, colour, gid)


def empty_plot(chart: IndicatorChart, style: ChartStyle) -> Plot:
    """The sheet with its axes in place and nothing on it."""
    ruler = Ruler(style)
    layout = plan_layout(chart, style, ruler)
    figure = Figure(figsize=(style.width_inches, style.height_inches), dpi=style.dpi, facecolor=style.page)
    frame = (
        layout.left / style.width,
        layout.ground / style.height,
        (layout.right - layout.left) / style.width,
        (layout.top - layout.ground) / style.height,
    )
    axes = figure.add_axes(frame, facecolor="none")
    axes.set_xlim(layout.x.position(layout.left), layout.x.position(layout.right))
    axes.set_ylim(layout.value_at(layout.ground), layout.value_at(layout.top))
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)
    bounds = Box(layout.left + 2, layout.captions.footer + EDGE, style.width - EDGE, layout.top)
    return Plot(chart, style, layout, figure, axes, ruler, Placer(ruler, bounds))
