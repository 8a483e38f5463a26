"""A sheet drawn on in pixels: for pictures with many small plots or rows."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.backend_bases import RendererBase
from matplotlib.collections import LineCollection, PathCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.markers import MarkerStyle
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, IdentityTransform

from impact.charts.ruler import Ruler, Type
from impact.charts.style import ChartStyle

Place = tuple[float, float]
DASHES = (0, (3.2, 2.4))
# Over every line and mark.
TEXT_ORDER = 5.0


class _Words(Text):
    """A line of text that is drawn where it stands, without being measured once more."""

    def draw(self, renderer: RendererBase) -> None:
        """Hand the words to the renderer."""
        x, y = self.get_transform().transform(self.get_position())
        if renderer.flipy():
            y = renderer.get_canvas_width_height()[1] - y
        renderer.open_group("text", self.get_gid())
        look = renderer.new_gc()
        look.set_foreground(self.get_color())
        renderer.draw_text(look, x, y, self.get_text(), self.get_fontproperties(), 0.0, ismath=False)
        look.restore()
        renderer.close_group("text")


class Sheet:
    """An empty picture; places are pixels from its lower left corner.

    What looks alike is drawn as one collection: it is fast, and the file stays small.
    """

    def __init__(self, style: ChartStyle, ruler: Ruler, title: str) -> None:
        self.style, self.ruler = style, ruler
        self.figure = Figure(
            figsize=(style.width_inches, style.height_inches), dpi=style.dpi, facecolor=style.page
        )
        self.figure.set_label(title)
        self.pixels = Affine2D().scale(1 / style.width, 1 / style.height) + self.figure.transFigure

    def text(self, text: str, kind: Type, left: float, baseline: float, colour: str, gid: str) -> Text:
        """A text set from a pixel on its baseline; it is never read as a formula."""
        words = _Words(
            left / self.style.width,
            baseline / self.style.height,
            text,
            fontproperties=kind.font(),
            color=colour,
            ha="left",
            va="baseline",
            parse_math=False,
            gid=gid,
            zorder=TEXT_ORDER,
            transform=self.figure.transFigure,
        )
        words.set_figure(self.figure)
        self.figure.texts.append(words)
        return words

    def rule(self, left: float, right: float, y: float, colour: str, width: float, gid: str) -> None:
        """A level line from pixel to pixel."""
        self.lines([[(left, y), (right, y)]], colour, width, gid)

    def lines(
        self,
        lines: Sequence[Sequence[Place]],
        colour: str,
        width: float,
        gid: str,
        *,
        dashes: tuple[float, tuple[float, ...]] | None = None,
        strength: float = 1.0,
        order: float = 1.0,
    ) -> None:
        """Lines of one look through pixels; the width is in points."""
        if not lines:
            return
        collection = LineCollection(
            [list(line) for line in lines],
            colors=colour,
            linewidths=width,
            linestyles=[dashes] if dashes else "solid",
            alpha=strength,
            zorder=order,
            gid=gid,
            transform=self.pixels,
            capstyle="butt" if dashes or strength < 1 else "round",
            joinstyle="round",
        )
        self.figure.add_artist(collection)

    def areas(
        self,
        areas: Sequence[Sequence[Place]],
        colour: str,
        gid: str,
        *,
        edge: str = "none",
        order: float = 0.5,
        strength: float = 1.0,
    ) -> None:
        """Filled shapes of one look through pixels."""
        if areas:
            collection = PolyCollection(
                [list(area) for area in areas],
                facecolors=colour,
                edgecolors=edge,
                linewidths=0.8 if edge != "none" else 0.0,
                zorder=order,
                gid=gid,
                alpha=strength,
                transform=self.pixels,
            )
            self.figure.add_artist(collection)

    def signs(
        self,
        places: Sequence[Place],
        marker: str,
        pixels: float,
        fill: str,
        gid: str,
        *,
        edge: str = "none",
        edge_width: float = 1.0,
        order: float = 3.0,
    ) -> None:
        """The same small sign, so many pixels wide, at each place."""
        if not places:
            return
        sign = MarkerStyle(marker)
        collection = PathCollection(
            [sign.get_path().transformed(sign.get_transform())],
            sizes=[self.style.points(pixels) ** 2],
            offsets=list(places),
            offset_transform=self.pixels,
            facecolors=fill if sign.is_filled() else "none",
            edgecolors=edge,
            linewidths=edge_width if edge != "none" else 0.0,
            zorder=order,
            gid=gid,
            # The sign is in pixels already; a figure gives its own scale to what says nothing.
            transform=IdentityTransform(),
        )
        self.figure.add_artist(collection)


def box(left: float, low: float, right: float, high: float) -> list[Place]:
    """The corners of a rectangle."""
    return [(left, low), (right, low), (right, high), (left, high)]
