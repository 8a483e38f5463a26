"""SVG shows what matplotlib would write, smaller, with words as outlines or as words."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
import typst
from PIL import Image

from impact.charts.indicator_chart import draw
from impact.charts.pictures import figure_of
from impact.charts.render import to_svg
from impact.charts.ruler import Ruler, Type
from impact.charts.sheet import Sheet
from impact.charts.style import DARK, FACES, LIGHT
from impact.reporting import pdf
from tests.charts.examples import diverse_charts, safety_chart
from tests.charts.many import kinds

SPACE = "{http://www.w3.org/2000/svg}"
PICTURES = {**diverse_charts(), **kinds()}
SOURCE = b'#set page(width: auto, height: auto, margin: 0pt)\n#image("picture.svg")'


def seen(svg: bytes, folder: Path) -> Any:
    """The pixels of an SVG, drawn by another program with our typefaces."""
    if not list(folder.glob("*.ttf")):
        pdf._lay_out_typefaces(folder)
    (folder / "picture.svg").write_bytes(svg)
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])
    png: Any = typst.Compiler(font_paths=fonts, root=str(folder)).compile(SOURCE, format="png", ppi=144)
    return np.asarray(Image.open(BytesIO(png)).convert("RGB")).astype(float)


def farthest(one: Any, other: Any) -> float:
    """How far squares of eight pixels are from each other: far where a word or line is missing."""
    assert one.shape == other.shape
    height, width = (side // 8 * 8 for side in one.shape[:2])
    squares = (one - other)[:height, :width].reshape(height // 8, 8, width // 8, 8, 3).mean(axis=(1, 3))
    return float(abs(squares).max())


@pytest.mark.parametrize("name", ["safety", "crowded", "band", "formula", "strip", "windows", "dots"])
def test_shows_what_matplotlib_writes_when_drawn_by_another_program(name: str, tmp_path: Path) -> None:
    """Every line, mark and word stands where matplotlib's own writer puts it."""
    figure, theirs = figure_of(PICTURES[name], DARK), BytesIO()
    figure.savefig(theirs, format="svg")
    assert farthest(seen(to_svg(figure), tmp_path), seen(theirs.getvalue(), tmp_path)) < 9


def test_words_stand_as_the_outlines_do_when_they_are_words(tmp_path: Path) -> None:
    """Whoever has the typefaces sets the same picture from a quarter of the bytes at most."""
    figure = draw(safety_chart())
    outlined, worded = to_svg(figure), to_svg(figure, is_outlined=False)
    assert farthest(seen(outlined, tmp_path), seen(worded, tmp_path)) < 40
    assert len(worded) < len(outlined) / 4
    assert {path.name for path in tmp_path.glob("*.ttf")} >= set(FACES)


def test_line_is_outlines_when_a_sign_in_it_is_of_another_typeface() -> None:
    """The stand-in draws one sign; the rest of the line keeps its typeface and its width."""
    sheet = Sheet(LIGHT, Ruler(LIGHT), "")
    sheet.text("Trygghet & ro", Type(10.0), 20, 60, LIGHT.ink, "words")
    sheet.text("Trygghet \N{SNOWMAN}", Type(10.0), 20, 20, LIGHT.ink, "words")
    root = ElementTree.fromstring(to_svg(sheet.figure, is_outlined=False))
    assert [element.text for element in root.iter(f"{SPACE}text")] == ["Trygghet & ro"]
    letters = [str(element.get("id")) for element in root.iter(f"{SPACE}path") if element.get("id")]
    assert [name for name in letters if not name.startswith("R-")] == ["DejaVuSans-eda"]


def test_each_letter_is_written_once_when_words_repeat_it() -> None:
    """A shape has one definition, and every use finds it before it."""
    svg = to_svg(draw(safety_chart())).decode()
    defined = re.findall(r'<path id="([^"]+)"', svg)
    assert len(defined) == len(set(defined)) > 40
    for name in set(re.findall(r'xlink:href="#([^"]+)"', svg)):
        assert svg.index(f'id="{name}"') < svg.index(f'"#{name}"')


def test_lines_stay_apart_when_they_let_through_what_is_under_them() -> None:
    """Opaque lines of one look are one element; where two pale ones cross it is darker."""
    sheet = Sheet(LIGHT, Ruler(LIGHT), "")
    crossing = [[(0, 0), (90, 90)], [(0, 90), (90, 0)]]
    sheet.lines(crossing, LIGHT.ink, 2.0, "opaque")
    sheet.lines(crossing, LIGHT.ink, 2.0, "pale", strength=0.3)
    groups = ElementTree.fromstring(to_svg(sheet.figure)).iter(f"{SPACE}g")
    assert {group.get("class"): len(group) for group in groups} == {"opaque": 1, "pale": 2}
