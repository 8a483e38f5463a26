"""Tables as offices publish them in which single rows or cells are unlike all others."""

from __future__ import annotations

import pytest

from impact.errors import Invalid
from impact.exchange.csv_text import read_sheet
from impact.exchange.entries import entries_of
from impact.exchange.mapping import Mapping
from impact.exchange.understanding import understand
from impact.semantics.series import Missing, Status
from tests.exchange.test_layouts import said

HEADINGS_AND_MERGED = """Brott;;2022;2023
Lund;;;
Totalt;;1;2
Person;;3;4
;därav hot;5;6
Höör;;;
Totalt;;7;8
Person;;9;10
;därav hot;11;12
"""
MEAN_BELOW_MONTHS = """Månad;2022;2023
Januari;1;2
Februari;3;4
Mars;5;6
April;7;8
Medel helår;9;10
"""
ADDRESSED = """Title,Unemployment
CDID,MGSX
PreUnit,
Unit,%
Release date,12-03-2024
Next release,16 April 2024
Important notes,
2021,4.6
2022 Q1,4.0
2022 NOV,3.9
"""
AGES_ACROSS = """Kommun;År;16;17;18
Lund;2022;1;2;3
Höör;2022;4;5;6
"""
EMPTY = """Kommun;År;Värde
Lund;2022;1
Höör;2022;
Norra;;
Lund;2023;2
"""
CODED = """Region;Kön;År;Inkomst
05;1;2021;312,4
05;2;2021;262,4
14;1;2021;322,4
14;2;2021;272,4
"""
SIGNED = """Post;2022;2023
Resultat;12-;(13)
Andra;1;2
"""
NUMBERED = """"Kommun"	"År"	"Andel"	"Antal"
"1"	"Lund"	2022	"1,5"	2
"2"	"Höör"	2023	"2,5"	4
"""
CODES_ACROSS = """År;0580;0581
2021;1;2
2022;3;4
"""
BUILT = """Byggår;Antal 2022;Antal 2023
1990;1;2
1991;3;4
"""


@pytest.mark.parametrize(
    ("text", "expected", "n"),
    [
        (HEADINGS_AND_MERGED, {("Lund | Totalt", "2022"): 1, ("Höör | Person | därav hot", "2023"): 12}, 12),
        (MEAN_BELOW_MONTHS, {("", "2022-02"): 3, ("Medel helår", "2023"): 10}, 10),
        (
            ADDRESSED,
            {("%, 12-03-2024, 16 April 2024", "2021"): 4.6, ("%, 12-03-2024, 16 April 2024", "2022-11"): 3.9},
            3,
        ),
        (AGES_ACROSS, {("Lund | 16", "2022"): 1, ("Höör | 18", "2022"): 6}, 6),
        (EMPTY, {("Höör", "2022"): None, ("Lund", "2023"): 2}, 3),
        (CODED, {("05 | 2", "2021"): 262.4, ("14 | 1", "2021"): 322.4}, 4),
        (SIGNED, {("Andra", "2023"): 2}, 4),
        (NUMBERED, {("Lund | Andel", "2022"): 1.5, ("Höör | Antal", "2023"): 4}, 4),
        (CODES_ACROSS, {("0580", "2021"): 1, ("0581", "2022"): 4}, 4),
        (BUILT, {("1990 | Antal", "2022"): 1, ("1991 | Antal", "2023"): 4}, 4),
    ],
)
def test_no_two_values_are_called_alike(text: str, expected: dict[tuple[str, str], float], n: int) -> None:
    """What a single row says of itself is part of its name."""
    found = said(text)
    assert {key: found.get(key) for key in expected} == expected
    assert len(found) == n


def test_what_is_no_number_behind_values_is_told() -> None:
    """A column is one of values where every other cell has a number; it names no row."""
    sheet = read_sheet("Område;2022;Utfall 2023\nA;1;2,5\nB;2;(2,2)\nC;3;ej klart\nD;4;5\n".encode())
    found = {(each.name, each.period): each.value for each in entries_of(understand(sheet), Mapping())}
    assert {key for key, value in found.items() if value.problem} == {
        ("B | Utfall", "2023"),
        ("C | Utfall", "2023"),
    }
    assert found["A | Utfall", "2023"].number == 2.5


def test_a_cell_below_a_period_is_a_value_whatever_it_says() -> None:
    """A name is never made of it, and a last row of words is no note."""
    text = "Enhet;2022;2023\nA;12,5;#DIV/0!\nB;1;>95\nC;5-10;12,5 %*\nD;se not;se not\n"
    entries = list(entries_of(understand(read_sheet(text.encode())), Mapping()))
    found = {(each.name, each.period): each.value for each in entries}
    assert {key for key, value in found.items() if value.problem} == {
        *(("A", "2023"), ("C", "2022"), ("D", "2022"), ("D", "2023")),
    }
    assert found["B", "2023"].missing is Missing.APPROXIMATE_ONLY
    assert (found["C", "2023"].number, found["C", "2023"].status) == (12.5, Status.PRELIMINARY)


def test_refuses_rows_that_are_longer_than_their_header() -> None:
    """A decimal comma between commas makes two cells of one number."""
    sheet = read_sheet(b"Kommun,2022,2023\nLund,1,5,2,5\nMotala,2,5,3,5\n")
    with pytest.raises(Invalid, match="Line 2 has more cells than the header"):
        understand(sheet)


@pytest.mark.parametrize(
    ("cell", "said"),
    [("8.9 b", (8.9, None, "")), ("7.7 bp", (7.7, Status.PRELIMINARY, "")), ("7 kr", (7, None, "kr"))],
)
def test_letters_behind_numbers_are_flags_in_files_of_eurostat(
    cell: str, said: tuple[float, Status | None, str]
) -> None:
    """They tell whether a figure is preliminary; a unit is told from them."""
    sheet = read_sheet(f"unit,geo\\TIME_PERIOD\t2020 \t2021 \nPC,SE\t{cell}\t: c\n".encode())
    first, second = entries_of(understand(sheet), Mapping())
    assert (first.value.number, first.value.status, first.value.unit) == said
    assert second.value.left_out
