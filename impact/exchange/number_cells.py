"""Numbers as files hold them: told which decimal mark, and rounded where none is exact."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Context, Decimal
from typing import Final

from impact.errors import Invalid
from impact.exchange.cells import Cell
from impact.exchange.notes import without_note
from impact.semantics.numbers import (
    SIGNIFICANT_DIGITS,
    AmbiguousNumber,
    NumberError,
    check_number,
    parse_number,
)

_GAPS: Final = frozenset(
    ("", ".", "..", "...", "…", "-", "–", "—", ":", "na", "n/a", "nan", "null", "#n/a", "#saknas!")
)
# A zero before other figures begins a code: 0180 Centrum.
_LIKE_A_NUMBER = re.compile(
    r"(?!0\d+ [^\W\d_])(?:[-+\N{MINUS SIGN}\N{EN DASH}] ?)?(\d[\d\s'.,]*|[.,]\d+)([eE][-+]?\d+)?\*{0,3}"
    r"( ?[^\W\d_]{1,6}| ?%| ?procent(enheter)?| ?per cent| ?kronor| ?personer)?\*{0,3}",
    re.IGNORECASE,
)
# Whatever has a mark, but 1,234, which is in doubt.
_TELLING = re.compile(r"[-+\N{MINUS SIGN}]?(?![1-9]\d{0,2}[.,]\d{3} ?%?$)[\d\s]*([.,])\d+ ?%?")

# What stands twice, or before another mark, groups.
_GROUPED = re.compile(
    r"[-+\N{MINUS SIGN}]?\d{1,3}([.,])\d{3}(?:(?:\1\d{3})+(?:(?!\1)[.,]\d+)?|(?!\1)[.,]\d+) ?%?"
)
_SIGN_APART: Final = re.compile(r"^[-\N{EN DASH}\N{MINUS SIGN}] ?(?=\d)")


def is_gap(text: str) -> bool:
    """Whether a cell says that there is no value."""
    return text.casefold() in _GAPS


def looks_like_a_number(text: str) -> bool:
    """Whether a cell's text is a number, one way or the other, with a unit behind it or not."""
    return bool(_LIKE_A_NUMBER.fullmatch(without_note(text)))


def decimal_mark_of(cells: Iterable[Cell]) -> str | None:
    """The decimal mark that the texts among cells show, None where they show none or both.

    61,5 shows it, and 1.234.567 what it is not; 1,234 shows nothing, for that comma may stand for
    thousands.
    """
    texts = [cell for cell in cells if isinstance(cell, str)]
    marks = [mark for mark in (",", ".") if any(_shows(text, mark) for text in texts if mark in text)]
    if marks:
        return marks[0] if len(marks) == 1 else None
    groups = [mark for mark in (",", ".") if any(_groups(text, mark) for text in texts if mark in text)]
    return {",": ".", ".": ","}[groups[0]] if len(groups) == 1 else None


def _groups(text: str, mark: str) -> bool:
    found = _GROUPED.fullmatch(text.strip())
    return found is not None and found.group(1) == mark


def _shows(text: str, decimal_mark: str) -> bool:
    found = _TELLING.fullmatch(text.strip())
    return found is not None and found.group(1) == decimal_mark


def number_in(text: str, units: tuple[str, ...], decimal_mark: str | None) -> tuple[float, bool]:
    """The number that a cell's text says, and whether it had to be rounded.

    Args:
        text: as it stands in the file.
        units: one of them may stand behind the number.
        decimal_mark: what the file has between whole and part, where somebody told.

    Raises:
        AmbiguousNumber: it can be read in two ways and nobody told which.
        NumberError: no number, or out of reach.
    """
    if not text[:1].isdecimal():
        text = _SIGN_APART.sub("-", text)
    try:
        return parse_number(text, units), False
    except AmbiguousNumber as error:
        if decimal_mark is None:
            raise
        return error.readings[decimal_mark not in text], False
    except NumberError as error:
        if "most" not in error.facts:
            raise
        # As spreadsheets show it: 74.400000000000006 is 74.4.
        digits = Context(prec=SIGNIFICANT_DIGITS).create_decimal(Decimal(str(error.facts["text"])))
        return check_number(format(digits.normalize(), "f")), True


class CellReader:
    """Numbers and times of one table, with the line and column of what cannot be read.

    ``n_approximate`` counts values such as ~100, which are taken for gaps.
    """

    def __init__(self, header: Sequence[str], decimal_mark: str | None) -> None:
        self._header, self._decimal_mark = header, decimal_mark
        self.n_approximate = 0

    def value(self, row: Sequence[str], place: int, line: int) -> float | None:
        """The value of a cell, None for a gap."""
        text = row[place]
        if is_gap(text):
            return None
        if text.startswith("~"):
            self.n_approximate += 1
            return None
        return self.number(text, line, place)

    def number(self, text: str, line: int, place: int) -> float:
        """The number that a cell must have.

        Raises:
            Invalid: it has none, or one that can be read in two ways.
        """
        try:
            return number_in(text, ("%",), self._decimal_mark)[0]
        except AmbiguousNumber as error:
            raise Invalid(
                "Line %(line)s: %(text)s can be read in two ways; say which decimal mark the file has.",
                field="decimal",
                line=line,
                text=text,
            ) from error
        except NumberError as error:
            raise Invalid(
                "Line %(line)s, column %(column)s: %(problem)s",
                line=line,
                column=self._header[place],
                problem=str(error),
            ) from error

    def time(self, text: str, line: int) -> float:
        """A bare time, in years, where a cell names no period."""
        try:
            return number_in(text, (), self._decimal_mark)[0]
        except NumberError as error:
            raise Invalid("Line %(line)s: %(text)s is not a period.", line=line, text=text) from error
