"""Every sentence that the detector can say: a table to be read aloud, and all of them checked."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product

import pytest

from impact.language import Voice, speak
from impact.semantics.direction import Direction
from impact.semantics.period import Frequency, ReportingPeriod, parse_period, year_period
from impact.semantics.series import Missing, Point, Series
from impact.semantics.unit import Kind, Unit
from impact.trend.sentences import headline, level_words, sentence, verdict_words
from impact.trend.verdict import REVERSALS, Estimate, Level, TrendAnalysis, Verdict

SV, EN = speak("sv"), speak("en")
NB = "\N{NO-BREAK SPACE}"
NAMES = {"sv": "Indexet", "en": "The figure"}

SHARE = Unit(Kind.SHARE, "procent", "per cent", decimals=1, lowest=0, highest=100)
WHOLE_SHARE = Unit(Kind.SHARE, "procent", "per cent", decimals=0, lowest=0, highest=100)
INDEX = Unit(Kind.INDEX, "index", "index", decimals=1, lowest=0, highest=100)
COUNT = Unit(Kind.COUNT, "deltagare", "participants", lowest=0)
THEFT_COUNT = Unit(Kind.COUNT, "stölder", "thefts", lowest=0)
REPORTS = Unit(Kind.COUNT, "anmälningar", "reports", lowest=0)
MONEY = Unit(Kind.NUMBER, "tkr", "thousand kronor")


def years(first: int, n: int) -> list[ReportingPeriod]:
    return [year_period(first + i) for i in range(n)]


def series_of(
    periods, values, unit=WHOLE_SHARE, direction=Direction.INCREASE, *, error=None, **more
) -> Series:
    points = tuple(
        Point(period, value, None if value is not None else Missing.NOT_COLLECTED, standard_error=error)
        for period, value in zip(periods, values, strict=True)
    )
    return Series(points, unit, direction, **more)


def turned(
    verdict=Verdict.REVERSED_TO_WORSE, at=2019.1, low=2018.2, high=2019.8, slope=2.4, **more
) -> TrendAnalysis:
    given = {"level": Level.CLEAR, "reversed": True, "n_points": 8, "p": 0.001, "probability": 0.96, **more}
    return TrendAnalysis(
        verdict,
        turning=Estimate(at, low, high),
        slope_before=Estimate(slope, slope - 1, slope + 1),
        slope_after=Estimate(-slope, -slope - 1, -slope + 1),
        **given,
    )


def steady(verdict, slope=1.0, **more) -> TrendAnalysis:
    given = {"level": Level.NONE, "reversed": False, "n_points": 8, "p": 0.7, "probability": 0.03, **more}
    return TrendAnalysis(verdict, slope_before=Estimate(slope, slope - 1, slope + 1), **given)


SAFETY = series_of(years(2016, 6), [61.0, 63, 66, 68, 66, 64])
LONG = series_of(years(2006, 16), [70.0, 66, 62, 63, 65, 67, 69, 72, 74, 76, 73, 71, 69, 66, 64, 61])
THEFTS = series_of(
    years(2014, 8), [355.0, 361, 330, 318, 304, 290, 268, 251], THEFT_COUNT, Direction.DECREASE
)
CLUBS = series_of(years(2019, 5), [18641.0, 19169, 21432, 20955, 22964], COUNT)
SURVEY = series_of(years(2015, 7), [61.0, 62.4, 60.8, 61.9, 61.2, 62.0, 61.5], SHARE, error=1.4)
RENTS = series_of(years(2014, 8), [812.0, 830, 851, 870, 894, 915, 931, 950], MONEY, Direction.CONTEXT)
QUARTERS = series_of(
    [parse_period(f"{year}-Q{quarter}") for year, quarter in product(range(2019, 2022), range(1, 5))],
    [40.0, 44, 47, 43, 45, 49, 52, 48, 47, 45, 44, 38],
    REPORTS,
    Direction.DECREASE,
)
GRADES = series_of(
    [parse_period(f"{year}/{year % 100 + 1}") for year in range(2013, 2021)],
    [212.0, 214, 217, 221, 224, 223.5, 224, 224.5],
    Unit(Kind.INDEX, "meritpoäng", "merit points", decimals=1),
)
MONTHS = series_of(
    [parse_period(f"2021-{month:02d}") for month in range(9, 13)] + [parse_period("2022-01")],
    [12.0, 14, 11, 9, 9],
    REPORTS,
    Direction.DECREASE,
)

RISING_SURVEY = series_of(years(2015, 7), [55.0, 56.9, 58.2, 60.1, 61.9, 61.2, 64.0], SHARE, error=1.4)
SMALL_FALL = series_of(years(2014, 8), [57.0, 59, 61, 63, 66, 68, 66, 65.4], SHARE, error=1.1)
MEMBERS = replace(THEFTS, direction=Direction.INCREASE, unit=COUNT)
LATELY_LOWER = series_of(years(2012, 8), [55.0, 57, 58, 60, 62, 63, 65, 61])

# What people read, in both languages, as it stands on pages, in mails, alternative texts and the
# API. A low line stands for a no-break space.
READ = [
    (
        turned(), SAFETY, "Trygghetsindexet", "The safety index",
        "Trygghetsindexet steg 2016–2019 (61 till 68_%) men har fallit sedan dess, till 64_% 2021. Att "
        "trenden har vänt är mycket sannolikt (96_%); vändpunkten ligger mellan 2018 och 2020. Högre är "
        "bättre.",
        "The safety index rose 2016–2019 (61 to 68%) but then fell, to 64% in 2021. That the trend has "
        "turned is very likely (96%); the turning point lies between 2018 and 2020. Higher is better.",
    ),
    (
        turned(at=2015.0, low=2014.4, high=2015.6, earlier_turns=(2008.1,)), LONG,
        "Andelen trygga", "The share who feel safe",
        "Andelen trygga steg 2008–2015 (62 till 76_%) men har fallit sedan dess, till 61_% 2021. Att "
        "trenden har vänt är mycket sannolikt (96_%); vändpunkten ligger mellan 2014 och 2016. Tidigare "
        "vändning: 2008. Högre är bättre.",
        "The share who feel safe rose 2008–2015 (62 to 76%) but then fell, to 61% in 2021. That the trend "
        "has turned is very likely (96%); the turning point lies between 2014 and 2016. Earlier turn: "
        "2008. Higher is better.",
    ),
    (
        turned(Verdict.REVERSED_TO_BETTER, 2015.0, 2014.6, 2015.4, level=Level.LIKELY, probability=0.35),
        THEFTS, "Antalet stölder", "The number of thefts",
        "Antalet stölder steg 2014–2015 (355 till 361) men har fallit sedan dess, till 251 (2021). Att "
        "trenden har vänt är möjligt (35_%); vändpunkten ligger kring 2015. Lägre är bättre.",
        "The number of thefts rose 2014–2015 (355 to 361) but then fell, to 251 (2021). That the trend "
        "has turned is possible (35%); the turning point lies around 2015. Lower is better.",
    ),
    (
        steady(Verdict.TOO_SHORT), CLUBS, "Deltagare i föreningarna", "Participants in clubs",
        "Deltagare i föreningarna: serien är för kort för att säga något (5 av minst 6 mätningar). Lägre "
        "2022 än 2021 (−477) men högre 2023 (+2_009), det högsta hittills. Högre är bättre.",
        "Participants in clubs: the series is too short to tell (5 of at least 6 measurements). Lower in "
        "2022 than in 2021 (−477), but higher in 2023 (+2,009), the highest so far. Higher is better.",
    ),
    (
        steady(Verdict.FLAT, smallest_change=2.31), SURVEY, "Andelen nöjda", "The share who are satisfied",
        "Andelen nöjda visar ingen tydlig riktning sedan 2015; senast 61,5_% (2021). Ändringen 2021 "
        "ligger inom undersökningens felmarginal. En ändring på mindre än 2,4_procentenheter under "
        "2015–2021 hade knappast synts. Högre är bättre.",
        "The share who are satisfied: no clear direction since 2015; latest 61.5% (2021). The change in "
        "2021 lies within the survey's margin of error. A change of less than 2.4_percentage points over "
        "2015–2021 would hardly have shown. Higher is better.",
    ),
    (
        steady(Verdict.IMPROVING, withdrawn_warning=2020.0), RISING_SURVEY,
        "Andelen nöjda", "The share who are satisfied",
        "Andelen nöjda har stigit sedan 2015, från 55,0 till 64,0_% (2021). Den tidiga varningen från "
        "2020 har inte bekräftats. Den senaste ändringen för sig, 2021, ligger inom undersökningens "
        "felmarginal. Högre är bättre.",
        "The share who are satisfied: rising since 2015, from 55.0 to 64.0% (2021). The early warning of "
        "2020 was not borne out. The newest change by itself, in 2021, lies within the survey's margin of "
        "error. Higher is better.",
    ),
    (
        steady(Verdict.IMPROVING, level=Level.EARLY_WARNING, early=True), LATELY_LOWER,
        "Andelen trygga", "The share who feel safe",
        "Andelen trygga kan ha vänt: steg till 2018 (65_%), nu 61_% (2019). Det är för tidigt att säga "
        "säkert: vänta på nästa mätning. Högre är bättre.",
        "The share who feel safe may have turned: rose until 2018 (65%), now 61% (2019). It is too early "
        "to tell: wait for the next measurement. Higher is better.",
    ),
    (
        steady(Verdict.WORSENING, slope=-15.0), MEMBERS,
        "Antalet medlemmar", "The number of members",
        "Antalet medlemmar har sjunkit sedan 2014, från 355 till 251 deltagare (2021). Högre är bättre.",
        "The number of members: falling since 2014, from 355 to 251 participants (2021). Higher is "
        "better.",
    ),
    (
        steady(Verdict.RISING), RENTS, "Hyran per kvadratmeter", "The rent per square metre",
        "Hyran per kvadratmeter har stigit sedan 2014, från 812 till 950 tkr (2021).",
        "The rent per square metre: rising since 2014, from 812 to 950 thousand kronor (2021).",
    ),
    (
        turned(Verdict.TURNED, probability=0.71), replace(SAFETY, direction=Direction.CONTEXT),
        "Andelen nyinflyttade", "The share of newcomers",
        "Andelen nyinflyttade steg 2016–2019 (61 till 68_%) men har fallit sedan dess, till 64_% 2021. "
        "Att trenden har vänt är sannolikt (71_%); vändpunkten ligger mellan 2018 och 2020.",
        "The share of newcomers rose 2016–2019 (61 to 68%) but then fell, to 64% in 2021. That the trend "
        "has turned is likely (71%); the turning point lies between 2018 and 2020.",
    ),
    (
        turned(Verdict.LEVELLED_OFF, 2017.5, 2016.5, 2018.5, level=Level.NONE, probability=0.1),
        GRADES,
        "Meritvärdet", "The merit rating",
        "Meritvärdet steg till 2017/18 (224,0) och har stått stilla sedan dess; senast 224,5 (2020/21). "
        "Utplaningen skedde mellan 2016/17 och 2018/19. Högre är bättre.",
        "The merit rating rose until 2017/18 (224.0) and then stood still; latest 224.5 (2020/21). It "
        "levelled off between 2016/17 and 2018/19. Higher is better.",
    ),
    (
        turned(Verdict.REVERSED_TO_BETTER, at=2020.5, low=2020.25, high=2020.75, slope=3.0), QUARTERS,
        "Anmälda brott", "Reported crimes",
        "Anmälda brott steg kvartal 1 2019 – kvartal 3 2020 (40 till 52) men har fallit sedan dess, till "
        "38 anmälningar (kvartal 4 2021). Att trenden har vänt är mycket sannolikt (96_%); vändpunkten "
        "ligger mellan kvartal 2 2020 och kvartal 4 2020. Årstidens svängningar är borträknade. Lägre är "
        "bättre.",
        "Reported crimes rose Q1 2019 – Q3 2020 (40 to 52) but then fell, to 38 reports (Q4 2021). That "
        "the trend has turned is very likely (96%); the turning point lies between Q2 2020 and Q4 2020. "
        "Swings with the season have been removed. Lower is better.",
    ),
    (
        steady(Verdict.TOO_SHORT), MONTHS, "Skadegörelse", "Damage",
        "Skadegörelse: serien är för kort för att säga något (5 av minst 24 mätningar). Lägre i december "
        "2021 än i november 2021 (−2) och oförändrat i januari 2022. Lägre är bättre.",
        "Damage: the series is too short to tell (5 of at least 24 measurements). Lower in December 2021 "
        "than in November 2021 (−2), and unchanged in January 2022. Lower is better.",
    ),
    (
        steady(Verdict.NOT_COMPARABLE), replace(SAFETY, breaks=(year_period(2018), year_period(2020))),
        "Trygghetsindexet", "The safety index",
        "Trygghetsindexet: definitionen har ändrats för ofta för att värdena ska kunna jämföras. Lägre "
        "2021 än 2020 (−2_procentenheter). Högre är bättre.",
        "The safety index: the definition has changed too often for the values to be compared. Lower in "
        "2021 than in 2020 (−2_percentage points). Higher is better.",
    ),
    (
        steady(Verdict.IMPROVING), replace(SAFETY, direction=Direction.BAND, band=(65.0, 80.0)),
        "Beläggningen", "Occupancy",
        "Beläggningen har stigit sedan 2016, från 61 till 64_% (2021). Bäst mellan 65 och 80_%.",
        "Occupancy: rising since 2016, from 61 to 64% (2021). Best between 65 and 80%.",
    ),
    (
        turned(at=2018.9, low=2017.6, high=2020.2), SMALL_FALL,
        "Andelen trygga", "The share who feel safe",
        "Andelen trygga steg 2014–2019 (57,0 till 68,0_%) men har fallit sedan dess, till 65,4_% 2021. "
        "Att trenden har vänt är mycket sannolikt (96_%); vändpunkten ligger mellan 2018 och 2020. Sedda "
        "för sig skiljer sig värdena för 2019 och 2021 inte mer än undersökningens felmarginal. Högre är "
        "bättre.",
        "The share who feel safe rose 2014–2019 (57.0 to 68.0%) but then fell, to 65.4% in 2021. That the "
        "trend has turned is very likely (96%); the turning point lies between 2018 and 2020. Seen by "
        "themselves, the values of 2019 and 2021 differ by no more than the survey's margin of error. "
        "Higher is better.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("analysis", "series", "name_sv", "name_en", "swedish", "english"), READ)
def test_reads_like_this(analysis, series, name_sv, name_en, swedish, english):
    """The typical sentences, word by word, so that a reviewer reads what users read."""
    assert sentence(analysis, series, name_sv, SV).replace(NB, "_") == swedish
    assert sentence(analysis, series, name_en, EN).replace(NB, "_") == english


UNITS = [SHARE, WHOLE_SHARE, INDEX, COUNT, MONEY]
FREQUENCIES = {
    "year": years(2010, 16),
    "school year": [parse_period(f"{year}/{year % 100 + 1}") for year in range(2010, 2026)],
    "financial year": [
        parse_period(f"{year}/{year % 100 + 1}", Frequency.FINANCIAL_YEAR, 5) for year in range(2010, 2026)
    ],
    "half": [parse_period(f"{year}-H{half}") for year, half in product(range(2018, 2026), (1, 2))],
    "quarter": [
        parse_period(f"{year}-Q{quarter}") for year, quarter in product(range(2022, 2026), range(1, 5))
    ],
    "month": [parse_period(f"2024-{month:02d}") for month in range(1, 13)]
    + [parse_period(f"2025-{month:02d}") for month in range(1, 5)],
}
SHAPES = {
    "peak": [58.0, 59.4, 60.2, 61.5, 62.4, 63.7, 64.8, 66.1, 67.2, 68.0, 66.9, 66.4, 65.1, 64.6, 63.5, 61.0],
    "valley": [
        68.0,
        66.6,
        66.0,
        64.7,
        63.6,
        62.3,
        61.2,
        60.1,
        59.0,
        58.0,
        59.3,
        59.9,
        60.4,
        61.9,
        62.2,
        63.7,
    ],
    "wavering": [
        61.0,
        61.0,
        62.0,
        60.0,
        61.04,
        61.0,
        63.0,
        60.5,
        61.0,
        61.0,
        62.0,
        60.0,
        61.4,
        61.0,
        61.0,
        61.0,
    ],
    "gap": [58.0, None, 60.2, 61.5, None, 63.7, 64.8, 66.1, 67.2, 68.0, 66.9, None, 65.1, 64.6, 63.5, 64.5],
    "one": [61.0] + [None] * 15,
    "none": [None] * 16,
}
ENGLISH_WORDS = re.compile(
    r"\b(the|than|from|since|has|have|rose|fell|rising|falling|turned|likely|possible|better|worse|lower"
    r"|higher|measurements?|change|latest|between|and|but|of|is|percentage|half|January|May"
    r"|quarter|Q\d)\b"
)
SWEDISH_WORDS = re.compile(r"[åäöÅÄÖ]|\b(och|men|till|har|steg|sedan|senast|kvartal)\b")


def told(analysis: TrendAnalysis, series: Series, voice: Voice) -> list[str]:
    return [headline(analysis, series, voice), sentence(analysis, series, NAMES[voice.language], voice)]


def faults(text: str, voice: Voice) -> list[str]:
    """What is wrong with a text, for whoever sees it turn up here."""
    foreign = ENGLISH_WORDS if voice is SV else SWEDISH_WORDS
    rules = {
        "a place was left open": "%(" in text or "None" in text or "nan" in text,
        "two spaces": "  " in text or " ." in text or " ," in text or "()" in text,
        "no full stop": not text.endswith(".") or ".." in text,
        "the other language": foreign.search(text) is not None,
        "a number in the other form": re.search(r"\d\.\d" if voice is SV else r"\d,\d(?!\d\d)", text)
        is not None,
        "the other per cent": re.search(r"\d%" if voice is SV else r"\d\s%", text) is not None,
        "a minus nought": re.search(r"[\u2212\u2013-]0+([.,]0+)?(?![\d.,])", text) is not None,
        "a change in per cent": re.search(r"\([+\u2212][\d.,]+\s?%\)", text) is not None,
        "a small letter": not text[:1].isupper(),
        "two colons": any(part.count(":") > 2 for part in text.split(". ")),
        "the newest without its period": " (" in text and re.search(r"\(\s|\s\)", text) is not None,
    }
    return [rule for rule, broken in rules.items() if broken]


def analyses() -> list[TrendAnalysis]:
    """Every verdict with every level, sure and unsure, with all that may be said beside it."""
    found = []
    for verdict, level, slope, probability in product(Verdict, Level, (0.9, -0.9), (None, 0.03, 0.3, 0.96)):
        given = {"level": level, "reversed": level is Level.CLEAR, "probability": probability}
        found.append(turned(verdict, 9, 8, 10, slope, **given))
        found.append(
            steady(
                verdict,
                slope,
                early=level is Level.EARLY_WARNING,
                smallest_change=0.04,
                withdrawn_warning=2020.0,
                **given,
            )
        )
        found.append(turned(verdict, 9, 9, 9, slope, earlier_turns=(2, 5), smallest_change=250.0, **given))
    return found


@pytest.mark.parametrize("voice", [SV, EN], ids=["sv", "en"])
@pytest.mark.parametrize("frequency", FREQUENCIES)
@pytest.mark.parametrize("shape", SHAPES)
def test_says_every_finding_in_whole_sentences(shape, frequency, voice):
    """Every verdict, level, direction, unit and calendar: whole, in one language, rightly written."""
    periods, values = FREQUENCIES[frequency], SHAPES[shape]
    series = series_of(periods, values, band=(60.0, 65.0))
    positions = [period.position for period in periods]
    turn = list(SHAPES).index(shape) + len(SHAPES) * list(FREQUENCIES).index(frequency)
    # Each shape and calendar takes its turn of them: together they say all, and soon.
    for number, analysis in list(enumerate(analyses()))[turn % 11 :: 11]:
        placed = _placed(analysis, positions)
        unit, direction = UNITS[number % len(UNITS)], list(Direction)[number % 4]
        error = (None, 1.4)[number % 2]
        points = tuple(
            replace(point, standard_error=error if point.value is not None else None)
            for point in series.points
        )
        breaks = ((), (periods[3],), (periods[3], periods[12]))[number % 3]
        asked = replace(series, unit=unit, direction=direction, points=points, breaks=breaks)
        for text in told(placed, asked, voice):
            assert faults(text, voice) == [], text


def _placed(analysis: TrendAnalysis, positions: list[float]) -> TrendAnalysis:
    """The analysis with its times, which were places in the series, on the series' calendar."""

    def at(place: float) -> float:
        return positions[int(place)]

    turning = analysis.turning
    return replace(
        analysis,
        turning=Estimate(at(turning.value), at(turning.low), at(turning.high)) if turning else None,
        earlier_turns=tuple(at(place) for place in analysis.earlier_turns),
        withdrawn_warning=at(12) if analysis.withdrawn_warning else None,
    )


@pytest.mark.parametrize("voice", [SV, EN], ids=["sv", "en"])
def test_never_contradicts_itself(voice):
    """No sentence is surer than its number, and only a reversal or a warning says that something turned."""
    turn = re.compile("vänt" if voice is SV else "turned")
    sure = re.compile("sannolikt" if voice is SV else "likely|probably")
    peak = series_of(FREQUENCIES["year"], SHAPES["peak"])
    for analysis in analyses():
        placed = _placed(analysis, [period.position for period in FREQUENCIES["year"]])
        texts = [*told(placed, peak, voice)]
        says_turn = placed.verdict in REVERSALS or placed.level is Level.EARLY_WARNING
        is_judged = placed.verdict not in (Verdict.TOO_SHORT, Verdict.NOT_COMPARABLE)
        assert all(bool(turn.search(text)) <= (says_turn and is_judged) for text in texts), texts
        if placed.probability is not None and placed.probability < 0.5:
            words = [*texts, level_words(placed.level, placed.probability, voice)]
            assert not any(sure.search(text) for text in words), words
        if placed.verdict in REVERSALS and placed.probability is None and placed.level is not Level.CLEAR:
            assert not any(sure.search(text) for text in texts), texts


def test_names_every_verdict_in_both_languages():
    """The few words for a verdict differ between the languages."""
    assert all(verdict_words(verdict, SV) != verdict_words(verdict, EN) for verdict in Verdict)
