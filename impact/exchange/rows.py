"""Rows of tidy files: one language for all formats, whichever way they are written.

A row says one thing: an indicator, a period, a value or why there is none. Headers and
words are understood in Swedish, in English and as the codes that machines write.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from impact.errors import Invalid
from impact.registry.measurement_tables import EvidenceLevel
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
    RESPONSE_RATE = "response_rate"
    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"
    COMMENT = "comment"
    EVIDENCE_LEVEL = "evidence_level"
    EVIDENCE_ADDRESS = "evidence_address"
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
    Column.RESPONSE_RATE: (("svarsfrekvens", "svarsfrekvens, %"), ("response rate",)),
    Column.NUMERATOR: (("täljare",), ("numerator",)),
    Column.DENOMINATOR: (("nämnare",), ("denominator",)),
    Column.COMMENT: (("kommentar",), ("comment",)),
    Column.EVIDENCE_LEVEL: (("underlag",), ("evidence level", "evidence")),
    Column.EVIDENCE_ADDRESS: (("länk till underlag",), ("evidence address", "link to evidence")),
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
EVIDENCE_WORDS: Final = {
    EvidenceLevel.STATED: ("uppgivet", "stated"),
    EvidenceLevel.DOCUMENTED: ("dokumenterat", "documented"),
    EvidenceLevel.VERIFIED: ("verifierat", "verified"),
}
DIRECTION_WORDS: Final = {
    Direction.INCREASE: ("högre är bättre", "increase"),
    Direction.DECREASE: ("lägre är bättre", "decrease"),
    Direction.BAND: ("inom ett intervall", "band"),
    Direction.CONTEXT: ("ingen riktning", "context"),
}


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


def column_named(name: str) -> Column | None:
    """What a column of that name says in a tidy file, None for any other name."""
    return _BY_NAME.get(_key(name))


def header_in(columns: Iterable[Column], language: str) -> list[str]:
    """The names of columns as they are written in a language."""
    return [NAMES[column][language != "sv"][0] for column in columns]


def word_of(choice: Missing | Status | Direction | EvidenceLevel | None, language: str) -> str:
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
    for table in (MISSING_WORDS, STATUS_WORDS, DIRECTION_WORDS, EVIDENCE_WORDS)
    for choice, words in table.items()
}
_BY_NAME = {_key(name): column for column, names in NAMES.items() for group in names for name in group}
# What pages call it, where that is another word.
_ON_PAGES: Final = {
    "inte publicerat ännu": Missing.NOT_YET_PUBLISHED,
    "sekretessbelagt": Missing.CONFIDENTIAL,
    "tillbakadraget av källan": Missing.WITHDRAWN_BY_SOURCE,
}
_MISSING = _ON_PAGES | {
    _key(word): reason for reason, words in MISSING_WORDS.items() for word in (*words, reason.value)
}
# All words that name a reason, as they are compared.
REASON_WORDS: Final = tuple(_MISSING)
# The levels of evidence by every word for them.
EVIDENCE_LEVELS = {
    _key(word): level for level, words in EVIDENCE_WORDS.items() for word in (*words, level.value)
}
_STATUS = {_key(word): status for status, words in STATUS_WORDS.items() for word in (*words, status.value)}
