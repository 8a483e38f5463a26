"""Removing history: in one block, with a trace, and never by halves."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from impact.audit.removal import removing_history
from impact.audit.tables import ActorKind, PlanVersion, TriggerPass
from impact.audit.trail import add_actor, trail_of
from impact.db import Database

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
VERSION = {
    "entity": "goal",
    "entity_id": 1,
    "version": 1,
    "root": "project",
    "root_id": 1,
    "recorded_at": NOW,
    "snapshot": {},
    "digest": "",
}


def kept_version(session: Session) -> int:
    """One row of history, committed; the actor who wrote it."""
    actor = add_actor(session, ActorKind.SYSTEM, now=NOW)
    session.add(PlanVersion(actor_id=actor.id, **VERSION))
    session.commit()
    return actor.id


def n_versions(session: Session) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(PlanVersion)) or 0


def test_removing_history_deletes_and_leaves_a_trace_when_committed(database: Database) -> None:
    """The rows are gone, the pass is gone, and the trail says who removed them and why."""
    with database.writing_session() as session:
        actor_id = kept_version(session)
        with removing_history(session, actor_id, "sample", 1, reason="no longer needed", now=NOW):
            session.execute(sa.delete(PlanVersion))
        session.commit()
        assert n_versions(session) == 0
        assert session.scalars(sa.select(TriggerPass)).all() == []
        (entry,) = trail_of(session, "sample", 1)
        assert (entry.verb, entry.actor_id, entry.reason) == ("remove", actor_id, "no longer needed")


def test_removing_history_is_over_when_the_block_ends(database: Database) -> None:
    """In the same transaction, after the block, history is guarded again."""
    with database.writing_session() as session:
        actor_id = kept_version(session)
        with removing_history(session, actor_id, "sample", 1, reason="", now=NOW):
            pass
        with pytest.raises(sa.exc.IntegrityError, match="DELETE of plan_version refused"):
            session.execute(sa.delete(PlanVersion))


def test_removing_history_removes_nothing_when_the_block_fails_and_is_committed(
    database: Database,
) -> None:
    """Half a removal cannot be kept, even by somebody who swallows the error."""
    with database.writing_session() as session:
        actor_id = kept_version(session)
        with (
            suppress(RuntimeError),
            removing_history(session, actor_id, "sample", 1, reason="", now=NOW),
        ):
            session.execute(sa.delete(PlanVersion))
            raise RuntimeError
        with pytest.raises(sa.exc.IntegrityError):
            session.commit()
        session.rollback()
        assert n_versions(session) == 1
