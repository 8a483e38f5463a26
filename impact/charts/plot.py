"""The sheet that the steps of a chart draw on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.artist import Artist
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Transform

from impact.charts.content import IndicatorChart
from impact.charts.layout import Layout, plan_layout
from impact.charts.placing import Box, Placer
from impact.charts.ruler import Ruler, Type
from impact.charts.sheet import Sheet
from impact.charts.style import ChartStyle

EDGE = 6.0


@dataclass(frozen=True)
class Plot:
    """A sheet with the layout planned for it and the placer of its labels.

    There are no matplotlib axes: their ticks, limits and clipping take longer than all that
    is drawn, and every line's place is known.
    """

    chart: IndicatorChart
    style: ChartStyle
    layout: Layout
    sheet: Sheet
    ruler: Ruler
    placer: Placer
    data: Transform

    def text(self, text: str, kind: Type, left: float, baseline: float, colour: str, gid: str) -> Text:
        """A text set from a pixel on its baseline; no later one is put over it."""
        extent = self.ruler.measure(text, kind)
        self.placer.block(Box(left, baseline - extent.descent, left + extent.width, baseline + extent.ascent))
        return self.sheet.text(text, kind, left, baseline, colour, gid)

    def rule(self, left: float, right: float, y: float, colour: str, width: float, gid: str) -> None:
        """A level line from pixel to pixel."""
        self.sheet.rule(left, right, y, colour, width, gid)

    def line(self, positions: Sequence[float], values: Sequence[float], **look: Any) -> None:
        """A line, or marks, through periods and values."""
        self._add(Line2D(positions, values, transform=self.data, **look))

    def lines(self, lines: Sequence[Sequence[tuple[float, float]]], **look: Any) -> None:
        """Many short lines of one look through periods and values."""
        if lines:
            self._add(LineCollection([list(line) for line in lines], transform=self.data, **look))

    def text_in(self, box: Box, text: str, kind: Type, colour: str, gid: str) -> Text:
        """A text in the box that was found for it."""
        return self.text(text, kind, box.left, box.low + self.ruler.measure(text, kind).descent, colour, gid)

    def _add(self, artist: Artist) -> None:
        self.sheet.figure.add_artist(artist)


def empty_plot(chart: IndicatorChart, style: ChartStyle, title: str) -> Plot:
    """The sheet with its layout and nothing on it."""
    ruler = Ruler(style)
    layout = plan_layout(chart, style, ruler)
    sheet = Sheet(style, ruler, title)
    bounds = Box(layout.left + 2, layout.captions.footer + EDGE, style.width - EDGE, layout.top)
    across = layout.x(1.0) - layout.x(0.0)
    up = layout.y(layout.values.high) - layout.y(layout.values.low)
    up /= layout.values.high - layout.values.low
    start, low = layout.x.start, layout.values.low
    places = Affine2D().translate(-start, -low).scale(across, up).translate(layout.x(start), layout.y(low))
    return Plot(chart, style, layout, sheet, ruler, Placer(ruler, bounds), places + sheet.pixels)
