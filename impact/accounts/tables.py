"""Tables of people, what they may do, and how they are signed in."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from impact.db import Base, Identified, SortKey, Versioned


class Role(StrEnum):
    """What somebody may do; each role may all that the one before it may."""

    VIEWER = "viewer"
    ANALYST = "analyst"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


class LinkPurpose(StrEnum):
    """What a one-time link is good for."""

    INVITATION = "invitation"
    RESET = "reset"


class TokenScope(StrEnum):
    """What a program with a token may do."""

    READ = "read"
    WRITE = "write"


class User(Identified, Versioned, Base):
    """A person who can sign in. Erasing blanks name and address; the actor stays."""

    __tablename__ = "user_account"

    actor_id: Mapped[int] = mapped_column(sa.ForeignKey("actor.id"), unique=True)
    # What is typed at sign-in, casefolded.
    name_key: Mapped[str] = mapped_column(SortKey, unique=True)
    name: Mapped[str]
    email: Mapped[str | None]
    password_hash: Mapped[str | None]
    issuer: Mapped[str | None]
    subject: Mapped[str | None]
    language: Mapped[str] = mapped_column(default="sv")
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    last_visit_at: Mapped[datetime | None]
    memberships: Mapped[list[Membership]] = relationship(back_populates="user", lazy="raise")

    __table_args__ = (sa.UniqueConstraint("issuer", "subject"),)


class Membership(Identified, Base):
    """A role for one project, one organisation, or (neither given) everything."""

    __tablename__ = "membership"
    __table_args__ = (
        # NULL equals nothing in a key, hence one key for each scope.
        sa.UniqueConstraint("user_id", "role", "project_id"),
        sa.UniqueConstraint("user_id", "role", "organisation_id"),
        sa.Index(
            "uq_membership_everywhere",
            "user_id",
            "role",
            unique=True,
            sqlite_where=sa.text("project_id IS NULL AND organisation_id IS NULL"),
            postgresql_where=sa.text("project_id IS NULL AND organisation_id IS NULL"),
        ),
        sa.CheckConstraint("project_id IS NULL OR organisation_id IS NULL", name="one_scope"),
    )

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    role: Mapped[Role]
    project_id: Mapped[int | None] = mapped_column(sa.ForeignKey("project.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    user: Mapped[User] = relationship(back_populates="memberships", lazy="raise")


class SignInSession(Identified, Base):
    """One signed-in browser; ends on sign-out, on disabling, and when idle too long."""

    __tablename__ = "sign_in_session"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    # SHA-256 of what the cookie holds, so that the table alone opens no door.
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    user_agent: Mapped[str] = mapped_column(default="")


class SignInAttempt(Identified, Base):
    """One try to sign in; what the throttle counts."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        sa.Index("ix_sign_in_attempt_name_key_attempted_at", "name_key", "attempted_at"),
        sa.Index("ix_sign_in_attempt_address_attempted_at", "address", "attempted_at"),
    )

    name_key: Mapped[str] = mapped_column(SortKey)
    address: Mapped[str]
    attempted_at: Mapped[datetime]
    succeeded: Mapped[bool]


class OneTimeLink(Identified, Base):
    """An invitation or a reset that works once and not for long."""

    __tablename__ = "one_time_link"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    purpose: Mapped[LinkPurpose]
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ApiToken(Identified, Base):
    """A program's key to the API: the hash of a random secret, with scope and expiry."""

    __tablename__ = "api_token"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    actor_id: Mapped[int] = mapped_column(sa.ForeignKey("actor.id"), unique=True)
    label: Mapped[str]
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    scope: Mapped[TokenScope]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
