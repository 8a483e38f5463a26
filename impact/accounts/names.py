"""Names of those who acted; a number whose person was erased has none."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.tables import User


def names_of(session: Session, actor_ids: Collection[int]) -> dict[int, str]:
    """The names of the people among the actors, in one statement."""
    if not actor_ids:
        return {}
    rows = session.execute(select(User.actor_id, User.name).where(User.actor_id.in_(actor_ids)))
    return {actor_id: name for actor_id, name in rows if name}
