import struct
from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree

import pytest

from impact.charts.indicator_chart import draw
from impact.charts.render import to_png, to_svg
from tests.charts.examples import chart_of, diverse_charts, safety_chart, series_of


def both(name: str) -> tuple[bytes, bytes]:
    figure = draw(diverse_charts()[name])
    return to_svg(figure), to_png(figure, 1)


def test_gives_same_bytes_when_drawn_again_and_in_threads():
    """The same chart is the same file, however often and wherever it is drawn."""
    names = ["safety", "five", "break"] * 2
    alone = [both(name) for name in names]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(both, names))
    assert alone[:3] == alone[3:] == together[:3] == together[3:]


@pytest.mark.parametrize("title", [r"$\frac{$", "50 $ and 60 $", "<script>alert(1)</script>", "a\x00\nb 🙂"])
def test_gives_well_formed_svg_when_text_is_hostile(title):
    """Formulas, markup and control signs in a title are only letters."""
    svg = to_svg(draw(safety_chart(title=title)))
    root = ElementTree.fromstring(svg)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert b"<script" not in svg


def test_writes_no_number_that_is_none_when_values_are_missing():
    """No NaN and no infinity gets into the paths."""
    svg = to_svg(draw(diverse_charts()["all_missing"])).lower()
    assert b"nan" not in svg
    assert b"inf" not in svg


def test_writes_nothing_of_day_or_maker_when_rendered():
    """Neither format carries a date or the name of software."""
    figure = draw(chart_of(series_of(1, 2, 3)))
    assert b"matplotlib" not in to_svg(figure).lower()
    assert b"Software" not in to_png(figure)
    assert b"tIME" not in to_png(figure)


def test_doubles_pixels_and_stays_small_when_png_is_for_mail():
    """The picture of a mail is 1600 by 900 pixels and under 45 kilobytes."""
    png = to_png(draw(safety_chart()))
    assert struct.unpack(">II", png[16:24]) == (1600, 900)
    assert len(png) < 45_000
