"""Tables of who did what and of what was known when; all append-only but actors."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from impact.audit.sealing import SEAL
from impact.db import Base, Identified


class ActorKind(StrEnum):
    """Who or what acts."""

    PERSON = "person"
    TOKEN = "token"  # noqa: S105 - a kind of actor, no secret
    CLOCK = "clock"
    IMPORT = "import"
    SOURCE = "source"
    SYSTEM = "system"


class ActorRow(Identified, Base):
    """Somebody or something that acts; a number that outlives the person's name."""

    __tablename__ = "actor"

    kind: Mapped[ActorKind]
    created_at: Mapped[datetime]


class AuditEntry(Identified, Base):
    """One real change: who changed what, from what, to what, and why."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        sa.Index("ix_audit_entry_object_type_object_id", "object_type", "object_id"),
        sa.Index("ix_audit_entry_project_id_recorded_at", "project_id", "recorded_at"),
    )

    recorded_at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int] = mapped_column(sa.ForeignKey("actor.id"), index=True)
    verb: Mapped[str]
    object_type: Mapped[str]
    object_id: Mapped[int] = mapped_column(sa.BigInteger)
    # The project whose members may read the entry; none for accounts and the library.
    project_id: Mapped[int | None] = mapped_column(sa.ForeignKey("project.id"))
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(default="")
    request_id: Mapped[str] = mapped_column(default="")
    # Of rows from before the whole row was sealed (docs/decisions/0015); empty since.
    digest: Mapped[str] = mapped_column(sa.String(64), default="")


class PlanVersion(Identified, Base):
    """A planning row as it stood from ``recorded_at`` on: the one history of plans.

    ``root`` and ``root_id`` name the thing whose whole plan is read at once (project,
    area, definition, organisation), so that one statement gives all that was known of it.
    """

    __tablename__ = "plan_version"
    __table_args__ = (
        sa.UniqueConstraint("entity", "entity_id", "version"),
        sa.Index("ix_plan_version_root_root_id_recorded_at", "root", "root_id", "recorded_at"),
    )

    entity: Mapped[str]
    entity_id: Mapped[int] = mapped_column(sa.BigInteger)
    version: Mapped[int]
    root: Mapped[str]
    root_id: Mapped[int] = mapped_column(sa.BigInteger)
    recorded_at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int] = mapped_column(sa.ForeignKey("actor.id"))
    reason: Mapped[str] = mapped_column(default="")
    withdrawn: Mapped[bool] = mapped_column(default=False)
    snapshot: Mapped[dict[str, Any]]
    # Of rows from before the whole row was sealed (docs/decisions/0015); empty since.
    digest: Mapped[str] = mapped_column(sa.String(64), default="")


class HistorySeal(Identified, Base):
    """SHA-256 over rows of one table of history that were written together (append-only)."""

    __tablename__ = SEAL
    __table_args__ = (sa.Index("ix_history_seal_table_name_first_id", "table_name", "first_id"),)

    table_name: Mapped[str]
    first_id: Mapped[int] = mapped_column(sa.BigInteger)
    # First and last number of each run of rows.
    ranges: Mapped[list[Any]] = mapped_column(sa.JSON)
    # Empty for what stood there before there were seals.
    digest: Mapped[str] = mapped_column(sa.String(64))


class TriggerPass(Base):
    """Leave to delete history, for the length of one transaction; never kept.

    Its row refers to one that cannot exist, and that is asked at commit: whoever puts
    the row in has to take it out again before.
    """

    __tablename__ = "trigger_pass"
    __table_args__ = (
        sa.CheckConstraint("id = 1", name="only_one"),
        sa.CheckConstraint("never_id = 2", name="never_kept"),
    )

    id: Mapped[int] = mapped_column(sa.Integer(), primary_key=True, autoincrement=False, default=1)
    never_id: Mapped[int] = mapped_column(
        sa.ForeignKey("trigger_pass.id", deferrable=True, initially="DEFERRED"), default=2
    )
    reason: Mapped[str]
