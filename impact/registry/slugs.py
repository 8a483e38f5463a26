"""Names in addresses, made from titles: short, plain letters, each used once."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

LONGEST = 60
# Addresses that mean something else at the same place.
TAKEN = frozenset({"new", "report"})


def slug_of(text: str) -> str:
    """The text in plain small letters with hyphens: Ökad trygghet becomes okad-trygghet."""
    bare = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", bare)
    return "-".join(words)[:LONGEST].strip("-") or "x"


def free_slug(session: Session, kind: Any, text: str) -> str:
    """A name for the address of a new row, like no other of its kind, withdrawn ones included."""
    wanted = slug_of(text)
    used = set(session.scalars(select(kind.slug).where(kind.slug.startswith(wanted, autoescape=True))))
    candidate, number = wanted, 1
    while candidate in used or candidate in TAKEN:
        number += 1
        candidate = f"{wanted}-{number}"
    return candidate
