"""Verdicts on a table: columns, sentences, the count of fates."""

import re

from impact.exchange.csv_text import read_sheet
from impact.exchange.screening_lines import screen_series
from impact.exchange.series_table import NamedSeries, TableOptions, series_of_sheet
from impact.exchange.verdict_table import COLUMNS, Tally, measured_series, sentence_of, verdict_rows
from impact.language import speak
from impact.semantics.unit import Kind
from tests.builders import PEAK_2018, WINDING

SWEDISH = speak("sv")


def series_in(text: str) -> tuple[NamedSeries, ...]:
    return series_of_sheet(read_sheet(text.encode()), TableOptions()).series


def winding() -> tuple[NamedSeries, ...]:
    values = ",".join(map(str, WINDING.values()))
    return series_in(f"name,unit,direction,{','.join(map(str, WINDING))}\nTrygghet,%,up,{values}\n")


def peak(unit: str = "%", direction: str = "up") -> tuple[NamedSeries, ...]:
    values = ",".join(map(str, PEAK_2018.values()))
    header = f"name,unit,direction,{','.join(map(str, PEAK_2018))}"
    return series_in(f"{header}\nTrygghet,{unit},{direction},{values}\n")


def test_a_row_names_the_series_then_tells_the_verdict() -> None:
    """Verdict, intervals and sentence stand behind what names the series."""
    many = peak()
    header, row = verdict_rows(["name"], zip(many, screen_series(many), strict=True), SWEDISH)
    assert header == ["name", *COLUMNS]
    cells = dict(zip(header, row, strict=True))
    assert (cells["name"], cells["verdict"], cells["reversed"]) == ("Trygghet", "reversed_to_worse", "yes")
    low, turning, high = (cells[name] for name in ("turning_low", "turning", "turning_high"))
    assert isinstance(low, float)
    assert isinstance(turning, float)
    assert isinstance(high, float)
    assert low <= turning <= high
    assert cells["sentence"] == sentence_of(many[0], screen_series(many)[0], SWEDISH)


def test_earlier_turns_stand_in_one_cell_when_there_are_several() -> None:
    """As text with the file's decimal mark, oldest first; empty without any."""
    many = (*winding(), *peak())
    judged = list(zip(many, screen_series(many), strict=True))
    place = COLUMNS.index("earlier_turns") + 1
    _, several, once = verdict_rows(["name"], judged, SWEDISH)
    assert re.fullmatch(r"200[12](\.\d+)?; 200[89](\.\d+)?", str(several[place]))
    assert once[place] == ""
    _, swedish, _ = verdict_rows(["name"], judged, SWEDISH, ",")
    assert swedish[place] == str(several[place]).replace(".", ",")


def test_the_sentence_names_the_earlier_turns_when_there_are_several() -> None:
    """It begins at the turn before the newest and lists the earlier ones."""
    (one,) = winding()
    (answer,) = screen_series([one])
    said = sentence_of(one, answer, SWEDISH)
    assert said.startswith("Trygghet steg 2009–2017 (51,5 till 65,8")
    assert "Tidigare vändningar: 2002, 2009." in said
    assert "Earlier turns: 2002, 2009." in sentence_of(one, answer, speak("en"))


def test_the_sentence_has_the_values_as_the_table_has_them() -> None:
    """Years, values with their decimals, unit and direction."""
    (one,) = peak()
    said = sentence_of(one, screen_series([one])[0], SWEDISH)
    assert said.startswith(
        "Trygghet steg 2010–2018 (58,1 till 67,2\N{NO-BREAK SPACE}%) men har fallit sedan dess"
    )
    assert said.endswith("Högre är bättre.")
    assert "rose 2010–2018 (58.1 to 67.2%)" in sentence_of(one, screen_series([one])[0], speak("en"))


def test_no_sentence_is_made_when_times_are_no_periods() -> None:
    """Bare times that are no years have a verdict but no years to name."""
    rows = "".join(f"x,{n + 0.3},{value}\n" for n, value in enumerate(PEAK_2018.values()))
    (one,) = series_in(f"name,t,y\n{rows}")
    assert measured_series(one) is None
    assert sentence_of(one, screen_series([one])[0], SWEDISH) == ""


def test_decimals_are_as_many_as_readers_can_tell_apart() -> None:
    """Whole numbers have none, long ones are cut, small ones keep their figures."""
    text = "name,2019,2020,2021\na,10,12,11\nb,78.484196,76.37,80.1\nc,0.0461,0.052,0.049\n"
    units = [series.unit.decimals for each in series_in(text) if (series := measured_series(each))]
    assert units == [0, 2, 4]


def test_a_share_is_written_with_its_sign_once() -> None:
    """The unit % makes a share, whose name is not repeated."""
    (one,) = peak()
    measured = measured_series(one)
    assert measured is not None
    assert (measured.unit.kind, measured.unit.name_sv) == (Kind.SHARE, "")


def test_fates_are_counted_as_they_pass() -> None:
    """The line has how many turned, to worse, may have turned and were too short."""
    many = (*peak(), *peak(direction="down"), *series_in("name,2019,2020,2021\nshort,1,2,3\n"))
    tally = Tally()
    assert len(list(tally.counting(zip(many, screen_series(many), strict=True)))) == 3
    assert tally.line() == "3 series: 2 reversed (1 to worse), 0 early warnings, 1 too short."
