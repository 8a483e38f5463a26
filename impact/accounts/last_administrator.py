"""Somebody must always be able to look after the installation."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.tables import Membership, Role, User
from impact.errors import Invalid


def keep_an_administrator(session: Session, user_id: int) -> None:
    """Return if somebody who can sign in administers everything without this person too.

    Two administrators who shut each other out at the same moment wait here for one another.

    Raises:
        Invalid: this person is the last one.
    """
    administrators = session.scalars(
        select(User.id)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.role == Role.ADMINISTRATOR,
            Membership.project_id.is_(None),
            Membership.organisation_id.is_(None),
            User.disabled_at.is_(None),
            sa.or_(User.password_hash.is_not(None), User.subject.is_not(None)),
        )
        .order_by(User.id)
        .with_for_update()
    ).all()
    if list(administrators) == [user_id]:
        raise Invalid("This is the last administrator. Make somebody else an administrator first.")
