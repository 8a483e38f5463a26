import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from impact.charts.indicator_chart import draw
from impact.charts.ruler import Ruler, Type
from impact.charts.sheet import Sheet
from impact.charts.style import DARK, LIGHT
from impact.charts.surface import pixels_of
from tests.charts.examples import safety_chart


def by_matplotlib(figure: Figure) -> np.ndarray:
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())


@pytest.mark.parametrize("style", [LIGHT, DARK])
def test_draws_what_matplotlib_draws_when_words_are_outlines(style):
    """The whole chart is matplotlib's but for letters that move by less than a pixel."""
    figure = draw(safety_chart(), style)
    ours, theirs = pixels_of(figure).astype(float), by_matplotlib(figure).astype(float)
    assert ours.shape == theirs.shape
    # Shades of squares of eight pixels: they would differ where a word were missing or elsewhere.
    height, width = (side // 8 * 8 for side in ours.shape[:2])
    squares = (ours - theirs)[:height, :width].reshape(height // 8, 8, width // 8, 8, 4).mean(axis=(1, 3))
    assert abs(squares).max() < 30


@pytest.mark.parametrize("words", ["", " ", "a\N{NO-BREAK SPACE}b", "\N{LEFTWARDS ARROW}"])
def test_draws_words_when_there_is_little_to_draw(words):
    """Nothing, blanks and signs of the typeface that stands in are drawn like all others."""
    sheet = Sheet(LIGHT, Ruler(LIGHT), "")
    sheet.text(words, Type(10.0), 20, 20, LIGHT.ink, "words")
    has_ink = bool((pixels_of(sheet.figure)[:, :, 0] < 128).any())
    assert has_ink is bool(words.strip())
