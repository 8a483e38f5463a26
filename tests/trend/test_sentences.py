"""What people read about a trend, in Swedish and English."""

from __future__ import annotations

import ast
from dataclasses import replace
from itertools import product

import pytest
from babel.messages.pofile import read_po

from impact.language import CATALOGUES, speak
from impact.semantics.direction import Direction
from impact.semantics.period import Frequency, parse_period, year_period
from impact.semantics.series import Missing, Point, Series
from impact.semantics.unit import Kind, Unit
from impact.trend.detector import analyse_series
from impact.trend.newest_change import newest_changes
from impact.trend.sentences import headline, level_words, sentence, verdict_words
from impact.trend.verdict import Estimate, Level, TrendAnalysis, Verdict

SHARE = Unit(Kind.SHARE, "procent", "per cent", decimals=0, lowest=0, highest=100)
COUNT = Unit(Kind.COUNT, "deltagare", "participants")
SV, EN = speak("sv"), speak("en")
NB = "\N{NO-BREAK SPACE}"


def series_of(*values, first=2016, unit=SHARE, direction=Direction.INCREASE, **more) -> Series:
    points = tuple(
        Point(year_period(first + i), value, None if value is not None else Missing.NOT_COLLECTED)
        for i, value in enumerate(values)
    )
    return Series(points, unit, direction, **more)


INDEX = series_of(61.0, 63, 66, 68, 66, 64)
TURN = TrendAnalysis(
    Verdict.REVERSED_TO_WORSE,
    Level.CLEAR,
    reversed=True,
    n_points=6,
    p=0.001,
    probability=0.96,
    turning=Estimate(2019.1, 2018.2, 2019.8),
    slope_before=Estimate(2.4, 1.9, 2.8),
    slope_after=Estimate(-2, -3, -1),
)


def test_tells_the_whole_course_when_a_trend_turned():
    """Years, values, unit, how sure, where and which way is better stand in the text."""
    assert sentence(TURN, INDEX, "Trygghetsindexet", SV) == (
        f"Trygghetsindexet steg 2016–2019 (61 till 68{NB}%) men har fallit sedan dess, till 64{NB}% 2021. "
        f"Att trenden har vänt är mycket sannolikt (96{NB}%); vändpunkten ligger mellan 2018 och 2020. "
        "Högre är bättre."
    )
    assert sentence(TURN, INDEX, "The safety index", EN) == (
        "The safety index rose 2016–2019 (61 to 68%) but then fell, to 64% in 2021. "
        "That the trend has turned is very likely (96%); the turning point lies between 2018 and 2020. "
        "Higher is better."
    )


def test_says_how_many_in_a_row_when_the_newest_changes_agree():
    """The headline counts the changes since the turn, and its number is a word."""
    longer = series_of(61.0, 63, 66, 68, 66, 65, 64)
    assert headline(TURN, longer, SV) == f"Steg till 2019 (68{NB}%), har fallit tre mätningar i rad."
    assert headline(TURN, longer, EN) == "Rose until 2019 (68%), has fallen three measurements in a row."


def test_says_since_when_the_newest_change_disagrees():
    """One rise at the end and there is no row of falls to count."""
    wavering = series_of(61.0, 63, 66, 68, 65, 66)
    assert headline(TURN, wavering, SV) == f"Steg till 2019 (68{NB}%), har fallit sedan dess."


def test_leaves_values_out_when_they_contradict_the_trend():
    """A noisy newest value above the turn is called the latest, not the end of a fall."""
    noisy = series_of(69.0, 63, 66, 68, 65, 69)
    assert sentence(TURN, noisy, "Indexet", SV).startswith(
        f"Indexet steg 2016–2019 men har fallit sedan dess; senast 69{NB}% (2021)."
    )


def test_keeps_value_and_year_apart_when_no_sign_stands_between():
    """A count and a year side by side would read as one number."""
    thefts = series_of(355.0, 361, 330, 290, first=2017, unit=COUNT, direction=Direction.DECREASE)
    told = sentence(replace(TURN, turning=Estimate(2018, 2017.6, 2018.3)), thefts, "Antalet stölder", SV)
    assert told.startswith(
        "Antalet stölder steg 2017–2018 (355 till 361) men har fallit sedan dess, till 290 deltagare (2020)."
    )


def test_says_possibly_when_evidence_is_weaker():
    """Likely is said more carefully than clear."""
    weak = replace(TURN, level=Level.LIKELY, reversed=False, p=0.08, probability=0.35)
    assert headline(weak, INDEX, SV).startswith("Har möjligen vänt. Steg till 2019")
    assert level_words(Level.LIKELY, 0.35, SV) == f"möjligt · 35{NB}%"


def test_says_too_short_with_the_newest_change_when_five_points():
    """Five club figures are too short to tell; the newest change is told as a fact."""
    clubs = series_of(18641.0, 19169, 21432, 20955, 22964, first=2019, unit=COUNT)
    told = headline(analyse_series(clubs), clubs, SV)
    assert told == (
        "För få mätningar (5 av minst 6). "
        f"Lägre 2022 än 2021 (−477) men högre 2023 (+2{NB}009), det högsta hittills."
    )


def test_asks_for_more_measurements_when_the_definition_changed():
    """A declared break costs a measurement, and the text says so."""
    broken = series_of(50.0, 51, 52, 60, 61, 62, breaks=(year_period(2019),))
    assert "(6 av minst 7)" in headline(analyse_series(broken), broken, SV)


def test_speaks_of_percentage_points_when_a_share_changed():
    """A share that went from 61 to 63 per cent rose by percentage points."""
    assert f"(+2{NB}procentenheter)" in headline(analyse_series(series_of(61.0, 63)), series_of(61.0, 63), SV)


def test_never_says_certain_when_the_probability_is_high():
    """Nothing is a hundred per cent sure."""
    assert level_words(Level.CLEAR, 0.9999, SV) == f"mycket sannolikt · 99{NB}%"
    assert level_words(Level.NONE, 0.02, SV) == ""


def test_says_nothing_measured_when_all_values_are_missing():
    """A series of reasons has no finding."""
    empty = series_of(None, None)
    assert headline(analyse_series(empty), empty, SV) == "Inga mätningar ännu."


def test_names_quarters_when_the_series_is_quarterly():
    """Labels with spaces get a spaced dash."""
    points = tuple(
        Point(parse_period(f"{year}-Q{q}"), float(value))
        for (year, q), value in zip(
            product((2019, 2020), (1, 2, 3, 4)), (1, 2, 3, 4, 5, 4, 3, 2), strict=True
        )
    )
    quarterly = Series(points, COUNT, Direction.DECREASE)
    turn = replace(TURN, verdict=Verdict.REVERSED_TO_BETTER, turning=Estimate(2020.0, 2019.75, 2020.25))
    assert points[0].period.frequency is Frequency.QUARTER
    assert "kvartal 1 2019 – kvartal 1 2020" in sentence(turn, quarterly, "Anmälda brott", SV)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ((5, 3, 4), "Lägre 2017 än 2016 (−2) men högre 2018 (+1), fortfarande lägre än 2016."),
        ((5, 7, 6), "Högre 2017 än 2016 (+2) men lägre 2018 (−1), fortfarande högre än 2016."),
        ((5, 7, 5), "Högre 2017 än 2016 (+2) men lägre 2018 (−2), lika mycket som 2016."),
        ((9, 5, 7, 4), "Högre 2018 än 2017 (+2) men lägre 2019 (−3), det lägsta hittills."),
        ((9, 2, 5, 7, 4), "Högre 2019 än 2018 (+2) men lägre 2020 (−3), och därmed också lägre än 2018."),
        ((9, 5, 4, 6), "Lägre 2018 än 2017 (−1) men högre 2019 (+2), och därmed också högre än 2017."),
        ((5, 6, 7), "Högre 2017 än 2016 (+1) och högre igen 2018 (+1), det högsta hittills."),
        ((9, 2, 6, 5, 4), "Lägre 2019 än 2018 (−1) och lägre igen 2020 (−1)."),
        ((5, 5, 7), "Oförändrat 2017 jämfört med 2016, därefter högre 2018 (+2), det högsta hittills."),
        ((5, 7, 7), "Högre 2017 än 2016 (+2) och oförändrat 2018."),
        ((5, 5), "Oförändrat 2017 jämfört med 2016."),
        ((5,), ""),
    ],
)
def test_tells_the_newest_two_changes_as_facts(values, told):
    """What went up, what went down, and where that leaves the newest value."""
    assert newest_changes(series_of(*map(float, values), unit=COUNT), SV) == told


def test_compares_nothing_across_a_break_when_facts_are_told():
    """The first value under a new definition is neither higher nor lower than the one before."""
    broken = series_of(5.0, 6, 9, breaks=(year_period(2018),))
    assert newest_changes(broken, SV) == ""
    assert newest_changes(replace(broken, breaks=(year_period(2017),)), EN).startswith("Higher in 2018 than")


def test_says_on_which_side_the_turn_lies_when_a_break_comes_after_it():
    """Values on both sides of a break are not set against each other."""
    broken = series_of(61.0, 63, 66, 68, 40, 38, breaks=(year_period(2020),))
    told = sentence(TURN, broken, "Indexet", SV)
    assert told.startswith(f"Indexet steg 2016–2019 men har fallit sedan dess; senast 38{NB}% (2021).")


def test_names_the_highest_measurement_when_the_turn_may_lie_there():
    """The year that is named is the one that a reader sees as the turn."""
    early_peak = series_of(61.0, 63, 66, 69, 68, 66, 64)
    assert headline(replace(TURN, turning=Estimate(2020, 2019, 2021)), early_peak, SV) == (
        f"Steg till 2019 (69{NB}%), har fallit tre mätningar i rad."
    )
    assert headline(replace(TURN, turning=Estimate(2020.4, 2020, 2021)), early_peak, SV) == (
        f"Steg till 2020 (68{NB}%), har fallit två mätningar i rad."
    )


def test_names_the_highest_measurement_when_it_lies_in_the_last_year_that_is_told():
    """The interval ends before 2020 yet is told until 2020, so the value of 2020 counts."""
    told = sentence(TURN, series_of(61.0, 63, 66, 68, 69, 64), "The safety index", EN)
    assert "rose 2016–2020 (61 to 69%)" in told
    assert "between 2018 and 2020" in told


def test_counts_no_row_when_it_does_not_reach_back_to_the_turn():
    """Two falls in a row are not the story where a rise came between the turn and them."""
    restless = series_of(61.0, 63, 66, 69, 67, 68, 66, 64)
    assert headline(replace(TURN, turning=Estimate(2019, 2019, 2020)), restless, SV) == (
        f"Steg till 2019 (69{NB}%), har fallit sedan dess."
    )


@pytest.mark.parametrize(
    ("values", "told"),
    [
        # Falls as a whole, but rose in the years that the warning looks at.
        ((90.0, 85, 80, 75, 60, 40, 30, 33, 36, 39, 42, 45, 48, 51, 54, 57, 60, 63, 50), "steg till 2033"),
        ((61.0, 63, 66, 68, 70, 72, 74, 71, 70), "steg till 2022"),
        ((74.0, 72, 70, 68, 66, 63, 61, 66), "sjönk till 2022"),
    ],
)
def test_warns_the_right_way_round_when_it_is_early(values, told):
    """The warning names the way that the newest years had before they may have turned."""
    series = series_of(*values)
    early = TrendAnalysis(
        Verdict.FLAT, Level.EARLY_WARNING, False, len(values), early=True, slope_before=Estimate(-1, -2, 0)
    )
    assert told in headline(early, series, SV)


def test_says_every_text_in_swedish_when_the_voice_is_swedish():
    """No text of this part is left in English."""
    with (CATALOGUES / "sv.po").open("rb") as source:
        catalogue = read_po(source, locale="sv")
    for verdict in Verdict:
        assert verdict_words(verdict, SV) != verdict_words(verdict, EN)
        text = headline(replace(TURN, verdict=verdict), INDEX, EN)
        assert text != headline(replace(TURN, verdict=verdict), INDEX, SV)
    for entry in catalogue:
        if isinstance(entry.id, str) and entry.id:
            assert set(_places(entry.id)) == set(_places(str(entry.string)))


def _places(text: str) -> list[str]:
    return [part.split(")")[0] for part in text.split("%(")[1:]]


def test_has_swedish_for_every_text_when_the_kernels_speak():
    """Each text that the code marks or speaks stands in the Swedish catalogue."""
    with (CATALOGUES / "sv.po").open("rb") as source:
        catalogue = read_po(source, locale="sv")
    known = {entry.id for entry in catalogue if entry.string}
    spoken = set()
    for folder in ("trend", "semantics"):
        for path in (CATALOGUES.parent / folder).glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                    called = getattr(node.func, "attr", getattr(node.func, "id", ""))
                    if called in {"mark", "gettext"}:
                        spoken.add(node.args[0].value)
    assert len(spoken) > 50
    assert spoken <= known


def test_speaks_of_chance_when_only_the_number_of_answers_is_known():
    """Pupils in a register are no survey: a small change is called chance, not a survey's error."""
    points = tuple(replace(point, n_observed=400) for point in INDEX.points)
    told = sentence(TURN, replace(INDEX, points=points), "Andelen behöriga", SV)
    assert "värdena för 2019 och 2021 inte mer än vad enbart slumpen kan ge." in told
    assert "undersökning" not in told


def test_calls_no_trend_chance_when_its_first_and_last_value_are_close():
    """A rise that rests on seven surveys is not taken back by the error of two of them."""
    points = tuple(
        replace(point, standard_error=4.0) for point in series_of(60.0, 61, 62, 63, 64, 65, 69).points
    )
    rising = TrendAnalysis(Verdict.IMPROVING, Level.NONE, False, 7, slope_before=Estimate(1, 0.8, 1.2))
    told = sentence(rising, replace(INDEX, points=points), "Indexet", SV)
    assert "sedan 2016" in told
    assert "Ändringen sedan" not in told
    assert "Den senaste ändringen för sig, 2022, ligger inom" in told


@pytest.mark.parametrize(
    ("unit", "smallest", "is_possible"),
    [
        (Unit(Kind.SHARE, "procent"), 99.9, True),
        (Unit(Kind.SHARE, "procent"), 100.0, False),
        (Unit(Kind.SHARE, "procent", lowest=0, highest=40), 41.0, False),
        (Unit(Kind.CLASS, "klass", lowest=1, highest=5), 4.0, False),
        (Unit(Kind.COUNT, "anmälningar"), 4000.0, True),
        (Unit(Kind.NUMBER, "kronor", lowest=0), 4000.0, True),
    ],
)
def test_gives_no_smallest_change_when_it_is_more_than_can_be(unit, smallest, is_possible):
    """Beyond the unit's range, stated or natural, no change was sure to show, and no number is told."""
    flat = TrendAnalysis(Verdict.FLAT, Level.NONE, False, 6, p=0.7, smallest_change=smallest)
    series = series_of(3.0, 2, 3, 2, 3, 2, unit=unit)
    for voice, number, none in (
        (SV, "En ändring på mindre än", "inte ens den största möjliga ändringen säkert hade synts."),
        (EN, "A change of less than", "not even the largest possible change would have been sure to show."),
    ):
        said = sentence(flat, series, "Namnet", voice)
        assert (number in said, none in said) == (is_possible, not is_possible)
