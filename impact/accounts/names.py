"""Names of those who acted; a number whose person was erased has an empty one."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.tables import ApiToken, User


def names_of(session: Session, actor_ids: Collection[int]) -> dict[int, str]:
    """The names of the people among the actors, a token's after its person, in one statement."""
    if not actor_ids:
        return {}
    people = select(User.actor_id, User.name, sa.literal("").label("label")).where(
        User.actor_id.in_(actor_ids)
    )
    tokens = (
        select(ApiToken.actor_id, User.name, ApiToken.label)
        .join(User, User.id == ApiToken.user_id)
        .where(ApiToken.actor_id.in_(actor_ids))
    )
    rows = session.execute(people.union_all(tokens))
    return {actor_id: f"{name} ({label})" if name and label else name for actor_id, name, label in rows}
