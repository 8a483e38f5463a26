"""Tables of series: tidy, wide or across, the same series come out."""

import math

import pytest

from impact.errors import Invalid
from impact.exchange.cells import Sheet
from impact.exchange.csv_text import read_sheet
from impact.exchange.series_table import NamedSeries, SeriesTable, TableOptions, series_of_sheet
from impact.semantics.direction import Direction
from impact.semantics.unit import Kind
from tests.builders import PEAK_2018

PREAMBLE = "Statistik från källan, https://example.se\n\nTrygghet per område\nUttag: 2025\n"


def table_in(text: str, **options: object) -> SeriesTable:
    return series_of_sheet(read_sheet(text.encode()), TableOptions(**options))  # type: ignore[arg-type]


def series_in(text: str, **options: object) -> tuple[NamedSeries, ...]:
    return table_in(text, **options).series


def swedish(value: float) -> str:
    return f"{value:.1f}".replace(".", ",")


def tidy() -> str:
    rows = [f"Trygghet;{year};{swedish(value)};higher\n" for year, value in PEAK_2018.items()]
    return "indikator;period;värde;riktning\n" + "".join(rows)


def wide() -> str:
    values = ";".join(map(swedish, PEAK_2018.values()))
    return f"indikator;riktning;{';'.join(map(str, PEAK_2018))}\nTrygghet;higher;{values}\n"


def across() -> str:
    rows = [f"Söder;{year};{swedish(value)}\n" for year, value in PEAK_2018.items()]
    return "område;år;Trygghet\n" + "".join(rows)


def test_the_same_series_comes_out_whatever_the_form() -> None:
    """A row a value, a row a series and a column a series say the same."""
    (one,), (other,), (third,) = series_in(tidy()), series_in(wide()), series_in(across(), better="up")
    assert one.times == other.times == third.times == [float(year) for year in PEAK_2018]
    assert one.values == other.values == third.values == list(PEAK_2018.values())
    assert one.direction is other.direction is third.direction is Direction.INCREASE
    assert (one.name, other.name, third.name) == ("Trygghet", "Trygghet", "Söder, Trygghet")


@pytest.mark.parametrize("form", [tidy, wide, across])
def test_lines_above_and_below_are_passed_over(form: object) -> None:
    """What the table is and what its signs mean is no part of it."""
    table = table_in(PREAMBLE + form() + "\n* Preliminärt.\nKälla: enkäten.\n")  # type: ignore[operator]
    assert [series.values for series in table.series] == [list(PEAK_2018.values())]
    assert table.n_passed_over == 2


def test_header_is_not_taken_for_one_when_it_is_a_row_of_values() -> None:
    """Numbers of pupils that look like years make no header."""
    text = "Kommun;Kod;Åk 1;Åk 2;Åk 3\nAle;1440;1850;1902;1950\nBorås;1490;1860;1901;1950\n"
    with pytest.raises(Invalid, match="No table of series was found"):
        series_in(text)


def test_series_are_told_apart_by_all_that_names_them_when_tidy() -> None:
    """Place and split name a series; status and comment do not."""
    text = "place,indicator,split,year,value,status,comment\n"
    text += "A,Clubs,women,2020,1,final,x\nA,Clubs,men,2020,2,final,\nA,Clubs,women,2021,3,preliminary,y\n"
    women, men = series_in(text)
    assert (women.id, women.values) == (("A", "Clubs", "women"), [1.0, 3.0])
    assert (men.id, men.values) == (("A", "Clubs", "men"), [2.0])


def test_an_id_tells_series_apart_when_there_is_one() -> None:
    """Beside an id other columns may change; what does not change names the series too."""
    text = "series_id,place,note,period,value,standard error,kind\n"
    text += "S1,Söder,a,2015/16,1,0.5,share\nS1,Söder,b,2016/17,..,0.4,share\n"
    table = table_in(text)
    (one,) = table.series
    assert table.names == ("series_id", "place")
    assert (one.id, one.name) == (("S1", "Söder"), "Söder")
    assert (one.times, one.kind) == ([2015.5, 2016.5], Kind.SHARE)
    assert one.standard_errors == [0.5, 0.4]
    assert math.isnan(one.values[1])


def test_rows_may_come_in_any_order() -> None:
    """Values stand with their periods, earliest first."""
    (one,) = series_in("a;period;value\nx;2021;3\nx;2019;1\nx;2020;2\n")
    assert (one.times, one.values) == ([2019.0, 2020.0, 2021.0], [1.0, 2.0, 3.0])
    assert [period.key() for period in one.periods if period] == ["2019", "2020", "2021"]


@pytest.mark.parametrize("gap", ["", ".", "..", "-", "–", "NA", "#N/A", "~100"])
def test_gaps_are_known_by_their_signs(gap: str) -> None:
    """None of the signs for no value becomes a number."""
    table = table_in(f"a;2019;2020;2021\nx;1;{gap};3\n")
    assert math.isnan(table.series[0].values[1])
    assert table.n_approximate == (gap == "~100")


@pytest.mark.parametrize(
    ("text", "value"),
    [("1 234,5", 1234.5), ("1\N{NO-BREAK SPACE}234", 1234), ("62,7 %", 62.7), ("−4,5", -4.5),
     ("74.400000000000006", 74.4)],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(text: str, value: float) -> None:
    """Thousands marks, units, true minus and the noise of doubles."""
    assert series_in(f"a;2019;2020;2021\nx;1;{text};3\n")[0].values[1] == value


def test_decimal_mark_is_read_off_the_file_where_it_shows() -> None:
    """Beside 61,5 the comma of 1,234 is no mark for thousands; alone it is asked about."""
    assert series_in("a;2019;2020;2021\nx;61,5;1,234;3\n")[0].values == [61.5, 1.234, 3.0]
    with pytest.raises(Invalid, match="two ways") as caught:
        series_in("a;2019;2020;2021\nx;61;1,234;3\n")
    assert caught.value.field == "decimal"
    assert series_in("a;2019;2020;2021\nx;61;1,234;3\n", decimal_mark=".")[0].values[1] == 1234


def test_numbers_of_a_workbook_leave_no_doubt() -> None:
    """A number that is one already is not read as text."""
    rows = ((1, ("a", 2019.0, 2020.0, 2021.0)), (2, ("x", 183.015, 1.0, 0.001)))
    assert series_of_sheet(Sheet(rows)).series[0].values == [183.015, 1.0, 0.001]


@pytest.mark.parametrize(
    ("headers", "key", "per_year"),
    [
        ("2015/16;2016/17;2017/18", "2015/16", 1),
        ("2015-Q1;2015-Q2;2015-Q3", "2015-Q1", 4),
        ("kv 1 2015;kv 2 2015;kv 3 2015", "2015-Q1", 4),
        ("2015K1;2015K2;2015K3", "2015-Q1", 4),
        ("201501;201502;201503", "2015-Q1", 4),
        ("201501*;201502*;201512*", "2015-01", 12),
        ("201501;201601;201701", "2015-01", 1),
        ("2015M01;2015M02;2015M03", "2015-01", 12),
        ("2015-12-31;2016-12-31;2017-12-31", "2015", 1),
        ("År 2015;År 2016*;År 2017**", "2015", 1),
    ],
)
def test_periods_are_known_in_many_spellings(headers: str, key: str, per_year: int) -> None:
    """Years, school years, quarters and months as tables have them."""
    (one,) = series_in(f"a;{headers}\nx;1;2;3\n")
    assert one.periods[0] is not None
    assert (one.periods[0].key(), one.periods_per_year) == (key, per_year)


def test_one_column_may_say_error_or_number() -> None:
    """``n=`` and ``se=`` say what the number beside the value is."""
    text = "a,period,value,standard_error_or_n\nx,2019,1,n=120\nx,2020,2,n=130\ny,2019,3,se=0.5\n"
    counted, measured = series_in(text)
    assert (counted.n_observed, counted.standard_errors) == ([120.0, 130.0], None)
    assert (measured.n_observed, measured.standard_errors) == (None, [0.5])


def test_what_a_column_says_wins_over_an_option() -> None:
    """Direction, kind and breaks are taken from the table where it has them."""
    text = "a;riktning;enhet;brott;2019;2020;2021\nx;lägre;%;2020;1;2;3\ny;;;;1;2;3\n"
    said, silent = series_in(text, better="up", kind="count", bounds=(0.0, 100.0), breaks=("2021",))
    assert (said.direction, said.kind, said.breaks) == (Direction.DECREASE, Kind.COUNT, (2021.0, 2020.0))
    assert (silent.direction, silent.kind, silent.breaks) == (Direction.INCREASE, Kind.COUNT, (2021.0,))
    assert said.bounds == (0.0, 100.0)
    assert series_in(text)[0].kind is Kind.SHARE


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a;b\n1;2\n", "No table of series was found"),
        ("a;period;value\n", "header on line 1 but no series"),
        ("a;period;value\nx;soon;2\n", "Line 2: soon is not a period."),
        ("a;period;value\nx;2020;high\n", "Line 2, column value: “high” is not a number."),
        ("a;2019;2020;2021\nx;1;2;3\ny;1;b;3\n", "Line 3, column 2020: “b” is not a number."),
        ("a;period;value\nx;2020;1\nx;2020;2\n", "Line 3 has a time that line 2 already has"),
        ("a;period;value\nx;2020;1\nx;;2\n", "Line 3 has a value but no period."),
        ("a;2019;2020;2020*\nx;1;2;3\n", "The column 2020* stands for the same time"),
        ("a;better;period;value\nx;more;2020;1\n", "Line 2: more is not a direction"),
        ("a;kind;period;value\nx;colour;2020;1\n", "Line 2: kind must be one of"),
    ],
)
def test_says_what_is_wrong_and_where_when_a_table_cannot_be_read(text: str, sentence: str) -> None:
    """A wrong table is refused with a sentence that names the line."""
    with pytest.raises(Invalid) as caught:
        series_in(text)
    assert sentence in str(caught.value)
