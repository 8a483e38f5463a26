"""What somebody writes into a plan: not too long, and nothing a database refuses."""

from __future__ import annotations

import re
from typing import Final

from impact.errors import Invalid

LONGEST_NAME: Final = 200
LONGEST_TEXT: Final = 4000


def judge_text(text: str, field: str, longest: int = LONGEST_TEXT) -> None:
    """Return if the text can be kept.

    Raises:
        Invalid: it is too long, or holds what is no letter at all.
    """
    if len(text) > longest:
        raise Invalid("At most %(n)s characters, please.", field=field, n=longest)
    if "\0" in text:
        raise Invalid("This cannot be read. Please type or choose it again.", field=field)


def judge_address(address: str, field: str) -> None:
    """Return if the text is empty or an address on the web.

    Raises:
        Invalid: it is something else, or too long.
    """
    judge_text(address, field)
    if address and not re.fullmatch(r"https?://[^\s/]\S*", address):
        raise Invalid("A link begins with https:// or http://.", field=field)


def judge_reason(reason: str) -> str:
    """The reason for a change, bare; it may be empty.

    Raises:
        Invalid: it is too long.
    """
    judge_text(reason, "reason", 2000)
    return reason.strip()
