"""Measuring text before it is placed: widths, wrapping, shortening."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from threading import local
from typing import Any

from matplotlib import font_manager
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font

from impact.charts.style import FAMILIES, REGULAR, SEMIBOLD, ChartStyle

ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
UNKNOWN_SIGN = "\N{REPLACEMENT CHARACTER}"
LONGEST_TEXT = 600
TALLEST = "lp"
# A number of so many letters does not end or begin a line alone; a year may.
SHORT_NUMBER = 3
_surfaces = local()


@dataclass(frozen=True)
class Type:
    """How a text is set: size in points, weight, slant."""

    size: float
    weight: int = REGULAR
    italic: bool = False

    def font(self) -> FontProperties:
        """The font as matplotlib wants it."""
        font = FontProperties(family=FAMILIES, size=self.size, weight=self.weight)
        font.set_style("italic" if self.italic else "normal")
        return font


@dataclass(frozen=True)
class Extent:
    """Size of one line of text in pixels, from its baseline."""

    width: float
    ascent: float
    descent: float


class Ruler:
    """Measures text in the pixels of a style's layout."""

    def __init__(self, style: ChartStyle) -> None:
        self._dpi = style.dpi

    def measure(self, text: str, kind: Type) -> Extent:
        """The extent of one line, never lower than a line with rising and falling letters."""
        return _extent(text, kind, self._dpi)

    def width(self, text: str, kind: Type) -> float:
        """The width of one line in pixels."""
        return self.measure(text, kind).width

    def shorten(self, text: str, kind: Type, width: float) -> str:
        """The text, cut with an ellipsis where it is wider than that; empty if nothing fits."""
        if self.width(text, kind) <= width:
            return text
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            if self.width(text[:middle].rstrip() + ELLIPSIS, kind) <= width:
                low = middle
            else:
                high = middle - 1
        return _at_a_word(text, low) + ELLIPSIS if low else ""

    def wrap(self, text: str, kind: Type, width: float, n_lines: int) -> tuple[list[str], bool]:
        """The text in at most so many lines, and whether all of it is there."""
        lines: list[str] = []
        if self.width(text, kind) <= width:
            return [text], True
        words = _with_numbers(text.split(" "))
        if any(self.width(word, kind) > width for word in words):
            words = text.split(" ")
        while words and len(lines) < n_lines:
            taken = 1
            while taken < len(words) and self.width(" ".join(words[: taken + 1]), kind) <= width:
                taken += 1
            is_last = len(lines) == n_lines - 1
            line = " ".join(words if is_last else words[:taken])
            lines.append(self.shorten(line, kind, width))
            words = [] if is_last else words[taken:]
        return lines, not any(line.endswith(ELLIPSIS) for line in lines) or text.endswith(ELLIPSIS)


# Numbers, years and names come again in chart after chart.
@lru_cache(maxsize=8192)
def _extent(text: str, kind: Type, dpi: int) -> Extent:
    renderer = _renderer(dpi)
    width, height, descent = renderer.get_text_width_height_descent(text, kind.font(), ismath=False)
    if text == TALLEST:
        return Extent(width, height - descent, descent)
    full = _extent(TALLEST, kind, dpi)
    descent = max(descent, full.descent)
    return Extent(width, max(height, full.ascent + full.descent) - descent, descent)


def _renderer(dpi: int) -> Any:
    """A surface that is only measured on; each thread has its own."""
    found = getattr(_surfaces, f"at_{dpi}", None)
    if found is None:
        untyped: Any = RendererAgg
        found = untyped(1, 1, dpi)
        setattr(_surfaces, f"at_{dpi}", found)
    return found


def _with_numbers(words: list[str]) -> list[str]:
    """The words, a short number with what it belongs to: årskurs 9; av 15 indikatorer."""
    found: list[str] = []
    joins = False
    for word in words:
        is_number = word.rstrip(",.:;").isdigit() and len(word) <= SHORT_NUMBER
        if found and (joins or is_number):
            found[-1] = f"{found[-1]} {word}"
        else:
            found.append(word)
        joins = is_number and word.isdigit()
    return found


def _at_a_word(text: str, length: int) -> str:
    """The first letters, ended at a word if one ends not far before."""
    cut = text[:length].rstrip()
    space = cut.rfind(" ")
    if length < len(text) and text[length] != " " and space > 0.6 * length:
        cut = cut[:space]
    return cut.rstrip(" ,;:\N{EN DASH}-")


def printable(text: str) -> str:
    """The text on one line, with signs that the typefaces have.

    matplotlib warns about each sign it cannot draw and would stumble over control
    characters; whatever people paste must still give a chart.
    """
    known = _known_signs()
    line = " ".join(text[:LONGEST_TEXT].split(" ")).replace("\n", " ").replace("\t", " ")
    return "".join(
        sign if ord(sign) in known else UNKNOWN_SIGN for sign in line if unicodedata.category(sign)[0] != "C"
    ).strip(" ")


@cache
def _known_signs() -> frozenset[int]:
    """The signs that can be drawn in every weight and slant that charts use."""
    known: list[set[int]] = []
    for kind in (Type(1.0), Type(1.0, SEMIBOLD), Type(1.0, italic=True)):
        signs: set[int] = set()
        for family in FAMILIES:
            font = kind.font()
            font.set_family(family)
            signs.update(FT2Font(font_manager.findfont(font)).get_charmap())
        known.append(signs)
    return frozenset(set.intersection(*known))
