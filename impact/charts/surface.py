"""Pixels to draw a figure on, with words as filled outlines that are kept."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.backends.backend_agg import RendererAgg, get_hinting_flag
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager, get_font
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

Places = npt.NDArray[np.float64]
Steps = npt.NDArray[np.uint8]


class Surface(RendererAgg):
    """Draws as matplotlib does, but a line of words at once.

    matplotlib lays each line out anew and asks the typeface for every single letter: more
    than half of what a picture takes. Letters are fitted to the pixels, so a line starts on
    a whole one.
    """

    def draw_text(
        self, gc: Any, x: float, y: float, s: str, prop: FontProperties, *_turned: Any, **_as_formula: Any
    ) -> None:
        """Fill the outlines of level words; y is downwards."""
        outline = _outline(files_of(prop), s, prop.get_size_in_points(), self.dpi)
        start: Any = Affine2D().translate(round(x), round(self.height - y))
        gc.set_linewidth(0)
        self._renderer.draw_path(gc, outline, start, gc.get_rgb())


def pixels_of(figure: Figure) -> npt.NDArray[np.uint8]:
    """The figure as rows of red, green, blue and opacity."""
    untyped: Any = Surface
    surface = untyped(*map(int, figure.bbox.size), figure.dpi)
    figure.draw(surface)
    return np.asarray(surface.buffer_rgba())


@lru_cache(maxsize=64)
def files_of(prop: FontProperties) -> tuple[Any, ...]:
    """The files of the typefaces in which words are looked for, first to last."""
    untyped: Any = fontManager
    return tuple(untyped._find_fonts_by_props(prop))


@lru_cache(maxsize=1024)
def _outline(files: tuple[Any, ...], words: str, size: float, dpi: float) -> Path:
    """The letters of a line from the start of its baseline, in pixels."""
    font: Any = get_font(files)
    font.set_size(size, dpi)
    places, codes = [np.empty((0, 2))], [np.empty(0, dtype=np.uint8)]
    for letter in font._layout(words, flags=_hinting()):
        vertices, steps = _letter(letter.ft_object, letter.glyph_index, size, dpi)
        places.append(vertices + np.array((letter.x, letter.y)))
        codes.append(steps)
    return Path(np.concatenate(places), np.concatenate(codes))


@lru_cache(maxsize=4096)
def _letter(face: Any, number: int, size: float, dpi: float) -> tuple[Places, Steps]:
    """The outline of a letter, fitted to the pixels."""
    face.set_size(size, dpi)
    face.load_glyph(number, flags=_hinting())
    outline: tuple[Places, Steps] = face.get_path()
    return outline


def _hinting() -> Any:
    untyped: Any = get_hinting_flag
    return untyped()
