"""Where flags stood at an instant, told by the steps of their lives until then."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.monitoring.tables import Flag, FlagAct, FlagEvent, FlagState

# To which state each step leads.
LEADS_TO: Final = {
    FlagAct.OPENED: FlagState.OPEN,
    FlagAct.CONFIRMED: FlagState.CONFIRMED,
    FlagAct.FOLLOWED_UP: FlagState.CONFIRMED,
    FlagAct.DISMISSED: FlagState.DISMISSED,
    FlagAct.REOPENED: FlagState.OPEN,
    FlagAct.SUPERSEDED: FlagState.SUPERSEDED,
}


def flags_as_known(
    session: Session, series_ids: Collection[int], known_at: datetime
) -> dict[int, list[Flag]]:
    """The flags of each series that had been raised by then, newest first, in their state of then.

    They are detached copies for reading.
    """
    rows = session.execute(
        select(Flag, FlagEvent.act, FlagEvent.until)
        .join(FlagEvent, FlagEvent.flag_id == Flag.id)
        .where(Flag.series_id.in_(series_ids), FlagEvent.recorded_at <= known_at)
        .order_by(Flag.id.desc(), FlagEvent.id)
    )
    newest = {flag.id: (flag, act, until) for flag, act, until in rows}
    found: dict[int, list[Flag]] = {}
    for flag, act, until in newest.values():
        found.setdefault(flag.series_id, []).append(_copy(flag, LEADS_TO[act], until))
    return found


def standing_then(flags: Collection[Flag]) -> Flag | None:
    """The newest flag that had not been superseded."""
    return next((flag for flag in flags if flag.state is not FlagState.SUPERSEDED), None)


def _copy(flag: Flag, state: FlagState, until: date | None) -> Flag:
    return Flag(
        id=flag.id,
        series_id=flag.series_id,
        direction=flag.direction,
        state=state,
        raised_by_id=flag.raised_by_id,
        turning_first_day=flag.turning_first_day,
        turning_last_day=flag.turning_last_day,
        turning_frequency=flag.turning_frequency,
        first_raised_at=flag.first_raised_at,
        dismissed_until=until if state is FlagState.DISMISSED else None,
        version=flag.version,
    )
