"""Rows of a project's plan a part at a time, in use or out of it."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Actor
from impact.db import Base
from impact.errors import NotFound
from impact.ordering import ListOrder, Part
from impact.registry import editing
from impact.registry.documents import documents_within_reach
from impact.registry.project_tables import ProjectDocument

Row = TypeVar("Row", bound=Base)


def orders_of(kind: Any) -> dict[str, ListOrder]:
    """The orders in which a project's rows of one kind are listed."""
    return {"id": ListOrder((kind.id,))}


def plan_part(
    session: Session,
    actor: Actor,
    kind: type[Row],
    project_id: int,
    part: Part,
    *,
    withdrawn: bool,
) -> list[Row]:
    """A part of the rows of one kind, those in use or those withdrawn.

    Whoever asks has seen to it that the project may be seen; internal documents are left out
    where they are not for the actor.
    """
    columns: Any = kind
    state = columns.withdrawn_at.is_not(None) if withdrawn else columns.withdrawn_at.is_(None)
    rows = select(kind).where(columns.project_id == project_id, state)
    if kind is ProjectDocument:
        rows = rows.where(documents_within_reach(actor))
    return list(session.scalars(part.of(rows)))


def plan_row(session: Session, actor: Actor, kind: type[Row], project_id: int, row_id: int) -> Row:
    """A row of a project's plan, also one out of use, as far as the actor may see it.

    Raises:
        NotFound: there is none of that number, or it is internal.
    """
    row = editing.row_of_project(session, kind, project_id, row_id)
    if kind is ProjectDocument:
        seen = select(ProjectDocument.id).where(ProjectDocument.id == row_id, documents_within_reach(actor))
        if session.scalars(seen).first() is None:
            raise NotFound("There is no such thing in this plan.")
    return row
