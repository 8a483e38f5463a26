"""The workbook that is filled in away from here: what it knows of each of its rows.

Every row carries a hidden stamp: which series and period it is, of which project, and what
was stored when it was downloaded. A row is found by its stamp, whatever things are called
meanwhile, and whatever was changed here since shows.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, astuple, dataclass
from typing import Any, Final

from impact.errors import Invalid
from impact.exchange.cells import LONGEST_CELL
from impact.registry.judging import Draft
from impact.registry.measurement_tables import Revision
from impact.semantics.series import Missing, Status

# The head of the hidden column, by which the sheet is known.
MARKER: Final = "impact-workbook-2"
MOST: Final = 2**53
_N_SIGNS: Final = 12


@dataclass(frozen=True)
class Content:
    """What a row of the workbook can say of its period."""

    value: float | None = None
    missing: Missing | None = None
    status: Status = Status.FINAL
    n_observed: float | None = None
    standard_error: float | None = None
    response_rate: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    comment: str = ""

    @classmethod
    def of(cls, revision: Revision | None) -> Content | None:
        """What a revision says of it; None where a value is still to come and nothing else is said."""
        if revision is None:
            return None
        said = cls(**{name: getattr(revision, name) for name in cls.__dataclass_fields__})
        return None if said == _OWED else said

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing at all."""
        return self == Content(status=self.status)

    def settled(self, known: Content | None) -> Content:
        """The same, with what a spreadsheet only writes otherwise as it was known.

        It shows fifteen digits of a number, and has its own way with the ends of lines.
        """
        if known is None:
            return self
        said = vars(self)
        return Content(**{name: _settled(said[name], was) for name, was in vars(known).items()})

    def put_to(self, stored: Draft | None, text_as_typed: str) -> Draft:
        """A draft that says this; the evidence of a number goes with the number, and that is told."""
        before = stored or Draft()
        is_same = (self.value, self.missing) == (before.value, before.missing)
        kept = asdict(before) if is_same else {"margin_level": before.margin_level}
        if self.standard_error != before.standard_error:
            kept["margin_level"] = None
        return Draft(**{**kept, **vars(self), "text_as_typed": text_as_typed})


_OWED: Final = Content(missing=Missing.NOT_HANDED_IN)


@dataclass(frozen=True)
class Stamp:
    """Which series and period a row is, and what was stored; None where nothing was."""

    series_id: int
    period: str
    stored: Content | None


def stamp_text(project_id: int, stamp: Stamp) -> str:
    """The stamp as it stands in the hidden column."""
    stored = list(astuple(stamp.stored)) if stamp.stored else None
    said = [project_id, stamp.series_id, stamp.period, stored]
    return json.dumps([*said, _checksum(said)], ensure_ascii=False, separators=(",", ":"))


def stamp_of(text: str, project_id: int) -> Stamp:
    """The stamp that a hidden cell holds.

    The checksum tells a row that was dragged, pasted over or torn; it is no lock. Whoever
    makes one up reaches no more than what they may record anyway.

    Raises:
        Invalid: it is another project's, or is not as it was written.
    """
    try:
        *said, checksum = json.loads(text)
        owner, series_id, period, stored = said
        if checksum != _checksum(said):
            raise _torn()
        if not (isinstance(series_id, int) and 0 < series_id < MOST and isinstance(period, str)):
            raise _torn()
        content = _content(stored)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise _torn() from error
    if owner != project_id:
        raise Invalid("The row belongs to another project's workbook.", field="stamp")
    return Stamp(series_id, period, content)


def _settled(said: Any, known: Any) -> Any:
    if isinstance(said, float) and isinstance(known, float):
        return known if f"{said:.15g}" == f"{known:.15g}" else said
    if isinstance(said, str) and isinstance(known, str):
        return known if said.split() == known[:LONGEST_CELL].split() else said
    return said


def _content(stored: list[Any] | None) -> Content | None:
    if stored is None:
        return None
    value, missing, status, *beside, comment = stored
    numbers = [None if number is None else float(number) for number in (value, *beside)]
    n_observed, standard_error, response_rate, numerator, denominator = numbers[1:]
    return Content(
        numbers[0],
        Missing(missing) if missing else None,
        Status(status),
        n_observed,
        standard_error,
        response_rate,
        numerator,
        denominator,
        str(comment),
    )


def _checksum(said: list[Any]) -> str:
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_N_SIGNS]


def _torn() -> Invalid:
    return Invalid(
        "The hidden mark of this row was changed; take the row from a new workbook.", field="stamp"
    )
