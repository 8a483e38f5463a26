"""Charts for tests: the seed's chart and many that are harder to draw."""

from __future__ import annotations

from datetime import date

from impact.charts.indicator_chart import IndicatorChart
from impact.language import Voice, speak
from impact.semantics.direction import Direction
from impact.semantics.period import Frequency, ReportingPeriod, period_starting, year_period
from impact.semantics.series import GapStyle, Missing, Point, Series, Status
from impact.semantics.unit import Kind, Unit
from impact.trend.verdict import Estimate, Level, TrendAnalysis, Verdict

SHARE = Unit(Kind.SHARE, "%", "%", decimals=1)
COUNT = Unit(Kind.COUNT, "barn", "children")
NUMBER = Unit(Kind.NUMBER, "kronor", "kronor", decimals=1)
SAFETY = (58.1, 59.4, 57.9, 60.2, 61.0, 62.8, 63.1, 65.4, 67.6, 66.9, 64.8, 64.1, 62.7)
NORRKOPING = (63.0, 63.2, 63.1, 63.6, 63.9, 64.2, 64.5, 64.6, 65.0, 65.2, 65.3, 65.6, 65.7)
TURNED_TO_WORSE = TrendAnalysis(
    verdict=Verdict.REVERSED_TO_WORSE,
    level=Level.CLEAR,
    reversed=True,
    n_points=13,
    p=0.004,
    probability=0.96,
    turning=Estimate(2018.2, 2017.4, 2019.1),
    slope_before=Estimate(1.2, 0.9, 1.5),
    slope_after=Estimate(-1.2, -1.7, -0.7),
)


def points(first_year: int, *values: float | None, last: Status = Status.FINAL, error: float | None = None):
    """Yearly points; None is a value that was not collected."""
    made = []
    for number, value in enumerate(values):
        period = year_period(first_year + number)
        if value is None:
            made.append(Point(period, missing=Missing.NOT_COLLECTED))
        else:
            status = last if number == len(values) - 1 else Status.FINAL
            made.append(Point(period, value, status=status, standard_error=error))
    return tuple(made)


def series_of(*values: float | None, first_year: int = 2010, unit: Unit = COUNT, **more) -> Series:
    """A yearly series where more is better."""
    return Series(points(first_year, *values), unit, more.pop("direction", Direction.INCREASE), **more)


def chart_of(series: Series, voice: Voice | None = None, **more) -> IndicatorChart:
    """A chart with a title, an indicator and a source, and what else is asked for."""
    texts = {"title": "Fler barn är aktiva i föreningar", "indicator": "Föreningsaktiva barn", "source": "RF"}
    return IndicatorChart(voice=voice or speak("sv"), series=series, **{**texts, **more})


def safety_chart(voice: Voice | None = None, **more) -> IndicatorChart:
    """The chart of the look: rose until 2018, has fallen since."""
    voice = voice or speak("sv")
    swedish = voice.language == "sv"
    series = Series(points(2010, *SAFETY, last=Status.PRELIMINARY, error=0.55), SHARE, Direction.INCREASE)
    around = Series(points(2010, *NORRKOPING), SHARE, Direction.INCREASE)
    facts = {
        "voice": voice,
        "title": "Tryggheten steg till 2018 men har fallit sedan dess"
        if swedish
        else "Safety rose until 2018 but has fallen since",
        "indicator": "Andel trygga hyresgäster" if swedish else "Share of tenants who feel safe",
        "series": series,
        "analysis": TURNED_TO_WORSE,
        "baseline": (year_period(2014), 61.0),
        "targets": ((year_period(2024), 72.0),),
        "events": ((date(2017, 11, 5), "Idrottens Hus"), (date(2021, 6, 30), "av polisens lista")),
        "reference": ("Norrköping", around),
        "source": "hyresgästenkät",
        "invented": True,
        "certainty": "vändningen är mycket sannolik (96 %)" if swedish else "the turn is very likely (96 %)",
        "direction_words": "högre är bättre" if swedish else "higher is better",
    }
    return IndicatorChart(**{**facts, **more})


def year_break(year: int) -> ReportingPeriod:
    """A break from a year on."""
    return year_period(year)


def quarters(first_year: int, *values: float | None) -> tuple[Point, ...]:
    """Points of consecutive quarters."""
    start = period_starting(date(first_year, 1, 1), Frequency.QUARTER)
    return tuple(
        Point(start.successor(n), value)
        if value is not None
        else Point(start.successor(n), missing=Missing.NOT_HANDED_IN)
        for n, value in enumerate(values)
    )


def school_years(first_year: int, *values: float) -> tuple[Point, ...]:
    """Points of consecutive school years."""
    start = period_starting(date(first_year, 7, 1), Frequency.SCHOOL_YEAR)
    return tuple(Point(start.successor(n), value) for n, value in enumerate(values))


def diverse_charts(voice: Voice | None = None) -> dict[str, IndicatorChart]:
    """Charts of many sorts, by name; the ugly ones are the point."""
    return {**_plain(voice), **_hard(voice), **_other_periods(voice), **_crowded(voice)}


def _plain(voice: Voice | None) -> dict[str, IndicatorChart]:
    waves = [100 + 20 * ((n * 7) % 5) + n * 3 for n in range(41)]
    club = series_of(18641, 19169, 21432, 20955, 22964, first_year=2019)
    return {
        "safety": safety_chart(voice),
        "five": chart_of(
            club, voice, title="För få mätningar för att säga något", certainty="för kort serie"
        ),
        "one": chart_of(series_of(62.7, unit=SHARE), voice),
        "constant": chart_of(series_of(*[5.0] * 9, unit=NUMBER), voice),
        "forty_years": chart_of(series_of(*waves, first_year=1985), voice),
        "huge": chart_of(series_of(*[1.1e9 * (1 + n / 9) for n in range(9)], unit=NUMBER), voice),
        "tiny": chart_of(
            series_of(*[0.0001 * (3 + n % 3) for n in range(9)], unit=Unit(Kind.RATE, "per inv", decimals=5)),
            voice,
        ),
    }


def _hard(voice: Voice | None) -> dict[str, IndicatorChart]:
    broken = series_of(210, 220, 228, 241, 300, 312, 321, 335, 342, breaks=(year_break(2014),))
    gaps = series_of(
        40.0, 42.0, None, 43.0, 44.5, None, None, 47.0, 46.0, unit=SHARE, gap_style=GapStyle.DASHED
    )
    busy = tuple(
        (date(2015 + n // 4, 1 + n % 4 * 3, 10), f"Händelse nummer {n} med ett ganska långt namn")
        for n in range(9)
    )
    rising = TrendAnalysis(
        Verdict.IMPROVING, Level.NONE, False, 9, slope_before=Estimate(9.1, 7.0, 11.0), early=True
    )
    crime = series_of(130, 140, 149, 161, 155, 146, 139, 128, 118, direction=Direction.DECREASE)
    better = TrendAnalysis(
        Verdict.REVERSED_TO_BETTER,
        Level.CLEAR,
        True,
        9,
        turning=Estimate(2013.0, 2013.0, 2013.0),
        slope_before=Estimate(10, 8, 12),
        slope_after=Estimate(-8.6, -10, -7),
    )
    return {
        "all_missing": chart_of(series_of(None, None, None), voice, targets=((year_period(2015), 40.0),)),
        "nothing": chart_of(series_of(), voice),
        "break": chart_of(
            broken,
            voice,
            analysis=rising,
            break_labels=((year_break(2014), "ålder 7–25 i stället för 7–20"),),
        ),
        "gaps": chart_of(gaps, voice),
        "events": safety_chart(voice, events=busy, known_on=date(2024, 3, 12)),
        "long": safety_chart(
            voice,
            title="Andelen trygga hyresgäster i kvarteren kring centrum och skolan steg stadigt fram "
            "till och med 2018 men har "
            "därefter fallit tre mätningar i rad, vilket mycket sannolikt är en verklig vändning",
            indicator="Andel hyresgäster som känner sig trygga eller mycket trygga när de går ut "
            "ensamma i sitt bostadsområde "
            "en mörk kväll under vinterhalvåret",
            reference=("Medelvärdet för alla jämförbara kommuner i landet", safety_chart().reference[1]),
            source="Hyresbostäders enkät till alla hyresgäster, bearbetad av kommunens statistiker "
            "i samråd med en oberoende forskare vid universitetet, samt en mycket lång kommentar "
            "om metoden som aldrig tar slut",
        ),
        "better": chart_of(
            crime,
            voice,
            analysis=better,
            title="Brotten har minskat sedan 2013",
            direction_words="lägre är bättre",
        ),
        "formula": safety_chart(
            voice,
            title=r"Kostar $\frac{$ 50 $ & <b>60</b> $",
            events=((date(2015, 3, 1), r"$x^{"),),
            source=r"\unknown$$ 🙂",
        ),
    }


def _other_periods(voice: Voice | None) -> dict[str, IndicatorChart]:
    quarterly = quarters(2016, *[50 + 8 * ((n % 4) - 1.5) + n / 2 for n in range(34)])
    year_and_a_half = quarters(2022, 4.0, 5.0, None, 6.0, 5.5)
    band = Series(points(2012, 34, 36, 41, 47, 55, 61, 64), SHARE, Direction.BAND, band=(40.0, 60.0))
    estimated = points(2010, 4, 5, 6, 8, 7, 9, 12, last=Status.ESTIMATED)
    return {
        "quarters": chart_of(Series(quarterly, NUMBER, Direction.INCREASE), voice),
        "few_quarters": chart_of(Series(year_and_a_half, NUMBER, Direction.INCREASE), voice),
        "school_years": chart_of(
            Series(
                school_years(2011, 82.1, 83.0, 81.5, 84.0, 86.2, 85.1, 83.3, 80.0, 77.1, 75.4),
                SHARE,
                Direction.INCREASE,
            ),
            voice,
            analysis=TrendAnalysis(
                Verdict.REVERSED_TO_WORSE,
                Level.LIKELY,
                True,
                10,
                turning=Estimate(2015.6, 2014.9, 2016.8),
                slope_before=Estimate(0.9, 0.2, 1.4),
                slope_after=Estimate(-2.4, -3, -1.7),
            ),
            targets=((ReportingPeriod(date(2022, 7, 1), date(2023, 6, 30), Frequency.SCHOOL_YEAR), 90.0),),
        ),
        "band": chart_of(band, voice, title="Andelen har lämnat det goda spannet"),
        "estimated": chart_of(Series(estimated, COUNT, Direction.INCREASE), voice),
    }


def _crowded(voice: Voice | None) -> dict[str, IndicatorChart]:
    values = (50, 51, 49, 54, 56, None, 60, 61, 64, 66, 65, 62, 60, 57)
    crowded = Series(
        points(2008, *values, last=Status.PRELIMINARY, error=1.1),
        SHARE,
        Direction.INCREASE,
        breaks=(year_break(2012),),
    )
    near = series_of(*[47.0 + n * 0.8 for n in range(14)], first_year=2008, unit=SHARE)
    level = TrendAnalysis(
        Verdict.LEVELLED_OFF,
        Level.LIKELY,
        False,
        12,
        turning=Estimate(2016.4, 2014.2, 2018.6),
        slope_before=Estimate(-3.1, -4, -2),
        slope_after=Estimate(0.04, -0.5, 0.6),
    )
    slow = series_of(40, 37, 34, 31, 28, 26, 22, 21, 22, 21, 22, 21, direction=Direction.DECREASE)
    surveys = tuple(
        Point(ReportingPeriod(date(year, 3, 1), date(year, 5, 31), Frequency.SURVEY), value)
        for year, value in ((2003, 61.0), (2005, 63.5), (2011, 60.2), (2016, 66.1), (2022, 64.0))
    )
    window = period_starting(date(2009, 1, 1), Frequency.WINDOW, 3)
    windows = tuple(Point(window.successor(n), 12.0 + n % 3) for n in range(10))
    half = period_starting(date(2019, 1, 1), Frequency.HALF)
    halves = tuple(Point(half.successor(n), -3.0 + n) for n in range(7))
    month = period_starting(date(2019, 1, 1), Frequency.MONTH)
    months = tuple(Point(month.successor(n), 20.0 + n % 12) for n in range(70))
    return {
        "crowded": safety_chart(
            voice,
            series=crowded,
            reference=("Östergötlands län", near),
            targets=((year_period(2015), 58.0), (year_period(2020), 64.0), (year_period(2025), 70.0)),
            baseline=(year_period(2009), 50.0),
            break_labels=((year_break(2012), "nya frågor i enkäten"),),
            events=(
                (date(2012, 2, 1), "Kunskapens Hus"),
                (date(2012, 9, 1), "Fritidsbanken"),
                (date(2013, 6, 1), "saknad enkät"),
                (date(2021, 11, 1), "av polisens lista"),
            ),
        ),
        "levelled": chart_of(slow, voice, analysis=level, direction_words="lägre är bättre"),
        "surveys": chart_of(Series(surveys, SHARE, Direction.INCREASE), voice),
        "windows": chart_of(Series(windows, NUMBER, Direction.CONTEXT), voice),
        "halves": chart_of(Series(halves, NUMBER, Direction.INCREASE), voice),
        "months": chart_of(Series(months, NUMBER, Direction.INCREASE), voice),
    }
