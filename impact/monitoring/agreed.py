"""What was agreed when a trend had turned, and what came of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.monitoring.tables import Flag, FlagAct, FlagEvent


@dataclass
class AgreedAction:
    """An action with its owner and day, and the steps that followed it up, oldest first."""

    event: FlagEvent
    follow_ups: list[FlagEvent] = field(default_factory=list)

    def is_late(self, today: date) -> bool:
        """Whether its day has passed without anybody having said what came of it."""
        due = self.event.action_due_on
        return not self.follow_ups and due is not None and due < today


def agreed_actions(session: Session, series_ids: Collection[int]) -> list[AgreedAction]:
    """The actions agreed about these series, newest first, in one statement."""
    events = session.scalars(
        select(FlagEvent)
        .join(Flag, Flag.id == FlagEvent.flag_id)
        .where(Flag.series_id.in_(series_ids), FlagEvent.act.in_([FlagAct.CONFIRMED, FlagAct.FOLLOWED_UP]))
        .order_by(FlagEvent.id)
    )
    return actions_of(events)


def actions_of(events: Iterable[FlagEvent]) -> list[AgreedAction]:
    """The actions among the steps of flags, given oldest first; newest first come back.

    A step that follows up belongs to what was agreed last on its flag. It may agree on
    something further, which then waits to be followed up itself.
    """
    found: list[AgreedAction] = []
    last: dict[int, AgreedAction] = {}
    for event in events:
        if event.act is FlagAct.FOLLOWED_UP and event.flag_id in last:
            last[event.flag_id].follow_ups.append(event)
        if event.agreed_action:
            last[event.flag_id] = AgreedAction(event)
            found.append(last[event.flag_id])
    return found[::-1]
