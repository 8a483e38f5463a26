"""Plan reminders and senders

A project says when it reminds of measurements due, and an organisation under which name and
address its mails come. A clock tells under which address people reach the pages, so that a
command on another machine writes no links of its own environment. Whoever wants notices
gathered has an instant until which everything was told. Subscriptions that are there are
about all that their readers may see, as before. Pictures that were drawn are kept under what
they were drawn from, so that the same one is not drawn for each edition.

Revision ID: 62132de15080
Revises: 4d7a92e1c0b8
Create Date: 2026-11-23 18:37
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "62132de15080"
down_revision: str | None = "4d7a92e1c0b8"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Projects plan reminders, organisations have senders, clocks tell their address."""
    op.create_table(
        "reminder_plan",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("project_id", NUMBER, nullable=False),
        sa.Column("days_before", sa.Integer(), nullable=True),
        sa.Column("on_the_day", sa.Boolean(), nullable=False),
        sa.Column("days_after", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_reminder_plan_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_plan")),
        sa.UniqueConstraint("project_id", name=op.f("uq_reminder_plan_project_id")),
    )
    op.create_table(
        "sender_identity",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("organisation_id", NUMBER, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_sender_identity_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sender_identity")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_sender_identity_organisation_id")),
    )
    op.create_table(
        "drawn_picture",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_drawn_picture")),
    )
    op.create_index("ix_drawn_picture_drawn_at", "drawn_picture", ["drawn_at"])
    op.add_column("clock_heartbeat", sa.Column("public_url", sa.Text(), nullable=False, server_default=""))
    op.add_column("notice_preference", sa.Column("told_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "subscription",
        sa.Column("own_projects", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    """Reminders, senders and addresses of clocks are gone."""
    op.drop_column("subscription", "own_projects")
    op.drop_column("notice_preference", "told_until")
    op.drop_column("clock_heartbeat", "public_url")
    op.drop_table("drawn_picture")
    op.drop_table("sender_identity")
    op.drop_table("reminder_plan")
