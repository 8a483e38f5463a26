"""Keep answers for programs that ask twice

A program that never heard the answer to its call can send it again under a key of its own
and gets the answer that was given; nothing is done twice. A new table, empty at first.

Revision ID: 40c1feec1c1e
Revises: 5b8e20c17f3a
Create Date: 2026-11-23 14:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "40c1feec1c1e"
down_revision: str | None = "5b8e20c17f3a"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Answers are kept under the keys of programs."""
    op.create_table(
        "kept_answer",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("actor_id", NUMBER, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("asked_sha256", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name="fk_kept_answer_actor_id_actor"),
        sa.PrimaryKeyConstraint("id", name="pk_kept_answer"),
        sa.UniqueConstraint("actor_id", "key", name="uq_kept_answer_actor_id_key"),
    )
    op.create_index("ix_kept_answer_kept_at", "kept_answer", ["kept_at"])


def downgrade() -> None:
    """No answers are kept."""
    op.drop_index("ix_kept_answer_kept_at", table_name="kept_answer")
    op.drop_table("kept_answer")
