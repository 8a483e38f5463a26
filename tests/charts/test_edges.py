from datetime import date

from impact.charts.edges import day_position
from impact.charts.indicator_chart import draw
from impact.language import speak
from tests.charts.examples import chart_of, safety_chart, series_of

ENGLISH = speak("en")


def words(figure, gid):
    return [text.get_text() for text in figure.texts if text.get_gid() == gid]


def test_puts_a_day_where_its_period_stands_when_it_is_in_the_middle():
    """The middle of 2018 is the year 2018; the middle of a quarter that quarter."""
    assert abs(day_position(date(2018, 7, 2), 12) - 2018) < 0.01
    assert abs(day_position(date(2018, 2, 15), 3) - 2018) < 0.01


def test_names_every_event_when_they_are_close():
    """Three events within a year have their words in rows."""
    events = tuple((date(2016, month, 1), f"Händelsen i månad {month}") for month in (2, 6, 10))
    assert len(words(draw(safety_chart(events=events)), "event")) == 3


def test_marks_each_event_when_words_have_no_room():
    """A crowd of events keeps all its marks; words are dropped, never piled up."""
    events = tuple((date(2016, month, 1), "En händelse med ett långt namn") for month in range(1, 13))
    figure = draw(safety_chart(events=events))
    marks = [line for line in figure.artists if line.get_gid() == "event-mark"]
    assert len(marks) == 12
    assert 3 <= len(words(figure, "event")) < 12


def test_shows_an_event_when_it_is_at_the_very_start():
    """An event in the first days of the first period stands at the edge."""
    figure = draw(chart_of(series_of(1, 2, 3), ENGLISH, events=((date(2010, 1, 3), "Start"),)))
    assert words(figure, "event") == ["Start"]


def test_leaves_out_an_event_when_it_lies_before_the_series():
    """What happened years before is not squeezed to the edge."""
    figure = draw(chart_of(series_of(1, 2, 3), ENGLISH, events=((date(2001, 1, 3), "Long ago"),)))
    assert words(figure, "event") == []


def test_shortens_words_when_an_event_s_name_is_long():
    """A long name ends in an ellipsis and stays in the picture."""
    events = ((date(2012, 5, 1), "En mycket lång händelse " * 6),)
    (text,) = words(draw(safety_chart(events=events)), "event")
    assert text.endswith("…")
