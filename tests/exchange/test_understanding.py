"""Tables as offices publish them: what each value is called, its period, its number."""

from __future__ import annotations

import pytest

from impact.errors import Invalid
from impact.exchange.cells import Cell, Sheet
from impact.exchange.csv_text import read_sheet
from impact.exchange.entries import Entry, entries_of
from impact.exchange.mapping import Mapping
from impact.exchange.understanding import understand
from impact.semantics.series import Status


def read(text: str, mapping: Mapping | None = None) -> list[Entry]:
    sheet = read_sheet(text.encode("cp1252"))
    return list(entries_of(understand(sheet, mapping), mapping or Mapping()))


def said(text: str, mapping: Mapping | None = None) -> list[tuple[str, str, object]]:
    """Name, period and number, reason, problem or "left out" of each value."""
    return [
        (
            each.name,
            each.period,
            str(each.value.problem)
            if each.value.problem
            else "left out"
            if each.value.left_out
            else each.value.missing or each.value.number,
        )
        for each in read(text, mapping)
    ]


YEARS_AS_COLUMNS = """Nyckeltal;Kommun;Kön;2021;2022;2023*
Invånare;Norrköping;Kvinnor;71 012;..;72 345
Invånare;Norrköping;Män;71 400;-;~72 000

Källa: Kolada
"""
TWO_ROWS_OF_HEADER = """Valdeltagande
;2018;;2022;
Kommun;Kvinnor;Män;Kvinnor;Män
Lund;88,1;86,4;87,0;85,2
Eslöv;84,3;82,9;83,1;81,8
Totalt;86,2;84,7;85,1;83,5
"""
MONTHS_IN_TWO_COLUMNS = """år\tmånad\tlän\tAntal
2023\t11\tUppsala\t12
2023\tdecember\tUppsala\t14
"""
PERIOD_ABOVE = """Statistik
Läsår: 2022/23

Skola;Antal elever;Andel (%)
Söderskolan;312;87,5
Norrskolan;.;..
"""
SEVERAL_IN_THE_HEADER = """Stadsdel;Antal 2021;Antal 2022;Andel 2021;Andel 2022
Centrum;10;11;40,5;41,5
"""
MERGED_DOWN = """Län;Kommun;2022;2023
Skåne;Lund;1;2
;Eslöv;3;4
;Höör;5;6
Blekinge;Ronneby;7;8
;Karlshamn;9;10
"""
UNITS_BELOW_THE_HEADER = """Kommun;Elever;Andel
;antal;procent
Lund;312;87,5
Eslöv;200;80,5
"""
PARTS_BETWEEN_THE_ROWS = """;2019;2020
Grundskola;;
 Flickor;10;11
 Totalt;22;24
Gymnasium;;
 Flickor;20;21
 Totalt;42;44
Källa: Skolverket
"""
NOTES_ON_NUMBERS = """Mått;2019;2020;2021 1);Totalt
A;12,3*;12,4 1);12,5¹;37,2
B;(12);0,5 procent;12,5;25,5
"""
MONTHS_ABOVE = """Mått;2023M12;jan-24;februari 2024
A;1;2;3
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (YEARS_AS_COLUMNS, [
            ("Invånare | Norrköping | Kvinnor", "2021", 71012.0),
            ("Invånare | Norrköping | Kvinnor", "2022", "too_small_a_base"),
            ("Invånare | Norrköping | Kvinnor", "2023", 72345.0),
            ("Invånare | Norrköping | Män", "2021", 71400.0),
            ("Invånare | Norrköping | Män", "2022", "left out"),
            ("Invånare | Norrköping | Män", "2023", "approximate_only"),
        ]),
        (TWO_ROWS_OF_HEADER, [
            ("Lund | Kvinnor", "2018", 88.1), ("Lund | Män", "2018", 86.4),
            ("Lund | Kvinnor", "2022", 87.0), ("Lund | Män", "2022", 85.2),
            ("Eslöv | Kvinnor", "2018", 84.3), ("Eslöv | Män", "2018", 82.9),
            ("Eslöv | Kvinnor", "2022", 83.1), ("Eslöv | Män", "2022", 81.8),
            ("Totalt | Kvinnor", "2018", 86.2), ("Totalt | Män", "2018", 84.7),
            ("Totalt | Kvinnor", "2022", 85.1), ("Totalt | Män", "2022", 83.5),
        ]),
        (MONTHS_IN_TWO_COLUMNS, [("Uppsala", "2023-11", 12.0), ("Uppsala", "2023-12", 14.0)]),
        (PERIOD_ABOVE, [
            ("Söderskolan | Antal elever", "2022/23", 312.0), ("Söderskolan | Andel (%)", "2022/23", 87.5),
            ("Norrskolan | Antal elever", "2022/23", "not_applicable"),
            ("Norrskolan | Andel (%)", "2022/23", "too_small_a_base"),
        ]),
        (SEVERAL_IN_THE_HEADER, [
            ("Centrum | Antal", "2021", 10.0), ("Centrum | Antal", "2022", 11.0),
            ("Centrum | Andel", "2021", 40.5), ("Centrum | Andel", "2022", 41.5),
        ]),
        (MERGED_DOWN, [
            ("Skåne | Lund", "2022", 1.0), ("Skåne | Lund", "2023", 2.0),
            ("Skåne | Eslöv", "2022", 3.0), ("Skåne | Eslöv", "2023", 4.0),
            ("Skåne | Höör", "2022", 5.0), ("Skåne | Höör", "2023", 6.0),
            ("Blekinge | Ronneby", "2022", 7.0), ("Blekinge | Ronneby", "2023", 8.0),
            ("Blekinge | Karlshamn", "2022", 9.0), ("Blekinge | Karlshamn", "2023", 10.0),
        ]),
        (UNITS_BELOW_THE_HEADER, [
            ("Lund | Elever, antal", "", 312.0), ("Lund | Andel, procent", "", 87.5),
            ("Eslöv | Elever, antal", "", 200.0), ("Eslöv | Andel, procent", "", 80.5),
        ]),
        (PARTS_BETWEEN_THE_ROWS, [
            ("Grundskola | Flickor", "2019", 10.0), ("Grundskola | Flickor", "2020", 11.0),
            ("Grundskola | Totalt", "2019", 22.0), ("Grundskola | Totalt", "2020", 24.0),
            ("Gymnasium | Flickor", "2019", 20.0), ("Gymnasium | Flickor", "2020", 21.0),
            ("Gymnasium | Totalt", "2019", 42.0), ("Gymnasium | Totalt", "2020", 44.0),
        ]),
        (NOTES_ON_NUMBERS, [
            ("A", "2019", 12.3), ("A", "2020", 12.4), ("A", "2021", 12.5),
            ("B", "2019", "“(12)” is not a number."), ("B", "2020", 0.5), ("B", "2021", 12.5),
        ]),
        (MONTHS_ABOVE, [("A", "2023-12", 1.0), ("A", "2024-01", 2.0), ("A", "2024-02", 3.0)]),
    ],
)  # fmt: skip
def test_each_value_has_its_name_and_period(text: str, expected: list[tuple[str, str, object]]) -> None:
    """However it is laid out, a value is what a person would say of it."""
    assert said(text) == expected


def test_groups_belong_to_the_right_when_they_stand_one_column_off() -> None:
    """Only where two columns would be called the same otherwise."""
    off = "16-24 år;;25-29 år\n;Antal;Andel;Antal;Andel\nKvinnor;1;2;3;4\nMän;5;6;7;8\n"
    right = off.replace("16-24 år;;25", ";16-24 år;;25")
    names = [
        [column.name for column in understand(read_sheet(text.encode())).columns] for text in (off, right)
    ]
    assert (
        names[0]
        == names[1]
        == ["", "16-24 år, Antal", "16-24 år, Andel", "25-29 år, Antal", "25-29 år, Andel"]
    )


def test_a_mark_means_what_somebody_says() -> None:
    """Offices mean different things by the same mark."""
    mapping = Mapping(marks={"..": "confidential", "-": "zero", "~": "left_out"})
    assert [value for _, _, value in said(YEARS_AS_COLUMNS, mapping)] == [
        *(71012.0, "confidential", 72345.0),
        *(71400.0, 0.0, "left out"),
    ]


@pytest.mark.parametrize("newest", ["2023*", "2023 (prel.)", "2023p", "2023 preliminärt", "Prel. 2023"])
def test_the_header_says_what_is_preliminary(newest: str) -> None:
    """The newest year of a table is often marked so."""
    found = read(YEARS_AS_COLUMNS.replace("2023*", newest))
    assert [each.value.status for each in found] == [None, None, Status.PRELIMINARY] * 2
    assert [each.period for each in found] == ["2021", "2022", "2023"] * 2


@pytest.mark.parametrize(
    ("cells", "mark", "value"),
    [
        (["61,5", "1,234"], "", 1.234),
        (["61.5", "1,234"], "", 1234.0),
        (["1.234.567", "1.234"], ".", 1.234),
        (["7", "1,234"], ",", 1.234),
    ],
)
def test_the_decimal_mark_is_that_of_the_column(cells: list[str], mark: str, value: float) -> None:
    """What one cell of a column shows decides the others; what somebody says wins."""
    text = "namn;period;tal\n" + "".join(f"A;{2020 + n};{cell}\n" for n, cell in enumerate(cells))
    assert read(text, Mapping(decimal_mark=mark))[-1].value.number == value


def test_a_number_with_two_readings_is_a_problem_until_somebody_says() -> None:
    """No column that shows its mark is taken for another's."""
    (_, _, first), (_, _, second) = said("namn;period;a;b\nA;2020;1,5;1,234\n")
    assert (first, second) == (1.5, "1,234 can be read in two ways; say which decimal mark the file has.")


def test_what_somebody_says_of_a_column_wins() -> None:
    """A column of numbers can be a name, and a header can lie elsewhere."""
    text = "Ålder;Period;Andel\n16;2022;40,5\n17;2022;41,5\n"
    mapping = Mapping(roles={"Ålder": "label"})
    assert said(text, mapping) == [("16", "2022", 40.5), ("17", "2022", 41.5)]
    later = Mapping(header=(2, 2), period="2022", roles={"17": "label"})
    assert [name for name, _, _ in said("a;b\n17;Andel\n18;40,5\n", later)] == ["18"]


def test_only_the_rows_that_somebody_wants_come() -> None:
    """A file of the whole country is brought down to one's own rows."""
    mapping = Mapping(rows={"Kommun": "Lund"})
    assert {name for name, _, _ in said(TWO_ROWS_OF_HEADER, mapping)} == {"Lund | Kvinnor", "Lund | Män"}


def test_a_number_of_a_workbook_is_read_in_one_way_only() -> None:
    """1.234 as a cell's number is no thousand."""
    rows: tuple[tuple[int, tuple[Cell, ...]], ...] = (
        (1, ("Kommun", 2022.0)),
        (2, ("Lund", 1.234)),
        (3, ("Eslöv", "=B2*2")),
    )
    found = list(entries_of(understand(Sheet(rows)), Mapping()))
    assert (found[0].value.number, found[0].period) == (1.234, "2022")
    assert "never worked out" in str(found[1].value.problem)


@pytest.mark.parametrize("text", ["bara text\noch mer text\n", "a;b\nc;d\n"])
def test_says_so_when_there_is_no_table(text: str) -> None:
    """A sheet of words is told from a table."""
    with pytest.raises(Invalid, match="No table of values"):
        read(text)
