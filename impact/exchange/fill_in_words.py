"""The words of the workbook that is filled in away from here: heads, notes, prompts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from typing import Final

from impact.exchange.fill_in import Content
from impact.language import Voice, mark
from impact.registry.doubts import plausible_next
from impact.registry.sheet import SheetLine
from impact.semantics.period import ReportingPeriod
from impact.semantics.unit import Kind

# What spreadsheets take in the title and the text of a prompt.
LONGEST_TITLE: Final = 32
LONGEST_PROMPT: Final = 255
_LONGEST_NOTE: Final = 1500


class Place(StrEnum):
    """The columns of the sheet in their order; the last one is hidden."""

    GOAL = "goal"
    INDICATOR = "indicator"
    GROUP = "group"
    PERIOD = "period"
    UNIT = "unit"
    BEFORE = "before"
    BEFORE_PERIOD = "before_period"
    STATE = "state"
    VALUE = "value"
    MISSING = "missing"
    STATUS = "status"
    N_OBSERVED = "n_observed"
    STANDARD_ERROR = "standard_error"
    RESPONSE_RATE = "response_rate"
    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"
    COMMENT = "comment"
    STAMP = "stamp"


@dataclass(frozen=True)
class _Column:
    heading: str
    width: int
    is_filled_in: bool = False

    def name(self, voice: Voice) -> str:
        """The head as readers see it."""
        return voice.gettext(self.heading)


COLUMNS: Final = {
    Place.GOAL: _Column(mark("Goal"), 24),
    Place.INDICATOR: _Column(mark("Indicator"), 34),
    Place.GROUP: _Column(mark("Group"), 14),
    Place.PERIOD: _Column(mark("Period"), 12),
    Place.UNIT: _Column(mark("Unit"), 15),
    Place.BEFORE: _Column(mark("Value before"), 14),
    Place.BEFORE_PERIOD: _Column(mark("of period"), 12),
    Place.STATE: _Column(mark("Where it stands"), 16),
    Place.VALUE: _Column(mark("Value"), 14, is_filled_in=True),
    Place.MISSING: _Column(mark("If missing: why"), 22, is_filled_in=True),
    Place.STATUS: _Column(mark("Status"), 13, is_filled_in=True),
    Place.N_OBSERVED: _Column(mark("Number of answers"), 12, is_filled_in=True),
    Place.STANDARD_ERROR: _Column(mark("Standard error"), 11, is_filled_in=True),
    Place.RESPONSE_RATE: _Column(mark("Response rate, %"), 11, is_filled_in=True),
    Place.NUMERATOR: _Column(mark("Numerator"), 11, is_filled_in=True),
    Place.DENOMINATOR: _Column(mark("Denominator"), 11, is_filled_in=True),
    Place.COMMENT: _Column(mark("Comment"), 40, is_filled_in=True),
    Place.STAMP: _Column("", 10),
}


def takes(place: Place, line: SheetLine, stored: Content | None) -> bool:
    """Whether a column is filled in for a series: only what is divided has a numerator."""
    if place in (Place.NUMERATOR, Place.DENOMINATOR) and line.unit.kind not in (Kind.SHARE, Kind.RATE):
        return stored is not None and getattr(stored, place.value) is not None
    return COLUMNS[place].is_filled_in


def words_of(stored: Content | None, voice: Voice, *, is_closed: bool, is_over: bool) -> str:
    """Whether a period is to be filled in, is there, is closed, or still goes on."""
    if is_closed:
        return voice.gettext("Round closed")
    if stored:
        return voice.gettext("Recorded")
    return voice.gettext("To be filled in") if is_over else voice.gettext("Still going on")


def note_of(line: SheetLine, voice: Voice) -> str:
    """What an indicator means and how it is measured, for the note on its name."""
    version = line.version
    parts = [
        voice.pick(version.text_sv, version.text_en),
        voice.pick(version.method_sv, version.method_en),
        _possible(line, voice),
    ]
    return "\n".join(filter(None, parts))[:_LONGEST_NOTE]


def prompt_of(line: SheetLine, period: ReportingPeriod, voice: Voice) -> tuple[str, str]:
    """Title and text of what is said where a value is typed: unit, what is possible and plausible."""
    name = voice.pick(line.version.name_sv, line.version.name_en)
    parts = [line.unit.name(voice), _possible(line, voice), _plausible(line, period, voice)]
    if line.unit.kind is Kind.SHARE:
        parts.append(voice.gettext("Type the number without the % sign."))
    return _cut(name, LONGEST_TITLE), _cut("\n".join(filter(None, parts)), LONGEST_PROMPT)


def guide_lines(voice: Voice) -> list[str]:
    """How the workbook is used, a line a step."""
    return [
        voice.gettext(
            "Type values in the column Value. Yellow cells have no value yet; white ones can be corrected."
        ),
        voice.gettext("If there is no value, leave it empty and choose why in the column beside it."),
        voice.gettext("An empty status means final. What stands to the right of it may stay empty."),
        voice.gettext(
            "Headings, names and periods are locked. Rows that you leave as they are change nothing."
        ),
        voice.gettext(
            "Upload the file on the page it came from. You see every difference before anything is saved."
        ),
    ]


def _possible(line: SheetLine, voice: Voice) -> str:
    low, high = line.unit.range
    unit = line.unit
    if isfinite(low) and isfinite(high):
        ends = {"low": unit.stated_text(low, voice), "high": unit.stated_text(high, voice)}
        return voice.gettext("Possible: %(low)s to %(high)s.", **ends)
    if isfinite(low):
        return voice.gettext("Possible: %(low)s or more.", low=unit.stated_text(low, voice))
    return ""


def _plausible(line: SheetLine, period: ReportingPeriod, voice: Voice) -> str:
    """How far the newest values lead, if they tell."""
    ends = plausible_next(line, period)
    if ends is None:
        return ""
    low, high = ends
    return voice.gettext(
        "Plausible for %(period)s: %(low)s to %(high)s.",
        period=period.label(voice),
        low=line.unit.value_text(low, voice),
        high=line.unit.value_text(high, voice),
    )


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
