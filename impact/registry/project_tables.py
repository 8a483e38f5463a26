"""Tables of organisations, areas, projects and their goals and milestones."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from impact.db import Base, Identified, SortKey, Versioned


class OrganisationKind(StrEnum):
    """What sort of organisation."""

    MUNICIPALITY = "municipality"
    REGION = "region"
    COMPANY = "company"
    ASSOCIATION = "association"


class AreaKind(StrEnum):
    """What sort of area."""

    DISTRICT = "district"
    MUNICIPALITY = "municipality"
    REGION = "region"
    COUNTRY = "country"


class ProjectStatus(StrEnum):
    """Where a project stands."""

    PLANNED = "planned"
    ONGOING = "ongoing"
    FINISHED = "finished"
    ARCHIVED = "archived"


class Visibility(StrEnum):
    """Who may see a project: everybody, or only those with a role for it."""

    PUBLIC = "public"
    INTERNAL = "internal"


class Part(StrEnum):
    """What an organisation is to a project."""

    BORROWER = "borrower"
    MEMBER = "member"
    PARTNER = "partner"


class GoalLevel(StrEnum):
    """How far along the chain of results a goal lies."""

    OUTPUT = "output"
    OUTCOME = "outcome"
    IMPACT = "impact"


class Withdrawable:
    """A planning row that is withdrawn instead of deleted, and can be brought back."""

    withdrawn_at: Mapped[datetime | None] = mapped_column(sort_order=91)


class Organisation(Identified, Withdrawable, Versioned, Base):
    """A municipality, region, company or association."""

    __tablename__ = "organisation"

    slug: Mapped[str] = mapped_column(SortKey, unique=True)
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(SortKey, index=True)
    kind: Mapped[OrganisationKind]
    kolada_id: Mapped[str | None]


class Area(Identified, Withdrawable, Versioned, Base):
    """A place that measurements can be about, within a larger one."""

    __tablename__ = "area"

    slug: Mapped[str] = mapped_column(SortKey, unique=True)
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(SortKey, index=True)
    kind: Mapped[AreaKind]
    # RegSO or DeSO code of a district, municipality or region code otherwise.
    code: Mapped[str | None]
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("area.id"))


class Category(Identified, Withdrawable, Versioned, Base):
    """A project category of the code list, with other spellings that mean the same."""

    __tablename__ = "category"

    slug: Mapped[str] = mapped_column(SortKey, unique=True)
    name_sv: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    position: Mapped[int]
    aliases: Mapped[list[str]] = mapped_column(default=list)
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("category.id"))


class Project(Identified, Withdrawable, Versioned, Base):
    """An undertaking with social goals, usually financed by a loan."""

    __tablename__ = "project"

    slug: Mapped[str] = mapped_column(SortKey, unique=True)
    title_sv: Mapped[str]
    title_en: Mapped[str] = mapped_column(default="")
    # Short name for lists and charts, usually the place.
    short_sv: Mapped[str]
    short_en: Mapped[str] = mapped_column(default="")
    sort_key: Mapped[str] = mapped_column(SortKey, index=True)
    search_key: Mapped[str] = mapped_column(SortKey)
    summary_sv: Mapped[str] = mapped_column(default="")
    summary_en: Mapped[str] = mapped_column(default="")
    story_sv: Mapped[str] = mapped_column(default="")
    story_en: Mapped[str] = mapped_column(default="")
    investment_type_sv: Mapped[str] = mapped_column(default="")
    investment_type_en: Mapped[str] = mapped_column(default="")
    physical_investment_sv: Mapped[str] = mapped_column(default="")
    physical_investment_en: Mapped[str] = mapped_column(default="")
    # Each {"sv": …, "en": …}; a list without identity of its own.
    social_interventions: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    category_id: Mapped[int | None] = mapped_column(sa.ForeignKey("category.id"), index=True)
    subtype_id: Mapped[int | None] = mapped_column(sa.ForeignKey("category.id"))
    target_population_sv: Mapped[str] = mapped_column(default="")
    target_population_en: Mapped[str] = mapped_column(default="")
    n_target_population: Mapped[int | None]
    target_population_known_by_sv: Mapped[str] = mapped_column(default="")
    target_population_known_by_en: Mapped[str] = mapped_column(default="")
    # Amounts in whole units of the currency.
    loan_amount: Mapped[int | None] = mapped_column(sa.BigInteger)
    total_cost: Mapped[int | None] = mapped_column(sa.BigInteger)
    currency: Mapped[str] = mapped_column(sa.String(3), default="SEK")
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    report_from_year: Mapped[int | None]
    report_to_year: Mapped[int | None]
    benefits_plan_sv: Mapped[str] = mapped_column(default="")
    benefits_plan_en: Mapped[str] = mapped_column(default="")
    sdg_targets: Mapped[list[str]] = mapped_column(default=list)
    source: Mapped[str] = mapped_column(default="")
    status: Mapped[ProjectStatus] = mapped_column(index=True)
    visibility: Mapped[Visibility] = mapped_column(index=True)
    is_sample: Mapped[bool] = mapped_column(default=False)
    # Whether saving a measurement approves it, or a manager does.
    needs_approval: Mapped[bool] = mapped_column(default=False)


class ProjectOrganisation(Identified, Withdrawable, Versioned, Base):
    """What an organisation is to a project; several of each part are possible."""

    __tablename__ = "project_organisation"
    __table_args__ = (sa.UniqueConstraint("project_id", "organisation_id", "part"),)

    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    part: Mapped[Part]
    position: Mapped[int] = mapped_column(default=0)


class ProjectArea(Identified, Withdrawable, Versioned, Base):
    """An area that a project is meant for."""

    __tablename__ = "project_area"
    __table_args__ = (sa.UniqueConstraint("project_id", "area_id"),)

    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"), index=True)
    area_id: Mapped[int] = mapped_column(sa.ForeignKey("area.id"), index=True)


class ProjectEvent(Identified, Withdrawable, Versioned, Base):
    """Something that happened on a day and is shown in charts."""

    __tablename__ = "project_event"

    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"), index=True)
    happened_on: Mapped[date]
    label_sv: Mapped[str]
    label_en: Mapped[str] = mapped_column(default="")
    description_sv: Mapped[str] = mapped_column(default="")
    description_en: Mapped[str] = mapped_column(default="")


class ProjectDocument(Identified, Withdrawable, Versioned, Base):
    """A document about a project: a stored file or an address elsewhere."""

    __tablename__ = "project_document"

    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"), index=True)
    title_sv: Mapped[str]
    title_en: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    file_sha256: Mapped[str | None] = mapped_column(sa.ForeignKey("stored_file.sha256"))
    is_public: Mapped[bool] = mapped_column(default=False)


class StoryNote(Identified, Withdrawable, Versioned, Base):
    """A dated note on what lies behind the figures, by its author."""

    __tablename__ = "story_note"

    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"), index=True)
    indicator_id: Mapped[int | None] = mapped_column(sa.ForeignKey("indicator.id"), index=True)
    noted_on: Mapped[date]
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("actor.id"))
    text_sv: Mapped[str]
    text_en: Mapped[str] = mapped_column(default="")


class Goal(Identified, Withdrawable, Versioned, Base):
    """A social goal: the higher objective that a project contributes to."""

    __tablename__ = "goal"

    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"), index=True)
    position: Mapped[int]
    level: Mapped[GoalLevel] = mapped_column(default=GoalLevel.OUTCOME)
    title_sv: Mapped[str]
    title_en: Mapped[str] = mapped_column(default="")
    description_sv: Mapped[str] = mapped_column(default="")
    description_en: Mapped[str] = mapped_column(default="")
    search_key: Mapped[str] = mapped_column(SortKey, default="")


class Milestone(Identified, Withdrawable, Versioned, Base):
    """Something that is either reached or not, with the day and the evidence."""

    __tablename__ = "milestone"

    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"), index=True)
    goal_id: Mapped[int | None] = mapped_column(sa.ForeignKey("goal.id"), index=True)
    title_sv: Mapped[str]
    title_en: Mapped[str] = mapped_column(default="")
    due_on: Mapped[date | None]
    reached_on: Mapped[date | None]
    evidence_sv: Mapped[str] = mapped_column(default="")
    evidence_en: Mapped[str] = mapped_column(default="")
    evidence_address: Mapped[str] = mapped_column(default="")


class StoredFile(Base):
    """Bytes under their SHA-256: evidence, uploads, drawn charts, frozen mails."""

    __tablename__ = "stored_file"

    sha256: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    media_type: Mapped[str]
    n_bytes: Mapped[int] = mapped_column(sa.BigInteger)
    content: Mapped[bytes]
    stored_at: Mapped[datetime]
