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
from impact.trend.sentences import direction_words, headline, level_words, sentence, verdict_words
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
        "The safety index rose 2016–2019 (61 to 68%) but has fallen since, to 64% in 2021. "
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
        "Antalet stölder steg 2017–2018 (355 till 361) men har fallit sedan dess, till 290 (2020)."
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
        f"Serien är för kort för att säga något (5 av minst 6 mätningar). Högre 2023 än 2022 (+2{NB}009)."
    )


def test_asks_for_more_measurements_when_the_definition_changed():
    """A declared break costs a measurement, and the text says so."""
    broken = series_of(50.0, 51, 52, 60, 61, 62, breaks=(year_period(2019),))
    assert "(6 av minst 7 mätningar)" in headline(analyse_series(broken), broken, SV)


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


@pytest.mark.parametrize("voice", [SV, EN], ids=["sv", "en"])
@pytest.mark.parametrize(("verdict", "level"), list(product(Verdict, Level)))
def test_has_whole_sentences_when_any_verdict_is_told(verdict, level, voice):
    """Every verdict and level, every direction, both ways, one text without holes."""
    falling = series_of(68.0, 66, 63, 61, 63, 64)
    for series, slope in ((INDEX, 2.4), (falling, -2.4)):
        for direction in Direction:
            told = replace(series, direction=direction, band=(50, 60))
            analysis = replace(
                TURN, verdict=verdict, level=level, slope_before=Estimate(slope, slope - 1, slope + 1)
            )
            for text in (headline(analysis, told, voice), sentence(analysis, told, "Index", voice)):
                assert text.endswith(".")
                assert "%(" not in text
                assert "  " not in text
                assert "None" not in text
    assert verdict_words(verdict, voice)
    assert all(direction_words(direction, voice) for direction in Direction)


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
