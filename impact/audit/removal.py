"""The one way past the triggers that keep history: removing a sample as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy.orm import Session

from impact.audit.sealing import seal_what_is_left
from impact.audit.tables import TriggerPass
from impact.audit.trail import record_change


@contextmanager
def removing_history(
    session: Session, actor_id: int, object_type: str, object_id: int, *, reason: str, now: datetime
) -> Iterator[None]:
    """Within the block rows of history may be deleted, never changed.

    The removal itself stands in the trail. Where the block fails, roll back: the database
    refuses a commit as long as the pass is there.
    """
    leave = TriggerPass(id=1, never_id=2, reason=reason)
    session.add(leave)
    session.flush()
    yield
    session.flush()
    seal_what_is_left(session)
    session.delete(leave)
    record_change(
        session,
        actor_id,
        "remove",
        object_type,
        object_id,
        before={"history": True},
        after={"history": False},
        now=now,
        reason=reason,
    )
    session.flush()
