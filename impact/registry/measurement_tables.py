"""Tables of measurements, their revisions, rounds and imports."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from impact.db import Base, Identified, Versioned
from impact.semantics.period import Frequency
from impact.semantics.series import Missing, Status


class State(StrEnum):
    """Where a revision stands between entry and approval."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"


class RoundState(StrEnum):
    """Where a project's reporting round stands."""

    OPEN = "open"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    CLOSED = "closed"
    UNLOCKED = "unlocked"


class BatchState(StrEnum):
    """What became of an import."""

    APPLIED = "applied"
    UNDONE = "undone"


class EvidenceLevel(StrEnum):
    """How well a measurement is supported."""

    STATED = "stated"
    DOCUMENTED = "documented"
    VERIFIED = "verified"


class Measurement(Identified, Versioned, Base):
    """One observed value: a series and a period, pointing at its revisions."""

    __tablename__ = "measurement"
    __table_args__ = (sa.UniqueConstraint("series_id", "first_day", "last_day", "frequency"),)

    series_id: Mapped[int] = mapped_column(sa.ForeignKey("series.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    frequency: Mapped[Frequency]
    newest_revision_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("revision.id", use_alter=True), index=True
    )
    approved_revision_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("revision.id", use_alter=True), index=True
    )


class Revision(Identified, Base):
    """A measurement as somebody recorded it: a value or the reason for none."""

    __tablename__ = "revision"
    __table_args__ = (
        sa.UniqueConstraint("measurement_id", "number"),
        sa.CheckConstraint("(value IS NULL) <> (missing IS NULL)", name="value_or_missing"),
    )

    measurement_id: Mapped[int] = mapped_column(sa.ForeignKey("measurement.id"))
    number: Mapped[int]
    value: Mapped[float | None]
    missing: Mapped[Missing | None]
    status: Mapped[Status] = mapped_column(default=Status.FINAL)
    n_observed: Mapped[float | None]
    response_rate: Mapped[float | None]
    standard_error: Mapped[float | None]
    # Per cent of the margin of error that the standard error was made from, if it was.
    margin_level: Mapped[float | None]
    numerator: Mapped[float | None]
    denominator: Mapped[float | None]
    comment: Mapped[str] = mapped_column(default="")
    evidence_level: Mapped[EvidenceLevel | None]
    evidence_address: Mapped[str] = mapped_column(default="")
    evidence_sha256: Mapped[str | None] = mapped_column(sa.ForeignKey("stored_file.sha256"))
    text_as_typed: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    actor_id: Mapped[int] = mapped_column(sa.ForeignKey("actor.id"), index=True)
    recorded_at: Mapped[datetime] = mapped_column(index=True)
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("import_batch.id"), index=True)
    source_link_id: Mapped[int | None] = mapped_column(sa.ForeignKey("source_link.id"))
    # Of rows from before the whole row was sealed (docs/decisions/0015); empty since.
    digest: Mapped[str] = mapped_column(sa.String(64), default="")


class RevisionState(Identified, Base):
    """A step of a revision towards approval, by whom and with what remark."""

    __tablename__ = "revision_state"

    revision_id: Mapped[int] = mapped_column(sa.ForeignKey("revision.id"), index=True)
    state: Mapped[State]
    remark: Mapped[str] = mapped_column(default="")
    actor_id: Mapped[int] = mapped_column(sa.ForeignKey("actor.id"))
    recorded_at: Mapped[datetime]


class ReportingRound(Identified, Versioned, Base):
    """A project's hand-in for one period."""

    __tablename__ = "reporting_round"
    __table_args__ = (sa.UniqueConstraint("project_id", "first_day", "last_day", "frequency"),)

    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    frequency: Mapped[Frequency]
    state: Mapped[RoundState] = mapped_column(default=RoundState.OPEN)
    remark: Mapped[str] = mapped_column(default="")
    changed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("actor.id"))
    changed_at: Mapped[datetime]


class ImportBatch(Identified, Versioned, Base):
    """All that one import brought in, so that it can be undone as one."""

    __tablename__ = "import_batch"

    project_id: Mapped[int | None] = mapped_column(sa.ForeignKey("project.id"), index=True)
    actor_id: Mapped[int] = mapped_column(sa.ForeignKey("actor.id"))
    applied_at: Mapped[datetime]
    file_name: Mapped[str]
    file_sha256: Mapped[str | None] = mapped_column(sa.ForeignKey("stored_file.sha256"))
    n_new: Mapped[int]
    n_changed: Mapped[int]
    state: Mapped[BatchState] = mapped_column(default=BatchState.APPLIED)


class StagedUpload(Identified, Base):
    """An uploaded file that waits for its mapping to be confirmed."""

    __tablename__ = "staged_upload"

    project_id: Mapped[int | None] = mapped_column(sa.ForeignKey("project.id"))
    actor_id: Mapped[int] = mapped_column(sa.ForeignKey("actor.id"), index=True)
    uploaded_at: Mapped[datetime]
    file_name: Mapped[str]
    file_sha256: Mapped[str] = mapped_column(sa.ForeignKey("stored_file.sha256"))
    mapping: Mapped[dict[str, Any]] = mapped_column(default=dict)


class ImportMapping(Identified, Versioned, Base):
    """How an organisation's files are to be read, remembered from last time."""

    __tablename__ = "import_mapping"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "name"),)

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    name: Mapped[str]
    mapping: Mapped[dict[str, Any]]
    actor_id: Mapped[int] = mapped_column(sa.ForeignKey("actor.id"))
    saved_at: Mapped[datetime]
