"""Remove the sample portfolio as a whole: the one way past the triggers of history."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor, require_everywhere
from impact.audit.removal import removing_history
from impact.audit.trail import trail_of
from impact.db import Base
from impact.errors import NotFound
from impact.registry.project_tables import Project
from impact.sample.hanging import hanging_on, still_referred_to, take_away
from impact.sample.loading import IN_TRAIL

REASON: Final = "Exempelportföljen togs bort."

# What projects share, in the order in which it goes, with the tables that do not hold it
# back: they go with it. Whatever anything else still refers to stays.
SHARED: Final = (
    ("indicator", frozenset({"series"})),
    ("definition", frozenset({"definition_version"})),
    ("area", frozenset[str]()),
    ("organisation", frozenset({"membership", "import_mapping"})),
    ("category", frozenset[str]()),
)


def remove(session: Session, actor: Actor, *, now: datetime) -> None:
    """Nothing left of the sample: projects, figures, reference lines, their whole history.

    Real projects stay as they are, and so does what they took over from the sample: an
    area, a definition or a reference line that one of them refers to.

    Raises:
        NotAllowed: the actor is no administrator.
        NotFound: there is no sample.
    """
    require_everywhere(actor, Action.ADMINISTER)
    projects = session.scalars(select(Project.id).where(Project.is_sample)).all()
    brought = _brought(session)
    if not projects and not brought:
        raise NotFound("There is no sample to remove.")
    with removing_history(session, actor.id, *IN_TRAIL, reason=REASON, now=now):
        take_away(session, hanging_on(session, Base.metadata.tables["project"], projects))
        for name, own in SHARED:
            _take_away_unused(session, name, brought.get(name, []), own)


def _brought(session: Session) -> dict[str, list[int]]:
    """The numbers of what the newest load brought beside projects, by table."""
    entry = next(iter(trail_of(session, *IN_TRAIL)), None)
    return dict(entry.after) if entry is not None and entry.verb == "load" else {}


def _take_away_unused(session: Session, name: str, ids: list[int], own: frozenset[str]) -> None:
    """Those of the rows to which nothing refers any more; districts before their town."""
    table = Base.metadata.tables[name]
    left = set(ids)
    while left:
        unused = left - _held_back(session, name, left, own)
        if not unused:
            return
        take_away(session, hanging_on(session, table, unused))
        left -= unused


def _held_back(session: Session, name: str, ids: set[int], own: frozenset[str]) -> set[int]:
    tables = Base.metadata.tables
    held = still_referred_to(session, tables[name], ids, own)
    if name != "indicator":
        return held
    # A reference line goes with its series, unless somebody else's series is compared with it.
    series = {
        row.id: row.indicator_id
        for row in session.execute(
            select(tables["series"].c.id, tables["series"].c.indicator_id).where(
                tables["series"].c.indicator_id.in_(ids)
            )
        )
    }
    links = tables["reference_link"].c.reference_series_id
    used = session.scalars(select(links).where(links.in_(series))).all()
    return held | {series[series_id] for series_id in used}
