"""Numbers as people type them."""

from __future__ import annotations

import pytest

from impact.language import speak
from impact.semantics.numbers import AmbiguousNumber, NumberError, parse_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12.0),
        ("12,3", 12.3),
        ("12.3", 12.3),
        (" 12,3 ", 12.3),
        ("0,123", 0.123),
        ("0.123", 0.123),
        ("-0,5", -0.5),
        ("\N{MINUS SIGN}4,2", -4.2),
        ("+3", 3.0),
        ("1 234", 1234.0),
        ("1 234 567,8", 1234567.8),
        ("1\N{NO-BREAK SPACE}234,5", 1234.5),
        ("1\N{NARROW NO-BREAK SPACE}234.5", 1234.5),
        ("1\N{THIN SPACE}234", 1234.0),
        ("1'234", 1234.0),
        ("\N{MINUS SIGN}1 234", -1234.0),
        ("1234,567", 1234.567),
        ("1 234,567", 1234.567),
        ("1,2345", 1.2345),
        ("1.234.567", 1234567.0),
        ("-1,234,567.8", -1234567.8),
        ("1.234,5", 1234.5),
        ("1,23", 1.23),
        (",5", 0.5),
        ("5,", 5.0),
        ("0", 0.0),
        ("-0", 0.0),
        ("0,000", 0.0),
        ("1e3", 1000.0),
        ("1,5E-3", 0.0015),
        ("123456789012345", 123456789012345.0),
        ("0,00000123456789012345", 0.00000123456789012345),
        ("1000000000000000", 1e15),
        ("0,0000000001", 1e-10),
    ],
)
def test_reads_the_number_when_it_has_one_meaning(text, number):
    """Comma and point, spaces of every width, true minus and exponents are read."""
    assert parse_number(text) == number
    assert str(parse_number(text))[0] != "-" or number < 0


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("1.234", (1.234, 1234.0)),
        ("1,234", (1.234, 1234.0)),
        ("123,456", (123.456, 123456.0)),
        ("-12.500", (-12.5, -12500.0)),
        ("\N{MINUS SIGN}1,234", (-1.234, -1234.0)),
        ("1,234 %", (1.234, 1234.0)),
    ],
)
def test_asks_when_a_number_can_be_read_in_two_ways(text, readings):
    """Three digits behind a single mark are never guessed."""
    with pytest.raises(AmbiguousNumber) as caught:
        parse_number(text, ("%",))
    assert caught.value.readings == readings
    assert text in speak("en").gettext(caught.value.message, **caught.value.facts)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "-", ",", "abc", "nan", "NaN", "inf", "-Infinity", "1e999", "1e-999", "12 %", "12 kr",
        "1,2,3", "1.234.56", "1,234.5.6", "12 34", "1 2345", "1 234 56", "1234 567", "--1", "1-2", "0x10",
        "1 234\N{NO-BREAK SPACE}567", "1_000", "1234567890123456", "0,1234567890123456", "1e16", "-1e16",
        "1e-11", "½", "٣", "1\n2", "#N/A",
    ],
)  # fmt: skip
def test_refuses_when_the_text_is_no_number_we_keep(text):
    """What is no plain number, too long, too large or too small is refused with a sentence."""
    with pytest.raises(NumberError) as caught:
        parse_number(text)
    assert not isinstance(caught.value, AmbiguousNumber)
    sentence = speak("sv").gettext(caught.value.message, **caught.value.facts)
    assert sentence.endswith(".")


@pytest.mark.parametrize(
    ("text", "names", "number"),
    [
        ("12,3 %", ("%",), 12.3),
        ("12,3%", ("%",), 12.3),
        ("12,3\N{NO-BREAK SPACE}%", ("%", "procent"), 12.3),
        ("12 procent", ("%", "procent"), 12.0),
        ("12 KR", ("kr",), 12.0),
        ("1 234 tkr", ("tkr", "kr"), 1234.0),
        ("7 kr per m2", ("kr per m2",), 7.0),
    ],
)
def test_takes_the_unit_away_when_it_is_the_indicators_own(text, names, number):
    """The indicator's own unit may stand behind the number."""
    assert parse_number(text, names) == number


@pytest.mark.parametrize(
    ("text", "names"), [("12 tkr", ("kr",)), ("12 %", ("kr",)), ("%", ("%",)), ("kr", ("kr",))]
)
def test_refuses_when_the_unit_is_another(text, names):
    """A thousand kronor are not kronor."""
    with pytest.raises(NumberError):
        parse_number(text, names)
