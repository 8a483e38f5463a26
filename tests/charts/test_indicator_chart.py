from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure

from impact.charts.indicator_chart import draw
from impact.charts.layout import plan_layout
from impact.charts.ruler import Ruler
from impact.charts.style import DARK, LIGHT
from impact.language import speak
from impact.semantics.period import year_period
from impact.semantics.series import GapStyle
from impact.trend.verdict import Estimate, Level, TrendAnalysis, Verdict
from tests.charts.examples import (
    COUNT,
    SHARE,
    TURNED_TO_WORSE,
    chart_of,
    diverse_charts,
    safety_chart,
    series_of,
    year_break,
)

ENGLISH = speak("en")


def lines(figure: Figure, gid: str) -> list:
    """The lines of the plot that bear a name."""
    return [line for line in figure.artists if line.get_gid() == gid]


def texts(figure: Figure, gid: str | None = None) -> list[str]:
    """The words of a figure, all or those that bear a name."""
    return [text.get_text() for text in figure.texts if gid in (None, text.get_gid())]


@pytest.mark.parametrize("name", list(diverse_charts()))
def test_keeps_every_word_inside_and_clear_when_charts_are_hard(name):
    """No text leaves the figure and no two overlap, in either language."""
    for voice in (speak("sv"), ENGLISH):
        figure = draw(diverse_charts(voice)[name])
        renderer = RendererAgg(800, 450, 100)
        boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in figure.texts]
        for text, box in boxes:
            assert min(box.x0, box.y0, 800 - box.x1, 450 - box.y1) >= 0, text
        for (one, first), (other, second) in combinations(boxes, 2):
            apart = (
                first.x1 <= second.x0 + 0.5
                or second.x1 <= first.x0 + 0.5
                or first.y1 <= second.y0 + 2.5
                or second.y1 <= first.y0 + 2.5
            )
            assert apart, (one, other)


def test_draws_measurements_when_nothing_is_missing():
    """One line in ink goes through every measurement."""
    (line,) = lines(draw(safety_chart()), "measurements")
    assert list(line.get_xdata()) == list(range(2010, 2023))
    assert list(line.get_ydata())[-1] == 62.7
    assert line.get_color() == LIGHT.ink


def test_draws_hollow_dot_when_newest_is_preliminary():
    """A preliminary value is a ring, a final one is filled."""
    (dot,) = lines(draw(safety_chart()), "preliminary")
    assert dot.get_markerfacecolor() == LIGHT.page
    assert dot.get_xdata()[0] == 2022


@pytest.mark.parametrize(
    ("style", "n_whole", "n_dashed"),
    [(GapStyle.BRIDGE, 1, 0), (GapStyle.DASHED, 2, 1), (GapStyle.OPEN, 2, 0)],
)
def test_follows_gap_style_when_a_period_is_missing(style, n_whole, n_dashed):
    """A gap is bridged, dashed or left open, and its period is marked on the axis."""
    figure = draw(chart_of(series_of(1, 2, None, 4, 5, gap_style=style), ENGLISH))
    assert len(lines(figure, "measurements")) == n_whole
    assert len(lines(figure, "measurements-dashed")) == n_dashed
    assert [mark.get_xdata()[0] for mark in lines(figure, "missing-mark")] == [2012]
    assert texts(figure, "missing") == ["missing"]


def test_draws_no_line_across_when_a_break_is_declared():
    """The line stops before a break, which is a dotted line with its words."""
    series = series_of(1, 2, 3, 9, 10, breaks=(year_break(2013),))
    figure = draw(chart_of(series, ENGLISH, break_labels=((year_break(2013), "ages 7-25"),)))
    spans = [tuple(line.get_xdata()) for line in lines(figure, "measurements")]
    assert spans == [(2010, 2011, 2012), (2013, 2014)]
    assert lines(figure, "break-line")[0].get_xdata()[0] == 2012.5
    assert texts(figure, "break") == ["ages 7-25"]


def test_colours_trend_by_meaning_when_it_reversed_to_worse():
    """Before the turn the band is in the colour of better, after it of worse."""
    figure = draw(safety_chart())
    assert lines(figure, "trend-better")[0].get_color() == LIGHT.better
    assert lines(figure, "trend-worse")[0].get_color() == LIGHT.worse
    assert len(lines(figure, "turning-column")) == 1


def test_writes_slopes_in_percentage_points_when_unit_is_a_share():
    """The slope of a share is never in per cent."""
    figure = draw(safety_chart(ENGLISH))
    assert sorted(texts(figure, "slope")) == [
        "+1.2 percentage points per year, better",
        "\N{MINUS SIGN}1.2 percentage points per year, worse",
    ]


def test_labels_newest_target_reference_and_turning_when_given():
    """Each line's end says what it is; the column has its years."""
    figure = draw(safety_chart(ENGLISH))
    assert texts(figure, "newest") == ["62.7 preliminary"]
    assert texts(figure, "target") == ["target 72 (2024)"]
    assert texts(figure, "reference") == ["Norrköping 65.7"]
    assert texts(figure, "baseline-label") == ["baseline 61.0"]
    assert texts(figure, "turning") == ["turning point 2017\N{EN DASH}2019"]
    assert texts(figure, "event") == ["Idrottens Hus", "av polisens lista"]


def test_draws_whiskers_of_95_percent_when_errors_are_known():
    """A whisker reaches 1.96 standard errors both ways, far from the ends."""
    (whiskers,) = lines(draw(safety_chart()), "whiskers")
    first = whiskers.get_segments()[0]
    assert np.allclose(first, [[2010, 58.1 - 1.96 * 0.55], [2010, 58.1 + 1.96 * 0.55]], atol=0.01)


def test_names_source_invention_and_date_when_drawn():
    """The foot says where figures come from, that they are invented, how far they reach."""
    figure = draw(safety_chart(ENGLISH))
    (source,) = texts(figure, "source")
    assert source == "Source: hyresgästenkät. Invented figures. Bars: 95% uncertainty."
    assert texts(figure, "until") == ["Figures up to and including 2022"]


def test_keeps_invented_in_words_when_source_is_endless():
    """However long the source, the word that figures are invented stays."""
    figure = draw(safety_chart(ENGLISH, source="enkät " * 200))
    assert "Invented figures." in " ".join(texts(figure, "source"))


def test_sets_user_text_literally_when_it_looks_like_a_formula():
    """Dollar signs and backslashes are letters, not mathematics."""
    figure = draw(safety_chart(title=r"$\frac{$", indicator="$x$", source=r"\alpha$_{"))
    assert texts(figure, "title") == [r"$\frac{$"]
    assert not any(text.get_parse_math() for text in figure.texts)


@pytest.mark.parametrize("values", [(3,), (5, 5, 5), (None, None), (), (0, 0, 0), (1e9, 2e9), (1e-7, 3e-7)])
def test_draws_finite_limits_when_values_are_few_or_extreme(values):
    """Axes have a finite extent around the values, whatever they are."""
    layout = plan_layout(chart_of(series_of(*values)), LIGHT, Ruler(LIGHT))
    low, high = layout.value_at(layout.ground), layout.value_at(layout.top)
    assert np.isfinite([layout.x.start, layout.x.end, low, high]).all()
    assert layout.x.start < layout.x.end
    assert low < high
    assert all(low <= value <= high for value in values if value is not None)
    assert draw(chart_of(series_of(*values))).artists


def test_keeps_ticks_within_the_unit_when_values_touch_its_ends():
    """No tick of a share is over 100 or under 0, none of a count is negative."""
    shares = texts(draw(chart_of(series_of(0.5, 60, 99.8, unit=SHARE))), "value-tick")
    assert {"0", "100"} >= {shares[0], shares[-1]}
    counts = texts(draw(chart_of(series_of(0, 3, 1, unit=COUNT))), "value-tick")
    assert counts[0] == "0"


def test_says_there_are_no_values_when_all_are_missing():
    """An empty chart says so in words."""
    assert texts(draw(chart_of(series_of(None, None), ENGLISH)), "empty") == ["No values yet."]


def test_draws_target_path_from_baseline_when_both_are_given():
    """The promised path is dashed from the baseline to each target."""
    figure = draw(safety_chart())
    (path,) = lines(figure, "target-path")
    assert list(path.get_xdata()) == [2014, 2024]
    assert path.is_dashed()
    assert lines(figure, "target")[0].get_marker() == "D"


def test_draws_only_a_diamond_when_a_target_has_no_baseline():
    """Without a baseline nobody promised a path."""
    figure = draw(chart_of(series_of(1, 2, 3), targets=((year_period(2015), 9.0),)))
    assert lines(figure, "target-path") == []
    assert len(lines(figure, "target")) == 1


def test_says_the_pace_needed_when_a_target_is_ahead():
    """A dotted way leads from the newest value to the target, and says how steep it is."""
    figure = draw(safety_chart(ENGLISH))
    (path,) = lines(figure, "needed-path")
    assert [list(path.get_xdata()), list(path.get_ydata())] == [[2022, 2024], [62.7, 72.0]]
    assert texts(figure, "needed") == ["needs +4.6 per year"]
    met = draw(safety_chart(ENGLISH, targets=((year_period(2024), 60.0),)))
    assert lines(met, "needed-path") == []


def test_marks_earlier_turns_when_a_series_had_several():
    """Each turn before the newest has a small mark at its value, with its period."""
    values = [40, 42, 44, 46, 48, 47, 45, 43, 41, 39, 37, 38, 40, 42, 45, 47, 49, 46, 43, 40]
    turned = replace(
        TURNED_TO_WORSE,
        turning=Estimate(2020, 2019, 2021),
        slope_before=Estimate(2, 1, 3),
        earlier_turns=(2008.0, 2014.2),
    )
    figure = draw(chart_of(series_of(*values, first_year=2004), ENGLISH, analysis=turned))
    assert [line.get_xdata()[0] for line in lines(figure, "earlier-turn")] == [2008, 2014]
    assert texts(figure, "earlier-turn") == ["turned 2008", "turned 2014"]


def test_fits_the_old_definition_to_its_own_points_when_a_break_is_declared():
    """Before a break the band follows the points there, and means nothing if they went another way."""
    series = series_of(240, 231, 228, 221, 300, 312, 321, 335, 342, breaks=(year_break(2014),))
    rising = TrendAnalysis(Verdict.IMPROVING, Level.NONE, False, 9, slope_before=Estimate(9.1, 7.0, 11.0))
    figure = draw(chart_of(series, ENGLISH, analysis=rising))
    (old,), (new,) = lines(figure, "trend-neither"), lines(figure, "trend-better")
    slopes = [np.diff(line.get_ydata())[0] / np.diff(line.get_xdata())[0] for line in (old, new)]
    assert np.allclose(slopes, [-6.5, 9.1], atol=0.6)


def test_says_billions_when_values_are_huge():
    """The subtitle has the unit, axis and newest value few digits."""
    figure = draw(diverse_charts(ENGLISH)["huge"])
    assert texts(figure, "newest") == ["2.08"]
    assert texts(figure, "subtitle") == ["Föreningsaktiva barn, billion kronor"]
    assert max(map(len, texts(figure, "value-tick"))) <= 4


def test_uses_the_dark_palette_when_asked():
    """The dark chart has dark ground and light ink."""
    figure = draw(safety_chart(), DARK)
    assert lines(figure, "measurements")[0].get_color() == DARK.ink
    assert figure.get_facecolor()[:3] == pytest.approx((0x17 / 255, 0x20 / 255, 0x29 / 255))
