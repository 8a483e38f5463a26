"""Words as outlines, laid out once: the same words come in every look of a chart."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.textpath import TextToPath

Outline = tuple[npt.NDArray[np.float64], npt.NDArray[np.uint8]]


class _KeptOutlines(TextToPath):
    """matplotlib's outlines of words, with the newest ones kept."""

    def get_glyphs_with_font(
        self,
        font: Any,
        s: str,
        glyph_map: dict[str, Outline] | None = None,
        return_new_glyphs_only: bool = False,
        **more: Any,
    ) -> tuple[list[tuple[str, float, float, float]], dict[str, Outline], list[Any]]:
        """Where each letter stands, and the outlines of those not in the map yet."""
        if not return_new_glyphs_only or glyph_map is None or any(more.values()):
            return super().get_glyphs_with_font(font, s, glyph_map, return_new_glyphs_only, **more)
        places, outlines = _laid_out(font, s)
        return places, {name: outlines[name] for name in outlines if name not in glyph_map}, []


_outlines = _KeptOutlines()


@lru_cache(maxsize=512)
def _laid_out(font: Any, words: str) -> tuple[list[tuple[str, float, float, float]], dict[str, Outline]]:
    """The letters of words in a font whose size is that of all outlines."""
    whole: dict[str, Outline] = {}
    places, _, _ = TextToPath.get_glyphs_with_font(_outlines, font, words, whole)
    return places, whole


def keep_outlines(renderer: Any) -> None:
    """Let a renderer that draws words as outlines take those that are kept."""
    vector = getattr(renderer, "_renderer", renderer)  # matplotlib wraps it, for the sake of pictures within.
    if isinstance(getattr(vector, "_text2path", None), TextToPath):
        vector._text2path = _outlines
