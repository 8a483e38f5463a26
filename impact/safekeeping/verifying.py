"""Whether all that is kept is whole and as it was recorded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.orm import Session

from impact.safekeeping.agreement import disagreements
from impact.safekeeping.keys import unsound
from impact.safekeeping.moment import one_moment
from impact.safekeeping.seals import broken_seals


def findings(url: str, place: Path) -> Iterator[str]:
    """A sentence for each thing that is wrong; nothing where all is right.

    Args:
        place: where an SQLite file is copied to while it is read.
    """
    with one_moment(url, place) as connection:
        yield from unsound(connection)
        yield from broken_seals(connection)
        with Session(connection) as session:
            yield from disagreements(session)
