"""Separated text: found out how it was written, written so that it opens as meant."""

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from impact.errors import Invalid
from impact.exchange.csv_text import INTERNATIONAL, SWEDISH, Form, read_table, write_table

PAYLOADS = [
    "=1+1",
    "=HYPERLINK(\"x\")",
    "+46 11 15 00 00",
    "-1+1",
    "-4.2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1+1",
    "\N{NO-BREAK SPACE}=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠a",
    "=cmd|' /C calc'!A0",
    "'=1+1",
    "''+1",
]  # fmt: skip


def written(rows: list[list[str | float | None]], form: Form) -> bytes:
    return b"".join(write_table(rows, form))


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("indikator;period;värde\r\nTrygghet, totalt;2024;62,7\r\n", ";"),
        ("indicator,period,value\nSafety; total,2024,62.7\n", ","),
        ("indikator\tperiod\tvärde\nTrygghet\t2024\t62,7\n", "\t"),
        ('indikator;period;värde\n"a,b,c,d";2024;"1,5"\n"a,b,c,d";2024;"1,5"\n', ";"),
        ("sep=;\r\nindikator;period;värde\r\nTrygghet, a, b;2024;1\r\n", ";"),
    ],
)
def test_finds_the_delimiter_when_cells_hold_others(text: str, delimiter: str) -> None:
    """The delimiter is the one that the header has and the lines repeat."""
    table = read_table(text.encode())
    assert table.delimiter == delimiter
    assert [len(cells) for _, cells in table.rows] == [len(table.header)] * len(table.rows)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_reads_swedish_letters_when_saved_in_any_encoding(encoding: str) -> None:
    """Whatever the spreadsheet saved in, å is å."""
    table = read_table("indikator;period;värde\nÅtgärder – ö;2024;1\n".encode(encoding))
    assert table.rows[0][1][0] == "Åtgärder – ö"
    assert table.header[2] == "värde"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"a;b\n\0;2\n",
        b"PK\x03\x04\x00\x00\x81",
        b'a;b\n"open;2\n',
        b"\xef\xbb\xbfa;\xff\n",
        b"\x81;\x8d\n",
    ],
)
def test_refuses_with_a_sentence_when_it_is_no_table(content: bytes) -> None:
    """What is no separated text is refused, never guessed at."""
    with pytest.raises(Invalid):
        read_table(content)


def test_names_the_line_when_cells_span_lines() -> None:
    """A row is told by the line on which it begins, empty lines and broken cells counted."""
    table = read_table(b'sep=;\na;b\n\n"one\ntwo";2\nthree;3\n')
    assert table.rows == ((4, ("one\ntwo", "2")), (6, ("three", "3")))


@pytest.mark.parametrize("form", [SWEDISH, INTERNATIONAL])
def test_text_comes_out_as_no_formula_when_it_looks_like_one(form: Form) -> None:
    """Every payload is text with an apostrophe in front, and comes back as it was."""
    content = written([["comment", "value"], *([text, -4.2] for text in PAYLOADS)], form)
    shown = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=form.delimiter))
    assert [cells[0] for cells in shown[1:]] == ["'" + text for text in PAYLOADS]
    assert [cells[0] for _, cells in read_table(content).rows] == PAYLOADS


def test_numbers_stay_numbers_when_they_are_negative() -> None:
    """A negative number is no formula and gets no apostrophe."""
    assert written([[-4.2]], SWEDISH).decode("utf-8-sig") == "-4,2\r\n"
    assert written([[-4.2]], INTERNATIONAL).decode("utf-8-sig") == "-4.2\r\n"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1.234, "1.2340"),
        (-12.345, "-12.3450"),
        (0.0, "0"),
        (-0.0, "0"),
        (1e15, "1000000000000000"),
        (1e-10, "0.0000000001"),
        (12345.678, "12345.678"),
        (62.7, "62.7"),
        (40.0, "40"),
    ],
)
def test_a_number_can_be_read_in_one_way_when_written(number: float, text: str) -> None:
    """No exponent, no sign before zero, and nothing that might be thousands."""
    assert written([[number]], INTERNATIONAL).decode("utf-8-sig").strip() == text


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40))
@example("'=")
@example("'")
@example('"')
@example("a\rb")
def test_any_text_comes_back_when_written_and_read(text: str) -> None:
    """Guard and quotes lose nothing."""
    ((_, cells),) = read_table(written([["comment", "last"], [text, "x"]], SWEDISH)).rows
    assert cells[0] == text


def test_another_reader_gets_the_same_cells_when_written() -> None:
    """The standard's own reader sees the cells that went in."""
    text = written([["a;b", 'say "so"', 1.5, None]], SWEDISH).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text), delimiter=";")) == [["a;b", 'say "so"', "1,5", ""]]
