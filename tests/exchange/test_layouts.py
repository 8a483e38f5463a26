"""Layouts of offices, surveys and other countries: what each value is about, told by the table alone."""

from __future__ import annotations

import pytest

from impact.exchange.book import Book, Kind
from impact.exchange.cells import Cell, Sheet
from impact.exchange.csv_text import read_sheet
from impact.exchange.entries import entries_of
from impact.exchange.mapping import Mapping
from impact.exchange.marks import mark_in
from impact.exchange.period_cells import period_for, period_within, periods_in
from impact.exchange.understanding import sheet_in, understand
from impact.semantics.period import Frequency


def said(text: str) -> dict[tuple[str, str], float | None]:
    """The number of each name and period; no two values are called alike."""
    sheet = read_sheet(text.encode())
    found = list(entries_of(understand(sheet), Mapping()))
    values = {(each.name, each.period): each.value.number for each in found}
    assert len(values) == len(found)
    return values


QUARTERS_BELOW_YEARS = """Kommun;2022;;2023;
;kv1;kv2;kv1;kv2
Norrköping;1;2;3;4
Motala;5;6;7;8
"""
MONTHS_ACROSS = """År;Jan;Feb;Mars;Helår
2022;1;2;3;6
2023;4;5;6;15
"""
MONTHS_DOWN = """Månad;2022;2023
Januari;1;2
Februari;3;4
"""
TERMS = """Skola;HT 2022;VT 2023;HT23
A;1;2;3
B;4;5;6
"""
TERM_AND_YEAR = """År;Termin;Frånvaro
2022;VT;5,1
2022;HT;5,2
"""
COLONS = """Region;2022:1;2022:2
Riket;1;2
"""
DASHES = """Skola;2009-10;2010-11;2011-12
A;1;2;3
"""
ROWS_OF_DASHES = """Läsår;Merit
2009-10;1
2010-11;2
"""
SIX_DIGITS_IN_ROWS = """Kvartal;Antal
200701;1
200702;2
200703;3
200704;4
200801;5
"""
DAYS = """Datum;Antal
2023-01-01;1
2023-02-01;2
2023-03-01;3
"""
QUARTER_DAYS = """Datum;Antal
2023-03-31;1
2023-06-30;2
2023-09-30;3
"""
NAMELESS_YEARS = """;Flickor;Pojkar
2019;1;2
2020;3;4
"""
ODD_NAME_OF_YEARS = """Mätning;Nöjda;Svar
2019;1;2
2020;3;4
2021;5;6
"""
AGES = """region;ålder;2019;2020
Lund;16;1;2
Lund;17;3;4
Höör;16;5;6
Höör;17;7;8
"""
AGES_IN_WORDS = """region;ålder;Folkmängd 2019;Ökning 2019
Lund;0 år;1;2
Lund;1 år;3;4
"""
CODES_THAT_TELL_APART = """kpi;kommun;period;värde
N1;Lund;2020;1
N2;Lund;2020;2
N1;Höör;2020;3
N2;Höör;2020;4
"""
STUB_MERGED_DOWN = """Folkmängd
;;;Antal;Ökning
Lund;män;2019;1;2
;;2020;3;4
;kvinnor;2019;5;6
;;2020;7;8
Höör;män;2019;9;10
;;2020;11;12
"""
INDEX = """År;Antal;Index (2015=100);Mål 2030
2020;1;2;3
2021;4;5;6
"""
CHANGE = """Kommun;2021;2022;Förändring 2021-2022
Lund;1;3;2
"""
THREE_ROWS_OF_HEADER = """Tabell
;2021;;2022;
;Totalt;därav;Totalt;därav
;;flickor;;flickor
Riket;10;4;11;5
Kommunal;8;3;9;4
"""
YEAR_BEFORE_MEASURE = """region;2020 antal;2021 antal
Lund;1;2
Höör;3;4
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (QUARTERS_BELOW_YEARS, {("Norrköping", "2022-Q2"): 2, ("Motala", "2023-Q1"): 7}),
        (MONTHS_ACROSS, {("Jan", "2022"): None, ("", "2023-03"): 6, ("Helår", "2023"): 15}),
        (MONTHS_DOWN, {("", "2022-02"): 3, ("", "2023-01"): 2}),
        (TERMS, {("A", "2022-H2"): 1, ("B", "2023-H1"): 5, ("B", "2023-H2"): 6}),
        (TERM_AND_YEAR, {("Frånvaro", "2022-H1"): 5.1, ("Frånvaro", "2022-H2"): 5.2}),
        (COLONS, {("Riket", "2022-Q2"): 2}),
        (DASHES, {("A", "2010/11"): 2}),
        (ROWS_OF_DASHES, {("Merit", "2010/11"): 2}),
        (SIX_DIGITS_IN_ROWS, {("Antal", "2007-Q2"): 2, ("Antal", "2008-Q1"): 5}),
        (DAYS, {("Antal", "2023-01"): 1, ("Antal", "2023-03"): 3}),
        (QUARTER_DAYS, {("Antal", "2023-Q1"): 1, ("Antal", "2023-Q3"): 3}),
        (NAMELESS_YEARS, {("Flickor", "2019"): 1, ("Pojkar", "2020"): 4}),
        (ODD_NAME_OF_YEARS, {("Nöjda", "2019"): 1, ("Svar", "2021"): 6}),
        (AGES, {("Lund | 17", "2019"): 3, ("Höör | 16", "2020"): 6}),
        (AGES_IN_WORDS, {("Lund | 0 år | Folkmängd", "2019"): 1, ("Lund | 1 år | Ökning", "2019"): 4}),
        (CODES_THAT_TELL_APART, {("N2 | Lund", "2020"): 2, ("N1 | Höör", "2020"): 3}),
        (STUB_MERGED_DOWN, {("Lund | kvinnor | Antal", "2020"): 7, ("Höör | män | Ökning", "2020"): 12}),
        (INDEX, {("Index (2015=100)", "2021"): 5, ("Mål 2030", "2020"): 3}),
        (CHANGE, {("Lund", "2022"): 3, ("Lund | Förändring", "2021-2022"): 2}),
        (THREE_ROWS_OF_HEADER, {("Riket | Totalt", "2022"): 11, ("Kommunal | därav, flickor", "2021"): 3}),
        (YEAR_BEFORE_MEASURE, {("Lund | antal", "2021"): 2}),
    ],
)  # fmt: skip
def test_knows_what_a_value_is_about_when_offices_lay_it_out(
    text: str, expected: dict[tuple[str, str], float | None]
) -> None:
    """Each value has the name and period that a reader of the table would give it."""
    found = said(text)
    assert {key: found.get(key) for key in expected} == expected


def test_a_name_is_one_line_when_its_cell_has_several() -> None:
    """What is broken or hyphenated to fit a cell is the same name."""
    rows: tuple[tuple[int, tuple[Cell, ...]], ...] = (
        (1, ("Kommun", "Andel\n(%)", "Medel\N{SOFT HYPHEN}folkmängd")),
        (2, ("Lund", 1.5, 2.0)),
    )
    assert [column.name for column in understand(Sheet(rows)).columns] == [
        *("Kommun", "Andel (%)", "Medelfolkmängd")
    ]


@pytest.mark.parametrize(
    ("texts", "keys"),
    [
        (
            ["kv 1 2022", "2022 kv 2", "Q3-22", "2022:K4", "Q1/2023"],
            "2022-Q1 2022-Q2 2022-Q3 2022-Q4 2023-Q1",
        ),
        (["jan-mar 2023", "jan\N{EN DASH}jun 2023", "andra halvåret 2023"], "2023-Q1 2023-H1 2023-H2"),
        (["Lå 19/20", "20/21", "2021/22"], "2019/20 2020/21 2021/22"),
        (["201819", "201920"], "2018/19 2019/20"),
        (["2023:01", "2023:11"], "2023-01 2023-11"),
        (["2022-12-31", "2023-12-31"], "2022 2023"),
    ],
)
def test_a_period_is_read_as_those_beside_it(texts: list[str], keys: str) -> None:
    """What one text leaves open the others tell."""
    assert [period and period.key() for period in periods_in(texts)] == keys.split()


@pytest.mark.parametrize("text", ["12345", "20221", "Åk 12", "mars", "19/20", "2022 st", "1 234"])
def test_what_is_no_period_is_none(text: str) -> None:
    """Numbers, classes and bare months name no period."""
    assert periods_in([text]) == [None]


def test_the_schedule_decides_what_a_text_alone_leaves_open() -> None:
    """202301 is a month or a quarter, 2010-11 a month or a school year."""
    read = [
        period_for(text, frequency, 1).key()
        for text, frequency in (
            ("202301", Frequency.QUARTER),
            ("202301", Frequency.MONTH),
            ("2010-11", Frequency.SCHOOL_YEAR),
            ("2023-01-01", Frequency.MONTH),
        )
    ]
    assert read == ["2023-Q1", "2023-01", "2010/11", "2023-01"]


@pytest.mark.parametrize("text", ["Index 2015=100", "Förändring sedan 2019", "jämfört med 2020"])
def test_a_year_of_comparison_is_no_period(text: str) -> None:
    """What something is compared with is not what it is about."""
    assert period_within(text) is None


TWO_TABLES = """Tabell 1. Antal
Kommun;2019;2020
Lund;1;2
Höör;3;4

Tabell 2. Andel
Kommun;2015;2016
Lund;10,5;20,5
Höör;30,5;1,234
"""
ANOTHER_HEADER = """Skola;Antal;Andel
A;1;2
B;3;4

Skola;Tjänster;Behöriga
A;10;20
B;30;40
"""
SMALL_TABLES = """Nöjdhet
År;Andel
2021;1
2022;2

Trygghet
År;Andel
2021;3
2022;4

Svar
År;Andel
2021;5
"""
BESIDE = """Antal;;;;Andel;;
Kommun;2021;2022;;Kommun;2021;2022
Lund;1;2;;Lund;10;20
Höör;3;4;;Höör;30;40
"""
NO_OTHER_TABLE = """Kommun;2021;2022
Riket;1998;2005

Ale;1901;1902
Boden;1;2

Malmö;3;4
"""


@pytest.mark.parametrize(
    ("text", "expected", "n"),
    [
        (
            TWO_TABLES,
            {
                ("Tabell 1. Antal | Lund", "2020"): 2,
                ("Tabell 2. Andel | Lund", "2016"): 20.5,
                ("Tabell 2. Andel | Höör", "2016"): 1.234,
            },
            8,
        ),
        (ANOTHER_HEADER, {("B | Antal", ""): 3, ("B | Behöriga", ""): 40}, 8),
        (
            SMALL_TABLES,
            {("Nöjdhet | Andel", "2021"): 1, ("Trygghet | Andel", "2022"): 4, ("Svar | Andel", "2021"): 5},
            5,
        ),
        (BESIDE, {("Antal | Lund", "2022"): 2, ("Andel | Höör", "2021"): 30}, 8),
        (NO_OTHER_TABLE, {("Ale", "2021"): 1901, ("Malmö", "2022"): 4}, 8),
    ],
)
def test_every_table_of_a_sheet_has_its_own_header(
    text: str, expected: dict[tuple[str, str], float | None], n: int
) -> None:
    """No row is read under another table's header, and none is passed over."""
    found = said(text)
    assert {key: found.get(key) for key in expected} == expected
    assert len(found) == n


def test_one_table_alone_is_read_when_somebody_says_its_header() -> None:
    """What stands below another header does not come."""
    sheet, mapping = read_sheet(TWO_TABLES.encode()), Mapping(header=(7, 7))
    found = list(entries_of(understand(sheet, mapping), mapping))
    assert {(each.line, each.period) for each in found} == {
        (8, "2015"),
        (8, "2016"),
        (9, "2015"),
        (9, "2016"),
    }


def test_the_sheet_that_says_its_periods_is_read_first() -> None:
    """A list of contents has names and numbers too."""
    contents = Sheet(((1, ("Tabell", "Sida")), (2, ("Elever", 3.0))), name="Innehåll")
    values = Sheet(((1, ("Kommun", 2022.0)), (2, ("Lund", 1.5))), name="1")
    assert sheet_in(Book(Kind.WORKBOOK, (contents, values))).name == "1"


@pytest.mark.parametrize(
    ("cells", "value"),
    [
        (["1,234,567", "1,234"], 1234.0),
        (["2.234,5", "1.234"], 1234.0),
        (["1", "\N{EN DASH}7"], -7.0),
        (["1", "- 5"], -5.0),
    ],
)
def test_a_number_is_read_as_its_column_shows(cells: list[str], value: float) -> None:
    """Groups of thousands show what a comma is not; typed dashes are signs."""
    text = "namn;period;tal\n" + "".join(f"A;{2020 + n};{cell}\n" for n, cell in enumerate(cells))
    assert said(text)["A", "2021"] == value


def test_the_periods_of_a_measure_share_their_decimal_mark() -> None:
    """A number with two readings is none beside the same measure of another year."""
    assert said('Area,2021,2022\nLeeds,"1,234,567","1,234"\n')["Leeds", "2022"] == 1234.0


@pytest.mark.parametrize(
    ("text", "sign"),
    [(": c", ":"), ("[x]", "[x]"), ("low", "low"), ("sekretess", "sekretess"), ("xx", None), (": 12", None)],
)
def test_marks_of_other_offices_are_known(text: str, sign: str | None) -> None:
    """What stands instead of a number in files of the European and British offices."""
    assert mark_in(text) == sign


@pytest.mark.parametrize("day", ["Uttag: 2024", "2024-03-14", "Senast uppdaterad 2024"])
def test_the_day_of_a_file_is_no_period_of_its_values(day: str) -> None:
    """When a file was made says nothing of what it is about."""
    assert set(said(f"Elever\n{day}\n\nSkola;Antal;Andel\nA;1;2\n")) == {("A | Antal", ""), ("A | Andel", "")}
