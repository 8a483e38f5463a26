"""The look of charts: colours by meaning, type, sizes; light and dark."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path

import matplotlib as mpl
from matplotlib import font_manager

FACES = ("SourceSansPro-Regular.ttf", "SourceSansPro-Semibold.ttf", "SourceSansPro-It.ttf")
FAMILIES = ["Source Sans Pro", "DejaVu Sans"]
REGULAR, SEMIBOLD = 400, 600


class Meaning(StrEnum):
    """What a change means to people: better, worse or neither."""

    BETTER = "better"
    WORSE = "worse"
    NEITHER = "neither"


@dataclass(frozen=True)
class ChartStyle:
    """Colours, type sizes (points) and size (inches) of a chart.

    Lengths in the layout are pixels at ``dpi``; a sharper picture is the same layout
    drawn at a multiple of it.
    """

    page: str
    ink: str
    soft: str
    grid: str
    reference: str
    better: str
    worse: str
    better_column: str
    worse_column: str
    neither_column: str
    better_cell: str
    better_sign: str
    worse_cell: str
    worse_sign: str
    band_strength: float = 0.24
    width_inches: float = 8.0
    height_inches: float = 4.5
    dpi: int = 100
    title_size: float = 15.5
    text_size: float = 10.5
    source_size: float = 9.0

    @property
    def width(self) -> float:
        """Width of the layout in pixels."""
        return self.width_inches * self.dpi

    @property
    def height(self) -> float:
        """Height of the layout in pixels."""
        return self.height_inches * self.dpi

    def points(self, pixels: float) -> float:
        """A length of the layout in points, as line widths and markers want it."""
        return pixels * 72 / self.dpi

    def colour(self, meaning: Meaning) -> str:
        """The colour of words and lines of a meaning."""
        return {Meaning.BETTER: self.better, Meaning.WORSE: self.worse, Meaning.NEITHER: self.soft}[meaning]

    def column(self, meaning: Meaning) -> str:
        """The pale colour of the column in which the trend turned."""
        return {
            Meaning.BETTER: self.better_column,
            Meaning.WORSE: self.worse_column,
            Meaning.NEITHER: self.neither_column,
        }[meaning]


LIGHT = ChartStyle(
    page="#ffffff",
    ink="#16212b",
    soft="#5a6876",
    grid="#e1e6ea",
    reference="#83909c",
    better="#0b7285",
    worse="#b93a08",
    better_column="#e2eff2",
    worse_column="#f7e9e2",
    neither_column="#edf0f2",
    # Pale and dark, so that they differ in grey as well; the sign stands on the cell.
    better_cell="#b5dbe3",
    better_sign="#085766",
    worse_cell="#b93a08",
    worse_sign="#ffffff",
)
DARK = replace(
    LIGHT,
    page="#172029",
    ink="#eef2f5",
    soft="#a3b0bc",
    grid="#2a343e",
    reference="#6b7885",
    better="#4cc3d9",
    worse="#ff9466",
    better_column="#1b333b",
    worse_column="#3a2a22",
    neither_column="#27323c",
    better_cell="#21525d",
    better_sign="#a8e3ef",
    worse_cell="#ff9466",
    worse_sign="#2a1206",
    band_strength=0.3,
)
# For paper, often without colour: what is worse is lighter in grey than what is better, and lines are darker.
PRINT = replace(
    LIGHT,
    ink="#000000",
    soft="#46525e",
    grid="#d3d9de",
    better="#075563",
    worse="#c2410c",
    better_column="#e4eaec",
    worse_column="#f3e6df",
    worse_cell="#a03206",
    band_strength=0.34,
)


def _narrow(style: ChartStyle) -> ChartStyle:
    """As wide as a telephone's screen, so that nothing has to be pulled into sight."""
    return replace(style, width_inches=4.4, height_inches=4.6, title_size=13.5, text_size=10.0)


NARROW_LIGHT, NARROW_DARK = _narrow(LIGHT), _narrow(DARK)


def _settle_matplotlib() -> None:
    """Register the typeface and fix every global setting once, at import.

    matplotlib's settings are global, so nothing may change them while charts are drawn.
    User text is never a formula, and ids in SVG come from content, not from chance.
    """
    package = find_spec("font_source_sans_pro")
    for folder in (package.submodule_search_locations or ()) if package else ():
        for face in FACES:
            path = Path(folder) / "files" / face
            if path.exists():
                font_manager.fontManager.addfont(path)
    # DejaVu, which only stands in for signs, has no weight 600; that is no news for the log.
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    mpl.rcParams.update(
        {
            "font.family": FAMILIES,
            "svg.hashsalt": "impact",
            "svg.fonttype": "path",
            "text.parse_math": False,
            "text.usetex": False,
            "axes.unicode_minus": True,
            "path.simplify": False,
        }
    )


_settle_matplotlib()
