"""What stands in a cell instead of a number, and what it is taken to mean.

Statistical offices write ``..`` and ``.`` and mean different things by them, so the meaning
belongs to the file: what stands here is only what is proposed.
"""

from __future__ import annotations

import re
from typing import Final

from impact.semantics.series import Missing

LEFT_OUT: Final = "left_out"
ZERO: Final = "zero"
EMPTY: Final = ""
ABOUT: Final = "~"
LESS: Final = "<"
MORE: Final = ">"
MEANINGS: Final = (LEFT_OUT, ZERO, *(str(missing) for missing in Missing))

PROPOSED: Final[dict[str, str]] = {
    EMPTY: LEFT_OUT,
    "..": Missing.TOO_SMALL_A_BASE,
    "...": Missing.NOT_YET_PUBLISHED,
    "…": Missing.NOT_YET_PUBLISHED,
    ".": Missing.NOT_APPLICABLE,
    "-": LEFT_OUT,
    "–": LEFT_OUT,
    "—": LEFT_OUT,
    ":": LEFT_OUT,
    "na": Missing.NOT_COLLECTED,
    "n/a": Missing.NOT_COLLECTED,
    "nan": Missing.NOT_COLLECTED,
    "null": Missing.NOT_COLLECTED,
    "none": Missing.NOT_COLLECTED,
    "#n/a": Missing.NOT_COLLECTED,
    "#saknas!": Missing.NOT_COLLECTED,
    "saknas": Missing.NOT_COLLECTED,
    "uppgift saknas": Missing.NOT_COLLECTED,
    "missing": Missing.NOT_COLLECTED,
    "ingen uppgift": Missing.NOT_COLLECTED,
    "sekretess": Missing.CONFIDENTIAL,
    "--": LEFT_OUT,
    "---": LEFT_OUT,
    "x": Missing.NOT_COLLECTED,
    "[x]": Missing.NOT_COLLECTED,
    "c": Missing.CONFIDENTIAL,
    "[c]": Missing.CONFIDENTIAL,
    "z": Missing.NOT_APPLICABLE,
    "[z]": Missing.NOT_APPLICABLE,
    "low": Missing.APPROXIMATE_ONLY,
    "[low]": Missing.APPROXIMATE_ONLY,
    ABOUT: Missing.APPROXIMATE_ONLY,
    LESS: Missing.TOO_SMALL_A_BASE,
    MORE: Missing.APPROXIMATE_ONLY,
}
_BEFORE_NUMBERS: Final = (ABOUT, LESS, MORE)
_ABOUT_A_NUMBER = re.compile(r"(~|≈|ca\.? |c:a )\s*[-+]?\d[\d\s.,]*%?", re.IGNORECASE)
# Eurostat says behind the gap why there is no number.
_GAP_WITH_A_FLAG = re.compile(r": ?[a-z]{1,2}")
_BESIDE_A_NUMBER = re.compile(r"([<≤>≥])\s*\d[\d\s.,]*%?")


def mark_in(text: str) -> str | None:
    """The mark that a cell's text is: ``..``, ``~`` for ~100, ``<`` for <5; None if none."""
    key = text.casefold()
    if key in PROPOSED and key not in _BEFORE_NUMBERS:
        return key
    if _GAP_WITH_A_FLAG.fullmatch(text):
        return ":"
    if _ABOUT_A_NUMBER.fullmatch(text):
        return ABOUT
    beside = _BESIDE_A_NUMBER.fullmatch(text)
    return None if beside is None else LESS if beside[1] in "<≤" else MORE
