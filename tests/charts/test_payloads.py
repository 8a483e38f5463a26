"""Whatever people type, a picture is drawn, runs nothing and says it letter by letter."""

from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

from impact.charts.pictures import alt_of, figure_of
from impact.charts.render import to_svg
from impact.charts.sparkline import Sparkline
from impact.language import speak
from impact.semantics.period import year_period
from tests.charts.examples import safety_chart
from tests.charts.many import dots, multiples, strip
from tests.charts.payloads import PAYLOADS

ALLOWED = {"svg", "title", "defs", "style", "g", "path", "use", "clipPath", "rect", "circle"}
SPACE = "{http://www.w3.org/2000/svg}"


def pictures(text):
    """A picture of each kind with the text in every field that somebody fills in."""
    chart = safety_chart(speak("sv"))
    panel, row, line = multiples().panels[0], dots().rows[0], strip().rows[0]
    unit = replace(chart.series.unit, name_sv=text, name_en=text)
    yield replace(
        chart,
        title=text,
        indicator=text,
        series=replace(chart.series, unit=unit, breaks=(year_period(2013),)),
        events=((date(2016, 1, 1), text), (date(2020, 1, 1), text)),
        break_labels=((year_period(2013), text),),
        reference=(text, chart.reference[1]),
        source=text,
        certainty=text,
        comparison=text,
        direction_words=text,
    )
    panels = (replace(panel, heading=text, under=text, words=text),)
    yield multiples(title=text, subtitle=(text,), source=text, panels=panels)
    yield dots(title=text, source=text, rows=(replace(row, name=text, under=text, words=text, unit=unit),))
    yield strip(title=text, subtitle=(text,), source=text, rows=(replace(line, name=text, group=text),))


def test_there_are_a_hundred_payloads() -> None:
    """As many as were promised, each another one."""
    assert len(set(PAYLOADS)) == len(PAYLOADS) == 100


def test_draws_and_runs_nothing_when_a_text_is_hostile(trials) -> None:
    """Every kind is well-formed, has drawing elements alone, no handler, no address but its own."""
    step = len(PAYLOADS) // trials(len(PAYLOADS))
    for text in PAYLOADS[::step]:
        _try(text)


def _try(text: str) -> None:
    for picture in pictures(text):
        figure = figure_of(picture)
        assert not any(words.get_parse_math() for words in figure.texts)
        root = ElementTree.fromstring(to_svg(figure))
        for element in root.iter():
            assert element.tag.removeprefix(SPACE) in ALLOWED
            for name, value in element.attrib.items():
                assert not name.lower().startswith("on")
                assert "href" not in name or value.startswith("#")
        assert isinstance(alt_of(picture), str)
    spark = Sparkline(safety_chart().series).svg(text.replace("\x00", "").replace("\x1b", ""))
    assert "<script" not in spark
    assert "<foreignObject" not in spark
