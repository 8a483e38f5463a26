"""A throttle that counts in the database: tries at a name and from an address."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.tables import SignInAttempt
from impact.db import Database
from impact.errors import ImpactError

# People of one office share an address; a name is nobody else's.
ADDRESS_FACTOR = 5
# Before the name that a reset was asked for. No name begins with a space, so that neither
# kind of try makes the other wait.
RESET_MARK = " reset "


class TooManyAttempts(ImpactError):
    """A name or an address failed too often and has to wait (429)."""

    status = 429


@dataclass(frozen=True)
class SignInLimits:
    """After how many failures within which time a name has to wait."""

    n_attempts: int
    window: timedelta


def count_attempt(
    database: Database, session: Session, key: str, address: str, *, now: datetime, limits: SignInLimits
) -> int:
    """The number of the try, counted as failed until somebody marks that it succeeded.

    Raises:
        TooManyAttempts: the name or the address has to wait.
    """
    address = _counted(address)
    if not database.is_sqlite:
        # Guesses at one name at the same time wait for each other, so that each is counted.
        session.execute(select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(key))))
    is_reset = SignInAttempt.name_key.startswith(RESET_MARK)
    of_address = sa.and_(
        SignInAttempt.address == address, is_reset if key.startswith(RESET_MARK) else sa.not_(is_reset)
    )
    _refuse_beyond(session, SignInAttempt.name_key == key, now, limits, 1)
    _refuse_beyond(session, of_address, now, limits, ADDRESS_FACTOR)
    attempt = SignInAttempt(name_key=key, address=address, attempted_at=now, succeeded=False)
    session.add(attempt)
    session.flush()
    return attempt.id


def mark_succeeded(session: Session, attempt_id: int) -> None:
    """Let a try not count against its name any more."""
    session.execute(sa.update(SignInAttempt).where(SignInAttempt.id == attempt_id).values(succeeded=True))


def _refuse_beyond(
    session: Session, whose: sa.ColumnElement[bool], now: datetime, limits: SignInLimits, factor: int
) -> None:
    n_failed = session.scalar(
        select(sa.func.count()).where(
            whose,
            SignInAttempt.attempted_at > now - limits.window,
            SignInAttempt.succeeded.is_(False),
        )
    )
    if (n_failed or 0) >= limits.n_attempts * factor:
        minutes = -(-limits.window // timedelta(minutes=1))
        raise TooManyAttempts("Too many attempts. Wait %(minutes)d minutes and try again.", minutes=minutes)


def _counted(address: str) -> str:
    """The address as it is counted: one household has a whole IPv6 network."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:60]
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is None:
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(getattr(found, "ipv4_mapped", None) or found)
