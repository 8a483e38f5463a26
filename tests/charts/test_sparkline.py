import re
from xml.etree import ElementTree

from impact.charts.sparkline import Sparkline
from impact.charts.style import LIGHT
from impact.semantics.series import GapStyle
from tests.charts.examples import TURNED_TO_WORSE, safety_chart, series_of, year_break

SVG = "{http://www.w3.org/2000/svg}"


def names(svg: str) -> list[str]:
    return [element.get("class") for element in ElementTree.fromstring(svg)]


def test_changes_class_at_the_turn_when_the_trend_reversed():
    """Past is one line, the newest stretch another, the dot hollow when preliminary."""
    svg = Sparkline(safety_chart().series, TURNED_TO_WORSE).svg()
    assert names(svg) == ["spark-past", "spark-worse", "spark-dot hollow"]


def test_has_no_colour_and_no_style_when_written():
    """Colours come from the page's classes, so that dark pages have dark sparklines."""
    svg = Sparkline(safety_chart().series, TURNED_TO_WORSE).svg("Safety")
    assert "style" not in svg
    assert "#" not in svg
    assert "stroke=" not in svg


def test_is_an_image_with_a_name_when_it_has_a_title():
    """A title is escaped and read out; without one the line is decoration."""
    spark = Sparkline(series_of(1, 2, 3))
    assert 'role="img" aria-label="a &lt;b&gt; &quot;c&quot;"' in spark.svg('a <b> "c"')
    assert 'aria-hidden="true"' in spark.svg()


def test_interrupts_the_line_when_there_is_a_gap_or_a_break():
    """No line goes across an open gap or a declared break."""
    open_gap = series_of(1, 2, None, 4, 5, gap_style=GapStyle.OPEN)
    broken = series_of(1, 2, 8, 9, breaks=(year_break(2012),))
    for series in (open_gap, broken):
        assert names(Sparkline(series).svg()).count("spark-neither") == 2


def test_writes_numbers_when_values_are_constant_single_or_absent():
    """Constant, single and missing values give a valid picture."""
    for values in [(5, 5, 5), (3,), (None,), ()]:
        svg = Sparkline(series_of(*values)).svg("x")
        ElementTree.fromstring(svg)
        assert "nan" not in svg


def test_stays_in_its_box_when_values_reach_both_ends():
    """Every corner and the dot lie within the view box, with room for the stroke."""
    svg = Sparkline(safety_chart().series, TURNED_TO_WORSE).svg()
    numbers = re.findall(r"(\d+\.\d),(\d+\.\d)", svg)
    assert len(numbers) == 14
    assert all(3 <= float(x) <= 117 and 3 <= float(y) <= 33 for x, y in numbers)


def test_brings_its_colours_along_when_it_stands_alone():
    """On paper, where no style sheet is, lines and dot have the colours of what they mean."""
    svg = Sparkline(safety_chart().series, TURNED_TO_WORSE).standing_alone(LIGHT)
    root = ElementTree.fromstring(svg)
    assert root.tag == f"{SVG}svg"
    style = root.find(f"{SVG}style").text
    assert f".spark-worse{{stroke:{LIGHT.worse}}}" in style
    assert f".spark-dot{{fill:{LIGHT.worse};" in style
    assert names(svg)[1:] == ["spark-past", "spark-worse", "spark-dot hollow"]
