"""Who tried to sign in, and who has to wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from impact.accounts.permissions import Action, Actor, require_everywhere
from impact.accounts.tables import SignInAttempt, User
from impact.accounts.throttling import ADDRESS_FACTOR, RESET_MARK, SignInLimits

# Who asks for a new password is counted there too, and is no try to sign in.
SIGNS_IN = sa.not_(SignInAttempt.name_key.startswith(RESET_MARK))


@dataclass(frozen=True)
class Attempt:
    """One try to sign in; the name only where it is somebody's.

    What else stands in the name's field may be a password that slipped, so nobody reads it.
    """

    at: datetime
    name: str | None
    address: str
    succeeded: bool


@dataclass(frozen=True)
class Waiting:
    """A name or an address that failed too often, and when it is let in again."""

    name: str | None
    address: str | None
    n_failed: int
    until: datetime


def recent_attempts(session: Session, actor: Actor, *, limit: int = 100) -> list[Attempt]:
    """The newest tries to sign in.

    Raises:
        NotAllowed: the actor does not administer the installation.
    """
    require_everywhere(actor, Action.ADMINISTER)
    rows = session.execute(
        select(SignInAttempt.attempted_at, User.name, SignInAttempt.address, SignInAttempt.succeeded)
        .join(User, User.name_key == SignInAttempt.name_key, isouter=True)
        .where(SIGNS_IN)
        .order_by(SignInAttempt.attempted_at.desc(), SignInAttempt.id.desc())
        .limit(limit)
    )
    return [Attempt(*row) for row in rows]


def waiting(session: Session, actor: Actor, *, limits: SignInLimits, now: datetime) -> list[Waiting]:
    """The names and addresses that are refused now, whatever the password.

    Raises:
        NotAllowed: the actor does not administer the installation.
    """
    require_everywhere(actor, Action.ADMINISTER)
    names = _beyond(session, SignInAttempt.name_key, limits, limits.n_attempts, now)
    known = session.execute(select(User.name_key, User.name).where(User.name_key.in_(names)))
    shown: dict[str, str] = dict(known.all())
    addresses = _beyond(session, SignInAttempt.address, limits, limits.n_attempts * ADDRESS_FACTOR, now)
    return [Waiting(shown.get(key), None, *found) for key, found in names.items()] + [
        Waiting(None, address, *found) for address, found in addresses.items()
    ]


def _beyond(
    session: Session,
    column: InstrumentedAttribute[str],
    limits: SignInLimits,
    n_allowed: int,
    now: datetime,
) -> dict[str, tuple[int, datetime]]:
    """What failed too often: how often, and until when it has to wait."""
    rank = sa.func.row_number().over(partition_by=column, order_by=SignInAttempt.attempted_at.desc())
    n = sa.func.count().over(partition_by=column)
    failed = (
        select(
            column.label("whose"), SignInAttempt.attempted_at.label("at"), rank.label("rank"), n.label("n")
        )
        .where(SignInAttempt.attempted_at > now - limits.window, SignInAttempt.succeeded.is_(False), SIGNS_IN)
        .subquery()
    )
    # When the oldest of those that still count too many is over, the next try is let in.
    rows = session.execute(
        select(failed.c.whose, failed.c.n, failed.c.at)
        .where(failed.c.rank == n_allowed)
        .order_by(failed.c.at.desc())
    )
    return {whose: (count, at + limits.window) for whose, count, at in rows}
