from dataclasses import replace
from datetime import date

from impact.charts.alt_text import alt_text
from impact.charts.words import span_words
from impact.language import speak
from impact.trend.findings import periods_between
from impact.trend.verdict import Estimate
from tests.charts.examples import TURNED_TO_WORSE, chart_of, safety_chart, series_of, year_break

ENGLISH = speak("en")


def test_tells_finding_values_and_turning_when_the_chart_is_full():
    """The whole chart in words, as a reader hears it."""
    text = alt_text(safety_chart(ENGLISH)).replace("\N{NO-BREAK SPACE}", " ")
    assert text == (
        "Share of tenants who feel safe rose 2010–2018 (58.1 to 67.6%) but then fell, to 62.7% in 2022. "
        "That the trend has turned is very likely (96%); the turning point lies between 2017 and 2019. "
        "The newest change by itself, in 2022, lies within the survey's margin of error. Higher is "
        "better. Share of tenants who feel safe, %, the turn is very likely (96 %). From 58.1% (2010) to "
        "62.7% (2022); lowest 57.9% (2012), highest 67.6% (2018). Newest value: 62.7% (2022), "
        "preliminary. Trend +1.2 percentage points per year before the turning point and −1.2 percentage "
        "points per year after it. Baseline 61.0% (2014). The target for 2024 is 72%. It takes +4.6 "
        "percentage points per year; since 2018 the pace has been −1.2 (between −1.7 and −0.7). It is "
        "going the wrong way. For comparison: Norrköping 65.7% (2022). Events: 5 November 2017 Idrottens "
        "Hus, 30 June 2021 av polisens lista. Invented figures. Bars: 95% uncertainty."
    )


def test_names_reasons_when_values_are_missing():
    """A missing period is told with its reason."""
    text = alt_text(chart_of(series_of(1, None, 3), ENGLISH))
    assert "Missing: 2011 (not collected)." in text


def test_names_the_break_when_one_is_declared():
    """A break says from when values are not comparable, and why."""
    series = series_of(1, 2, 3, breaks=(year_break(2012),))
    text = alt_text(chart_of(series, ENGLISH, break_labels=((year_break(2012), "ages 7-25"),)))
    assert "From 2012 on not comparable with before: ages 7-25." in text


def test_says_no_values_when_there_are_none():
    """An empty chart is told as empty."""
    assert "No values yet." in alt_text(chart_of(series_of(), ENGLISH))


def test_cuts_the_list_when_events_are_many():
    """Six events are read out; more would bury the finding."""
    events = tuple((date(2010, month, 1), f"event {month}") for month in range(1, 10))
    text = alt_text(chart_of(series_of(1, 2), ENGLISH, events=events))
    assert "event 6" in text
    assert "event 7" not in text


def test_tells_the_turning_point_as_the_sentence_does_when_a_period_is_missing():
    """Picture and sentence name the same ends, and those are periods that were measured."""
    series = series_of(1, 2, 3, 4, 5, 4, 3, None, 2, 1, 0)
    turning = Estimate(2015.5, 2013.2, 2017.1)
    low, high = periods_between(replace(TURNED_TO_WORSE, turning=turning), series)
    assert span_words(turning, series, ENGLISH) == f"{low.label(ENGLISH)}\N{EN DASH}{high.label(ENGLISH)}"
    assert high.label(ENGLISH) in ("2016", "2018")
