"""A figure as SVG: letters are outlines, each written once, and lines of one look are one element."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from html import escape
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.backend_bases import RendererBase
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, get_font
from matplotlib.path import Path
from matplotlib.textpath import TextToPath

from impact.charts.surface import files_of

DPI = 72
LETTERS = {Path.MOVETO: "M", Path.LINETO: "L", Path.CURVE3: "Q", Path.CURVE4: "C"}
# Outlines come at a size of 100 and are written in whole thousandths of the type's size.
EM, OUTLINE_SIZE = 1000, TextToPath.FONT_SCALE
CAPS = {"projecting": "square"}
Places = npt.NDArray[np.float64]
_OWN_FACE = re.compile(r"^SourceSansPro-([A-Z])[A-Za-z]*")
_to_path: Any = TextToPath()


@dataclass(frozen=True)
class _Words:
    """A line of words at size 1,000: its letters set side by side, and what defines each."""

    letters: str
    defined: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _Lines:
    """Lines of one look, which later ones of that look may join."""

    look: str
    steps: list[str]

    def __str__(self) -> str:
        return f'<path d="{"".join(self.steps)}"{self.look}/>'


class VectorSurface(RendererBase):
    """Writes what a figure draws as elements of SVG, in points and y downwards.

    It knows what charts use: paths, marks and level words, none of them clipped. matplotlib's
    own writer lays words out and writes the outlines of letters anew for each figure: more
    than half of what a picture takes.
    """

    def __init__(self, width: float, height: float) -> None:
        untyped: Any = super()
        untyped.__init__()
        self._width, self._height = width, height
        self._elements: list[str | _Lines] = []
        self._has_class: list[bool] = []
        self._defined: set[str] = set()

    def written(self, title: str) -> bytes:
        """The whole file; the title is what assistive technology reads."""
        size = f'width="{self._width:g}pt" height="{self._height:g}pt"'
        head = (
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'{size} viewBox="0 0 {self._width:g} {self._height:g}" stroke-linejoin="round">'
        )
        name = [f"<title>{escape(title, quote=False)}</title>"] if title else []
        return "\n".join([head, *name, *map(str, self._elements), "</svg>", ""]).encode()

    def flipy(self) -> bool:
        """Whether y is downwards: it is."""
        return True

    def get_canvas_width_height(self) -> tuple[float, float]:
        """The size in points."""
        return self._width, self._height

    def open_group(self, s: str, gid: str | None = None) -> None:  # noqa: ARG002 - the renderers' way
        """What follows belongs together; its id becomes a class, for it may come again."""
        self._has_class.append(bool(gid))
        if gid:
            self._elements.append(f'<g class="{escape(gid)}">')

    def close_group(self, s: str) -> None:  # noqa: ARG002
        """What belongs together ends."""
        if self._has_class.pop():
            self._elements.append("</g>")

    def draw_path(self, gc: Any, path: Path, transform: Any, face: Any = None) -> None:
        """A line or a shape; a line joins the one before it that looks alike."""
        steps, look = _steps(self._placed(path, transform), path.codes), _look(gc, face)
        before = self._elements[-1] if self._elements else ""
        if isinstance(before, _Lines) and before.look == look:
            before.steps.append(steps)
        elif face is None and gc.get_rgb()[3] == 1:
            self._elements.append(_Lines(look, [steps]))
        else:
            self._elements.append(f'<path d="{steps}"{look}/>')

    def draw_markers(
        self, gc: Any, marker_path: Path, marker_trans: Any, path: Path, trans: Any, face: Any = None
    ) -> None:
        """The same sign at each place."""
        outline = marker_trans.transform(marker_path.vertices) * (1, -1)
        steps = _steps(outline, marker_path.codes)
        # Named by what it is: where several pictures stand in one page, alike means the same.
        name = f"m{sha256(steps.encode()).hexdigest()[:10]}"
        self._define([(name, f'<path id="{name}" d="{steps}"/>')])
        places = (self._placed(path, trans) + 0.0).round(2).tolist()
        marks = "".join(f'<use xlink:href="#{name}" x="{x:g}" y="{y:g}"/>' for x, y in places)
        self._elements.append(f"<g{_look(gc, face)}>{marks}</g>")

    def draw_text(
        self, gc: Any, x: float, y: float, s: str, prop: FontProperties, *_turned: Any, **_as_formula: Any
    ) -> None:
        """Level words from the start of their baseline."""
        words, scale = _words(files_of(prop), s), prop.get_size_in_points() / EM
        self._define(words.defined)
        place = f"translate({x:.2f} {y:.2f})scale({scale:g} -{scale:g})"
        self._elements.append(f'<g fill="{to_hex(gc.get_rgb())}" transform="{place}">{words.letters}</g>')

    def _placed(self, path: Path, transform: Any) -> Places:
        places: Places = transform.transform(path.vertices)
        return np.array((0.0, self._height)) + places * (1, -1)

    def _define(self, shapes: Iterable[tuple[str, str]]) -> None:
        new = [(name, element) for name, element in shapes if name not in self._defined]
        if new:
            self._defined.update(name for name, _ in new)
            self._elements.append(f"<defs>{''.join(element for _, element in new)}</defs>")


class TypeSurface(VectorSurface):
    """The same with words as words, for whoever has the typefaces: smaller, and set as letters."""

    def draw_text(
        self, gc: Any, x: float, y: float, s: str, prop: FontProperties, *_turned: Any, **_as_formula: Any
    ) -> None:
        """Level words; as outlines where another typeface stands in for a sign: not for the whole line."""
        if not _signs(files_of(prop)[0]).issuperset(map(ord, s)):
            super().draw_text(gc, x, y, s, prop)
            return
        face = f'font-family="{", ".join(prop.get_family())}" font-weight="{prop.get_weight()}"'
        face += ' font-style="italic"' if prop.get_style() == "italic" else ""
        place = f'x="{x:.2f}" y="{y:.2f}" font-size="{prop.get_size_in_points():g}"'
        words = escape(s, quote=False)
        self._elements.append(
            f'<text {place} {face} fill="{to_hex(gc.get_rgb())}" xml:space="preserve">{words}</text>'
        )


def svg_of_figure(figure: Figure, *, is_outlined: bool) -> bytes:
    """The figure as an SVG file whose title is the figure's label, its words outlines or words."""
    width, height = (float(side) * DPI for side in figure.get_size_inches())
    surface = (VectorSurface if is_outlined else TypeSurface)(width, height)
    figure.draw(surface)
    return surface.written(str(figure.get_label()))


def _steps(places: Places, codes: Any) -> str:
    """The data of a path: what is done at each place; codes are None where all are lines."""
    # Nothing is left of minus zero.
    numbers = (places.round(2) + 0.0).tolist()
    if codes is None:
        return "M" + "L".join([f"{x:g} {y:g}" for x, y in numbers])
    said: list[str] = []
    before = None
    for (x, y), code in zip(numbers, codes.tolist(), strict=True):
        if code == Path.CLOSEPOLY:
            said.append("Z")
        else:
            letter = " " if code == before != Path.MOVETO else LETTERS[code]
            said.append(f"{letter}{x:g} {y:g}")
        before = code
    return "".join(said)


def _look(gc: Any, face: Any) -> str:
    """Fill and stroke as attributes; joints are round where nothing else is said."""
    look = f' fill="{to_hex(face)}"' if face is not None else ' fill="none"'
    if face is not None and len(face) == 4 and face[3] != 1:
        look += f' fill-opacity="{face[3]:g}"'
    width = gc.get_linewidth()
    if not width:
        return look
    colour, (start, dashes) = gc.get_rgb(), gc.get_dashes()
    look += f' stroke="{to_hex(colour)}" stroke-width="{width:g}"'
    if colour[3] != 1:
        look += f' stroke-opacity="{colour[3]:g}"'
    if gc.get_joinstyle() != "round":
        look += f' stroke-linejoin="{gc.get_joinstyle()}"'
    if gc.get_capstyle() != "butt":
        look += f' stroke-linecap="{CAPS.get(gc.get_capstyle(), gc.get_capstyle())}"'
    if dashes is not None:
        look += f' stroke-dasharray="{",".join(f"{dash:g}" for dash in dashes)}"'
        look += f' stroke-dashoffset="{start:g}"' if start else ""
    return look


@lru_cache(maxsize=16)
def _signs(file: Any) -> frozenset[int]:
    """The signs that a typeface has."""
    return frozenset(get_font([file]).get_charmap())


@lru_cache(maxsize=4096)
def _words(files: tuple[Any, ...], words: str) -> _Words:
    """The letters of a line; the same line comes in every look of a chart."""
    font: Any = get_font(files)
    font.set_size(OUTLINE_SIZE, DPI)
    places, outlines, _ = _to_path.get_glyphs_with_font(font, words)
    size = EM / OUTLINE_SIZE
    shapes = {name: _short(name) for name, (_, codes) in outlines.items() if len(codes)}
    letters = [
        f'<use xlink:href="#{shapes[name]}" x="{x * size:.0f}"' + (f' y="{y * size:.0f}"/>' if y else "/>")
        for name, x, y, _ in places
        if name in shapes
    ]
    defined = [(short, _letter(short, outlines[name])) for name, short in shapes.items()]
    return _Words("".join(letters), tuple(defined))


def _letter(name: str, outline: tuple[Places, Any]) -> str:
    vertices, codes = outline
    return f'<path id="{name}" d="{_steps((vertices * EM / OUTLINE_SIZE).round(), codes)}"/>'


def _short(name: str) -> str:
    """The first letter of a face of our typeface stands for it."""
    return _OWN_FACE.sub(r"\1", name)
