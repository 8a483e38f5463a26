"""What cells and headers say besides: that a note stands below, that a figure is preliminary."""

from __future__ import annotations

import re
from typing import Final

from impact.semantics.series import Status

# 12,4 1) and 12,4 with a raised figure.
_NOTE: Final = re.compile(
    r"(?<=[\d%*])( \d{1,2}\)|[\N{SUPERSCRIPT ONE}\N{SUPERSCRIPT TWO}\N{SUPERSCRIPT THREE}"
    r"\N{SUPERSCRIPT ZERO}-\N{SUPERSCRIPT NINE}]+)$"
)
# 2022*, 2022 (prel.), 2022p.
_PRELIMINARY: Final = re.compile(
    r"\*|\bprel(\.|imin[a-zåäö]*)?(?![a-zåäö])|(?<=\d{4})p$|(?<=\d{4}) p$", re.IGNORECASE
)
_EMPTY_PARENTHESES: Final = re.compile(r"\(\s*\)")


# 8.9 p as Eurostat writes it; breaks, revisions and the like say nothing of how sure the figure is.
_FLAGGED: Final = re.compile(r"(.*\d) ?([a-z]{1,3})")
_FLAGS: Final = {"p": Status.PRELIMINARY, **dict.fromkeys("efis", Status.ESTIMATED)}
_OTHER_FLAGS: Final = frozenset("bdru")


def without_flag(text: str) -> tuple[str, Status | None] | None:
    """A number's text without the flags behind it, and the status they tell; None if there are none."""
    found = _FLAGGED.fullmatch(text)
    if found is None or not set(found[2]) <= {*_FLAGS, *_OTHER_FLAGS}:
        return None
    return found[1], next((_FLAGS[flag] for flag in found[2] if flag in _FLAGS), None)


def is_preliminary(header: str) -> bool:
    """Whether a header says of its period that the figures are preliminary."""
    return bool(_PRELIMINARY.search(header.strip()))


def without_note(text: str) -> str:
    """A number's or period's text without what refers to a note below the table."""
    # Most cells have none, and there are millions of them.
    return _NOTE.sub("", text) if text and not text[-1].isdecimal() else text


def without_remarks(header: str) -> str:
    """A period's text without notes and without saying that it is preliminary."""
    return _EMPTY_PARENTHESES.sub("", _PRELIMINARY.sub("", without_note(header))).strip(" ,")
