"""Rows of tidy files: one language for all formats, whichever way they are written.

A row says one thing: an indicator, a period, a value or why there is none. Headers and
words are understood in Swedish, in English and as the codes that machines write.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from impact.errors import Invalid
from impact.exchange.cells import Cell
from impact.semantics.direction import Direction
from impact.semantics.series import Missing, Status


class Column(StrEnum):
    """What a column of a tidy file says."""

    PROJECT = "project"
    GOAL = "goal"
    INDICATOR_ID = "indicator_id"
    INDICATOR = "indicator"
    DISAGGREGATION = "disaggregation"
    PERIOD = "period"
    VALUE = "value"
    MISSING = "missing"
    STATUS = "status"
    N_OBSERVED = "n"
    STANDARD_ERROR = "standard_error"
    COMMENT = "comment"
    UNIT = "unit"
    DIRECTION = "direction"
    SOURCE = "source"
    INVENTED = "invented"


# The first Swedish and the first English name are those that are written.
NAMES: Final[dict[Column, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    Column.PROJECT: (("projekt",), ("project",)),
    Column.GOAL: (("mål",), ("goal",)),
    Column.INDICATOR_ID: (("indikator-id", "indikatornummer"), ("indicator id",)),
    Column.INDICATOR: (("indikator",), ("indicator",)),
    Column.DISAGGREGATION: (("uppdelning",), ("disaggregation",)),
    Column.PERIOD: (("period", "år"), ("period", "year")),
    Column.VALUE: (("värde",), ("value",)),
    Column.MISSING: (("saknas", "saknas därför att"), ("missing", "missing reason")),
    Column.STATUS: (("status",), ("status",)),
    Column.N_OBSERVED: (("antal svar", "n"), ("n", "n observed")),
    Column.STANDARD_ERROR: (("medelfel",), ("standard error",)),
    Column.COMMENT: (("kommentar",), ("comment",)),
    Column.UNIT: (("enhet",), ("unit",)),
    Column.DIRECTION: (("riktning",), ("direction",)),
    Column.SOURCE: (("källa",), ("source",)),
    Column.INVENTED: (("påhittad",), ("invented",)),
}
NEEDED: Final = (Column.PERIOD, Column.VALUE)

MISSING_WORDS: Final = {
    Missing.NOT_COLLECTED: ("inte insamlat", "not collected"),
    Missing.NOT_YET_PUBLISHED: ("inte publicerat än", "not yet published"),
    Missing.NOT_HANDED_IN: ("inte inlämnat", "not handed in"),
    Missing.NOT_APPLICABLE: ("inte tillämpligt", "not applicable"),
    Missing.CONFIDENTIAL: ("sekretess", "confidential"),
    Missing.TOO_SMALL_A_BASE: ("för litet underlag", "too small a base"),
    Missing.APPROXIMATE_ONLY: ("endast ungefärligt", "approximate only"),
    Missing.WITHDRAWN_BY_SOURCE: ("återkallat av källan", "withdrawn by the source"),
}
STATUS_WORDS: Final = {
    Status.FINAL: ("slutligt", "final"),
    Status.PRELIMINARY: ("preliminärt", "preliminary"),
    Status.ESTIMATED: ("uppskattat", "estimated"),
}
DIRECTION_WORDS: Final = {
    Direction.INCREASE: ("högre är bättre", "increase"),
    Direction.DECREASE: ("lägre är bättre", "decrease"),
    Direction.BAND: ("inom ett intervall", "band"),
    Direction.CONTEXT: ("ingen riktning", "context"),
}


@dataclass(frozen=True)
class Row:
    """One line of a tidy file as it was read; ``line`` is where it begins.

    A cell is text, or a number where the format knows numbers; a column that the file does
    not have is not there.
    """

    line: int
    cells: dict[Column, Cell]

    def text(self, column: Column) -> str:
        """A column's cell as text without blanks around it."""
        cell = self.cells.get(column)
        return f"{cell:.15g}" if isinstance(cell, float) else (cell or "").strip()

    def has(self, column: Column) -> bool:
        """Whether the file has such a column at all."""
        return column in self.cells


def rows_of(header: Sequence[str], lines: Iterable[tuple[int, Sequence[Cell]]]) -> list[Row]:
    """The rows of a tidy file, from its header and its lines with their numbers.

    Raises:
        Invalid: a needed column is missing, two say the same, or a line has more cells than
            the header, so that nobody knows which is which.
    """
    columns = _columns_of(header)
    rows = []
    for line, cells in lines:
        if any(cells[len(header) :]):
            raise Invalid("Line %(line)s has more cells than the header.", field="file", line=line)
        full = [*cells, *[""] * (len(header) - len(cells))]
        rows.append(Row(line, {column: full[place] for place, column in columns.items()}))
    return rows


@dataclass(frozen=True)
class RowProblem:
    """Why a row cannot be imported: a sentence for the catalogue, its facts, and where."""

    message: str
    facts: dict[str, object]
    column: str | None = None

    @classmethod
    def of(cls, error: Invalid) -> RowProblem:
        """The problem that an error tells of."""
        return cls(error.message, error.facts, error.field)

    def __str__(self) -> str:
        return self.message % self.facts if self.facts else self.message


def _columns_of(header: Iterable[str]) -> dict[int, Column]:
    """Which column of a tidy file stands where; unknown headers are left out.

    Raises:
        Invalid: a needed column is missing, or two say the same.
    """
    found: dict[int, Column] = {}
    for place, name in enumerate(header):
        column = _BY_NAME.get(_key(name))
        if column is None:
            continue
        if column in found.values():
            raise Invalid("Two columns are called %(name)s.", field="file", name=name)
        found[place] = column
    known = set(found.values())
    needed = [column for column in NEEDED if column not in known]
    if not known & {Column.INDICATOR, Column.INDICATOR_ID}:
        needed.insert(0, Column.INDICATOR)
    if needed:
        raise Invalid(
            "The file has no column %(name)s. It must have indicator, period and value.",
            field="file",
            name=NAMES[needed[0]][1][0],
        )
    return found


def header_in(columns: Iterable[Column], language: str) -> list[str]:
    """The names of columns as they are written in a language."""
    return [NAMES[column][language != "sv"][0] for column in columns]


def word_of(choice: Missing | Status | Direction | None, language: str) -> str:
    """The Swedish words of a choice, or its code; empty for None."""
    if choice is None:
        return ""
    return _SWEDISH[choice] if language == "sv" else choice.value


def missing_of(text: str) -> Missing | None:
    """The reason that a cell names; None for an empty cell.

    Raises:
        Invalid: no reason that is known.
    """
    if not text:
        return None
    if _key(text) not in _MISSING:
        raise Invalid("%(text)s is not a reason for a missing value.", field="missing", text=text)
    return _MISSING[_key(text)]


def status_of(text: str) -> Status:
    """The status that a cell names; an empty cell is final.

    Raises:
        Invalid: no status that is known.
    """
    if text and _key(text) not in _STATUS:
        raise Invalid(
            "%(text)s is not a status; choose final, preliminary or estimated.", field="status", text=text
        )
    return _STATUS[_key(text)] if text else Status.FINAL


def _key(text: str) -> str:
    return " ".join(text.casefold().replace("_", " ").split())


_SWEDISH: dict[str, str] = {
    choice: words[0]
    for table in (MISSING_WORDS, STATUS_WORDS, DIRECTION_WORDS)
    for choice, words in table.items()
}
_BY_NAME = {_key(name): column for column, names in NAMES.items() for group in names for name in group}
_MISSING = {_key(word): reason for reason, words in MISSING_WORDS.items() for word in (*words, reason.value)}
_STATUS = {_key(word): status for status, words in STATUS_WORDS.items() for word in (*words, status.value)}
