"""Tables of subscriptions and of mail on its way."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from impact.db import Base, Identified, Versioned


class Rhythm(StrEnum):
    """How often a report is due."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"
    ROUND_CLOSED = "round_closed"


class Content(StrEnum):
    """What a report holds."""

    DIGEST = "digest"
    FULL = "full"
    IMPACT_REPORT = "impact_report"
    CHANGES = "changes"


class NoticePace(StrEnum):
    """How soon somebody wants to hear of a flag."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"


class OccurrenceState(StrEnum):
    """What became of a due date."""

    SENT = "sent"
    SKIPPED = "skipped"
    FAILED = "failed"


class MessageState(StrEnum):
    """Where a mail stands."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"


class MessageKind(StrEnum):
    """What a mail is about."""

    REPORT = "report"
    NOTICE = "notice"
    # What was decided on a flag that a notice told of.
    DECISION = "decision"
    # Of measurements: due, waiting for approval, returned, or never arrived.
    REMINDER = "reminder"
    TROUBLE = "trouble"
    ACCOUNT = "account"


class Outcome(StrEnum):
    """How one attempt to hand a mail over ended."""

    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REFUSED = "refused"
    # Not handed over at all: the recipient may not see it (any more) or unsubscribed.
    WITHHELD = "withheld"


class Subscription(Identified, Versioned, Base):
    """Who gets which report when."""

    __tablename__ = "subscription"

    name: Mapped[str]
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    # Neither project nor category: the whole portfolio that the reader may see.
    project_id: Mapped[int | None] = mapped_column(sa.ForeignKey("project.id"), index=True)
    category_id: Mapped[int | None] = mapped_column(sa.ForeignKey("category.id"))
    # Of those only the projects in which the reader has a role or a responsibility of their own.
    own_projects: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    content: Mapped[Content] = mapped_column(default=Content.DIGEST)
    rhythm: Mapped[Rhythm]
    # 1-31 for months, quarters and years (the last day stands in), 1-7 for weeks.
    day: Mapped[int] = mapped_column(default=1)
    # Month of the quarter (1-3) or of the year (1-12).
    month: Mapped[int] = mapped_column(default=1)
    hour: Mapped[int] = mapped_column(default=7)
    time_zone: Mapped[str]
    language: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    paused_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class SubscriptionRecipient(Identified, Base):
    """Somebody who gets a report: with an account, or by address alone."""

    __tablename__ = "subscription_recipient"
    __table_args__ = (
        sa.CheckConstraint("(user_id IS NULL) <> (address IS NULL)", name="account_or_address"),
        sa.UniqueConstraint("subscription_id", "user_id"),
        sa.UniqueConstraint("subscription_id", "address"),
    )

    subscription_id: Mapped[int] = mapped_column(sa.ForeignKey("subscription.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    address: Mapped[str | None]


class NoticePreference(Identified, Versioned, Base):
    """How soon a person hears of flags; none kept means at once."""

    __tablename__ = "notice_preference"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), unique=True)
    pace: Mapped[NoticePace] = mapped_column(default=NoticePace.AT_ONCE)
    # Whether the person wants to be reminded of measurements.
    wants_reminders: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    # Until when everything was told to whoever wants notices gathered.
    told_until: Mapped[datetime | None]


class ReminderPlan(Identified, Versioned, Base):
    """When a project reminds of measurements due; none kept means as the defaults say."""

    __tablename__ = "reminder_plan"

    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"), unique=True)
    # So many days before and after the due date; none means not then.
    days_before: Mapped[int | None]
    on_the_day: Mapped[bool]
    days_after: Mapped[int | None]


class SenderIdentity(Identified, Versioned, Base):
    """Under which name and address an organisation's mails come."""

    __tablename__ = "sender_identity"

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), unique=True)
    name: Mapped[str]
    # None: the installation's own.
    address: Mapped[str | None]


class Suppression(Identified, Base):
    """Somebody who unsubscribed: by hash, so that the address need not be kept."""

    __tablename__ = "suppression"
    __table_args__ = (
        sa.UniqueConstraint("address_hash", "subscription_id"),
        sa.Index(
            "uq_suppression_everything",
            "address_hash",
            unique=True,
            sqlite_where=sa.text("subscription_id IS NULL"),
            postgresql_where=sa.text("subscription_id IS NULL"),
        ),
    )

    address_hash: Mapped[str] = mapped_column(sa.String(64))
    # None: no mail of any kind.
    subscription_id: Mapped[int | None] = mapped_column(sa.ForeignKey("subscription.id"))
    recorded_at: Mapped[datetime]


class DueOccurrence(Identified, Base):
    """One due date of a subscription; the unique key makes two clocks collide."""

    __tablename__ = "due_occurrence"
    __table_args__ = (sa.UniqueConstraint("subscription_id", "due_on"),)

    subscription_id: Mapped[int] = mapped_column(sa.ForeignKey("subscription.id"))
    # The local date in the subscription's zone: summer time can neither double nor drop it.
    due_on: Mapped[date]
    state: Mapped[OccurrenceState]
    edition_id: Mapped[int | None] = mapped_column(sa.ForeignKey("edition.id"))
    recorded_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(default="")


class OutboxMessage(Identified, Versioned, Base):
    """One frozen mail to one recipient, until it is sent or has visibly failed."""

    __tablename__ = "outbox_message"
    __table_args__ = (sa.Index("ix_outbox_message_state_next_attempt_at", "state", "next_attempt_at"),)

    dedupe_key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[MessageKind]
    edition_id: Mapped[int | None] = mapped_column(sa.ForeignKey("edition.id"), index=True)
    flag_id: Mapped[int | None] = mapped_column(sa.ForeignKey("flag.id"), index=True)
    project_id: Mapped[int | None] = mapped_column(sa.ForeignKey("project.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    # Removed after a set time; the checksum is taken without it.
    address: Mapped[str | None]
    subject: Mapped[str]
    message_id: Mapped[str] = mapped_column(unique=True)
    # The whole MIME message as it goes out, addresses aside.
    mime: Mapped[bytes]
    checksum: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[datetime] = mapped_column(index=True)
    state: Mapped[MessageState] = mapped_column(default=MessageState.WAITING)
    n_attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]


class Delivery(Identified, Base):
    """One attempt to hand a mail over, with the server's words (append-only)."""

    __tablename__ = "delivery"

    message_id: Mapped[int] = mapped_column(sa.ForeignKey("outbox_message.id"), index=True)
    attempted_at: Mapped[datetime]
    outcome: Mapped[Outcome]
    server_words: Mapped[str] = mapped_column(default="")


class ClockHeartbeat(Identified, Base):
    """When each clock was last alive."""

    __tablename__ = "clock_heartbeat"

    name: Mapped[str] = mapped_column(unique=True)
    started_at: Mapped[datetime]
    last_beat_at: Mapped[datetime]
    # What this clock's settings say, for commands that run elsewhere.
    public_url: Mapped[str] = mapped_column(default="", server_default="")
    # Tells the settings that mails are made with from others; holds none of them.
    mail_mark: Mapped[str] = mapped_column(default="", server_default="")
