"""Answers kept for programs that ask twice because they never heard the first answer.

A program names what it does with a key of its own. The answer is kept in the transaction that
does it: either both are there or neither, and whoever asks again with that key gets the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from impact.accounts.permissions import Actor
from impact.db import Base, Identified
from impact.errors import Invalid

KEPT_FOR = timedelta(hours=24)
LONGEST_KEY = 200


class KeptAnswer(Identified, Base):
    """What a program was answered under a key of its own; forgotten after a day."""

    __tablename__ = "kept_answer"
    __table_args__ = (sa.UniqueConstraint("actor_id", "key"),)

    # A token's actor: the same key of another token is another key.
    actor_id: Mapped[int] = mapped_column(sa.ForeignKey("actor.id"))
    key: Mapped[str]
    # SHA-256 of what was asked: the same key with something else is a mistake.
    asked_sha256: Mapped[str] = mapped_column(sa.String(64))
    status: Mapped[int] = mapped_column(default=0)
    headers: Mapped[dict[str, str]] = mapped_column(sa.JSON(), default=dict)
    body: Mapped[bytes] = mapped_column(default=b"")
    kept_at: Mapped[datetime] = mapped_column(index=True)


@dataclass(frozen=True)
class Answer:
    """What a program gets: status, the headers that are its own, and the body."""

    status: int
    headers: dict[str, str]
    body: bytes


def claim_key(session: Session, actor: Actor, key: str, asked_sha256: str, *, now: datetime) -> KeptAnswer:
    """The row under that key, with the answer if one has been given (a status other than 0).

    Of two that come at once with the same key the second waits until the first is done.

    Raises:
        Invalid: the key makes no sense, or stands for something else that was asked.
    """
    if not (1 <= len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise Invalid("An Idempotency-Key has 1 to %(n)s letters, digits and signs.", n=LONGEST_KEY)
    _forget_old(session, now)
    row = KeptAnswer(actor_id=actor.id, key=key, asked_sha256=asked_sha256, kept_at=now)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        row = session.scalars(
            select(KeptAnswer).where(KeptAnswer.actor_id == actor.id, KeptAnswer.key == key)
        ).one()
    if row.asked_sha256 != asked_sha256:
        raise Invalid("This Idempotency-Key was sent with something else before. Use another one.")
    return row


def keep_answer(session: Session, row: KeptAnswer, answer: Answer) -> None:
    """Keep what is answered under a claimed key; it lasts if what was done lasts."""
    row.status, row.headers, row.body = answer.status, answer.headers, answer.body
    session.flush()


def kept_answer(row: KeptAnswer) -> Answer | None:
    """What was answered under a claimed key; None where nothing was yet."""
    return Answer(row.status, row.headers, row.body) if row.status else None


def _forget_old(session: Session, now: datetime) -> None:
    """Delete what is older than a day, but for what somebody else is deleting just now."""
    old = (
        select(KeptAnswer.id)
        .where(KeptAnswer.kept_at <= now - KEPT_FOR)
        .order_by(KeptAnswer.id)
        .with_for_update(skip_locked=True)
    )
    ids = session.scalars(old).all()
    if ids:
        session.execute(
            sa.delete(KeptAnswer).where(KeptAnswer.id.in_(ids)).execution_options(synchronize_session=False)
        )
