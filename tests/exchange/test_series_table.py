"""Tables of series: tidy or wide, the same series come out."""

import pytest

from impact.errors import Invalid
from impact.exchange.csv_text import read_table
from impact.exchange.screening_lines import TimedSeries, screen_series
from impact.exchange.series_table import COLUMNS, series_of_table, verdict_rows
from impact.semantics.direction import Direction
from impact.semantics.unit import Kind
from tests.builders import PEAK_2018


def series_in(text: str, decimal_mark: str | None = None) -> list[TimedSeries]:
    return series_of_table(read_table(text.encode()), decimal_mark)[1]


def tidy() -> str:
    rows = [f"Trygghet;{year};{value:.1f};higher\n".replace(".", ",") for year, value in PEAK_2018.items()]
    return "indikator;period;värde;riktning\n" + "".join(rows)


def wide() -> str:
    values = ";".join(f"{value:.1f}".replace(".", ",") for value in PEAK_2018.values())
    return f"indikator;riktning;{';'.join(map(str, PEAK_2018))}\nTrygghet;higher;{values}\n"


def test_the_same_series_comes_out_when_tidy_or_wide() -> None:
    """A row a value and a row a series say the same."""
    (one,), (other,) = series_in(tidy()), series_in(wide())
    assert one.times == other.times == [float(year) for year in PEAK_2018]
    assert one.values == other.values == list(PEAK_2018.values())
    assert one.direction is other.direction is Direction.INCREASE


def test_series_are_told_apart_by_all_that_names_them_when_tidy() -> None:
    """Place and split name a series; status and comment do not."""
    text = "place,indicator,split,year,value,status,comment\n"
    text += "A,Clubs,women,2020,1,final,x\nA,Clubs,men,2020,2,final,\nA,Clubs,women,2021,3,preliminary,y\n"
    women, men = series_in(text)
    assert (women.id, women.values) == (("A", "Clubs", "women"), [1.0, 3.0])
    assert (men.id, men.values) == (("A", "Clubs", "men"), [2.0])


def test_an_id_names_the_series_alone_when_there_is_one() -> None:
    """Beside an id other columns may change from row to row."""
    text = "series_id,note,period,value,standard error,kind\n"
    text += "S1,a,2015/16,1,0.5,share\nS1,b,2016/17,..,0.4,share\n"
    (one,) = series_in(text)
    assert (one.id, one.times, one.kind) == (("S1",), [2015.5, 2016.5], Kind.SHARE)
    assert one.standard_errors == [0.5, 0.4]
    assert one.values[1] != one.values[1]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a;b\n1;2\n", "neither"),
        ("a;period;value\nx;soon;2\n", "Line 2: soon is not a period."),
        ("a;period;value\nx;2020;high\n", "Line 2: “high” is not a number."),
        ("a;period;value\nx;2020;1,234\n", "two ways"),
        ("a;period;value\nx;2020;1\nx;2020;2\n", "x: A time occurs twice."),
        ("a;better;period;value\nx;more;2020;1\n", "more is not a direction"),
        ("a;kind;period;value\nx;colour;2020;1\n", "x: kind must be one of"),
    ],
)
def test_says_what_is_wrong_when_it_is_no_table_of_series(text: str, sentence: str) -> None:
    """A wrong table is refused with a sentence."""
    with pytest.raises(Invalid) as caught:
        series_in(text)
    assert sentence in str(caught.value)


def test_reads_one_way_when_told_the_decimal_mark() -> None:
    """1,234 is what whoever asks says it is."""
    assert series_in("a;period;value\nx;2020;1,234\n", ",")[0].values == [1.234]


def test_verdicts_stand_beside_the_names_when_written() -> None:
    """What names a series comes first, then the verdict."""
    names, many = series_of_table(read_table(tidy().encode()))
    header, row = verdict_rows(names, screen_series(many))
    assert header == ["indikator", *COLUMNS]
    cells = dict(zip(header, row, strict=True))
    assert (cells["indikator"], cells["verdict"], cells["reversed"]) == (
        "Trygghet",
        "reversed_to_worse",
        "yes",
    )
    assert cells["turning"] == pytest.approx(2018, abs=0.5)
