"""Every picture by one door: bytes for screen, paper and mail, and words for those who see none."""

from __future__ import annotations

from matplotlib.figure import Figure

from impact.charts import alt_text, dot_chart, dots, heat_strip, indicator_chart, small_multiples
from impact.charts.content import IndicatorChart
from impact.charts.dots import DotChart
from impact.charts.heat_strip import HeatStrip
from impact.charts.render import to_png, to_svg
from impact.charts.small_multiples import SmallMultiples
from impact.charts.style import LIGHT, ChartStyle

Picture = IndicatorChart | SmallMultiples | DotChart | HeatStrip


def svg_of(picture: Picture, style: ChartStyle = LIGHT) -> bytes:
    """The picture as SVG; the same bytes for the same picture."""
    return to_svg(figure_of(picture, style))


def png_of(picture: Picture, style: ChartStyle = LIGHT, scale: float = 2) -> bytes:
    """The picture as PNG with so many pixels for each pixel of the layout."""
    return to_png(figure_of(picture, style), scale)


def alt_of(picture: Picture) -> str:
    """What the picture shows in full sentences, in the reader's language."""
    if isinstance(picture, IndicatorChart):
        return alt_text.alt_text(picture)
    if isinstance(picture, SmallMultiples):
        return small_multiples.words_of(picture)
    return dots.words_of(picture) if isinstance(picture, DotChart) else heat_strip.words_of(picture)


def figure_of(picture: Picture, style: ChartStyle = LIGHT) -> Figure:
    """The picture as a figure."""
    if isinstance(picture, IndicatorChart):
        return indicator_chart.draw(picture, style)
    if isinstance(picture, SmallMultiples):
        return small_multiples.draw(picture, style)
    return (
        dot_chart.draw(picture, style) if isinstance(picture, DotChart) else heat_strip.draw(picture, style)
    )


def size_of(picture: Picture, style: ChartStyle = LIGHT) -> tuple[int, int]:
    """Width and height of the picture in pixels of its layout, so that pages keep its place."""
    if isinstance(picture, SmallMultiples):
        style = small_multiples.sized(picture, style)
    elif isinstance(picture, DotChart):
        style = dot_chart.sized(picture, style)
    elif isinstance(picture, HeatStrip):
        style = heat_strip.sized(picture, style)
    return round(style.width), round(style.height)
