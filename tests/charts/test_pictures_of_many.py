"""Small charts, dots and the strip: inside, clear, told in words, the same each time."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import combinations

import pytest
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure

from impact.charts import small_multiples
from impact.charts.courses import course_now, courses_of
from impact.charts.heat_strip import Course
from impact.charts.pictures import alt_of, figure_of, png_of, size_of, svg_of
from impact.charts.style import DARK, LIGHT, NARROW_LIGHT, PRINT, Meaning
from impact.language import speak
from impact.trend.verdict import Estimate, Level, TrendAnalysis, Verdict
from tests.charts.examples import COUNT, safety_chart, series_of
from tests.charts.many import dots, kinds, multiples, sexes, strip

ENGLISH = speak("en")
KINDS = list(kinds())


def words(figure: Figure, gid: str) -> list[str]:
    return [text.get_text() for text in figure.texts if text.get_gid() == gid]


def marks(figure: Figure, gid: str) -> list:
    return [artist for artist in figure.artists if artist.get_gid() == gid]


@pytest.mark.parametrize("name", KINDS)
def test_keeps_words_inside_and_clear_when_many_are_drawn(name):
    """No word leaves the picture and no two overlap, in either language, wide and narrow."""
    for voice, style in ((speak("sv"), LIGHT), (ENGLISH, NARROW_LIGHT)):
        picture = kinds(voice)[name]
        width, height = size_of(picture, style)
        figure = figure_of(picture, style)
        renderer = RendererAgg(width, height, 100)
        boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in figure.texts]
        for text, box in boxes:
            assert min(box.x0, box.y0, width + 1 - box.x1, height - box.y1) >= -0.5, text
        for (one, first), (other, second) in combinations(boxes, 2):
            apart = (
                first.x1 <= second.x0 + 0.5
                or second.x1 <= first.x0 + 0.5
                or first.y1 <= second.y0 + 3
                or second.y1 <= first.y0 + 3
            )
            assert apart, (one, other)


def test_gives_the_same_bytes_when_many_are_drawn_again_and_in_threads():
    """Each kind is the same file, alone and beside others, in every look."""
    asked = [(name, style) for name in KINDS for style in (LIGHT, DARK, PRINT)]

    def drawn(each):
        return svg_of(kinds()[each[0]], each[1])

    alone = [drawn(each) for each in asked]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(drawn, asked)) == alone
    assert len(set(alone)) == len(alone)
    assert png_of(kinds()["dots"], scale=1) == png_of(kinds()["dots"], scale=1)


def test_small_charts_have_one_time_axis_when_their_series_differ():
    """Every small chart shows the first and last year of all, at the same pixels from its edge."""
    figure = figure_of(multiples())
    first = [text for text in figure.texts if text.get_text() == "2010"]
    assert len(first) == len(multiples().panels)
    rows = {round(text.get_position()[0], 4) for text in first}
    assert len(rows) == 3


def test_sexes_have_one_value_axis_when_side_by_side():
    """Both charts name the same values at the same heights."""
    figure = figure_of(sexes())
    ticks = [
        (text.get_text(), text.get_position()[1]) for text in figure.texts if text.get_gid() == "value-tick"
    ]
    assert len(ticks) == 2 * len(set(ticks))


def test_small_charts_say_millions_when_values_are_huge():
    """The unit says billions, and no axis has ten digits."""
    figure = figure_of(multiples(ENGLISH, panels=multiples(ENGLISH).panels[7:8]))
    assert words(figure, "newest") == ["2.08"]
    panel = small_multiples.Panel("Money", series_of(1.1e9, 2.1e9), COUNT.name(ENGLISH))
    figure = figure_of(multiples(ENGLISH, panels=(panel,)))
    assert words(figure, "panel-under") == ["billion children"]


def test_marks_meaning_by_a_sign_when_it_has_a_colour():
    """What is better or worse bears its triangle in every kind."""
    assert words(figure_of(multiples()), "panel-words") == ["▼ Vänt till det sämre 2018"]
    assert [text[0] for text in words(figure_of(dots()), "row-words")[:4:2]] == ["▲", "▼"]
    figure = figure_of(strip())
    assert {"sign-better", "sign-worse"} <= {artist.get_gid() for artist in figure.artists}


def test_strip_leaves_unknown_years_without_a_cell_when_nothing_was_measured():
    """There is a cell for each known year, a dot for the others, and sums that count them."""
    figure = figure_of(strip())
    n = {gid: len(artist.get_paths()) for gid in ("cell-better", "cell-worse", "cell-neither")
         for artist in marks(figure, gid)}  # fmt: skip
    assert n == {"cell-better": 8, "cell-worse": 7, "cell-neither": 14}
    assert len(marks(figure, "cell-unknown")[0].get_offsets()) == 3 * 19 - 29
    assert words(figure, "sum") == ["1"] * 15


def test_dots_run_to_the_target_when_it_is_ahead_and_not_when_it_is_met():
    """The way ahead is dashed from the newest value, or from the baseline if it went back."""
    figure = figure_of(dots())
    assert len(marks(figure, "way-ahead")) == 4
    assert len(marks(figure, "preliminary")) == 1


def test_words_tell_every_row_when_nobody_sees_the_picture():
    """Alternative texts name what is shown with values and periods."""
    told = alt_of(dots(ENGLISH))
    assert "Andel trygga: % · högre är bättre, baseline 61.0% (2014), newest 62.7% (2022)" in told
    assert "2 targets without a baseline to compare with are not shown. Invented figures." in told
    told = alt_of(strip(ENGLISH))
    assert "Klockaretorpet, Andel trygga: better 2010–2017, worse 2018–2024." in told
    assert "Eriksberg, Barn: not known." in told
    told = alt_of(multiples(ENGLISH))
    assert told.startswith("Klockaretorpet: en sämre av nio. 9 charts. Share of tenants who feel safe:")
    assert "no values yet" in told
    assert "tenants" in alt_of(safety_chart(ENGLISH))


def test_courses_change_at_each_turn_when_a_series_had_several():
    """The trend of each year follows the stored turns; a gap is not known."""
    series = series_of(1, 2, 3, 4, 3, 2, None, 2, 3, 4)
    turned = TrendAnalysis(
        Verdict.REVERSED_TO_BETTER,
        Level.CLEAR,
        True,
        9,
        turning=Estimate(2015.4, 2015, 2016),
        slope_before=Estimate(-1, -2, -0.5),
        slope_after=Estimate(1, 0.5, 2),
        earlier_turns=(2013.0,),
    )
    courses = courses_of(series, turned)
    assert [courses[year].value[0] for year in range(2010, 2020)] == list("bbbbwwubbb")
    assert course_now(courses) is Course.BETTER
    assert set(courses_of(series, None).values()) == {Course.UNKNOWN}
    flat = replace(turned, verdict=Verdict.FLAT, turning=None, earlier_turns=())
    assert course_now(courses_of(series, flat)) is Course.NEITHER


def test_sets_user_text_literally_when_a_row_looks_like_a_formula():
    """No name, heading or word of any kind is read as mathematics."""
    hostile = r"$\frac{$ <script>alert(1)</script>"
    pictures = [
        multiples(title=hostile, panels=tuple(replace(p, heading=hostile, under=hostile, words=hostile,
                  meaning=Meaning.WORSE) for p in multiples().panels), source=hostile, subtitle=(hostile,)),
        dots(title=hostile, rows=tuple(replace(r, name=hostile, under=hostile, words=hostile)
             for r in dots().rows)),
        strip(title=hostile, rows=tuple(replace(r, name=hostile, group=hostile) for r in strip().rows)),
    ]  # fmt: skip
    for picture in pictures:
        figure = figure_of(picture)
        assert not any(text.get_parse_math() for text in figure.texts)
        assert b"<script" not in svg_of(picture)
