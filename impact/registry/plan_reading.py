"""Rows of a project's plan a part at a time, in use or out of it."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.db import Base

Row = TypeVar("Row", bound=Base)


def plan_part(
    session: Session, kind: type[Row], project_id: int, *, withdrawn: bool, after_id: int, limit: int
) -> list[Row]:
    """The rows of one kind by number, those in use or those withdrawn, behind a number.

    Whoever asks has seen to it that the project may be seen.
    """
    columns: Any = kind
    state = columns.withdrawn_at.is_not(None) if withdrawn else columns.withdrawn_at.is_(None)
    rows = select(kind).where(columns.project_id == project_id, columns.id > after_id, state)
    return list(session.scalars(rows.order_by(columns.id).limit(limit)))
