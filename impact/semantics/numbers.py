"""Numbers as people type them: comma or point, spaces in thousands, a unit behind."""

from __future__ import annotations

import re
from math import isfinite

from impact.language import NO_BREAK_SPACE, mark

SMALLEST, LARGEST = 1e-10, 1e15
SIGNIFICANT_DIGITS = 15

_SPACES = f" {NO_BREAK_SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}"
_GROUPED = re.compile(rf"\d{{1,3}}([{_SPACES}'])\d{{3}}(?:\1\d{{3}})*(?![\d{_SPACES}'])", re.ASCII)
# 1.234.567 and 1.234,5 can be read in one way only: what stands twice, or before another mark, groups.
_MARKED = re.compile(r"[+-]?\d{1,3}(?:([.,])\d{3})(?:(?:\1\d{3})+(?:(?!\1)[.,]\d+)?|(?!\1)[.,]\d+)", re.ASCII)
_PLAIN = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d{1,4})?", re.ASCII)
# Most numbers: nothing to be asked, joined or taken off, and no more digits than are kept.
_SIMPLE = re.compile(r"-?(?:0|[1-9]\d*)(?:[.,](?:\d{1,2}|\d{4,}))?", re.ASCII)
_TWO_READINGS = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)


class NumberError(ValueError):
    """A text that is no number we take; ``message`` is English, ``facts`` fill its places."""

    def __init__(self, message: str, **facts: object) -> None:
        super().__init__(message % facts if facts else message)
        self.message = message
        self.facts = facts


class AmbiguousNumber(NumberError):
    """1.234 or 1,234: one and a bit, or more than a thousand. ``readings`` has both."""

    def __init__(self, text: str, as_decimal: float, as_thousands: float) -> None:
        super().__init__(
            mark("“%(text)s” can be read in two ways: with a decimal mark or with a mark for thousands."),
            text=text,
        )
        self.readings = (as_decimal, as_thousands)


def simple_number(text: str) -> float | None:
    """The number of a text that can be nothing else; None where :func:`parse_number` has to look closer."""
    if len(text) > SIGNIFICANT_DIGITS or not _SIMPLE.fullmatch(text):
        return None
    number = float(text.replace(",", ".")) + 0.0
    return number if number == 0 or abs(number) >= SMALLEST else None


def parse_number(text: str, unit_names: tuple[str, ...] = ()) -> float:
    """The number that a person typed or a file holds as text.

    Args:
        text: "12,3", "1 234.5", "\N{MINUS SIGN}4", "12,3 %".
        unit_names: names of the indicator's unit; one of them may stand behind.

    Returns:
        The number, exact to the digits typed.

    Raises:
        AmbiguousNumber: one mark, exactly three digits behind it, one to three before.
        NumberError: no number, more than 15 significant digits, out of reach.
    """
    simple = simple_number(text)
    if simple is not None:
        return simple
    typed = text.strip(_SPACES + "\t")
    bare = _without_unit(typed, unit_names).replace("\N{MINUS SIGN}", "-")
    if _TWO_READINGS.fullmatch(bare):
        number = float(bare.replace(",", "."))
        raise AmbiguousNumber(typed, number, float(re.sub(r"[.,]", "", bare)))
    marked = _MARKED.fullmatch(bare)
    joined = bare.replace(marked.group(1), "") if marked else _join_thousands(bare)
    if not _PLAIN.fullmatch(joined):
        raise NumberError(mark("“%(text)s” is not a number."), text=typed)
    return check_number(joined.replace(",", "."))


def check_number(text: str) -> float:
    """The number in plain form, if it is one that is kept exactly.

    Raises:
        NumberError: more than 15 significant digits, or a size out of reach.
    """
    digits = re.sub(r"[eE].*|[^\d]", "", text).strip("0")
    if len(digits) > SIGNIFICANT_DIGITS:
        raise NumberError(
            mark("“%(text)s” has more than %(most)s significant digits."), text=text, most=SIGNIFICANT_DIGITS
        )
    number = float(text)
    if not isfinite(number) or (number == 0 and digits):
        raise NumberError(mark("“%(text)s” is too large or too small."), text=text)
    if number and not SMALLEST <= abs(number) <= LARGEST:
        raise NumberError(mark("“%(text)s” is too large or too small."), text=text)
    return number + 0.0


def _without_unit(text: str, unit_names: tuple[str, ...]) -> str:
    for name in sorted(filter(None, unit_names), key=len, reverse=True):
        if text.casefold().endswith(name.casefold()):
            rest = text[: -len(name)]
            if rest[-1:] and (rest[-1] in _SPACES or not name[0].isalnum() or rest[-1].isdigit()):
                return rest.rstrip(_SPACES)
    return text


def _join_thousands(text: str) -> str:
    """The text without spaces or apostrophes between whole groups of three digits."""
    sign = text[:1] if text[:1] in {"+", "-"} else ""
    rest = text[len(sign) :]
    grouped = _GROUPED.match(rest)
    if not grouped:
        return text
    whole = re.sub(rf"[{_SPACES}']", "", grouped.group())
    return sign + whole + rest[grouped.end() :]
