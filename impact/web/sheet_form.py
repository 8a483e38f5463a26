"""What was typed into a sheet, cell by cell: read for its form, and never lost.

A cell is ``value.<series>.<period>``; what stands beside its value has names of the same
sort. The browser sends all cells or, with the script, those that were changed: a cell that
reads as it was shown says nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from impact.errors import Invalid
from impact.exchange.number_cells import is_gap
from impact.exchange.rows import missing_of
from impact.language import Voice
from impact.registry.judging import Draft
from impact.registry.measurement_tables import Revision
from impact.registry.revisions import draft_of
from impact.registry.sheet import Sheet, SheetLine
from impact.semantics.numbers import AmbiguousNumber, NumberError, parse_number
from impact.semantics.period import ReportingPeriod
from impact.web.detail_fields import DETAILS, plain_text, read_details
from impact.web.measurement_words import missing_words

LONGEST_NUMBER = 100
VALUE: Final = "value"
FIELDS: Final = frozenset((VALUE, *DETAILS))
# What a mark that can be read in two ways was said to be.
MARKS: Final = {",": "comma", ".": "point"}
NOTHING: Final = Draft()

Key = tuple[int, ReportingPeriod]


@dataclass
class TypedSheet:
    """The sheet as typed: drafts by cell, texts by field, and what is wrong with which cell."""

    drafts: dict[Key, Draft] = field(default_factory=dict)
    texts: dict[Key, dict[str, str]] = field(default_factory=dict)
    errors: dict[Key, str] = field(default_factory=dict)
    # Texts that can be read in two ways, by their mark.
    ambiguous: dict[str, list[Key]] = field(default_factory=lambda: defaultdict(list))
    # Cells of which the sheet knows nothing (any more).
    n_unknown: int = 0


def cell_name(key: Key, name: str = VALUE) -> str:
    """The name of a field of a cell, in forms and addresses."""
    return f"{name}.{key[0]}.{key[1].key()}"


def shown_text(revision: Revision | None, voice: Voice) -> str:
    """What a cell shows: the number as one types it, or why there is none.

    What was not handed in waits to be typed like what never was.
    """
    if revision is None:
        return ""
    if revision.missing is not None:
        if revision.missing.is_owed:
            return ""
        return missing_words(revision.missing, voice)
    return plain_text(revision.value, voice)


def read_sheet(
    form: Mapping[str, str], sheet: Sheet, voice: Voice, left_out: Collection[Key] = ()
) -> TypedSheet:
    """What somebody typed into a sheet that differs from what is stored.

    Args:
        left_out: cells in which somebody else's value was chosen.
    """
    typed, cells = TypedSheet(), defaultdict[Key, dict[str, str]](dict)
    lines = sheet.lines
    periods = _periods_by_key(sheet)
    for name, text in form.items():
        kind, _, rest = name.partition(".")
        if kind not in FIELDS:
            continue
        number, _, period_key = rest.partition(".")
        period = periods.get(int(number) if number.isdecimal() and len(number) < 16 else 0, {}).get(
            period_key
        )
        if period is None:
            typed.n_unknown += bool(text.strip())
        elif (int(number), period) not in left_out:
            cells[int(number), period][kind] = text.replace("\0", "")
    marks = {sign: form.get(word, "") for sign, word in MARKS.items()}
    for key, fields in cells.items():
        _read_cell(key, fields, lines[key[0]], marks, voice, typed)
    return typed


def _periods_by_key(sheet: Sheet) -> dict[int, dict[str, ReportingPeriod]]:
    """The periods of each series by their names in addresses."""
    found: dict[int, dict[str, ReportingPeriod]] = {}
    for grid in sheet.grids:
        by_key = {period.key(): period for period in grid.periods}
        found |= {line.series.id: by_key for line in grid.lines}
    return found


def _read_cell(
    key: Key,
    fields: Mapping[str, str],
    line: SheetLine,
    marks: Mapping[str, str],
    voice: Voice,
    typed: TypedSheet,
) -> None:
    stored = line.stored.get(key[1])
    newest = stored.newest if stored else None
    before = draft_of(newest) if newest else NOTHING
    shown = shown_text(newest, voice)
    text = fields.get(VALUE, shown).strip()
    is_same = text == shown
    if is_same and len(fields) == (VALUE in fields):
        return
    draft, errors = before, dict[str, str]()
    if len(fields) > (VALUE in fields):
        details, errors = read_details(fields, before, line.unit, voice)
        draft = replace(draft, **details)
    if not is_same:
        try:
            draft = _with_value(draft, text, line, marks)
        except AmbiguousNumber as problem:
            typed.ambiguous["," if "," in text else "."].append(key)
            errors[VALUE] = voice.gettext(problem.message, **problem.facts)
        except (NumberError, Invalid) as problem:
            errors[VALUE] = voice.gettext(problem.message, **problem.facts)
    if is_same and draft == before and not errors:
        return
    typed.texts[key] = dict(fields)
    if errors:
        typed.errors[key] = " ".join(errors.values())
    elif text or newest or draft != NOTHING:
        typed.drafts[key] = draft


def _with_value(draft: Draft, text: str, line: SheetLine, marks: Mapping[str, str]) -> Draft:
    """The draft with what the cell says: a number, or why there is none.

    Raises:
        AmbiguousNumber: nobody has said yet what its mark is.
        NumberError, Invalid: neither a number nor a reason.
    """
    if not text:
        return replace(draft, value=None, missing=None, text_as_typed="")
    if len(text) > LONGEST_NUMBER:
        raise NumberError("“%(text)s” is not a number.", text=text[:LONGEST_NUMBER] + "…")
    try:
        value = parse_number(text, line.unit.spellings)
    except AmbiguousNumber as problem:
        said = marks["," if "," in text else "."]
        if said not in ("decimal", "thousands"):
            raise
        value = problem.readings[said == "thousands"]
    except NumberError:
        return _missing(draft, text)
    return replace(draft, value=value, missing=None, text_as_typed=text)


def _missing(draft: Draft, text: str) -> Draft:
    """The draft without a value, for the reason that the text names.

    Raises:
        NumberError: it is no number, and names no reason.
        Invalid: it says that there is no value, but not why.
    """
    if is_gap(text):
        raise Invalid("“%(text)s” does not say why there is no value. Choose the reason.", text=text)
    try:
        missing = missing_of(text)
    except Invalid:
        parse_number(text)
        raise
    return replace(
        NOTHING,
        missing=missing,
        comment=draft.comment,
        evidence_level=draft.evidence_level,
        evidence_address=draft.evidence_address,
        evidence_sha256=draft.evidence_sha256,
        text_as_typed=text,
    )
