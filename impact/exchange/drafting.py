"""A value of a file as a draft, beside what is stored already.

A file says what its columns say and nothing else: what it has no column for stays as it is
stored. What made or supports a number (numerator and denominator, evidence) goes with the number,
and whoever shows the draft tells so.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from impact.errors import Invalid
from impact.exchange.entries import Entry
from impact.exchange.recorded import Stored
from impact.registry.judging import Draft
from impact.semantics.numbers import NumberError, check_number

_WITH_THE_NUMBER: Final[dict[str, Any]] = {
    "numerator": None,
    "denominator": None,
    "evidence_level": None,
    "evidence_address": "",
    "evidence_sha256": None,
}

_BESIDE: Final = (*_WITH_THE_NUMBER, "n_observed", "response_rate", "standard_error", "comment")


def drafted(entry: Entry, units: tuple[str, ...], stored: Stored | None, factor: float = 1.0) -> Draft | None:
    """What the entry says of its period; None where that is stored already.

    Args:
        entry: a value of the file.
        units: what the indicator's unit is called; a number may have it behind.
        stored: what is stored.
        factor: what the number is multiplied by, standard error and all.

    Raises:
        Invalid: a unit behind the number that is another.
    """
    value = entry.value
    if value.unit and value.unit.casefold() not in {unit.casefold() for unit in units}:
        raise Invalid("“%(text)s” is not a number.", field="value", text=value.typed)
    said = _said(entry, factor)
    if stored is None:
        return Draft(text_as_typed=value.typed, **said)
    if stored.says(said):
        return None
    before = stored.as_draft()
    draft = replace(before, **said)
    if (draft.value, draft.missing) != (before.value, before.missing):
        gone = {name: nothing for name, nothing in _WITH_THE_NUMBER.items() if name not in said}
        draft = replace(draft, **gone)
    if draft.standard_error != before.standard_error:
        draft = replace(draft, margin_level=None)
    return replace(draft, text_as_typed=value.typed)


def _said(entry: Entry, factor: float) -> dict[str, Any]:
    """What the file says, and nothing that it has no column for."""
    value, beside = entry.value, entry.beside
    said: dict[str, Any] = {"value": _times(value.number, factor), "missing": value.missing}
    if value.status:
        said["status"] = value.status
    if beside is None:
        return said
    said |= beside.said
    if factor != 1.0 and "standard_error" in said:
        said["standard_error"] = _times(said["standard_error"], factor)
    return said


def gone_beside(before: Draft | None, after: Draft) -> tuple[str, ...]:
    """What stood beside a number and does not beside the new one, by the names of the draft."""
    if before is None or (before.value, before.missing) == (after.value, after.missing):
        return ()
    return tuple(name for name in _BESIDE if getattr(before, name) and not getattr(after, name))


def _times(number: float | None, factor: float) -> float | None:
    """The number in the indicator's unit, with the digits that it had."""
    if number is None or factor == 1.0:
        return number
    try:
        return check_number(f"{number * factor:.15g}")
    except NumberError as error:
        raise Invalid(error.message, field="value", **error.facts) from error
